"""Which papers of a library are meant: for lists and for what goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.identity import plain
from index.origin import Origin
from index.paper import Paper

SORTS = ("added", "year", "title", "author")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An empty field chooses everything. Authors, topics, origins and text match in part, in any case and with or
    without accents; a paper must match all fields, and one of the values of each."""

    years: tuple[int | None, int | None] = (None, None)
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    text: str = ""
    origins: tuple[str, ...] = ()

    def has(self, paper: Paper, origins: Sequence[Origin]) -> bool:
        first, last = self.years
        if (first or last) and not (paper.year and (first or 0) <= paper.year <= (last or paper.year)):
            return False
        return (
            any_in(self.authors, paper.authors)
            and any_in(self.topics, (*paper.topics, *paper.keywords))
            and any_in((self.text,) if self.text else (), (paper.title, paper.abstract))
            and any_in(self.origins, [origin.file for origin in origins])
        )


def any_in(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    parts = [plain(each) for each in wanted]
    folded = [plain(text) for text in texts] if parts else []
    return not parts or any(part in text for part in parts for text in folded)


def choose(
    papers: Sequence[Paper], origins: Mapping[str, Sequence[Origin]], chosen: Chosen, sort: str = "added"
) -> list[Paper]:
    """`papers` are in the order in which they came in; `sort` is one of SORTS, the newest year first."""
    found = [paper for paper in papers if chosen.has(paper, origins.get(paper.id, ()))]
    if sort == "year":
        found.sort(key=lambda paper: -(paper.year or 0))
    elif sort == "title":
        found.sort(key=lambda paper: plain(paper.title))
    elif sort == "author":
        found.sort(key=lambda paper: [plain(name.split()[-1]) for name in paper.authors if name.split()])
    return found
