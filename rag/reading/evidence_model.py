"""Does this passage hold the answer? A small cross-encoder that reads question and passage together.

It ships with the product (`rag/weights/evidence-card.md` says what it was trained on and how well it does) and needs
no network. Passages are read one at a time, so a score never depends on what else was asked.
"""

import hashlib
import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from tokenizers import Tokenizer

from index import TOKENIZER, PaperchatError, split_sentences

if TYPE_CHECKING:
    import onnxruntime

MODELS = Path(__file__).resolve().parent.parent / "weights"
FACTS = "evidence.json"


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """`score` (0..1): this sentence, `abstract[start:end]`, holds the answer."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """What one passage is worth to one question. Logits: 0 is undecided, `logistic` maps them to 0..1.

    answerable  the passage holds the answer
    relevance   this is the paper the question is about, whether or not it says what is asked
    sentences   the sentences of the abstract in order, each with its share in the answer
    """

    answerable: float
    relevance: float
    sentences: tuple[SentenceSupport, ...] = ()


def logistic(logit: float) -> float:
    """The logistic function, safe for any logit."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))


class EvidenceModel:
    """The model, read from its files when it is first asked something. Safe to share between threads.

    `models` is a folder with evidence.json and the file it names, by default those that ship; `threads` compute one
    passage.
    """

    def __init__(self, models: Path = MODELS, tokenizer: Path = TOKENIZER, threads: int = 2) -> None:
        self._models = models
        self._tokenizer_file = tokenizer
        self._threads = threads
        self._loading = threading.Lock()
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer] | None = None

    @property
    def facts(self) -> Mapping[str, Any]:
        """What evidence.json says: the model's file, its hash, its settings. Raises PaperchatError without it."""
        try:
            facts: dict[str, Any] = json.loads((self._models / FACTS).read_text("utf-8"))
        except FileNotFoundError as error:
            raise missing(error) from None
        return facts

    def load(self) -> "tuple[onnxruntime.InferenceSession, Tokenizer]":
        """The model and its tokenizer. Raises PaperchatError if a file is missing or not the one expected."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._read()
            return self._loaded

    def _read(self) -> "tuple[onnxruntime.InferenceSession, Tokenizer]":
        import onnxruntime  # 35 ms, which a command that asks nothing need not pay

        facts = self.facts
        file = self._models / facts["model"]
        try:
            content = file.read_bytes()
        except FileNotFoundError as error:
            raise missing(error) from None
        if hashlib.sha256(content).hexdigest() != facts["sha256"]:
            raise PaperchatError(f"{file} is damaged: its hash is wrong. Install paperchat again.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        # A spinning thread takes the core from the one that works, on a busy machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        return session, prepare_tokenizer(Tokenizer.from_file(str(self._tokenizer_file)), facts["settings"])

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]:
        """A score for each passage, given as (title, whole abstract), in the same order."""
        return [self._score_one(question, title, abstract) for title, abstract in passages]

    def _score_one(self, question: str, title: str, abstract: str) -> EvidenceScore:
        session, tokenizer = self.load()
        encoding = tokenizer.encode(question, f"{title}. {abstract}")
        feed = {
            "tokens": numpy.array([encoding.ids], dtype=numpy.int64),
            "segments": numpy.array([encoding.type_ids], dtype=numpy.int64),
        }
        answerable, relevance, support = session.run(["answerable", "relevance", "support"], feed)
        sentences = support_by_sentence(abstract, len(title) + 2, encoding, support[0].tolist())
        return EvidenceScore(float(answerable[0]), float(relevance[0]), sentences)


def missing(error: FileNotFoundError) -> PaperchatError:
    return PaperchatError(f"The evidence model is missing: {error.filename}. Install paperchat again.")


def prepare_tokenizer(tokenizer: Tokenizer, settings: Mapping[str, Any]) -> Tokenizer:
    """Sets our own limits: the file's truncation (128) and padding are for the embedding.

    A long abstract loses its end; a question only if it is longer than the abstract.
    """
    tokenizer.no_padding()
    tokenizer.enable_truncation(int(settings["max_tokens"]), strategy="longest_first")
    return tokenizer


def support_by_sentence(
    abstract: str, shift: int, encoding: Any, logits: Sequence[float]
) -> tuple[SentenceSupport, ...]:
    """The mean over each sentence's tokens; a sentence beyond the length that was read scores 0."""
    sentences = split_sentences(abstract)
    sums = [0.0] * len(sentences)
    counts = [0] * len(sentences)
    current = 0
    for (start, end), segment, logit in zip(encoding.offsets, encoding.type_ids, logits, strict=True):
        if not segment or end <= start or start < shift:
            continue
        while current < len(sentences) - 1 and start - shift >= sentences[current][1]:
            current += 1
        if sentences:
            sums[current] += logistic(logit)
            counts[current] += 1
    return tuple(
        SentenceSupport(start, end, total / count if count else 0.0)
        for (start, end), total, count in zip(sentences, sums, counts, strict=True)
    )
