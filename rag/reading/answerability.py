"""Is the question answerable from this evidence? Decided before an answer is written."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from index import PART, split_words
from rag.answer import Confidence
from rag.reading.evidence_model import EvidenceScore, logistic
from rag.reading.excerpts import Reader, read_paper
from rag.reading.sentence_ranking import Reading
from rag.settings import RagSettings
from rag.text import is_english, label, name_words, nearest
from rag.understanding import chance_to_ask_back

FITTED = Path(__file__).parents[1] / "weights" / "refusal.json"
"""What each figure is worth, as `train/refusal.py` fitted it."""

PAPERS_READ = 3
"""Papers that the evidence model reads: more than three changed no decision for the better, and each costs its time."""

SURE = 0.9
"""Once the question is this surely answerable, no further paper is read: that could only make it surer, and reading
takes most of a turn's time."""

PARTLY_WITHIN = 0.15
"""An answer whose figure lies less than this above `refuse_below` is called partial."""

AND_ASKED = re.compile(
    r",? and (?=(?:(?:by|on|with|to|at|in|for|from|of) )?(?:how|what|which|where|why|when|who|whose)\b|"
    r"(?:is|are|does|do|did|was|were|has|have|can) )",
    re.IGNORECASE,
)
PART_ANSWERED, PART_MISSING = 0.0, -2.5
"""The evidence model's logits from which a part of a question counts as answered, and below which as not answered.
Between them it is left open. Parts that the development questions hold lie above 0, made-up ones below -2.9."""

SURE_NAME = 8
"""A shorter name is not taken for a misspelling of another: RetNet is not ResNet."""

BEHIND = 2.0
"""What a paper's answer counts less, in the evidence model's logits, for each unit of score that it was found behind
the best. On 707 questions over three held-out fields the area under the ROC curve is .895 with 0, .901 with 1, .903
with 2 and with 3."""

OFF_TOPIC = 0.35
"""Below this relevance the library has nothing on the subject, the surer the further."""

VAGUE = 0.4
"""A refused question as vague as this is asked back. In a library of 18 fields (`train/fields`) three of four questions
that could be asked of any paper are, one in twelve of those about a certain paper."""

ASKED_BACK = 0.7
"""From this probability on that it says too little a question is asked back before it is read. Of held-out phrasings
and fields .69 of those that do are told, and .03 of the others, many of which say little, too: see plan-card.md."""

MEANT = 2
"""Papers that are offered when it is asked back which is meant."""

MANY_MEANT = "Many papers could be meant."

NEAR = 0.0
"""The evidence model's logit of relevance above which a paper that does not answer is shown as near: even odds."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`answerable` (0..1) is the probability that the evidence holds the answer; `reason` says what is missing.

    `features` are the figures it was made from; `nearest` (evidence number, sentence) what comes closest, None where
    nothing is near. `unanswered` are the parts of the question that the evidence does not answer although it does
    answer others, `meant` the papers that a vague question may be about. `scores` is what the evidence model said of
    the papers that it read, by their number.
    """

    answerable: float
    confidence: Confidence
    reason: str
    features: Mapping[str, float] = field(default_factory=dict)
    nearest: tuple[int, str] | None = None
    unanswered: tuple[str, ...] = ()
    meant: tuple[int, ...] = ()
    scores: Mapping[int, EvidenceScore] = field(default_factory=dict)


def judge_answerability(reading: Reading, reader: Reader, settings: RagSettings) -> Judgement:
    """Whether the evidence answers the (standalone) question that was read against it, judged over all its papers.

    Raises PaperchatError when the evidence model is missing or damaged.
    """
    if not reading.papers:
        return Judgement(0.0, "not in these abstracts", "No paper was found.")
    if not any(character.isalnum() for character in reading.question.text):
        return Judgement(0.0, "not in these abstracts", "There are no words in it to search for.")
    meant = tuple(paper.n for paper in reading.papers[:MEANT])
    if is_asked_back(reading):
        return Judgement(0.0, "not in these abstracts", MANY_MEANT, meant=meant)
    fit = load_fit()
    sure = max(SURE, settings.refuse_below + PARTLY_WITHIN * (1 - settings.refuse_below))
    scores = read_papers(reading, reader, lambda so_far: answerable(so_far, fit) >= sure)
    reading = reading.read_by(scores)
    features = answerability_features(reading, scores)
    parts = score_parts(reading, reader)
    unanswered = tuple(part for part, logit in parts.items() if logit < PART_MISSING)
    answered = [logit for logit in parts.values() if logit > PART_ANSWERED]
    if unanswered and answered:
        features["holds_answer"] = max(features["holds_answer"], *answered)
    figure = answerable(features, fit)
    is_vague = reading.vagueness >= VAGUE and is_english(reading.question.text)
    return Judgement(
        answerable=figure,
        confidence=confidence_of(figure, settings.refuse_below, is_whole=not unanswered),
        reason=what_is_missing(reading, scores),
        features=features,
        nearest=None if is_vague else nearest_sentence(reading, scores),
        meant=meant if is_vague else (),
        unanswered=unanswered if answered else (),
        scores=scores,
    )


def is_asked_back(reading: Reading) -> bool:
    """Whether it says too little; a word that one paper has alone says which is meant."""
    said = reading.question.underspecified
    return said > 0 and reading.vagueness > 0 and chance_to_ask_back(said, reading.vagueness) >= ASKED_BACK


