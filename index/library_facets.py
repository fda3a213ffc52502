"""Years, authors and topics of the papers of a library as columns, and which papers a filter by them lets pass."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.paper import Paper
from index.sqlite_file import MANY, Database, SQLRow, storable_only

Years = tuple[int | None, int | None]
"""First and last, None where open."""
Texts = Collection[str]
PARTS_AT_ONCE = 100
"""Texts compared in one subquery: SQLite takes no expression that is deeper than 1,000."""


class Passing(Collection[str]):
    """The papers that a filter let pass when it was made, as a mask over their numbers in the library."""

    def __init__(self, data: Database, numbers: NDArray[np.int64]) -> None:
        self._data = data
        self._numbers = numbers
        # The last place stands for all papers that came later.
        self._mask = np.zeros(int(numbers.max(initial=0)) + 2, bool)
        self._mask[numbers] = True

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __contains__(self, id: object) -> bool:
        return id in self._ids

    @cached_property
    def _ids(self) -> dict[str, None]:
        """Each as a key, in the order in which the papers came in."""
        found: dict[str, None] = {}
        numbers = self._numbers.tolist()
        for first in range(0, len(numbers), MANY):
            some = numbers[first : first + MANY]
            query = f"SELECT id FROM papers WHERE number IN ({', '.join('?' * len(some))}) ORDER BY number"  # noqa: S608
            found |= dict.fromkeys(id for (id,) in self._data.rows(query, *some))
        return found

    def among(self, ids: Collection[str]) -> set[str]:
        """Those of these papers that pass."""
        found = self._data.among("SELECT number, id FROM papers WHERE id IN", ids)
        passes = self.has(np.array([number for number, _ in found], np.int64))
        return {id for (_, id), is_in in zip(found, passes.tolist(), strict=True) if is_in}

    def has(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each number of a paper whether it passes; 0 is none."""
        found: NDArray[np.bool_] = self._mask[np.minimum(numbers, len(self._mask) - 1)]
        return found


class Facets:
    """Part of `Library`: writes belong into its transactions, and each method raises what `Database` raises."""

    def __init__(self, data: Database) -> None:
        self._data = data

    def numbers(self) -> dict[str, int]:
        """Paper id -> number in the library, of every paper."""
        return dict(self._data.rows("SELECT id, number FROM papers"))

    def all_of(self, ids: Texts) -> Passing:
        """These papers, as far as they are there."""
        return ids if isinstance(ids, Passing) else Passing(self._data, self._numbers_of(ids))

    def passing(
        self,
        years: Years = (None, None),
        authors: Texts = (),
        topics: Texts = (),
        paper_ids: Texts = (),
    ) -> Passing:
        """The papers that meet every part of the filter; within a part one of its values is enough, empty is no filter.

        Topics (the paper's subjects) and authors match whole or in part, without regard to case. A paper without a year
        passes no filter by year.
        """
        conditions, values = list[str](), list[object]()
        for sign, year in zip((">=", "<="), years, strict=True):
            if year is not None:
                conditions.append(f"year {sign} ?")
                values.append(year)
        for kind, wanted in (("author", authors), ("topic", topics)):
            if wanted:
                parts = storable_only({part.casefold() for part in wanted})
                groups = [parts[first : first + PARTS_AT_ONCE] for first in range(0, len(parts), PARTS_AT_ONCE)]
                conditions.append(f"({' OR '.join(['0', *(holding(len(group)) for group in groups)])})")
                for group in groups:
                    values += [kind, *group]
        if paper_ids and not conditions:
            return self.all_of(paper_ids)
        # Only numbers of question marks are put into the statement. The order is made later: asked for it, SQLite reads
        # whole papers, 15 ms of 20,000, rather than the index of years.
        query = f"SELECT number FROM papers WHERE {' AND '.join(conditions or '1')}"  # noqa: S608
        numbers = np.sort(as_array(self._data.rows(query, *values)))
        if paper_ids:
            numbers = np.intersect1d(numbers, self._numbers_of(paper_ids), assume_unique=True)
        return Passing(self._data, numbers)

    def _numbers_of(self, ids: Collection[str]) -> NDArray[np.int64]:
        return np.sort(as_array(self._data.among("SELECT number FROM papers WHERE id IN", set(ids))))

    def write(self, paper: Paper) -> None:
        """In place of what was known of it. Values that no paper has any more stay: they cost a look."""
        self._data.write("DELETE FROM paper_facets WHERE paper = (SELECT number FROM papers WHERE id = ?)", paper.id)
        found = facets_of(paper)
        self._data.write_many("INSERT OR IGNORE INTO facets (kind, value) VALUES (?, ?)", found)
        self._data.write_many(
            "INSERT OR IGNORE INTO paper_facets SELECT papers.number, facets.number FROM papers, facets "
            "WHERE id = ? AND kind = ? AND value = ?",
            [(paper.id, *each) for each in found],
        )


def facets_of(paper: Paper) -> list[tuple[str, str]]:
    """(kind, value) of all by which the paper can be filtered, but for its year."""
    found = [("author", name.casefold()) for name in paper.authors]
    return found + [("topic", subject.casefold()) for subject in paper.subjects]


def holding(number: int) -> str:
    """The papers that have a value which holds one of so many texts."""
    return (
        "number IN (SELECT paper FROM paper_facets WHERE facet IN (SELECT number FROM facets "  # noqa: S608 - a number
        f"WHERE kind = ? AND ({' OR '.join(['instr(value, ?)'] * number)})))"
    )


def as_array(rows: Sequence[SQLRow]) -> NDArray[np.int64]:
    return np.fromiter((number for (number,) in rows), np.int64)
