"""Some of arXiv's 2.5 million papers: those of a category and of some years."""

from collections.abc import Collection, Iterator
from typing import Any

from index.readers.row import Row, Trouble


def select_arxiv(
    rows: Iterator[Row | Trouble], categories: Collection[str] = (), years: Collection[int] = ()
) -> Iterator[Row | Trouble]:
    """The rows with one of `categories` among their topics, and of one of `years`; nothing given lets all through.

    A category names those below it too: `cs` takes `cs.CL`. A row without a year is of none. Decided before values are
    cleaned, which would cost most of the time.
    """
    wanted = {category.casefold() for category in categories}
    for row in rows:
        if isinstance(row, Trouble) or (
            is_in(row.values.get("topics"), wanted) and is_of(row.values.get("year"), years)
        ):
            yield row


def is_in(topics: Any, wanted: Collection[str]) -> bool:
    names = {topic.casefold() for topic in topics if isinstance(topic, str)} if isinstance(topics, list) else set()
    return not wanted or not names.union(name.split(".")[0] for name in names).isdisjoint(wanted)


def is_of(year: Any, years: Collection[int]) -> bool:
    return not years or year in years
