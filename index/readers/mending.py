"""Records of a table that have more fields than the header, or a quote that isn't closed: mended where that is safe."""

import re
from collections.abc import Iterator, Sequence

from index.readers.columns import Columns
from index.readers.delimited import Dialect, Record
from index.readers.fields import NAMES, field_name

FORMS = {
    "year": re.compile(r"\d{4}(?:[-/.]\d.*)?"),
    "doi": re.compile(r"(?:https?://\S+/|doi:\s*)?10\.\d{4,9}/\S+", re.IGNORECASE),
    "url": re.compile(r"(?:https?://|www\.)\S+"),
}
"""What stands in columns of these fields, by which it shows that a field got into the wrong one."""

THOUSANDS = re.compile(r"\d{3}(?!\d)")

NOTHING = ("", "na", "n/a", "none", "null", "nan", "-")


def mend(record: Record, columns: Columns, dialect: Dialect) -> list[str] | None:
    """A value for each of the first columns, as many as are certain.

    None when it isn't plain which field is the title, and which the abstract.
    """
    marked, _ = dialect.scan(record.text) if record.text else ([(cell, False) for cell in record.cells], False)
    if record.is_open:
        marked = close(marked, len(columns.names), dialect.delimiter)
    surplus = len(marked) - len(columns.names)
    if surplus <= 0:
        return [value for value, _ in marked] if len(marked) > max(columns.title, columns.abstract) else None
    ways = list(alignments(marked, surplus, dialect.delimiter))
    are_quoted = marked[columns.title][1] and marked[columns.abstract][1]
    scores = [fit(cells, joined, columns, are_quoted) for cells, joined in ways]
    best = [cells for (cells, _), score in zip(ways, scores, strict=True) if score == max(scores)]
    if len({(cells[columns.title], cells[columns.abstract]) for cells in best}) > 1:
        return None
    return best[0][: certain(best[0], columns) + 1]


def certain(cells: Sequence[str], columns: Columns) -> int:
    """The last column that is known to hold its own value: a surplus cell before it would show in it."""
    verified = [
        at
        for at, (name, value) in enumerate(zip(columns.names, cells, strict=False))
        if (form := form_of(name)) and form.fullmatch(value.strip())
    ]
    return max(columns.title, columns.abstract, *verified)


def close(marked: list[tuple[str, bool]], fields: int, delimiter: str) -> list[tuple[str, bool]]:
    """The field with the open quote holds all that follows: as many of its last parts as are missing are split off."""
    missing = fields - len(marked)
    if missing <= 0:
        return marked
    first, *others = marked[-1][0].rsplit(delimiter, missing)
    return [*marked[:-1], (first, True), *((other.strip('"'), False) for other in others)]


def alignments(
    marked: Sequence[tuple[str, bool]], surplus: int, delimiter: str
) -> Iterator[tuple[list[str], list[str]]]:
    """Each way to get rid of the surplus, with the fields that were joined.

    Either a field was cut by delimiters that should have been in quotes, or there are cells that belong to no column.
    """
    values = [value for value, _ in marked]
    yield values[:-surplus], []
    for at in range(len(values) - surplus):
        end = at + surplus + 1
        if not any(was_quoted for _, was_quoted in marked[at:end]):
            yield [*values[:at], delimiter.join(values[at:end]), *values[end:]], values[at:end]


def fit(cells: Sequence[str], joined: Sequence[str], columns: Columns, are_quoted: bool) -> tuple[int, int]:
    """How well the values suit their columns; then how plain it is where the surplus came from.

    What was joined begins with a blank as in a sentence, or goes on with a number; nothing was joined and title and
    abstract are whole because they stood in quotes.
    """
    suits = 0
    for name, value in zip(columns.names, cells, strict=False):
        form = form_of(name)
        if form and value.strip().casefold() not in NOTHING:
            suits += 1 if form.fullmatch(value.strip()) else -1
    if not joined:
        return suits, 0 if are_quoted else -1
    before, *parts = joined
    for part in parts:
        if not part.startswith(" ") and not (before[-1:].isdigit() and THOUSANDS.match(part)):
            return suits, -1
        before = part
    return suits, 1


def form_of(name: str) -> re.Pattern[str] | None:
    return next((form for field, form in FORMS.items() if field_name(name) in NAMES[field]), None)
