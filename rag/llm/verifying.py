"""One short call in which a language model verifies sentences of an answer, and puts right those that fail."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from index import cut_to_tokens
from rag.answer import Evidence, Usage
from rag.ask import Message, Stop
from rag.errors import ModelError
from rag.llm.connection import LanguageModel
from rag.llm.planning import read_object
from rag.llm.pricing import add_usage
from rag.llm.prompt import fill, format_evidence, neutralise, one_line
from rag.llm.shapes import without_frame, without_reasoning
from rag.llm.short import Schema, is_unstructured
from rag.text import without_markers

VERIFY_SECONDS = 20.0
"""A model that takes longer is not waited for: the verdicts of the packaged check stand."""
VERIFY_TOKENS = 700
SENTENCE_TOKENS = 200
LONGEST_REPAIR = 600
"""Characters of a sentence that was put right; what is longer is no sentence."""

Ruling = Literal["supported", "contradicted", "not in it"]


class ClaimVerdict(BaseModel):
    """What a model says of one sentence: `words` are copied from the evidence, `better` is the sentence put right."""

    model_config = ConfigDict(frozen=True)

    sentence: int
    verdict: Ruling
    words: str = ""
    better: str = ""

    @field_validator("verdict", mode="before")
    @classmethod
    def as_ruling(cls, value: Any) -> Any:
        return value.strip().casefold().replace("_", " ") if isinstance(value, str) else value

    @field_validator("words", "better", mode="before")
    @classmethod
    def as_line(cls, value: Any) -> str:
        return one_line(value) if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class ClaimToVerify:
    """A sentence of an answer by its number, with the numbers of the evidence that it cites and a doubt about it."""

    n: int
    text: str
    cited: tuple[int, ...]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """Verdicts by the sentence's number: none where the call failed, for which `problem` gives the reason."""

    verdicts: Mapping[int, ClaimVerdict]
    usage: Usage
    problem: str = ""


def verify_claims(
    model: LanguageModel, claims: Sequence[ClaimToVerify], evidence: Sequence[Evidence], stop: Stop | None = None
) -> Verified:
    """Asks the model for a verdict on each claim. Never raises a ModelError."""
    messages = build_verifying(claims, evidence)
    schema = verdicts_schema() if model.has_structure else None
    reply = model.complete(messages, VERIFY_TOKENS, VERIFY_SECONDS, stop, schema)
    usage = reply.usage
    if is_unstructured(model.has_structure, reply.problem):
        reply = model.complete(messages, VERIFY_TOKENS, VERIFY_SECONDS, stop)
        usage = add_usage(usage, reply.usage)
    verdicts = read_verdicts(reply.text, {claim.n for claim in claims})
    if verdicts:
        return Verified(verdicts, usage)
    return Verified(MappingProxyType({}), usage, problem_of(reply.problem))


def problem_of(problem: ModelError | None) -> str:
    return str(problem) if problem else "no verdict could be read in its reply"


def build_verifying(
    claims: Sequence[ClaimToVerify], evidence: Sequence[Evidence], fence: str | None = None
) -> tuple[Message, ...]:
    """`evidence` is fenced as in a question; `fence` is for tests."""
    lines = []
    for claim in claims:
        cites = " ".join(f"[{n}]" for n in claim.cited) or "nothing"
        doubt = f" (a first check says: {neutralise(claim.doubt)})" if claim.doubt else ""
        text = cut_to_tokens(neutralise(without_markers(claim.text)), SENTENCE_TOKENS)
        lines.append(f"{claim.n}. cites {cites}{doubt}: {text}")
    asked = fill(
        "verify-question",
        fence=fence or secrets.token_hex(8),
        evidence="\n\n".join(map(format_evidence, evidence)),
        sentences="\n".join(lines),
    )
    return Message("system", fill("verify-system")), Message("user", asked)


def read_verdicts(raw: str, asked: set[int]) -> dict[int, ClaimVerdict]:
    """The verdicts in a model's reply, by sentence; those that can't be read, or were not asked for, are left out."""
    value = read_object(without_frame(without_reasoning(raw)))
    rows = value.get("verdicts") if isinstance(value, dict) else None
    found: dict[int, ClaimVerdict] = {}
    for row in rows if isinstance(rows, list) else ():
        try:
            verdict = ClaimVerdict.model_validate(row)
        except ValidationError:
            continue
        if verdict.sentence in asked:
            if len(verdict.better) > LONGEST_REPAIR:
                verdict = verdict.model_copy(update={"better": ""})
            found.setdefault(verdict.sentence, verdict)
    return found


def verdicts_schema() -> Schema:
    """The form of the verdicts as providers take it that hold a reply to a schema."""
    properties = {
        "sentence": {"type": "integer"},
        "verdict": {"type": "string", "enum": list(Ruling.__args__)},  # type: ignore[attr-defined]
        "words": {"type": "string"},
        "better": {"type": "string"},
    }
    strict = {"required": list(properties), "additionalProperties": False}
    verdict = {"type": "object", "properties": properties, **strict}
    listed = {"verdicts": {"type": "array", "items": verdict}}
    return {"type": "object", "properties": listed, "required": ["verdicts"], "additionalProperties": False}
