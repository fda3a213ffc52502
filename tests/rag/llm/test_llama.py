"""The same with a real server: llama.cpp with a small model. What it says is poor; that it streams is the point."""

import threading
import time

from rag.answer import Evidence
from rag.errors import ModelRefused
from rag.llm.connection import LanguageModel, Message, check_model, connect
from rag.llm.prompt import build_messages
from rag.settings import LLMSettings, RagSettings, Settings


def test_a_chat_streams_and_reports_its_usage(llama_server):
    with real(llama_server) as model:
        reply = model.stream([Message("user", "Name the capital of France.")])
        pieces = list(reply)
    assert reply.problem is None
    assert "Paris" in reply.text
    assert len(pieces) > 2
    assert 5 < reply.usage.tokens_in < 40
    assert 0 < reply.usage.tokens_out <= 40


def test_stop_frees_the_server_for_the_next_turn(llama_server):
    with real(llama_server, max_tokens=2000) as model:
        stop = threading.Event()
        reply = model.stream([Message("user", "Tell me a very long story about a king.")], stop)
        for _ in reply:
            stop.set()
        assert reply.stopped
        started = time.monotonic()
        assert model.complete([Message("user", "Say yes.")], max_tokens=5).text
        assert time.monotonic() - started < 10, "it has one slot, so the stopped turn must have ended"


def test_a_turn_with_evidence_and_history_fits_its_window(llama_server):
    settings = Settings(llm=LLMSettings(context_window=1000, max_tokens=40), rag=RagSettings(evidence_tokens=20000))
    evidence = [
        Evidence(n, f"p{n}", f"Paper {n}", f"The method number {n} reaches an accuracy of {n}0%. " * 6)
        for n in range(1, 11)
    ]
    history = [Message("user", "What is method 3?"), Message("assistant", "It is a method [3].")]
    prompt = build_messages("How accurate is it?", evidence, settings, history)
    assert 1 < len(prompt.evidence) < 10
    with real(llama_server) as model:
        reply = model.stream(prompt.messages).read()
    assert reply.problem is None
    assert reply.text
    assert reply.usage.tokens_in <= 1000 - 40


def test_a_prompt_beyond_its_window_is_refused_with_a_remedy(llama_server):
    with real(llama_server) as model:
        reply = model.stream([Message("user", "word " * 5000)]).read()
    assert isinstance(reply.problem, ModelRefused)
    assert "rag.evidence_tokens" in str(reply.problem)


def test_doctor_finds_the_server_and_the_model(llama_server):
    findings = check_model(settings_of(llama_server), {})
    assert {finding.severity for finding in findings} == {"ok"}


def settings_of(server, **more) -> LLMSettings:
    return LLMSettings(
        **{"provider": "openai-like", "model": server.model, "base_url": server.base_url, "max_tokens": 40, **more}
    )


def real(server, **more) -> LanguageModel:
    return connect(settings_of(server, **more), {}, {})
