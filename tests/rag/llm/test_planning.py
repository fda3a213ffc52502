"""One short call that plans a turn, and what becomes of the shapes in which models answer it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.scripted import ScriptedServer

from rag.answer import Filters
from rag.ask import Message
from rag.llm import connect, plan_question
from rag.llm.planning import PLAN_TOKENS, read_plan, strict_schema
from rag.llm.short import short_request
from rag.settings import LLMSettings

HISTORY = (
    Message("user", "What did Adeyemi find about lichens?"),
    Message("assistant", "Walls with lichens lost 14% less heat [1]."),
)
ASKED = "And what about ferries since 2015?"
PLAN = {
    "question": "What is known about ferries since 2015?",
    "searches": ["ferry noise seals", "ferry timetables"],
    "first_year": 2015,
    "last_year": None,
    "authors": [],
    "kind": "overview",
}


def test_a_plan_is_asked_for_with_its_own_limit_and_read(script, scripted_server: ScriptedServer):
    scripted_server.answer = lambda request: json.dumps(PLAN)
    planned = plan_question(script("cited", max_tokens=600), ASKED, HISTORY)
    assert planned.plan is not None
    assert planned.plan.question == PLAN["question"]
    assert planned.plan.searches == ("ferry noise seals", "ferry timetables")
    assert planned.plan.filters == Filters(years=(2015, None))
    assert planned.plan.kind == "overview"
    assert (planned.usage.tokens_in, planned.usage.tokens_out) == (120, 17)
    (request,) = scripted_server.chats("cited")
    assert request.body["max_tokens"] == PLAN_TOKENS
    assert "response_format" not in request.body, "a server of that protocol may not know it"
    asked = request.body["messages"][-1]["content"]
    assert "Reader: What did Adeyemi find about lichens?" in asked
    assert f"Last question: {ASKED}" in asked


def test_a_window_that_has_no_room_for_the_rules_is_not_asked(script, scripted_server: ScriptedServer):
    planned = plan_question(script("cited", context_window=600), ASKED, HISTORY)
    assert (planned.plan, planned.usage.tokens_in) == (None, 0)
    assert scripted_server.requests == []


def test_a_provider_with_structured_outputs_is_held_to_the_schema(scripted_server: ScriptedServer):
    scripted_server.answer = lambda request: json.dumps(PLAN)
    llm = LLMSettings(provider="openai", model="cited", base_url=scripted_server.base_url, retries=0)
    with connect(llm, {}, {"OPENAI_API_KEY": "sk-none"}) as model:
        assert plan_question(model, ASKED, HISTORY).plan is not None
        assert model.stream(HISTORY[:1]).read().finished
    planning, answering = (request.body for request in scripted_server.chats("cited"))
    form = planning["response_format"]["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["additionalProperties"] is False
    assert set(form["schema"]["required"]) == set(PLAN)
    assert "response_format" not in answering


def test_a_server_that_refuses_the_schema_is_asked_in_words(scripted_server: ScriptedServer):
    llm = LLMSettings(provider="openai", model="too-long", base_url=scripted_server.base_url, retries=0)
    with connect(llm, {}, {"OPENAI_API_KEY": "sk-none"}) as model:
        assert plan_question(model, ASKED).plan is None
    first, second = (request.body for request in scripted_server.chats("too-long"))
    assert "response_format" in first
    assert "response_format" not in second


@pytest.mark.parametrize("fault", ["broken", "unauthorized", "empty", "hangs-before", "error-within", "only-thinks"])
def test_without_a_usable_reply_in_time_there_is_no_plan(script, fault, monkeypatch):
    monkeypatch.setattr("rag.llm.planning.PLAN_SECONDS", 0.5)
    started = time.monotonic()
    assert plan_question(script(fault, retries=0), ASKED).plan is None
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps(PLAN),
        f"<think>two things</think>\n```json\n{json.dumps(PLAN, indent=2)}\n```",
        f"Here is the plan:\n{json.dumps(PLAN)}\nI hope this helps {{really}}.",
        json.dumps(PLAN).replace('"overview"}', '"overview",}').replace('timetables"]', 'timetables",]'),
        str(PLAN),
        json.dumps(PLAN)[:-12],
        json.dumps(PLAN | {"searches": "ferry noise seals; ferry timetables", "first_year": "2015", "extra": 1}),
    ],
)
def test_json_is_repaired(raw):
    plan = read_plan(raw, ASKED, HISTORY)
    assert plan is not None
    assert plan.question == PLAN["question"]
    assert plan.searches == ("ferry noise seals", "ferry timetables")
    assert plan.first_year == 2015


def read(**changed: Any) -> Any:
    return read_plan(json.dumps(PLAN | changed), ASKED, HISTORY)


def test_what_cannot_be_meant_is_left_out():
    assert read(authors=["Adeyemi", "Lindqvist", "A.", 7]).authors == ("Adeyemi",)
    assert read(first_year=2020, last_year=2010).filters.years == (2010, 2020)
    assert read(first_year=20155, last_year="soon").filters.years == (None, None)
    assert read(kind="poem").kind == "other"
    many = ["seals", "ferries", "seals", " ", "harbours", "noise", "calls", "x" * 500]
    assert read(searches=many).searches == ("seals", "ferries", "harbours", "noise")


def test_what_was_copied_from_the_example_of_the_prompt_is_no_plan():
    assert read(question="How do hedges and mown strips differ for birds, in work since 2015?") is None
    assert read(searches=["hedges farmland birds", "ferry noise seals"]).searches == ("ferry noise seals",)
    assert read(searches=["hedges farmland birds"]).searches == (PLAN["question"],)


def test_searches_are_english():
    german = "Wie wirken sich Fähren auf die Rufe von Seehunden aus?"
    both, one = (
        json.dumps(PLAN | {"question": german, "searches": some}) for some in ([german, "ferry noise"], [german])
    )
    plan = read_plan(both, german)
    assert plan is not None
    assert plan.searches == ("ferry noise",)
    assert read_plan(one, german) is None
    assert read(searches=[]).searches == (PLAN["question"],)


@pytest.mark.parametrize("question", ["", "  ", "word " * 200, "Ferries are loud [1].", "I cannot find the question."])
def test_without_a_question_there_is_no_plan(question):
    assert read(question=question) is None


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200))
def test_no_reply_breaks_the_reading(raw):
    read_plan(raw, ASKED)
    read_plan("{" + raw, ASKED)
    read_plan('{"question": "' + raw + '", "searches": [' + raw, ASKED)


def test_models_that_reason_first_keep_their_room():
    short = [
        short_request(LLMSettings(provider=provider, model=model), 80, None).max_tokens
        for provider, model in (("openai", "gpt-4o-mini"), ("openai", "o4-mini"), ("anthropic", "claude"))
    ]
    assert short == [80, 600, 80]


def test_the_form_of_a_reply_is_asked_where_it_can_be_beside_the_users_own_options():
    own = {"additional_kwargs": {"seed": 7}, "reuse_client": True}
    asked = short_request(LLMSettings(provider="openai", model="gpt-4o", options=own), 80, strict_schema()).options
    assert asked["reuse_client"] is True
    assert asked["additional_kwargs"]["seed"] == 7
    assert asked["additional_kwargs"]["response_format"]["type"] == "json_schema"
    assert short_request(LLMSettings(provider="ollama", model="m"), 80, strict_schema()).options == {"json_mode": True}
    assert short_request(LLMSettings(provider="anthropic", model="m"), 80, strict_schema()).options == {}
