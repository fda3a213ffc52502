"""What a language model would be sent for a turn, without sending it."""

from dataclasses import dataclass
from typing import Any, Literal

from index import count_tokens
from rag.ask import Ask
from rag.llm import Prompt, planning_messages, wants_planning
from rag.tools import Tools
from rag.turn import Turn

Purpose = Literal["plan", "answer"]

FROM_RECORD = "Nothing would be sent: this is answered from the record of the library, or needs no paper."
REFUSED = "Nothing would be sent: hardly any question that is judged like this one can be answered, so it is refused."
NO_MODEL = "No language model is configured (llm: offline), so nothing is sent. One would be sent this:"
UNPLANNED = "The plan that comes back decides what is searched; what follows it here is searched for without it."
VERIFIED = {
    "auto": "Sentences of the reply that the packaged check does not surely clear are then sent back with the passages "
    "that they cite (rag.verify: auto).",
    "model": "Sentences of the reply that are no quotes are then sent back with the passages that they cite "
    "(rag.verify: model).",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """The requests of a turn, by what they are for, in their order; none where no model is needed. `notes` say why, and
    what can't be known beforehand. As text it is what `paperchat ask --show-prompt` prints."""

    question: str
    model: str
    requests: tuple[tuple[Purpose, Prompt], ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"=== to {purpose}: {prompt}" for purpose, prompt in self.requests]
        return "\n\n".join(filter(None, ["\n".join(self.notes), *parts]))

    def to_dict(self) -> dict[str, Any]:
        """As plain data, what `paperchat ask --show-prompt --json` prints."""
        requests = [
            {
                "purpose": purpose,
                "tokens": prompt.tokens,
                "papers": [one.paper_id for one in prompt.evidence],
                "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
                "search_results": [{"n": one.n, "title": one.title, "text": one.text} for one in prompt.citable],
            }
            for purpose, prompt in self.requests
        ]
        return {"question": self.question, "model": self.model, "notes": list(self.notes), "requests": requests}


def preview(ask: Ask, tools: Tools) -> Preview:
    """The requests that this turn would make of a language model, whether one is configured or not. Sends none."""
    turn = Turn(ask, tools, for_model=True)
    plan, draft = turn.from_record(turn.understand())
    requests: list[tuple[Purpose, Prompt]] = []
    notes: list[str] = []
    if draft is not None:
        notes.append(FROM_RECORD)
    else:
        messages = planning_messages(tools.settings.llm, ask.question, ask.history)
        if messages and wants_planning(plan, ask.history):
            tokens = sum(count_tokens(message.content) for message in messages)
            requests.append(("plan", Prompt(messages, (), tokens)))
            notes.append(UNPLANNED)
        found = turn.finder.weigh(plan, turn.finder.retrieve(plan))
        if turn.is_worth_asking(plan, found):
            requests.append(("answer", turn.build_prompt(plan, found)))
            notes += filter(None, [VERIFIED.get(tools.settings.rag.verify)])
        elif not requests:
            notes.append(REFUSED)
    if requests and tools.model is None:
        notes.insert(0, NO_MODEL)
    return Preview(ask.question, tools.model.name if tools.model else "offline", tuple(requests), tuple(notes))
