"""A question read against its papers: which sentences hold the answer, and whether any does."""

from rag.reading.answerability import FITTED, Judgement, Reader, answerability_features, judge
from rag.reading.cues import CODE, SHOWS
from rag.reading.evidence_model import FACTS, MODELS, TOKENIZER, EvidenceModel, EvidenceScore, probability
from rag.reading.sentence_features import WANTED, features_of_sentences, match_tokens
from rag.reading.sentence_ranking import (
    WEIGHTS,
    PaperSentences,
    RankedSentence,
    Reading,
    question_weights,
    read_evidence,
)

__all__ = [
    "CODE",
    "FACTS",
    "FITTED",
    "MODELS",
    "SHOWS",
    "TOKENIZER",
    "WANTED",
    "WEIGHTS",
    "EvidenceModel",
    "EvidenceScore",
    "Judgement",
    "PaperSentences",
    "RankedSentence",
    "Reader",
    "Reading",
    "answerability_features",
    "features_of_sentences",
    "judge",
    "match_tokens",
    "probability",
    "question_weights",
    "read_evidence",
]
