"""A question read against its papers: which sentences hold the answer, and whether any does."""

from rag.reading.answerability import (
    FITTED,
    Judgement,
    Reader,
    answerability_features,
    judge_answerability,
    read_papers,
)
from rag.reading.cues import CODE, SHOWS
from rag.reading.evidence_model import (
    FACTS,
    MODELS,
    EvidenceModel,
    EvidenceScore,
    SentenceSupport,
    logistic,
)
from rag.reading.sentence_features import WANTED, features_of_sentences, match_tokens, split_evidence
from rag.reading.sentence_ranking import (
    SENTENCE_WEIGHTS,
    PaperSentences,
    RankedSentence,
    Reading,
    question_weights,
    read_evidence,
    support_log_odds,
)

__all__ = [
    "CODE",
    "FACTS",
    "FITTED",
    "MODELS",
    "SENTENCE_WEIGHTS",
    "SHOWS",
    "WANTED",
    "EvidenceModel",
    "EvidenceScore",
    "Judgement",
    "PaperSentences",
    "RankedSentence",
    "Reader",
    "Reading",
    "SentenceSupport",
    "answerability_features",
    "features_of_sentences",
    "judge_answerability",
    "logistic",
    "match_tokens",
    "question_weights",
    "read_evidence",
    "read_papers",
    "split_evidence",
    "support_log_odds",
]
