"""What went wrong with a question, in words, and the questions with which most did."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.evaluation.measures import missing_facts, recall
from rag.evaluation.outcome import Outcome

WEIGHTS = {
    "answered": 4.0,
    "refused": 4.0,
    "not found": 3.0,
    "incomplete": 3.0,
    "partly found": 1.0,
    "unsupported": 1.0,
}
"""How bad a shortcoming is: a wrong decision to answer or refuse misleads most, a weak citation least."""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """`name` is a key of WEIGHTS, `message` a clause for people."""

    name: str
    message: str


def shortcomings(outcome: Outcome) -> list[Shortcoming]:
    """Everything that falls short, worst first; nothing for a question that went well."""
    question, found = outcome.question, []
    if not question.answerable and not outcome.abstained:
        found.append(Shortcoming("answered", "answered, though the abstracts don't hold the answer"))
    if question.answerable:
        if outcome.abstained:
            found.append(Shortcoming("refused", "refused, though the abstracts hold the answer"))
        elif facts := missing_facts(outcome):
            found.append(Shortcoming("incomplete", "lacks " + ", ".join(f"“{fact}”" for fact in facts)))
        share = recall(question, outcome.ranking, 5)
        if share == 0:
            found.append(Shortcoming("not found", "none of its papers is among the first five"))
        elif share < 1:
            found.append(Shortcoming("partly found", f"{share:.0%} of its papers are among the first five"))
    weak = sum(sentence.verdict == "unsupported" for sentence in outcome.sentences)
    if weak and not outcome.abstained:
        found.append(Shortcoming("unsupported", f"{weak} of {len(outcome.sentences)} sentences not supported"))
    return sorted(found, key=lambda shortcoming: -WEIGHTS[shortcoming.name])


def worst(outcomes: Sequence[Outcome], most: int = 20) -> list[tuple[Outcome, list[Shortcoming]]]:
    """The questions with the heaviest shortcomings, at most `most`, heaviest first."""
    found = [(outcome, those) for outcome in outcomes if (those := shortcomings(outcome))]
    found.sort(key=lambda pair: -sum(WEIGHTS[shortcoming.name] for shortcoming in pair[1]))
    return found[:most]
