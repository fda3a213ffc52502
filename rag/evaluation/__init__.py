"""Figures over files of questions: asked, observed, measured, compared."""

from rag.evaluation.evaluating import (
    ALL,
    QUANTILES,
    Bin,
    Change,
    Figure,
    Refusal,
    compare,
    figures,
    latencies,
    recall_curve,
    refusal_curve,
    reliability,
    run,
)
from rag.evaluation.intervals import Interval, interval
from rag.evaluation.measures import LOWER_IS_BETTER, SECTIONS
from rag.evaluation.outcome import Found, JudgedSentence, Outcome, observe
from rag.evaluation.question_file import Question, read_questions
from rag.evaluation.result_file import read_result, result
from rag.evaluation.run_file import RunFile
from rag.evaluation.shortcomings import worst

__all__ = [
    "ALL",
    "LOWER_IS_BETTER",
    "QUANTILES",
    "SECTIONS",
    "Bin",
    "Change",
    "Figure",
    "Found",
    "Interval",
    "JudgedSentence",
    "Outcome",
    "Question",
    "Refusal",
    "RunFile",
    "compare",
    "figures",
    "interval",
    "latencies",
    "observe",
    "read_questions",
    "read_result",
    "recall_curve",
    "refusal_curve",
    "reliability",
    "result",
    "run",
    "worst",
]