def score_parts(reading: Reading, reader: Reader) -> dict[str, float]:
    """For a question that asks two things (`How fast is it, and on which card?`): each part → the model's logit.

    The paper's name before each part stands for what the part leaves to the other. Empty for other questions.
    """
    parts = [part for part in AND_ASKED.split(reading.mended.strip()) if len(part.split()) > 2]
    if len(parts) < 2 or reading.form != "fact":
        return {}
    best = reading.papers[0]
    name = label(best.evidence.title, best.evidence.passage)
    return {part: read_paper(f"{name}: {part}", best, reader).answerable for part in parts}


@dataclass(frozen=True, slots=True)
class Fit:
    """Log-odds of being answerable: `bias` and what each feature adds. `evidence_model` is the hash of the model whose
    scores it was fitted with. Below `unasked_below` lies one in a hundred of the answerable questions of fields that
    neither has seen."""

    bias: float
    weights: Mapping[str, float]
    evidence_model: str
    unasked_below: float


@cache
def load_fit() -> Fit:
    fitted = json.loads(FITTED.read_text("utf-8"))
    return Fit(fitted["bias"], fitted["weights"], fitted["evidence_model"], fitted["unasked_below"])


def answerable(features: Mapping[str, float], fit: Fit) -> float:
    """The probability that the question can be answered."""
    return logistic(fit.bias + sum(weight * features[name] for name, weight in fit.weights.items()))


def confidence_of(figure: float, refuse_below: float, *, is_whole: bool = True) -> Confidence:
    if figure < refuse_below:
        return "not in these abstracts"
    is_sure = figure >= refuse_below + PARTLY_WITHIN * (1 - refuse_below)
    return "answered" if is_sure and is_whole else "partly answered"


def read_papers(
    reading: Reading, reader: Reader, is_enough: Callable[[Mapping[str, float]], bool] = lambda features: False
) -> dict[int, EvidenceScore]:
    """What the reader says of the best papers, by their number: one by one, until `is_enough` of the figures."""
    scores: dict[int, EvidenceScore] = {}
    for paper in reading.papers[:PAPERS_READ]:
        scores[paper.n] = read_paper(reading.mended, paper, reader)
        if is_enough(answerability_features(reading.read_by(scores), scores)):
            break
    return scores


def answerability_features(reading: Reading, scores: Mapping[int, EvidenceScore]) -> dict[str, float]:
    """The figures that the judgement is made from; the fit says what each is worth, and leaves out some."""
    far = 0.0 if not is_english(reading.question.text) else max(0.0, OFF_TOPIC - reading.papers[0].relevance)
    best = reading.papers[0]
    second = reading.papers[1].relevance if len(reading.papers) > 1 else 0.0
    behind = {paper.n: best.evidence.score - paper.evidence.score for paper in reading.papers}
    return {
        # The evidence model's logit for the paper that it finds to hold the answer, less for one that was found later.
        "holds_answer": max(score.answerable - BEHIND * behind[n] for n, score in scores.items()),
        # How much nearer to the question the first paper is than the second.
        "standing_out": min(best.relevance - second, 0.3),
        # How far the nearest paper is from the subject; other languages are far from any.
        "off_topic": far / 0.1,
        # How many papers have all the words of the question.
        "vague": max(0.0, reading.vagueness - VAGUE) / 0.1,
    }


def nearest_sentence(reading: Reading, scores: Mapping[int, EvidenceScore]) -> tuple[int, str] | None:
    """The likeliest sentence of the paper that is most surely the one meant, if any is near."""
    read = [paper for paper in reading.papers if paper.n in scores]
    if reading.papers[0].relevance < OFF_TOPIC:
        return None
    nearest = max(read, key=lambda paper: scores[paper.n].relevance)
    return (nearest.n, nearest.likeliest.text) if scores[nearest.n].relevance > NEAR else None


def unmentioned_names(reading: Reading) -> list[str]:
    """Names in the question that neither the best paper nor one that is named mentions, misspellings forgiven."""
    spoken_of = [reading.papers[0].evidence, *(paper.evidence for paper in reading.papers if paper.is_named)]
    mentioned = {singular(word) for one in spoken_of for word in split_words(f"{one.title} {one.passage}")}
    return [name for name in name_words(reading.question.own_words) if not is_mentioned(singular(name), mentioned)]


def singular(word: str) -> str:
    return word.casefold().removesuffix("s")


def is_mentioned(name: str, words: Collection[str]) -> bool:
    """Whether the `words` of a text have the name, as a whole, in all its parts, or with a slip in it."""
    parts = PART.findall(name)
    if name in words or (len(parts) > 1 and all(singular(part) in words for part in parts)):
        return True
    return len(name) >= SURE_NAME and nearest(name, words) is not None


def what_is_missing(reading: Reading, scores: Mapping[int, EvidenceScore]) -> str:
    """What is missing, in a sentence."""
    missing = list(dict.fromkeys(unmentioned_names(reading)))
    if not is_english(reading.question.text):
        return "The search reads English: asked in English, the question may find more."
    if reading.vagueness >= VAGUE:
        return MANY_MEANT
    if missing:
        return f"The nearest paper does not mention {' or '.join(missing[:3])}."
    if reading.papers[0].relevance < OFF_TOPIC or all(score.relevance <= NEAR for score in scores.values()):
        return "Nothing in this library is about that."
    return "The nearest paper does not say it."
