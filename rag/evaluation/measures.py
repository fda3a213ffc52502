"""One outcome as numbers. Every figure of an evaluation is a ratio of two sums over questions."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from rag.evaluation.outcome import Found, Outcome
from rag.evaluation.question_file import Question
from rag.text import marker_numbers, without_markers

Share = tuple[float, float]
"""What one question adds to a figure: (to the sum above the line, to the sum below). A mean adds (value, 1)."""

SECTIONS = {
    "Retrieval": ("recall@1", "recall@5", "ndcg@10", "mrr@10"),
    "Answers": ("correct", "cites gold", "citation precision", "citation recall"),
    "Markers": ("sentences with a marker", "markers that name nothing", "markers removed"),
    "Refusal": ("refusal precision", "refusal recall", "false refusals", "brier score"),
    "Follow-ups": ("recall@5 as asked", "recall@5 rewritten", "recall@5 standalone"),
}
"""The names of all figures, by what they tell about."""

FIGURES = tuple(name for names in SECTIONS.values() for name in names)
LOWER_IS_BETTER = frozenset({"markers that name nothing", "markers removed", "false refusals", "brier score"})


def measures(outcome: Outcome) -> dict[str, Share]:
    """The figures that this question has a part in; see the names above."""
    found: dict[str, Share] = {}
    question = outcome.question
    if question.answerable:
        found |= {name: (value, 1.0) for name, value in retrieval(question, outcome.ranking).items()}
        for name, ranking in outcome.searches.items():
            found[f"recall@5 {name}"] = (recall(question, ranking, 5), 1.0)
        if question.must_include:
            found["correct"] = (float(is_correct(outcome)), 1.0)
        found["false refusals"] = (float(outcome.abstained), 1.0)
    else:
        found["refusal recall"] = (float(outcome.abstained), 1.0)
    if outcome.abstained:
        found["refusal precision"] = (float(not question.answerable), 1.0)
    else:
        found |= citations(outcome)
    found["brier score"] = ((outcome.answerable - question.answerable) ** 2, 1.0)
    return found


def retrieval(question: Question, ranking: Sequence[Found]) -> dict[str, float]:
    keys, expected = keys_of(question, ranking), list(question.expected)
    return {
        "recall@1": recall(question, ranking, 1),
        "recall@5": recall(question, ranking, 5),
        "ndcg@10": score("ndcg", expected, keys[:10]),
        "mrr@10": score("mrr", expected, keys[:10]),
    }


def recall(question: Question, ranking: Sequence[Found], k: int) -> float:
    """The share of the gold papers among the first `k`."""
    return score("recall", list(question.expected), keys_of(question, ranking)[:k])


def keys_of(question: Question, ranking: Iterable[Found]) -> list[str]:
    return list(dict.fromkeys(question.key_of(paper.paper_id, paper.title) for paper in ranking))


def score(metric: str, expected: list[str], keys: list[str]) -> float:
    # LlamaIndex's metrics refuse an empty ranking.
    return float(metrics()[metric].compute(expected_ids=expected, retrieved_ids=keys).score) if keys else 0.0


@cache
def metrics() -> dict[str, Any]:
    from llama_index.core.evaluation.retrieval.metrics import MRR, NDCG, Recall  # 1.3 s

    return {"recall": Recall(), "ndcg": NDCG(), "mrr": MRR()}


def is_correct(outcome: Outcome) -> bool:
    """Whether the answer holds one variant of every group; a refusal never does."""
    return not outcome.abstained and not missing_facts(outcome)


def missing_facts(outcome: Outcome) -> list[str]:
    """The first variant of each group of which the answer holds none."""
    text = without_markers(outcome.text).casefold()
    return [
        group[0] for group in outcome.question.must_include if not any(variant.casefold() in text for variant in group)
    ]


def citations(outcome: Outcome) -> dict[str, Share]:
    """The figures of an answer's citations; a refusal has none."""
    found: dict[str, Share] = {}
    sentences = outcome.sentences
    cited = sum(sentence.cited for sentence in sentences)
    if outcome.question.answerable:
        cited_keys = {
            outcome.question.key_of(source.paper_id, source.title)
            for source in outcome.sources
            if source.paper_id in outcome.cited
        }
        found["cites gold"] = (float(not cited_keys.isdisjoint(outcome.question.expected)), 1.0)
    if sentences:
        # As in ALCE a mean over answers, so that a long answer weighs no more than a short one; one without any
        # citation has precision 0.
        found["citation precision"] = (sum(s.precise for s in sentences) / cited if cited else 0.0, 1.0)
        found["citation recall"] = (sum(s.verdict == "supported" for s in sentences) / len(sentences), 1.0)
        marked = sum(bool(marker_numbers(sentence.text)) for sentence in sentences)
        found["sentences with a marker"] = (float(marked), float(len(sentences)))
    if outcome.markers:
        found["markers that name nothing"] = (float(outcome.unknown_markers), float(outcome.markers))
    if written := outcome.markers + len(outcome.removed_markers):
        found["markers removed"] = (float(len(outcome.removed_markers)), float(written))
    return found
