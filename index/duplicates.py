"""Which rows of a run are the same paper: as another row, or as a paper that the library knows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from index.grouping import group_records, merge
from index.identity import REASONS, Identity, identity_of
from index.library import Library
from index.library_origins import Kept, Link
from index.origin import KEPT_FROM_BEFORE, Record
from index.paper import Paper, make_id


@dataclass(frozen=True, slots=True)
class Batch:
    """What some rows come to, to be written together.

    `papers` are those that may have changed, by their ids, `before` what the library had under these ids; `records`
    are all that is known of each, new ones with the number 0. `gone` are ids that the library has no longer.
    """

    papers: Mapping[str, Paper]
    before: Mapping[str, Paper]
    records: Mapping[str, Sequence[Kept]]
    unchanged: frozenset[str]
    """Ids of papers of which nothing is to be written but that their records were read."""
    gone: frozenset[str]
    links_before: frozenset[Link]
    links: frozenset[Link]
    added: int = 0
    changed: int = 0
    same: int = 0
    merged_by: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record of the run, and what its file said of that paper before, if it did."""

    kept: Kept
    replaced: Kept | None

    @property
    def is_changed(self) -> bool:
        return self.replaced is None or self.replaced.record.paper != self.kept.record.paper


class Duplicates:
    """One run over rows, batch after batch.

    What the records of a paper say is merged; the paper is the same whatever their order. It keeps the id under which
    it is known, unless that was made from the title and a record brings one of its own. An id that another paper has
    already is none: the second gets one that is made. What a file said before of a paper is replaced by what it says
    now.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.run = int(library.meta("run") or 0) + 1
        self._seen: set[str] = set()
        """Ids of papers that rows of this run gave."""
        self._new: set[str] = set()
        """Those that only the last batch gave."""

    def unite(self, rows: Sequence[Record], touched: Collection[str] = ()) -> Batch:
        """Each batch must be recorded before the next comes. `touched` are ids of papers that have lost records."""
        papers = self._gather(rows, touched)
        kept = self._library.origins.of(list(papers.values()))
        stored, read = self._replace(rows, kept)
        members = [*stored, *(row.kept for row in read)]
        places, linked = group_records([one.record for one in members])
        ids = self._ids([[members[place] for place in some] for some in places], papers)
        records = {id: [members[place] for place in some] for id, some in zip(ids, places, strict=True)}
        merged = {id: merge([one.record.paper for one in some], id) for id, some in records.items()}
        was = {one.number: one for one in kept}
        unchanged = {
            id
            for id, some in records.items()
            if merged[id] == papers.get(id) and all(is_as_it_was(one, was, id) for one in some)
        }
        lost = {one.paper_id for one in kept} - {one.paper_id for one in members}
        batch = Batch(
            papers=merged,
            before=papers,
            records=records,
            unchanged=frozenset(unchanged - lost),
            gone=frozenset(papers.keys() - merged.keys()),
            links_before=frozenset(self._library.origins.links(papers)),
            links=frozenset((ids[one], ids[other]) for one, other in linked),
        )
        return self._count(batch, read, places, ids, len(stored))

    def forget_batch(self) -> None:
        """The last batch was not recorded, and may come again."""
        self._seen -= self._new

    def _gather(self, rows: Sequence[Record], touched: Collection[str]) -> dict[str, Paper]:
        """Every paper that may be one with a row, and those that may be one with it in turn."""
        origins = self._library.origins
        asked = {key for row in rows for key in identity_of(row.paper).keys}
        ids = origins.known_by(asked) | set(touched)
        ids |= origins.called({row.paper.id for row in rows}, {row.origin.file for row in rows})
        new = ids
        while new:
            keys = origins.keys(new) - asked
            asked |= keys
            new = origins.known_by(keys) - ids
            ids |= new
        place = {id: number for number, id in enumerate(sorted(ids))}
        return self._library.get(sorted(ids, key=place.__getitem__))

    def _replace(self, rows: Sequence[Record], kept: Sequence[Kept]) -> tuple[list[Kept], list[Row]]:
        """What the library keeps of other rows, and the rows, each in place of what it was at an earlier run."""
        left = {one.number: one for one in kept}
        by_clue: dict[str, list[int]] = {}
        for one in kept:
            # What came in this run is only replaced by itself.
            for clue in clues(one.record) if one.run != self.run else [place_of(one.record)]:
                by_clue.setdefault(clue, []).append(one.number)
        earlier: dict[int, Kept] = {}
        # Those that are as they were come first: what changed must not take their place.
        for may_differ in (False, True):
            for place, row in enumerate(rows):
                if place not in earlier and (old := self._earlier(row, by_clue, left, may_differ)):
                    earlier[place] = left.pop(old.number)
        read = []
        for place, row in enumerate(rows):
            found = earlier.get(place)
            number, paper_id = (found.number, found.paper_id) if found else (0, "")
            read.append(Row(Kept(number, paper_id, row, self.run), found))
        return list(left.values()), read

    def _earlier(
        self, row: Record, by_clue: Mapping[str, Sequence[int]], left: Mapping[int, Kept], may_differ: bool
    ) -> Kept | None:
        for file in (row.origin.file, KEPT_FROM_BEFORE):
            for clue in [place_of(row), *clues(replace(row, origin=replace(row.origin, file=file)))]:
                found = [left[number] for number in by_clue.get(clue, ()) if number in left]
                for one in found:
                    if one.record.paper != row.paper and not may_differ:
                        continue
                    is_this = (
                        one.record.origin == row.origin and one.record.paper == row.paper and bool(row.origin.file)
                    )
                    if (one.run != self.run or is_this) and may_replace(row, one.record):
                        return one
        return None

    def _ids(self, groups: Sequence[Sequence[Kept]], papers: Mapping[str, Paper]) -> list[str]:
        """An id for each group: what its paper is called already, else what a source calls it, else a made one."""
        wanted: dict[str, int] = {}
        for group, members in enumerate(groups):
            for one in members:
                if one.paper_id in papers:
                    is_its_own = one.record.paper.id == one.paper_id
                    if one.paper_id not in wanted or (
                        is_its_own and not has_own(groups[wanted[one.paper_id]], one.paper_id)
                    ):
                        wanted[one.paper_id] = group
        sources = {one.record.paper.id for members in groups for one in members}
        made = {make_id(one.record.paper.title) for members in groups for one in members}
        taken = (self._library.hashes(sources | made).keys() - papers.keys()) | wanted.keys()
        chosen: list[str] = []
        for group, members in enumerate(groups):
            ours = [id for id, owner in wanted.items() if owner == group]
            titles = {make_id(one.record.paper.title) for one in members}
            known = [id for id in ours if id not in titles]
            called = [one.record.paper.id for one in members if one.record.paper.id not in titles]
            free = [id for id in called if id not in taken or id in ours]
            id = next(iter((*known, *free, *ours)), "") or self._make_id(members[0].record.paper.title, taken)
            taken.add(id)
            chosen.append(id)
        return chosen

    def _make_id(self, title: str, taken: Collection[str]) -> str:
        id, number = make_id(title), 1
        while id in taken or (number > 1 and self._library.hashes([id])):
            number += 1
            id = make_id(f"{title} {number}")
        return id

    def _count(
        self, batch: Batch, read: Sequence[Row], places: Sequence[Sequence[int]], ids: Sequence[str], stored: int
    ) -> Batch:
        counts: Counter[str] = Counter()
        merged_by: Counter[str] = Counter()
        group_of = {place: group for group, some in enumerate(places) for place in some}
        earlier: dict[int, list[Kept]] = {
            group: [batch.records[ids[group]][n] for n, place in enumerate(some) if place < stored]
            for group, some in enumerate(places)
        }
        # Of a group only its keys are carried along: a file may hold one paper thousands of times.
        keys = {group: {key for one in some for key in keys_of(one)} for group, some in earlier.items()}
        seen: set[int] = set()
        for n, row in enumerate(read):
            group = group_of[stored + n]
            if group in seen or may_be_merged(row, earlier[group], self._seen):
                merged_by[reason(keys[group], row.kept)] += 1
            elif row.replaced is None and not earlier[group]:
                counts["added"] += 1
            else:
                counts["changed" if row.is_changed else "same"] += 1
            seen.add(group)
            keys[group] |= keys_of(row.kept)
        self._new = {ids[group] for group in seen} - self._seen
        self._seen |= self._new
        return replace(
            batch,
            added=counts["added"],
            changed=counts["changed"],
            same=counts["same"],
            merged_by=dict(merged_by),
        )


def is_as_it_was(one: Kept, was: Mapping[int, Kept], id: str) -> bool:
    before = was.get(one.number)
    return before is not None and before.record == one.record and before.paper_id == id


def has_own(members: Iterable[Kept], id: str) -> bool:
    return any(one.record.paper.id == id for one in members)


def clues(record: Record) -> list[str]:
    """By what a row of a file is known at the next run, the surest first."""
    identity = identity_of(record.paper)
    called = f"id:{identity.own_id}" if identity.own_id else ""
    found = [f"{called}\n{identity.title}", called, *sorted(identity.identifiers), identity.title]
    return [f"{record.origin.file}\n{clue}" for clue in found if clue]


def place_of(record: Record) -> str:
    """By what a row is known that is read twice in one run."""
    return f"{record.origin}\n\n"


def may_replace(row: Record, before: Record) -> bool:
    """Whether a file may have called one thing by both."""
    now, then = identity_of(row.paper), identity_of(before.paper)
    if now.title != then.title and before.origin.file == KEPT_FROM_BEFORE:
        return bool(now.identifiers & then.identifiers)
    if now.identifiers & then.identifiers or (now.own_id and now.own_id == then.own_id):
        return True
    return not now.own_id and not then.own_id and not contradictory(now, then)


def contradictory(now: Identity, then: Identity) -> bool:
    pairs = ((now.year, then.year), (now.family, then.family))
    return any(one and other and one != other for one, other in pairs)


def may_be_merged(row: Row, earlier: Sequence[Kept], seen: Collection[str]) -> bool:
    """Whether a row that comes to a paper known `earlier` is a second one of it: this run has `seen` the paper, or
    another file gave it."""
    if any(one.paper_id in seen for one in earlier):
        return True
    return row.replaced is None and any(one.record.origin.file != KEPT_FROM_BEFORE for one in earlier)


def keys_of(one: Kept) -> frozenset[str]:
    return identity_of(one.record.paper).keys


def reason(others: AbstractSet[str], row: Kept) -> str:
    """The strongest that the row has in common with the keys of the others."""
    kinds = {key.partition(":")[0] for key in keys_of(row) & others}
    return next((kind for kind in REASONS if kind in kinds), "title")
