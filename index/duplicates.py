"""Which rows of a run are the same paper: as another row, or as a paper that the library knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.library import Library
from index.paper import DOI, Paper, fold_title, id_key, make_id


@dataclass(frozen=True, slots=True)
class Batch:
    """The papers that some rows come to, by their ids.

    `first` are those that no earlier row of the run gave; the other rows, `merged` of them, gave one again. `gone` are
    ids of papers, of the library as well, whose place a paper of this batch takes.
    """

    papers: dict[str, Paper]
    first: frozenset[str]
    gone: frozenset[str]
    merged: int


class Duplicates:
    """One run over rows, batch after batch.

    Two rows are one paper when their ids are the same however they are written, or when their titles are the same and
    one of them has no id of its own. The later one counts; it keeps the id under which the paper is known, and what it
    does not say itself of authors, year, page and topics.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ids_by_key = library.ids_by_key()
        self._seen: set[str] = set()

    def unite(self, rows: Sequence[Paper]) -> Batch:
        """Each batch must be recorded before the next comes."""
        by_title = self._library.ids_by_title([fold_title(row.title) for row in rows])
        known = self._library.get(list(self._possible_ids(rows) | set(by_title.values())))
        papers: dict[str, Paper] = {}
        first: set[str] = set()
        gone: set[str] = set()
        for row in rows:
            title, made = fold_title(row.title), make_id(row.title)
            id = by_title.get(title, made) if row.id == made else self._known_id(row.id, known)
            places = {id}
            if id != made and made in known:
                places.add(made)
                gone.add(made)
                del known[made]
                papers.pop(made, None)
            before = known.get(id)
            # A source may repeat its own key to correct a row; a DOI is one paper's in whatever source.
            paper = merge(row, before) if before and (id != row.id or DOI.fullmatch(id)) else row
            if before and by_title.get(fold_title(before.title)) == id:
                del by_title[fold_title(before.title)]
            by_title[title] = id
            papers[id] = known[id] = paper
            gone.discard(id)
            is_first = not places & self._seen or bool(places & first)
            first -= places
            self._seen -= places
            self._seen.add(id)
            if is_first:
                first.add(id)
            if (key := id_key(id)) != id:
                self._ids_by_key[key] = id
        return Batch(papers, frozenset(first), frozenset(gone), len(rows) - len(first))

    def _possible_ids(self, rows: Sequence[Paper]) -> set[str]:
        keys = {id_key(row.id) for row in rows}
        written = {self._ids_by_key[key] for key in keys if key in self._ids_by_key}
        return written | keys | {row.id for row in rows} | {make_id(row.title) for row in rows}

    def _known_id(self, id: str, known: dict[str, Paper]) -> str:
        """The id as it was first written."""
        key = id_key(id)
        written = (id, key, self._ids_by_key.get(key, id))
        return next((each for each in written if each in known), id)


def merge(paper: Paper, known: Paper) -> Paper:
    """`paper` under the id of `known`, with details of `known` where it has none itself."""
    return replace(
        paper,
        id=known.id,
        authors=paper.authors or known.authors,
        year=paper.year or known.year,
        url=paper.url or known.url,
        topics=paper.topics or known.topics,
    )
