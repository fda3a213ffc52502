"""Which papers of a large source are wanted: by topic and year."""

from dataclasses import dataclass

from index.paper import Paper


@dataclass(frozen=True, slots=True)
class Selection:
    """Papers of one of the `categories` and of the `years`, the first and the last each None when open.

    A category is a topic as the source writes it, in any case; one before a point stands for all below it: `cs` for
    `cs.CL`. No categories, and no years, take every paper; with years a paper of unknown year is not taken.
    """

    categories: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)

    @property
    def takes_all(self) -> bool:
        return not self.categories and self.years == (None, None)

    def takes(self, paper: Paper) -> bool:
        return self._takes_topics(paper.subjects) and self._takes_year(paper.year)

    def _takes_topics(self, topics: tuple[str, ...]) -> bool:
        wanted = {category.casefold() for category in self.categories}
        names = {topic.casefold() for topic in topics}
        return not wanted or not wanted.isdisjoint(names | {name.split(".")[0] for name in names if "." in name})

    def _takes_year(self, year: int | None) -> bool:
        first, last = self.years
        if first is None and last is None:
            return True
        return year is not None and (first is None or first <= year) and (last is None or year <= last)
