"""Which column of a table holds what: by its exact name, by a name that is like it, else by what stands in it."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.readers.fields import NAMES, field_name

WEB_OF_SCIENCE = {
    "PT": "publication kind", "AU": "short author names", "AF": "authors", "TI": "title", "SO": "journal",
    "LA": "language", "DT": "type", "DE": "keywords", "ID": "topics", "AB": "abstract", "PY": "year", "DI": "doi",
    "PM": "pmid", "UT": "id", "BA": "book authors", "EA": "early access",
}  # fmt: skip
"""Field tags of its tab-delimited exports: some mean elsewhere something else (ID, DE)."""

SHORTEST_ABSTRACT = 150
"""Characters, at the median of a column: titles stay below it."""
SHORTEST_TITLE, LONGEST_TITLE = 12, 300
"""Characters, at the median of a column."""
FEWEST_TITLES_UNLIKE = 0.9
"""Share of different values in a column of titles: journals and kinds repeat themselves."""

NO_TITLE = {
    "journal", "source", "publication", "secondary", "alternate", "alternative", "short", "book", "series",
    "conference", "abbreviated", "original", "proceedings", "job", "translated", "venue", "container",
}  # fmt: skip
NO_ABSTRACT = {"original", "graphical", "other", "translated", "url", "link", "id", "language", "length", "has"}
"""Words beside "title" or "abstract" in a name that make it something else."""

ADDRESS = re.compile(r"^(?:https?://|www\.|10\.\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns in their order; two that are called alike share a name.

    `title` and `abstract` are the places of these two. `guesses` says in a sentence each what was not told by a name.
    """

    names: tuple[str, ...]
    title: int
    abstract: int
    guesses: tuple[str, ...] = ()


def names_papers(cells: Sequence[str]) -> bool:
    """Whether these cells are a header that names title and abstract."""
    return len(cells) > 1 and find_named(cells, "title") is not None and find_named(cells, "abstract") is not None


def find_named(cells: Sequence[str], field: str) -> int | None:
    names = [field_name(cell) for cell in cells]
    return next((names.index(name) for name in NAMES[field] if name in names), None)


def is_web_of_science(header: Sequence[str]) -> bool:
    return {"PT", "TI", "UT"}.issubset(header) or {"PT", "AU", "TI", "SO"}.issubset(header)


def name_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns | None:
    """What the columns below `header` are called, `rows` being the first of them; None without titles and abstracts."""
    named = [name.strip() or f"column {number}" for number, name in enumerate(header, 1)]
    if is_web_of_science(header):
        named = [WEB_OF_SCIENCE.get(name, name) for name in named]
    guesses: list[str] = []
    places: dict[str, int] = {}
    columns = [[row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in range(len(named))]
    for field in ("abstract", "title"):
        place = find_named(named, field)
        if place is None:
            place = guess(field, named, columns, places)
            if place is None:
                return None
            guesses.append(f"The column {quoted(named[place])} was taken for the {field}.")
            named[place] = field
        places[field] = place
    return Columns(tuple(named), places["title"], places["abstract"], tuple(guesses))


def guess(field: str, names: Sequence[str], columns: Sequence[Sequence[str]], places: Mapping[str, int]) -> int | None:
    free = [at for at in range(len(names)) if at not in places.values()]
    others = NO_TITLE if field == "title" else NO_ABSTRACT
    for at in free:
        words = set(re.findall(r"[a-z]+", names[at].casefold()))
        if field in words and not words & others:
            return at
    if field == "abstract":
        lengths = {at: statistics.median(map(len, columns[at])) for at in free if reads_as_text(columns[at])}
        longest = max(lengths, key=lambda at: lengths[at], default=None)
        return longest if longest is not None and lengths[longest] >= SHORTEST_ABSTRACT else None
    return next((at for at in free if reads_as_titles(columns[at])), None)


def reads_as_text(values: Sequence[str]) -> bool:
    """Sentences: several words of which most have no separator of lists behind them."""
    words = sum(len(value.split()) for value in values)
    separators = sum(value.count(";") + value.count("|") + value.count("http") for value in values)
    return words > 5 * len(values) and separators < words / 12


def reads_as_titles(values: Sequence[str]) -> bool:
    if not values or len(set(values)) < FEWEST_TITLES_UNLIKE * len(values):
        return False
    if not SHORTEST_TITLE <= statistics.median(map(len, values)) <= LONGEST_TITLE:
        return False
    # Names of people and places have capitals and commas, titles have words in between.
    return sum(is_phrase(value) for value in values) > len(values) / 2


def is_phrase(value: str) -> bool:
    words = value.split()
    plain = sum(word[0].islower() and word.strip(",.;:").isalpha() for word in words)
    return len(words) > 2 and not ADDRESS.match(value) and ";" not in value and plain >= max(1, len(words) // 4)


def as_values(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Name -> value; of columns that are called alike, the first that holds something."""
    values: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.strip() or name not in values:
            kept = values.get(name, "")
            values[name] = kept if kept.strip() else cell
    return values


def quoted(name: str) -> str:
    return f"“{name[:60]}”"
