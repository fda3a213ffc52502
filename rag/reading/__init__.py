"""A question read against its papers: which sentences hold the answer, and whether any does."""

from rag.reading.answerability import FITTED, Judgement, Reader, answerability_features, judge
from rag.reading.cues import CODE, SHOWS
from rag.reading.evidence_model import FACTS, MODELS, TOKENIZER, EvidenceModel, EvidenceScore, probability
from rag.reading.sentence_features import WANTED, features_of_sentences, meet
from rag.reading.sentence_ranking import (
    WEIGHTS,
    PaperSentences,
    RankedSentence,
    Reading,
    encoded_papers,
    question_weights,
    read,
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
    "encoded_papers",
    "features_of_sentences",
    "judge",
    "meet",
    "probability",
    "question_weights",
    "read",
]
