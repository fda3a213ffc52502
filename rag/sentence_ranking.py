"""Which sentences of the evidence answer the question: by words, by meaning, by what is asked for."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index import split_sentences
from rag.answer import Evidence
from rag.late_interaction import cosines
from rag.question_type import QuestionType, classify
from rag.wording import PART, STOP_WORDS, content_stems, is_name, nearest, stem, stems

if TYPE_CHECKING:
    from index import Encoded, PaperIndex, Vector
    from rag.retrieval import Retrieval


def any_of(*patterns: str) -> re.Pattern[str]:
    """Matches where any of the patterns does, at the beginning of a word and whatever the case."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


ASIDE = re.compile(
    r"^(?:index terms|keywords|ccs concepts|project page|demo|code|the code|our code|source code)\b", re.I
)
CODE = re.compile(
    r"https?://|\b(?:code|codes|models?|data|datasets?|weights|demo|implementation)\b.{0,60}"
    r"\b(?:available|released|public(?:ly)?|open[- ]?sourced?|found at)\b|\bopen-source (?:the|our)\b",
    re.I,
)
ABOUT = re.compile(r" \(about [^()]*\)$")
"""What a rewritten follow-up was found to be about: it tells what to search, not what kind of thing is asked."""

FOLLOWS_ON = re.compile(
    r"^(?:(?:to|for|in|by|with|through|based on|building upon|under|after|due to|despite|besides) (?:\w+ )?"
    r"(?:this|these|that|those|such|doing so|it|so doing)\b|"
    r"(?:this|these|it|they|such|specifically|in particular|concretely|thus|therefore|as a result|consequently|hence|"
    r"to this end|accordingly|the former|the latter|here)\b)",
    re.I,
)
OWN_WORK = any_of(
    r"(?:we|our|ours|us)\b", "this (?:paper|work|study|article|approach|method)", "the (?:proposed|authors)"
)

SHOWS = {
    "number": any_of(
        r"\d", r"(?:one|two|three|four|five|six|seven|eight|nine|ten|half|twice|double|hundred|thousand|million|billion)\b"
    ),
    "dataset": any_of("data ?sets?", "benchmark", "corp(?:us|ora)", "challenges?", "experiment", "evaluat", "test", "validat", "tasks?"),
    "cause": any_of(
        "because", "since", "due to", "owing", "as a result", "therefore", "thus", "caus", r"lead\w* to", "led to", "avoid", "prevent", "reason",
        "stems?", "attribut", "hence", "so that", "explain", "overcome", "in order to", "enabl", "allow", "results? (?:in|from)",
    ),
    "name": re.compile(
        r"\b(?:called|named|termed|dubbed|namely|introduc\w+|propos\w+|i\.e\.|such as|including)\b|"
        r"\([A-Z][\w-]+\)|\b[A-Z][a-z]*[A-Z0-9]"
    ),
    "method": any_of(
        r"by \w+ing", r"us(?:e|es|ing)\b", "via", "through", "employ", "appl(?:y|ie)", "leverag", "introduc", "propos", "mechanism",
        "strategy", "adopt",
    ),
    "result": any_of(
        "outperform", "improv", "achiev", "reach", "surpass", "state[- ]of[- ]the[- ]art", "results?", "superior", "better", "faster", "obtain",
        "first place", "significant", "yield", "compar", "reduc", "gains?",
    ),
    "code": CODE,
}  # fmt: skip
"""What a sentence shows when it holds what is wanted."""


WEIGHTS = {"words": 2.2, "late": 18.0, "meaning": 5.5, "before": 0.8, "aside": -1.3, "opening": -1.6, "wanted": 1.0}
WANTED = {"number": 2.0, "dataset": 2.5, "cause": 2.5, "name": 0.7, "method": 0.5, "result": 1.3, "code": 3.0}
"""What each reason is worth, in log-odds of holding the answer: rounded from what `train/sentences.py` fits."""

SOFTNESS = 1.5
"""Log-odds are divided by this: many questions ask two things, and the weights know only one right sentence."""

TITLE_WORD = 0.3
"""Weight of a question's word that the paper's title has: it tells the paper, not the sentence."""

