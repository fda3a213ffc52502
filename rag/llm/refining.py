"""What a language model's plan changes about the one that was made without it."""

from collections.abc import Sequence
from dataclasses import replace

from rag.ask import Message
from rag.llm.planning import ModelPlan
from rag.text import is_english
from rag.understanding import SEVERAL, Plan


def wants_planning(plan: Plan, history: Sequence[Message]) -> bool:
    """Whether a model is asked for a plan: in a talk, for a question not surely English, and for a broad one.

    The first plain English question costs no extra call.
    """
    return bool(history) or not is_english(plan.question.typed) or plan.kind in SEVERAL


def refine(offline: Plan, planned: ModelPlan) -> Plan:
    """The plan with the model's standalone question, searches, kind and filters.

    What was looked up in the record stays: the papers that are meant, and those that are left out.
    """
    kind = offline.kind if planned.kind == "other" else planned.kind
    is_whole = len(planned.searches) > 1 and is_english(planned.question)
    question = replace(
        offline.question,
        text=planned.question,
        # Of several searches none is for the whole, which is read against what they find.
        searches=(planned.question, *planned.searches) if is_whole else planned.searches,
        subject="",
        reason="planned by the model",
        leans_on_history=offline.question.leans_on_history or planned.question != offline.question.typed.strip(),
        kind=kind,
        in_talk="",
        underspecified=0.0,
    )
    return replace(offline, question=question, kind=kind, asks=None, or_else=None, narrowed=planned.filters)
