"""Several searches for one question, as if they were one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from rag.search.candidate import Candidate, Retrieval


def merge_retrievals(retrievals: Sequence[Retrieval], k: int) -> Retrieval:
    """The best `k` papers of all searches, by turns, each once; all else is the first search's.

    Scores of different searches can't be compared, so each search's first goes before any second; a score is lowered
    where it would be higher than that of the paper before.
    """
    first, *others = retrievals
    if not others:
        return first
    by_turns = chain.from_iterable(zip_longest(*(one.candidates for one in retrievals)))
    once: dict[str, Candidate] = {}
    for candidate in filter(None, by_turns):
        once.setdefault(candidate.paper.id, candidate)
    merged: list[Candidate] = []
    for candidate in [*once.values()][:k]:
        highest = merged[-1].score if merged else candidate.score
        merged.append(replace(candidate, score=min(candidate.score, highest)))
    notices = tuple(dict.fromkeys(notice for one in retrievals for notice in one.notices))
    timings: dict[str, float] = {}
    for one in retrievals:
        for step, took in one.timings.items():
            timings[step] = timings.get(step, 0.0) + took
    return Retrieval(first.query, tuple(merged), first.tokens, notices, timings)