TITLE_TOKEN = 0.5
COMMON_TOKEN = 0.3
"""The same for the tokens of the question, and for those of stop words."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of an abstract: `text == passage[start:end]`, the `place`-th (from 0).

    `probability`: of its paper's sentences this one holds the answer, if any does. `coverage`: the share of the
    question's words (by rarity) that it has. `own`: it speaks of the authors' own work.
    """

    place: int
    start: int
    end: int
    text: str
    probability: float
    coverage: float
    late: float
    own: bool


@dataclass(frozen=True, slots=True)
class PaperSentences:
    """The sentences of evidence `n`, and what is known of the paper as a whole.

    `standing` is its score's place between the weakest paper of the evidence (0) and the best (1), `relevance` (about
    0..1) says how near it is to the question whatever else was found. `meaning` and `late` are the retriever's (0 where
    it has none), `coverage` is the share of the question's words, by rarity, that title and abstract have.
    """

    n: int
    evidence: Evidence
    standing: float
    relevance: float
    meaning: float
    late: float
    coverage: float
    sentences: tuple[RankedSentence, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question read against its evidence: `papers` in the order of the evidence, `weights` (stem → rarity) of its words.

    `unknown` are its words that no paper of the library has, as written.
    """

    question: str
    kind: QuestionType
    weights: Mapping[str, float]
    unknown: tuple[str, ...]
    papers: tuple[PaperSentences, ...]


def read(question: str, evidence: Sequence[Evidence], retrieval: "Retrieval", index: "PaperIndex") -> Reading:
    """Weighs every sentence of the evidence. Papers without text are left out."""
    kind = classify(ABOUT.sub("", question) if ABOUT.search(question) else retrieval.query)
    weights, unknown = question_weights(question, evidence, index)
    query = retrieval.tokens
    ids = [one.paper_id for one in evidence]
    vectors = index.sentence_vectors(ids) if query is not None else {}
    passages = index.passages(ids) if query is not None else {}
    tokens = index.token_vectors([passage.id for some in passages.values() for passage in some]) if passages else {}
    found = {candidate.paper.id: candidate for candidate in retrieval.candidates}
    best, weakest = (pick((one.score for one in evidence), default=0.0) for pick in (max, min))
    standing = {one.n: (one.score - weakest) / (best - weakest) if best > weakest else 1.0 for one in evidence}
    papers = []
    for one in evidence:
        encoded = [tokens[passage.id] for passage in passages.get(one.paper_id, ()) if passage.id in tokens]
        starts = {sentence.start: sentence.vector for sentence in vectors.get(one.paper_id, ())}
        sentences = weigh(retrieval.query, kind, one, weights, query, encoded, starts)
        if sentences:
            candidate = found.get(one.paper_id)
            meaning = candidate.meaning if candidate else 0.0
            late = candidate.late or 0.0 if candidate else 0.0
            coverage = covered(weights, set(stems(f"{one.title} {one.passage}")))
            relevance = 0.5 * meaning + 0.3 * late + 0.2 * coverage
            papers.append(
                PaperSentences(one.n, one, standing[one.n], relevance, meaning, late, coverage, tuple(sentences))
            )
    return Reading(question, kind, weights, unknown, tuple(papers))


def question_weights(
    question: str, evidence: Sequence[Evidence], index: "PaperIndex"
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Stem → rarity of the question's content words, and those words that no paper has.

    A word that no paper has is taken for the evidence's word of which it may be a misspelling, if there is one; a name
    (RetNet) is taken as it is (not for ResNet).
    """
    written = content_stems(question)
    rarities = {found: rarity_of(word, index) for found, word in written.items()}
    known = {word for one in evidence for word in stems(f"{one.title} {one.passage}")}
    highest = max((rarity for rarity in rarities.values() if rarity is not None), default=1.0)
    weights: dict[str, float] = {}
    unknown = []
    for found, rarity in rarities.items():
        is_right = rarity is not None or is_name(written[found])
        meant = found if is_right else nearest(found, known)
        if meant is None or rarity is None and is_right:
            unknown.append(written[found])
        weights[meant or found] = max(weights.get(meant or found, 0.0), highest if rarity is None else rarity)
    return weights, tuple(unknown)


def rarity_of(word: str, index: "PaperIndex") -> float | None:
    """How rare a word is in the library, None when no paper has it.

    BM25 of the paper that it finds best: the same for all papers but for a factor of at most two, and higher the fewer
    papers have the word.
    """
    hits = index.search_words(word, 1)
    return hits[0][1] if hits else None


def covered(weights: Mapping[str, float], words: Collection[str]) -> float:
    """Share of the question's words, by weight, that are among `words`."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0


def weigh(
    asked: str,
    kind: QuestionType,
    evidence: Evidence,
    weights: Mapping[str, float],
    query: "Encoded | None",
    encoded: "Sequence[Encoded]",
    vectors: "Mapping[int, Vector]",
) -> list[RankedSentence]:
    """The sentences of one paper with the probability of each. `query` is the encoding of `asked`; None: words alone decide."""
    spans = split_sentences(evidence.passage)
    features = features_of(asked, kind, evidence, spans, weights, query, encoded, vectors)
    logits = [sum(weight * feature[name] for name, weight in WEIGHTS.items()) / SOFTNESS for feature in features]
    top = max(logits, default=0.0)
    total = sum(math.exp(logit - top) for logit in logits)
    return [
        RankedSentence(
            place,
            start,
            end,
            evidence.passage[start:end],
            math.exp(logit - top) / total,
            feature["words"],
            feature["late"],
            bool(OWN_WORK.search(evidence.passage[start:end])),
        )
        for place, ((start, end), feature, logit) in enumerate(zip(spans, features, logits, strict=True))
    ]


def features_of(
    asked: str,
    kind: QuestionType,
    evidence: Evidence,
    spans: "Sequence[tuple[int, int]]",
    weights: Mapping[str, float],
    query: "Encoded | None",
    encoded: "Sequence[Encoded]",
    vectors: "Mapping[int, Vector]",
) -> list[dict[str, float]]:
    """What speaks for and against each sentence of a paper; all but `wanted` from 0 to 1."""
    title = set(stems(evidence.title))
    telling = {word: weight * (TITLE_WORD if word in title else 1.0) for word, weight in weights.items()}
    late = late_scores(asked, title, spans, query, encoded)
    features: list[dict[str, float]] = []
    for (start, end), met in zip(spans, late, strict=True):
        text = evidence.passage[start:end]
        before = features[-1] if features and FOLLOWS_ON.search(text) else None
        features.append(
            {
                "words": covered(telling, set(stems(text))),
                "late": met,
                "meaning": float(vectors[start] @ query.vector) if query is not None and start in vectors else 0.0,
                "wanted": sum(WANTED[want] for want in sorted(kind.wants) if SHOWS[want].search(text)),
                "before": (before["words"] + before["late"]) / 2 if before else 0.0,
                "opening": float(start == 0),
                "aside": float("code" not in kind.wants and bool(ASIDE.search(text) or CODE.search(text))),
            }
        )
    return features


def late_scores(
    asked: str,
    title: Collection[str],
    spans: "Sequence[tuple[int, int]]",
    query: "Encoded | None",
    encoded: "Sequence[Encoded]",
) -> list[float]:
    """For each sentence, how well the question's tokens are met by a token of it or of the title, weighted mean."""
    if query is None or not encoded or not len(query.tokens):
        return [0.0] * len(spans)
    weights = token_weights(asked, title, query.offsets)
    offsets = np.array([offset for one in encoded for offset in one.offsets])
    similar = np.concatenate([cosines(query.tokens, one.tokens) for one in encoded], axis=1)
    nothing = np.zeros(len(query.tokens), dtype=np.float32)
    in_title = offsets[:, 0] < 0
    by_title = similar[:, in_title].max(1) if in_title.any() else nothing
    scores = []
    for start, end in spans:
        inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= end)
        best = np.maximum(similar[:, inside].max(1), by_title) if inside.any() else by_title
        scores.append(float(weights @ best))
    return scores


def token_weights(asked: str, title: Collection[str], offsets: "Sequence[tuple[int, int]]") -> "Vector":
    """Weights, summing to 1, of the question's tokens by the words they belong to."""
    weights = []
    words = [(match.start(), match.end(), match[0].casefold()) for match in PART.finditer(asked)]
    for start, end in offsets:
        word = next((word for left, right, word in words if left <= start and end <= right), "")
        weight = COMMON_TOKEN if not word or word in STOP_WORDS else 1.0
        weights.append(weight * (TITLE_TOKEN if stem(word) in title else 1.0))
    return np.array(weights, dtype=np.float32) / (sum(weights) or 1.0)
