"""Language models: providers, one connection to each, prompts, the shapes of replies, faults and prices."""

from rag.ask import Message
from rag.llm.connection import LanguageModel, check_model, connect
from rag.llm.faults import explain_empty
from rag.llm.model_checks import KeyStatus, key_statuses, try_provider
from rag.llm.planning import ModelPlan, Planned, plan_question, planning_messages
from rag.llm.pricing import add_usage
from rag.llm.prompt import Mode, Prompt, Situation, build_messages, prompt_versions
from rag.llm.refining import refine, wants_planning
from rag.llm.refusal_wording import REFUSAL, claim_in, is_refusal_sentence
from rag.llm.reply import Reply, told_of_the_end
from rag.llm.shapes import shape_answer, shape_line
from rag.llm.verifying import ClaimToVerify, ClaimVerdict, Verified, cited_evidence, verify_claims

__all__ = [
    "REFUSAL",
    "ClaimToVerify",
    "ClaimVerdict",
    "KeyStatus",
    "LanguageModel",
    "Message",
    "Mode",
    "ModelPlan",
    "Planned",
    "Prompt",
    "Reply",
    "Situation",
    "Verified",
    "add_usage",
    "build_messages",
    "check_model",
    "cited_evidence",
    "claim_in",
    "connect",
    "explain_empty",
    "is_refusal_sentence",
    "key_statuses",
    "plan_question",
    "planning_messages",
    "prompt_versions",
    "refine",
    "shape_answer",
    "shape_line",
    "told_of_the_end",
    "try_provider",
    "verify_claims",
    "wants_planning",
]
