"""Whatever a server does, a turn ends in time: in text, or in one line that says what to do."""

import logging
import socket
import threading
import time

import pytest
from servers.scripted import CITED, SCRIPTS, ScriptedServer

from rag.answer import Usage
from rag.errors import ModelRefused, ModelUnavailable
from rag.llm.connection import Message, connect
from rag.settings import LLMSettings

ASK = [Message("user", "What does MAT do?")]
COMPLETE = {"empty", "only-thinks", "only-thinks-apart", "silent-at-limit", "filtered"}
"""Replies that came to their end without a word of an answer; they are paid for."""
KEY = "sk-proj-0123456789abcdefSECRET"


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("unauthorized", ModelRefused, "PAPERCHAT_API_KEY"),
        ("no-such-model", ModelRefused, "llm.model"),
        ("too-long", ModelRefused, "rag.evidence_tokens"),
        ("no-credit", ModelRefused, "credit"),
        ("web-page", ModelRefused, "llm.base_url"),
        ("redirect", ModelRefused, "llm.base_url"),
        ("busy-for-an-hour", ModelUnavailable, "too often"),
        ("broken", ModelUnavailable, "500"),
        ("strange", ModelUnavailable, "protocol"),
        ("empty", ModelUnavailable, "empty answer"),
        ("only-thinks", ModelUnavailable, "llm.max_tokens"),
        ("only-thinks-apart", ModelUnavailable, "llm.max_tokens"),
        ("silent-at-limit", ModelUnavailable, "llm.max_tokens"),
        ("filtered", ModelRefused, "content filter"),
        ("question-filtered", ModelRefused, "content filter"),
        ("hangs-before", ModelUnavailable, "llm.first_token_timeout"),
        ("hangs-after-headers", ModelUnavailable, "llm.first_token_timeout"),
    ],
)
def test_a_fault_before_the_first_word_becomes_one_line_with_a_remedy(script, name, kind, says):
    model = script(name, key=KEY, first_token_timeout=1.0)
    started = time.monotonic()
    reply = model.stream(ASK).read()
    assert time.monotonic() - started < 4
    assert reply.text == ""
    assert type(reply.problem) is kind
    assert says in str(reply.problem)
    assert "\n" not in str(reply.problem)
    assert len(str(reply.problem)) < 500
    assert name in COMPLETE or reply.usage == Usage()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("hangs-within", "fell silent"),
        ("cuts-within", "broke within"),
        ("malformed", "can't be read"),
        ("error-within", "the model crashed"),
    ],
)
def test_a_stream_that_dies_half_way_keeps_what_came(script, scripted_server: ScriptedServer, name, says):
    reply = script(name, first_token_timeout=1.0).stream(ASK).read()
    assert reply.text.startswith("MAT caches actions [1].")
    assert not reply.finished
    assert isinstance(reply.problem, ModelUnavailable)
    assert says in str(reply.problem)
    assert len(scripted_server.chats(name)) == 1, "asking again after text would say everything twice"


def test_a_stream_that_drips_for_ever_ends_at_the_total_timeout(script, scripted_server: ScriptedServer):
    model = script("drips", total_timeout=1.0)
    started = time.monotonic()
    reply = model.stream(ASK).read()
    assert time.monotonic() - started < 3
    assert "llm.total_timeout" in str(reply.problem)
    assert reply.text.count("word") > 5
    assert scripted_server.chats("drips")[0].gone.wait(2)


@pytest.mark.parametrize("name", ["broken-once", "drops-once"])
def test_a_passing_fault_is_asked_again(script, scripted_server: ScriptedServer, name):
    reply = script(name).stream(ASK).read()
    assert reply.text == CITED
    assert len(scripted_server.chats(name)) == 2


def test_retry_after_is_honoured(script):
    model = script("busy-once")
    started = time.monotonic()
    assert model.stream(ASK).read().text == CITED
    assert 0.3 <= time.monotonic() - started < 3


def test_a_longer_retry_after_than_the_reader_waits_is_not_waited_for(script, scripted_server: ScriptedServer):
    model = script("busy-for-an-hour", retries=5)
    started = time.monotonic()
    model.stream(ASK).read()
    assert time.monotonic() - started < 2
    assert len(scripted_server.chats("busy-for-an-hour")) == 1


def test_what_is_refused_is_not_asked_again(script, scripted_server: ScriptedServer):
    for name in ("unauthorized", "too-long", "no-credit"):
        script(name, retries=5).stream(ASK).read()
        assert len(scripted_server.chats(name)) == 1


def test_retries_end_with_the_patience_for_the_first_word(script):
    model = script("broken", retries=10, first_token_timeout=1.0)
    started = time.monotonic()
    reply = model.stream(ASK).read()
    assert time.monotonic() - started < 3
    assert "500" in str(reply.problem), "the server's own fault is told, not that time ran out"


def test_no_server_at_the_address_is_said_at_once():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        llm = LLMSettings(provider="openai-like", model="m", base_url=address, retries=0)
        with connect(llm, {}, {}) as model:
            reply = model.stream(ASK).read()
    assert isinstance(reply.problem, ModelUnavailable)
    assert f"No connection to openai-like/m at {address}" in str(reply.problem)


def test_a_server_that_never_accepts_ends_at_the_connect_timeout():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # the backlog is full: further connections wait
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        llm = LLMSettings(
            provider="openai-like",
            model="m",
            base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1",
            connect_timeout=0.3,
            first_token_timeout=20,
            retries=0,
        )
        with connect(llm, {}, {}) as model:
            started = time.monotonic()
            reply = model.stream(ASK).read()
            assert time.monotonic() - started < 5
        for filler in fillers:
            filler.close()
    assert isinstance(reply.problem, ModelUnavailable)


def test_the_key_is_sent_but_never_told(script, scripted_server: ScriptedServer, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    told = []
    for name in ("cited", "unauthorized", "broken", "web-page", "cuts-within", "no-such-model"):
        model = script(name, key=KEY, retries=0)
        reply = model.stream(ASK).read()
        told += [str(reply.problem), repr(reply.problem), repr(model), repr(reply), repr(model._llms), str(model._llms)]
    assert all(request.headers["Authorization"] == f"Bearer {KEY}" for request in scripted_server.requests)
    told += [caplog.text, *capfd.readouterr()]
    assert not [text for text in told if "SECRET" in text or KEY[:12] in text]


def test_without_a_key_none_from_the_environment_is_sent(script, scripted_server: ScriptedServer, monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, KEY)
    script("cited").stream(ASK).read()
    assert KEY not in str(scripted_server.chats("cited")[0].headers)


def test_a_password_in_the_address_is_not_told():
    llm = LLMSettings(provider="openai-like", model="m", base_url="http://me:hunter2@127.0.0.1:9/v1", retries=0)
    with connect(llm, {}, {}) as model:
        problem = str(model.stream(ASK).read().problem)
    assert "hunter2" not in problem
    assert "127.0.0.1:9" in problem


def test_faults_of_some_leave_the_others_alone(script):
    models = {name: script(name, first_token_timeout=1.0, total_timeout=3.0) for name in sorted(SCRIPTS)}
    replies = {name: model.stream(ASK) for name, model in models.items()}
    threads = [threading.Thread(target=reply.read) for reply in replies.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    assert not any(thread.is_alive() for thread in threads)
    assert replies["cited"].text == replies["split-markers"].text == CITED
    assert all(reply.text or reply.problem for reply in replies.values())
