"""What each origin said of the papers of a library, the keys by which they are known, and links between them."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from index.identity import identity_of
from index.origin import Origin, Record
from index.paper import Paper
from index.papers_copy import Copied, paper_fields, read_fields
from index.sqlite_file import Database

Link = tuple[str, str]
"""(id of the preprint, id of the article)"""
ADD_ORIGIN = "INSERT INTO origins (paper, file, line, record, source_id, given, run) VALUES (?, ?, ?, ?, ?, ?, ?)"
ADD_KEY = "INSERT OR IGNORE INTO identities VALUES (?, ?)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as the library keeps it: `number` is its key there, `run` the last in which it was read."""

    number: int
    paper_id: str
    record: Record
    run: int


class Origins:
    """Part of `Library`: writes belong into its transactions, and each method raises what `Database` raises."""

    def __init__(self, data: Database) -> None:
        self._data = data

    # -- reading ----------------------------------------------------------------------------------------------------

    def of(self, papers: Collection[Paper]) -> list[Kept]:
        """What was said of these papers, in the order it came in."""
        by_id = {paper.id: paper for paper in papers}
        rows = self._data.among(
            "SELECT number, paper, file, line, record, source_id, given, run FROM origins WHERE paper IN", by_id
        )
        with self._data.explained():
            return sorted((as_kept(row, by_id[row[1]]) for row in rows), key=lambda kept: kept.number)

    def places(self, paper_ids: Collection[str]) -> dict[str, list[Origin]]:
        """Paper id -> where it comes from; nothing for those handed in by a program."""
        rows = self._data.among("SELECT paper, file, line, record, number FROM origins WHERE paper IN", paper_ids)
        found: dict[str, list[Origin]] = {id: [] for id in paper_ids}
        for paper, file, line, record, _ in sorted(rows, key=lambda row: row[4]):
            found[paper].append(Origin(file, line, record))
        return found

    def known_by(self, keys: Collection[str]) -> set[str]:
        """Ids of papers with one of these keys."""
        return {id for (id,) in self._data.among("SELECT DISTINCT paper FROM identities WHERE key IN", keys)}

    def keys(self, paper_ids: Collection[str]) -> set[str]:
        return {key for (key,) in self._data.among("SELECT key FROM identities WHERE paper IN", paper_ids)}

    def called(self, source_ids: Collection[str], files: Collection[str]) -> set[str]:
        """Ids of papers that one of these files has under one of these ids."""
        rows = self._data.among("SELECT paper, file FROM origins WHERE source_id IN", source_ids)
        return {paper for paper, file in rows if file in files}

    def links(self, paper_ids: Collection[str]) -> set[Link]:
        """Those in which one of these papers is the preprint or the article."""
        found = self._data.among("SELECT preprint, article FROM links WHERE preprint IN", paper_ids)
        found += self._data.among("SELECT preprint, article FROM links WHERE article IN", paper_ids)
        return {(preprint, article) for preprint, article in found}

    def files(self) -> list[str]:
        return [file for (file,) in self._data.rows("SELECT DISTINCT file FROM origins ORDER BY file")]

    def not_read(self, file: str, run: int) -> list[tuple[int, str]]:
        """(number, paper id) of the records of a file that were not read in this run."""
        return self._data.rows("SELECT number, paper FROM origins WHERE file = ? AND run <> ?", file, run)

    # -- writing ----------------------------------------------------------------------------------------------------

    def forget(self, numbers: Iterable[int]) -> None:
        self._data.write_many("DELETE FROM origins WHERE number = ?", [(number,) for number in numbers])

    def write(self, paper: Paper, kept: Iterable[Kept]) -> None:
        """The records of a paper as they now are; new ones have the number 0."""
        for one in kept:
            row = (paper.id, *as_row(one.record, paper), one.run)
            if one.number:
                self._data.write(
                    "UPDATE origins SET paper = ?, file = ?, line = ?, record = ?, source_id = ?, given = ?, run = ? "
                    "WHERE number = ?",
                    *row,
                    one.number,
                )
            else:
                self._data.write(ADD_ORIGIN, *row)

    def mark_read(self, numbers: Iterable[int], run: int) -> None:
        self._data.write_many("UPDATE origins SET run = ? WHERE number = ?", [(run, number) for number in numbers])

    def set_keys(self, paper_id: str, records: Iterable[Record]) -> None:
        self._data.write("DELETE FROM identities WHERE paper = ?", paper_id)
        keys = {key for record in records for key in identity_of(record.paper).keys}
        self._data.write_many(ADD_KEY, [(key, paper_id) for key in keys])

    def set_links(self, before: Collection[Link], now: Collection[Link]) -> None:
        self._data.write_many("DELETE FROM links WHERE preprint = ? AND article = ?", set(before) - set(now))
        self._data.write_many("INSERT OR IGNORE INTO links VALUES (?, ?)", set(now) - set(before))

    def replace(self, papers: Collection[Copied], known: Collection[str]) -> None:
        """All that is known of these papers is now this. `known`: papers that they may be preprints of."""
        ids = [(one.paper.id,) for one in papers]
        self._data.write_many("DELETE FROM origins WHERE paper = ?", ids)
        self._data.write_many("DELETE FROM links WHERE preprint = ?", ids)
        self.restore(papers, known)

    def restore(self, papers: Collection[Copied], known: Collection[str] = ()) -> None:
        """Fills the tables of an empty library; what is spoiled, or was copied before there were origins, is taken from
        the paper itself."""
        for one in papers:
            rows = one.origins or (("?", 0, 0, one.paper.id, ""),)
            kept = [as_kept((0, one.paper.id, *row, 0), one.paper) for row in rows]
            self.write(one.paper, kept)
            self.set_keys(one.paper.id, [each.record for each in kept])
        ids = {one.paper.id for one in papers} | set(known)
        self.set_links((), {(one.paper.id, article) for one in papers for article in one.articles if article in ids})


def as_row(record: Record, paper: Paper) -> tuple[str, int, int, str, str]:
    """File, line, record, id in the file, and what it says where that is not the paper as it stands."""
    origin = record.origin
    is_all = replace(record.paper, id=paper.id) == paper
    given = "" if is_all else json.dumps(paper_fields(record.paper), ensure_ascii=False)
    return (origin.file, origin.line, origin.record, record.paper.id, given)


def as_kept(row: tuple, paper: Paper) -> Kept:  # type: ignore[type-arg]
    number, paper_id, file, line, record, source_id, given, run = row
    try:
        said = Paper(id=source_id, **read_fields(json.loads(given))) if given else replace(paper, id=source_id)
    except (ValueError, TypeError, KeyError):
        said = replace(paper, id=source_id)
    return Kept(number, paper_id, Record(said, Origin(file, line, record)), run)
