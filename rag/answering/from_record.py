"""Answers from what is known of the papers without their abstracts: who, when, where, which, how many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer import Evidence
from rag.answering.phrasing import cite
from rag.search import as_evidence
from rag.text import whole_title
from rag.understanding import Found, Plan

if TYPE_CHECKING:
    from index import Paper

MOST_LISTED = 100
"""Papers that are shown of a longer list; all are counted."""

MOST_AUTHORS = 6


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """`text` with [n] markers, and the papers they number; `is_missing` where what is asked about is not there."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    is_missing: bool = False


def answer_from_record(plan: Plan, papers: Sequence["Paper"], library: int) -> RecordAnswer:
    """What the record says.

    `papers` are those that pass all that the plan names, most relevant first, `library` how many there are in all.
    """
    if plan.asks in ("authors", "year", "journal", "link", "title") and papers:
        asked = papers[: max(1, len(plan.papers))]
        evidence = numbered(asked)
        lines = [statement(plan.asks, one, paper) for one, paper in zip(evidence, asked, strict=True)]
        return RecordAnswer("\n".join(lines), evidence, not any(is_known(plan.asks, paper) for paper in asked))
    if not papers:
        return RecordAnswer(nothing(plan.found, library), (), is_missing=plan.asks != "count")
    if plan.asks in ("newest", "oldest"):
        return dated(plan, papers)
    return listed(plan, papers, library)


def dated(plan: Plan, papers: Sequence["Paper"]) -> RecordAnswer:
    """The newest or the oldest; all of that year where several share it."""
    years = [paper.year for paper in papers if paper.year]
    if not years:
        text = f"None of the {len(papers)} papers{described(plan.found)} has a year in its record."
        return RecordAnswer(text, is_missing=True)
    year = max(years) if plan.asks == "newest" else min(years)
    of_it = [paper for paper in papers if paper.year == year]
    evidence = numbered(of_it[:MOST_LISTED])
    lead = f"The {plan.asks} of the {len(papers)} papers{described(plan.found)}"
    undated = len(papers) - len(years)
    aside = f" ({undated} without a year left out)" if undated else ""
    if len(of_it) == 1:
        return RecordAnswer(f"{lead}{aside}: {entry(evidence[0], of_it[0])}", evidence)
    return RecordAnswer("\n".join((f"{lead}{aside} are {len(of_it)} of {year}:", *lines(evidence, of_it))), evidence)


def listed(plan: Plan, papers: Sequence["Paper"], library: int) -> RecordAnswer:
    """The number, then the papers, the first of them where they are many."""
    count = len(papers)
    which = described(plan.found)
    evidence = numbered(papers[:MOST_LISTED])
    verb = "is" if count == 1 else "are"
    if which or plan.within:
        lead = f"{count} of the {library} papers {verb}{which}" if which else f"{count} papers"
        lead = lead.replace(" is on ", " is about ").replace(" are on ", " are about ")
    else:
        lead = f"The library holds {count} papers"
    rest = count - len(evidence)
    more = [f"And {rest} more."] if rest else []
    return RecordAnswer("\n".join((f"{lead}:", *lines(evidence, papers), *more)), evidence)


def nothing(found: Found, library: int) -> str:
    """Said truthfully, naming what the record doesn't have."""
    if found.unknown:
        return f"None of the {library} papers has the id {' or '.join(found.unknown)}."
    if found.people.strangers and not found.people.authors:
        return f"None of the {library} papers names {' or '.join(found.people.strangers)} as an author."
    return f"None of the {library} papers is{described(found) or ' like that'}."


def described(found: Found) -> str:
    """The conditions in words: ` from 2019 by A. Ruiz on owls`."""
    first, last = found.years
    parts = []
    if found.people.authors:
        parts.append("by " + " or ".join(found.people.authors[:3]))
    if first or last:
        span = f"from {first}" if first == last else f"from {first} to {last}" if first and last else ""
        parts.append(span or (f"from {first} or later" if first else f"from {last} or earlier"))
    if found.journals:
        parts.append("in " + " or ".join(found.journals[:3]))
    if found.topic:
        parts.append(f"on {found.topic}")
    return "".join(f" {part}" for part in parts)


def is_known(asks: str, paper: "Paper") -> bool:
    """Whether the record has of the paper what is asked for."""
    known = {"authors": paper.authors, "year": paper.year, "journal": paper.journal, "link": paper.url or paper.doi}
    return bool(known.get(asks, True))


def statement(asks: str, one: Evidence, paper: "Paper") -> str:
    title = f"**{whole_title(paper.title)}** [{one.n}]"
    year = f" ({paper.year})" if paper.year else ""
    match asks:
        case "authors":
            return (
                f"{title} was written by {names(paper.authors)}{year}."
                if paper.authors
                else f"{title} has no authors in its record."
            )
        case "year":
            return f"{title} dates from {paper.year}." if paper.year else f"{title} has no year in its record."
        case "journal":
            return (
                f"{title} appeared in {paper.journal}{year}."
                if paper.journal
                else f"{title} has no journal in its record."
            )
        case "link":
            known = [part for part in (paper.url, f"DOI {paper.doi}" if paper.doi else "", f"id {paper.id}") if part]
            return (
                f"{title} is at {', '.join(known)}."
                if paper.url
                else f"{title} has {', '.join(known)} and no link in its record."
            )
    return entry(one, paper)


def lines(evidence: Sequence[Evidence], papers: Sequence["Paper"]) -> Iterator[str]:
    for one, paper in zip(evidence, papers, strict=False):
        yield f"- {entry(one, paper)}"


def entry(one: Evidence, paper: "Paper") -> str:
    """Title, authors, journal and year of a paper on one line."""
    known = [names(paper.authors), paper.journal, str(paper.year or "")]
    details = ", ".join(filter(None, known))
    return cite(f"**{whole_title(paper.title)}**{f' ({details})' if details else ''}", (one.n,))


def names(authors: Sequence[str]) -> str:
    if len(authors) > MOST_AUTHORS:
        return f"{'; '.join(authors[:3])} and {len(authors) - 3} others"
    if any("," in name for name in authors):
        return "; ".join(authors)
    return authors[0] if len(authors) == 1 else f"{', '.join(authors[:-1])} and {authors[-1]}" if authors else ""


def numbered(papers: Sequence["Paper"]) -> tuple[Evidence, ...]:
    return tuple(as_evidence(n, paper, 1.0) for n, paper in enumerate(papers, 1))
