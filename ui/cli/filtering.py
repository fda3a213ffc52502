"""Which papers a question or a search is put to: the options, and what they mean."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import printable, read_years

if TYPE_CHECKING:
    from index import PaperIndex
    from rag import Filters


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--year, --author, --topic and --only; `read_filters` takes what they give."""
    for option in (
        click.option("--only", metavar="ID", multiple=True, help="Only this paper; may be repeated."),
        click.option("--topic", multiple=True, help="Only papers on this topic; may be repeated."),
        click.option("--author", multiple=True, help="Only papers of this author; may be repeated."),
        click.option("--year", metavar="FROM[-TO]", help="Only papers of these years: 2023, 2020-2022, 2021-."),
    ):
        command = option(command)
    return command


def read_filters(
    *, year: str | None, topic: tuple[str, ...], author: tuple[str, ...], only: tuple[str, ...]
) -> "Filters":
    """Raises click.BadParameter for a year that is none. Whether `only` is in the library, `check_ids` says."""
    from rag import Filters  # 450 ms

    return Filters(years=read_years(year), topics=topic, authors=author, paper_ids=only)


def check_ids(index: "PaperIndex", ids: Iterable[str]) -> None:
    """Raises PaperIndexError that names the ids that no paper has."""
    from index import PaperIndexError

    wanted = list(ids)
    unknown = [id for id in wanted if id not in index.papers(wanted)]
    if unknown:
        named = ", ".join(map(printable, unknown))
        raise PaperIndexError(f"There is no paper {named} in the library: `paperchat list` shows the ids.")
