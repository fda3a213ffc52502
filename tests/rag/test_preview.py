"""What a language model would be sent can be seen before anything is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from servers.scripted import Request, ScriptedServer

from rag import Assistant

Open = Callable[..., Assistant]
FACT = "What AUC does ICHPro reach?"
FOLLOW_UP = "And which data does it use?"
HISTORY = [
    {"role": "user", "content": "What predicts how patients fare after a brain haemorrhage?"},
    {"role": "assistant", "content": "ICHPro does [1].", "sources": ["2402.11307"]},
]


def sent(request: Request) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in request.body["messages"]]


def rules(assistant: Assistant, *asked: object) -> list[tuple[str, str]]:
    """(purpose, the beginning of its rules) of each request that would be made."""
    shown = assistant.show_prompt(*asked)
    return [(purpose, prompt.messages[0].content[:8]) for purpose, prompt in shown.requests]


def test_it_is_what_is_sent_and_seeing_it_sends_nothing(
    assistant_with: Open, scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.llm.prompt.secrets.token_hex", lambda size: "f" * 2 * size)
    assistant = assistant_with("cited")
    shown = assistant.show_prompt(FACT)
    assert scripted_server.requests == []
    assistant.ask(FACT)
    (request,) = scripted_server.chats("cited")
    ((purpose, prompt),) = shown.requests
    assert purpose == "answer"
    assert [(message.role, message.content) for message in prompt.messages] == sent(request)


def test_in_a_talk_the_request_for_a_plan_comes_first_and_is_not_sent_either(
    assistant_with: Open, scripted_server: ScriptedServer
) -> None:
    assistant = assistant_with("cited")
    shown = assistant.show_prompt(FOLLOW_UP, HISTORY)
    assert scripted_server.requests == []
    assistant.ask(FOLLOW_UP, HISTORY)
    purpose, plan = shown.requests[0]
    assert purpose == "plan"
    assert [(message.role, message.content) for message in plan.messages] == sent(scripted_server.chats("cited")[0])
    assert "brain haemorrhage" in plan.messages[1].content
    purpose, answer = shown.requests[1]
    assert purpose == "answer"
    assert [message.content for message in answer.messages[1:3]] == [HISTORY[0]["content"], "ICHPro does."]
    assert any("plan that comes back" in note for note in shown.notes)


@pytest.mark.parametrize(("how", "is_told"), [("auto", True), ("off", False)])
def test_it_tells_what_follows_the_answer(assistant_with: Open, how: str, is_told: bool) -> None:
    shown = assistant_with("cited", rag={"verify": how, "top_k": 2, "model_papers": 2}).show_prompt(FACT)
    assert any(f"rag.verify: {how}" in note for note in shown.notes) == is_told


def test_what_needs_no_model_says_so(assistant_with: Open) -> None:
    for question, why in (("Who wrote ICHPro?", "record"), ("How do I get red wine out of a carpet?", "refused")):
        shown = assistant_with("cited", rag={"refuse_below": 0.5}).show_prompt(question)
        assert shown.requests == ()
        assert why in str(shown)


def test_without_a_model_it_is_what_one_would_be_sent(catalogue_index: Path, assistant_with: Open) -> None:
    with Assistant.from_config(index_dir=catalogue_index) as offline:
        shown = offline.show_prompt(FACT)
        in_a_talk = rules(offline, FOLLOW_UP, HISTORY)
    with_model = assistant_with("cited", rag={"refuse_below": 0.5}).show_prompt(FACT)
    assert "No language model is configured" in shown.notes[0]
    assert [one.paper_id for one in shown.requests[0][1].evidence] == [
        one.paper_id for one in with_model.requests[0][1].evidence
    ]
    assert in_a_talk == [("plan", "You plan"), ("answer", "You answ")]
