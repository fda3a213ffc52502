"""Answers that need no abstract to be quoted: small talk, help, and what stands in the record of which papers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index import fold_title
from rag.answer import Filters
from rag.answering.from_record import RecordAnswer, answer_from_record
from rag.answering.small_talk import small_talk
from rag.reading import MOST_READ, Reader, read_evidence, read_on, those_that_belong
from rag.search import Retriever, allowed_papers, merge_retrievals, number_evidence
from rag.text import are_named
from rag.understanding import OF_SEVERAL, Plan, StandaloneQuestion

if TYPE_CHECKING:
    from index import Paper, PaperIndex

MEANT = 0.0
"""The evidence model's logit of relevance above which a paper is the one that is asked about: even odds."""

NEAR = 5
"""Papers among which one is looked for that the question calls by its name."""


def without_abstracts(
    plan: Plan, index: "PaperIndex", retriever: Retriever, reader: Reader, filters: Filters
) -> RecordAnswer | None:
    """The answer to small talk, to questions about the program and the record; None where abstracts are to be read."""
    if not plan.is_of_papers:
        return RecordAnswer(small_talk(plan.asks, index.all_papers()))
    papers = gather(plan, index, retriever, reader, filters) if plan.kind == "record" else None
    return None if papers is None else answer_from_record(plan, papers, index.count())


def gather(
    plan: Plan, index: "PaperIndex", retriever: Retriever, reader: Reader, filters: Filters
) -> Sequence["Paper"] | None:
    """The papers, newest first where no subject orders them; None where it can't be told which is meant."""
    allowed = allowed_papers(index, filters)
    library = index.all_papers()
    within = set(plan.within)
    pool = [
        paper
        for paper in library
        if plan.found.passes(paper)
        and (allowed is None or paper.id in allowed)
        and (not within or paper.id in within)
        and (not plan.papers or paper.id in plan.papers or plan.asks in OF_SEVERAL)
    ]
    if plan.asks not in OF_SEVERAL:
        return pool if plan.papers or plan.found.unknown else the_one_meant(plan, index, retriever, reader, pool)
    if not plan.found.topic or not pool:
        return sorted(pool, key=lambda paper: -(paper.year or 0))
    return on_the_subject(plan, index, retriever, reader, pool)


def on_the_subject(
    plan: Plan, index: "PaperIndex", retriever: Retriever, reader: Reader, pool: Sequence["Paper"]
) -> list["Paper"]:
    """Those of the pool that belong to the subject by the reader's judgement, best first; then those filed under it."""
    question = StandaloneQuestion.alone(f"Which papers are about {plan.found.topic}?", kind="list")
    retrieval = retriever.retrieve(plan.found.topic, MOST_READ, narrowed(pool, index))
    reading = read_evidence(question, number_evidence(retrieval), retrieval, index)
    scores = read_on(reading, reader, {})
    papers = {each.n: retrieval.candidates[each.n - 1].paper for each in reading.papers}
    judged = [papers[n] for n in those_that_belong(reading.read_by(scores), scores)]
    filed = [paper for paper in pool if fold_title(plan.found.topic) in map(fold_title, paper.subjects)]
    return list({paper.id: paper for paper in (*judged, *filed)}.values())


def the_one_meant(
    plan: Plan, index: "PaperIndex", retriever: Retriever, reader: Reader, pool: Sequence["Paper"]
) -> list["Paper"] | None:
    """The paper that the question names or describes; one that it calls by its name goes before what is near."""
    if not pool:
        return []
    question = plan.question
    wanted = f"{plan.found.topic} {question.subject}".strip() or question.searches[0]
    within = narrowed(pool, index)
    near = [retriever.retrieve(search, NEAR, within) for search in dict.fromkeys((wanted, question.searches[0]))]
    papers = [candidate.paper for candidate in merge_retrievals(near, NEAR).candidates]
    named = are_named([(paper.title, paper.abstract) for paper in papers], question.text)
    if any(named):
        return [papers[named.index(True)]]
    nearest = [candidate.paper for candidate in near[0].candidates[:1]]
    if nearest and reader.score(wanted, [(nearest[0].title, nearest[0].abstract)])[0].relevance > MEANT:
        return nearest
    return None


def narrowed(pool: Sequence["Paper"], index: "PaperIndex") -> Filters:
    """Only the pool is searched; all of it when that is the library."""
    return Filters() if len(pool) == index.count() else Filters(paper_ids=tuple(paper.id for paper in pool))


def without(plan: Plan, filters: Filters, index: "PaperIndex") -> Filters:
    """The filters, with what the question leaves out, and only among those it is asked about.

    What a language model took for a filter and no paper passes is no filter.
    """
    left = plan.found.excluded
    if not left and not plan.within and not plan.narrowed:
        return filters
    allowed = allowed_papers(index, filters)
    ids = plan.within or tuple(paper.id for paper in index.all_papers())
    kept = [id for id in ids if id not in left and (allowed is None or id in allowed)]
    if plan.narrowed:
        passing = allowed_papers(index, plan.narrowed)
        kept = [id for id in kept if passing is None or id in passing] or kept
    return replace(filters, paper_ids=tuple(kept))
