"""Records into papers: which records are of one paper depends on the records alone, not on the order they came in."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations

from index.identity import Identity, identity_of
from index.origin import Record
from index.paper import Paper


@dataclass(eq=False, slots=True)
class Group:
    """Records of one paper, by their places in what was given, and what they say together."""

    members: list[int]
    identities: list[Identity]
    order: tuple[str, ...]
    """Sorts groups by content."""
    files: set[tuple[str, str]] = field(default_factory=set)
    """Files with the id that the record has in each."""

    @property
    def identifiers(self) -> set[str]:
        return {key for one in self.identities for key in one.identifiers}

    @property
    def years(self) -> set[int]:
        return {one.year for one in self.identities if one.year}

    @property
    def families(self) -> set[str]:
        return {one.family for one in self.identities if one.family}

    @property
    def is_preprint(self) -> bool:
        return any(one.is_preprint for one in self.identities)

    @property
    def is_article(self) -> bool:
        return any(one.is_article for one in self.identities)


def group_records(records: Sequence[Record]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The places of the records of each paper, in the order of their first, and pairs of preprint and article (by their
    places in that list)."""
    identities = [identity_of(record.paper) for record in records]
    groups: list[Group] = []
    linked: list[tuple[Group, Group]] = []
    for places in connected([one.keys for one in identities]):
        found = join_equals(start_group(place, identities[place], records[place]) for place in places)
        if len(found) > 1:
            found, pairs = Grouping(found).run()
            linked += pairs
        groups += found
    groups.sort(key=lambda group: min(group.members))
    number = {id(group): n for n, group in enumerate(groups)}
    links = [(number[id(one)], number[id(other)]) for one, other in linked]
    return [sorted(group.members) for group in groups], links


def start_group(place: int, identity: Identity, record: Record) -> Group:
    paper = record.paper
    # The file last: of two records that say the same, one may be kept apart from a third by the file they share.
    said = (f"{10**6 - len(paper.abstract):07}", paper.abstract, *map(repr, asdict(paper).values()))
    order = (*said, record.origin.file)
    return Group([place], [identity], order, {(record.origin.file, identity.own_id)})


def join_equals(groups: Iterable[Group]) -> list[Group]:
    """Records that say the same of who they are, and say enough to be joined at sight, joined: a file may hold one
    paper thousands of times, and every pair of groups is looked at later."""
    joined: dict[Identity | int, Group] = {}
    for number, group in enumerate(groups):
        (identity,) = group.identities
        is_enough = identity.identifiers or (identity.year and identity.family)
        same = joined.setdefault(identity if is_enough else number, group)
        if same is not group:
            same.members += group.members
            same.files |= group.files
            same.order = min(same.order, group.order)
    return list(joined.values())


