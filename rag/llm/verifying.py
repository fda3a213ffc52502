"""A short call in which a language model verifies sentences of an answer, and puts right those that fail.

Several, where its window or the length of its reply is too small for all of them at once.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from index import count_tokens, cut_to_tokens
from rag.answer import Evidence, Usage
from rag.ask import Message, Stop
from rag.llm.connection import LanguageModel
from rag.llm.planning import read_object
from rag.llm.pricing import add_usage
from rag.llm.prompt import fill, format_evidence, neutralise, one_line, room_for
from rag.llm.reply import Reply
from rag.llm.shapes import without_frame, without_reasoning
from rag.llm.short import Schema, is_unstructured
from rag.text import without_markers

VERIFY_SECONDS = 20.0
"""A model that takes longer, for all calls together, is not waited for: the verdicts of the packaged check stand."""
VERIFY_TOKENS = 700
MOST_CALLS = 4
SENTENCE_TOKENS = 200
LONGEST_REPAIR = 600
"""Characters of a sentence that was put right; what is longer is no sentence."""

Ruling = Literal["supported", "contradicted", "not in it", "lacking"]
"""`lacking`: the sentence says nothing of the papers, only that they do not tell something; in whatever language."""


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
    """Verdicts by the sentence's number. Where a sentence has none, `problem` gives the reason."""

    verdicts: Mapping[int, ClaimVerdict]
    usage: Usage
    problem: str = ""


def verify_claims(
    model: LanguageModel, claims: Sequence[ClaimToVerify], evidence: Sequence[Evidence], stop: Stop | None = None
) -> Verified:
    """Asks the model for a verdict on each claim, shown with the evidence it cites. Never raises a ModelError."""
    room = room_for(model.settings, min(VERIFY_TOKENS, model.settings.max_tokens))
    until = time.monotonic() + VERIFY_SECONDS
    verdicts: dict[int, ClaimVerdict] = {}
    usage, problem = Usage(), ""
    waiting = list(claims)
    for _ in range(MOST_CALLS):
        batch = fitting(waiting, evidence, room)
        if batch and not problem and verdicts and time.monotonic() > until:
            problem = f"it took longer than {VERIFY_SECONDS:g} s"
        if not batch or problem:
            break
        reply, used = ask(model, build_verifying(batch, cited_evidence(batch, evidence)), until, stop)
        usage = add_usage(usage, used)
        found = read_verdicts(reply.text, {claim.n for claim in batch}, reply.truncated)
        verdicts |= found
        # What a reply that was cut had no room for is asked again; what it left out by itself is not.
        cut = [claim for claim in batch if claim.n not in found] if reply.truncated and found else []
        waiting = [claim for claim in waiting if claim not in batch or claim in cut]
        problem = problem_of(reply) if len(found) + len(cut) < len(batch) else ""
    return Verified(verdicts, usage, problem or (TOO_SMALL if waiting else ""))


TOO_SMALL = "too much for its window, llm.context_window"


def ask(model: LanguageModel, messages: Sequence[Message], until: float, stop: Stop | None) -> tuple[Reply, Usage]:
    """The reply, and what it took with the attempt before it, where one was made."""
    schema = verdicts_schema() if model.has_structure else None
    reply = model.complete(messages, VERIFY_TOKENS, seconds_to(until), stop, schema)
    if not is_unstructured(model.has_structure, reply.problem):
        return reply, reply.usage
    second = model.complete(messages, VERIFY_TOKENS, seconds_to(until), stop)
    return second, add_usage(reply.usage, second.usage)


def seconds_to(moment: float) -> float:
    return max(0.01, moment - time.monotonic())


def problem_of(reply: Reply) -> str:
    if reply.problem is not None:
        return str(reply.problem)
    return "it was stopped" if reply.stopped else "no verdict could be read in its reply"


def fitting(claims: Sequence[ClaimToVerify], evidence: Sequence[Evidence], room: int) -> list[ClaimToVerify]:
    """The claims that fit into `room` tokens together, each with all of the evidence that it cites."""

    def fits(some: Sequence[ClaimToVerify]) -> bool:
        messages = build_verifying(some, cited_evidence(some, evidence))
        return sum(count_tokens(message.content) for message in messages) <= room

    if not claims or fits(claims):
        return list(claims)
    batch: list[ClaimToVerify] = []
    for claim in claims:
        if fits([*batch, claim]):
            batch.append(claim)
    return batch


def cited_evidence(claims: Sequence[ClaimToVerify], evidence: Sequence[Evidence]) -> list[Evidence]:
    """What the claims cite; all of the evidence where one of them cites nothing."""
    cited = {n for claim in claims for n in claim.cited}
    return [one for one in evidence if one.n in cited or not all(claim.cited for claim in claims)]


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


def read_verdicts(raw: str, asked: set[int], was_cut: bool = False) -> dict[int, ClaimVerdict]:
    """The verdicts in a model's reply, by sentence; those that can't be read, or were not asked for, are left out.

    Of a reply that was cut so is the last: its end is missing.
    """
    value = read_object(without_frame(without_reasoning(raw)))
    rows = value.get("verdicts") if isinstance(value, dict) else None
    whole = (rows[:-1] if was_cut else rows) if isinstance(rows, list) else ()
    found: dict[int, ClaimVerdict] = {}
    for row in whole:
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
