"""A question read against its papers: which sentences hold the answer, and whether any does."""

from rag.reading.answerability import (
    ASKED_BACK,
    FITTED,
    Judgement,
    answerability_features,
    judge_answerability,
    load_fit,
    read_papers,
)
from rag.reading.aspects import (
    ASPECTS,
    Aspect,
    Vector,
    aspect_asked,
    aspect_features,
    judge_aspect,
)
from rag.reading.belonging import (
    BELONGS,
    MOST_READ,
    belonging_features,
    load_belonging,
    read_on,
    read_several,
    read_the_others,
    those_that_belong,
)
from rag.reading.evidence_model import (
    FACTS,
    MODELS,
    EvidenceModel,
    EvidenceScore,
    SentenceSupport,
    logistic,
)
from rag.reading.excerpts import Reader, read_paper
from rag.reading.groups import group_papers
from rag.reading.sentence_features import features_of_sentences, match_tokens, split_evidence
from rag.reading.sentence_ranking import (
    SENTENCE_WEIGHTS,
    PaperSentences,
    RankedSentence,
    Reading,
    question_weights,
    read_evidence,
    support_log_odds,
    vagueness_of,
)
from rag.reading.sides import called, read_sides

__all__ = [
    "ASKED_BACK",
    "ASPECTS",
    "BELONGS",
    "FACTS",
    "FITTED",
    "MODELS",
    "MOST_READ",
    "SENTENCE_WEIGHTS",
    "Aspect",
    "EvidenceModel",
    "EvidenceScore",
    "Judgement",
    "PaperSentences",
    "RankedSentence",
    "Reader",
    "Reading",
    "SentenceSupport",
    "Vector",
    "answerability_features",
    "aspect_asked",
    "aspect_features",
    "belonging_features",
    "called",
    "features_of_sentences",
    "group_papers",
    "judge_answerability",
    "judge_aspect",
    "load_belonging",
    "load_fit",
    "logistic",
    "match_tokens",
    "question_weights",
    "read_evidence",
    "read_on",
    "read_paper",
    "read_papers",
    "read_several",
    "read_sides",
    "read_the_others",
    "split_evidence",
    "support_log_odds",
    "those_that_belong",
    "vagueness_of",
]
