"""The papers as a list that can be searched while one types."""

import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index import Paper, PaperIndex

Order = Literal["best", "newest", "oldest", "title"]

SCANNED = 20_000
"""Up to so many papers every letter is compared, so that half a word finds; beyond, the word index answers."""

FALLBACK = 50
"""Papers shown for a query that no paper matches letter by letter: the nearest by words, misspellings allowed."""


@dataclass(frozen=True, slots=True)
class FoundPapers:
    """Papers in the order asked for; `is_exact` is false when nothing matched and these only come near."""

    papers: list["Paper"]
    is_exact: bool = True


class Shelf:
    """Keeps the papers at hand between letters; sees what was added or removed. Thread-safe."""

    def __init__(self, index: "PaperIndex") -> None:
        self.index = index
        self.lock = threading.Lock()
        self.generation = -1
        self.papers: list[Paper] = []
        self.texts: list[str] = []

    def all(self) -> list["Paper"]:
        """Every paper, in the order in which they came in."""
        with self.lock:
            generation = self.index.library.generation
            if generation != self.generation:
                self.papers = self.index.all_papers()
                self.texts = [fold(paper) for paper in self.papers[:SCANNED]]
                self.generation = generation
            return self.papers

    def topics(self) -> list[str]:
        """All topics, the most frequent first."""
        counts = Counter(topic for paper in self.all() for topic in paper.subjects)
        return [topic for topic, _ in counts.most_common()]

    def authors(self) -> list[str]:
        """All authors, those of most papers first."""
        counts = Counter(author for paper in self.all() for author in dict.fromkeys(paper.authors))
        return [author for author, _ in counts.most_common()]

    def years(self) -> list[int]:
        """All years, the latest first."""
        return sorted({paper.year for paper in self.all() if paper.year}, reverse=True)

    def find(
        self,
        query: str = "",
        topic: str = "",
        year: int | None = None,
        order: Order = "best",
        among: Collection[str] | None = None,
    ) -> FoundPapers:
        """The papers that hold every word of `query`, or the beginning of it, somewhere; titles count most.

        `among` are the ids of those that are looked through; None is all.
        """
        papers = self.all()
        words = query.casefold().split()
        is_exact = True
        if words and len(papers) <= SCANNED:
            texts = self.texts
            papers = [paper for paper, text in zip(papers, texts, strict=False) if all(word in text for word in words)]
        elif words:
            papers = self.nearest(query, 10 * FALLBACK, fuzzy=False)
        if words and not papers:
            papers, is_exact = self.nearest(query, FALLBACK, fuzzy=True), False
        papers = [
            paper
            for paper in papers
            if (not topic or topic in paper.subjects)
            and (not year or paper.year == year)
            and (among is None or paper.id in among)
        ]
        return FoundPapers(sort(papers, words if is_exact else [], order), is_exact)

    def nearest(self, query: str, k: int, *, fuzzy: bool) -> list["Paper"]:
        hits = self.index.search_words(query, k, fuzzy=fuzzy)
        return list(self.index.papers([paper_id for paper_id, _ in hits]).values())


def fold(paper: "Paper") -> str:
    return " ".join((paper.title, *paper.authors, *paper.subjects, str(paper.year or ""), paper.abstract)).casefold()


def sort(papers: list["Paper"], words: list[str], order: Order) -> list["Paper"]:
    if order == "title":
        return sorted(papers, key=lambda paper: paper.title.casefold())
    if order == "oldest":
        return sorted(papers, key=lambda paper: (paper.year is None, paper.year or 0))
    if order == "newest":
        return sorted(papers, key=lambda paper: -(paper.year or 0))
    if not words:
        return papers

    def in_title(paper: "Paper") -> int:
        title = paper.title.casefold()
        return sum(word in title for word in words)

    return sorted(papers, key=in_title, reverse=True)