def connected(keys: Sequence[Iterable[str]]) -> list[list[int]]:
    """The places of those that share keys, directly or through others."""
    at: dict[str, int] = {}
    parent = list(range(len(keys)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = place = parent[parent[place]]
        return place

    for place, some in enumerate(keys):
        for key in some:
            parent[root(place)] = root(at.setdefault(key, place))
    parts: dict[int, list[int]] = defaultdict(list)
    for place in range(len(keys)):
        parts[root(place)].append(place)
    return list(parts.values())


class Grouping:
    """Groups that share keys, joined step by step, surest first. What decides between equals is their content."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups = sorted(groups, key=lambda group: group.order)
        self._kept_apart: list[tuple[Group, Group]] = []
        self._into: dict[int, Group] = {}

    def run(self) -> tuple[list[Group], list[tuple[Group, Group]]]:
        self._join_by_identifiers()
        self._join_by_title_year_and_author()
        self._join_by_title()
        self._link_by_title()
        links = []
        for one, other in self._kept_apart:
            one, other = self._now(one), self._now(other)
            pair = (one, other) if one.is_preprint else (other, one)
            if one is not other and pair not in links:
                links.append(pair)
        return self._groups, links

    def _now(self, group: Group) -> Group:
        while id(group) in self._into:
            group = self._into[id(group)]
        return group

    def _join(self, one: Group, other: Group) -> bool:
        one, other = sorted((self._now(one), self._now(other)), key=lambda group: group.order)
        if one is other:
            return False
        if (one.is_preprint and other.is_article) or (one.is_article and other.is_preprint):
            self._kept_apart.append((one, other))
            return False
        one.members += other.members
        one.identities += other.identities
        one.files |= other.files
        self._into[id(other)] = one
        self._groups.remove(other)
        return True

    def _buckets(self, keys_of: Callable[[Identity], Iterable[str]]) -> list[list[Group]]:
        buckets: dict[str, list[Group]] = defaultdict(list)
        for group in self._groups:
            for key in sorted({key for one in group.identities for key in keys_of(one)}):
                buckets[key].append(group)
        return [buckets[key] for key in sorted(buckets) if len(buckets[key]) > 1]

    def _join_by_identifiers(self) -> None:
        """A record with the identifiers of both goes to the preprint or to the article by what its source calls it."""
        for bucket in self._buckets(lambda one: one.identifiers):
            for one, other in combinations(bucket, 2):
                if (one.is_preprint, one.is_article) == (other.is_preprint, other.is_article):
                    self._join(one, other)
        for bucket in self._buckets(preferred):
            for one, other in combinations(bucket, 2):
                self._join(one, other)
        for bucket in self._buckets(lambda one: one.identifiers):
            for one, other in combinations(bucket, 2):
                self._join(one, other)

    def _join_by_title_year_and_author(self) -> None:
        def keys(one: Identity) -> list[str]:
            return [f"{one.title}\n{one.year}\n{one.family}"] if one.year and one.family else []

        for bucket in self._buckets(keys):
            for one, other in combinations(bucket, 2):
                if not contradict(self._now(one).identifiers, self._now(other).identifiers):
                    self._join(one, other)

    def _join_by_title(self) -> None:
        """A record without identifiers goes where its title is, if nothing speaks against it."""
        for bucket in self._buckets(lambda one: [one.title]):
            for nameless in [group for group in bucket if not group.identifiers]:
                one = self._now(nameless)
                if one.identifiers:
                    continue
                others = {id(now): now for other in bucket if (now := self._now(other)) is not one}
                fitting = [other for other in others.values() if may_be_one(one, other)]
                fitting.sort(key=lambda other: (not other.identifiers, -agreement(one, other), other.order))
                if fitting:
                    self._join(one, fitting[0])

    def _link_by_title(self) -> None:
        """A preprint and its article may be of different years."""
        for bucket in self._buckets(lambda one: [one.title]):
            preprints = [group for group in bucket if group.is_preprint]
            articles = [group for group in bucket if group.is_article]
            for one in preprints:
                for other in articles:
                    if agree(one.families, other.families) is not False:
                        self._kept_apart.append((one, other))


def preferred(one: Identity) -> list[str]:
    """The identifiers of the side that a record belongs to."""
    arxiv = [key for key in one.identifiers if key.startswith("arxiv_id:")]
    calls_it_arxiv = any(one.own_id.casefold().endswith(key.partition(":")[2]) for key in arxiv)
    return arxiv if calls_it_arxiv else [key for key in one.identifiers if key not in arxiv]


def contradict(some: set[str], others: set[str]) -> bool:
    """Whether they have identifiers of one kind and none of these in common."""
    for kind in ("doi:", "arxiv_id:", "pmid:"):
        one, other = ({key for key in keys if key.startswith(kind)} for keys in (some, others))
        if one and other and not one & other:
            return True
    return False


def agree(some: Collection[object], others: Collection[object]) -> bool | None:
    """None where one side says nothing."""
    return bool(set(some) & set(others)) if some and others else None


def agreement(one: Group, other: Group) -> int:
    return (agree(one.years, other.years) is True) + (agree(one.families, other.families) is True)


def may_be_one(one: Group, other: Group) -> bool:
    """Of two groups with one title, of which one has no identifiers. A file that calls them by two ids means two."""
    if agree(one.years, other.years) is False or agree(one.families, other.families) is False:
        return False
    ours, theirs = ({id for _, id in group.files if id} for group in (one, other))
    return bool(ours & theirs) or not {file for file, id in one.files if id} & {file for file, id in other.files if id}


def merge(papers: Iterable[Paper], id: str) -> Paper:
    """One paper of what several records say: title and abstract of the fuller abstract, all topics and keywords."""
    ranked = sorted(papers, key=lambda paper: (-len(paper.abstract), tuple(map(repr, asdict(paper).values()))))
    best = replace(ranked[0], id=id)
    filled = {
        name: next((value for paper in ranked if (value := getattr(paper, name))), getattr(best, name))
        for name in ("url", "journal", "doi", "pmid", "type", "language")
    }
    # Of the issue rather than of the first time online.
    year = max((paper.year for paper in ranked if paper.year), default=None)
    authors = max(ranked, key=lambda paper: (len(paper.authors), sum(map(len, paper.authors)))).authors
    topics, keywords = (
        tuple(dict.fromkeys(each for paper in ranked for each in getattr(paper, name)))
        for name in ("topics", "keywords")
    )
    return replace(best, **filled, year=year, authors=authors, topics=topics, keywords=keywords)
