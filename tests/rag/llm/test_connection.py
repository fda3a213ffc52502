"""A language model behind the OpenAI protocol, as the assistant uses it."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from servers.scripted import CITED, ScriptedServer

from rag.answer import Usage
from rag.llm.connection import Message
from rag.settings import Price

ASK = [Message("system", "Cite."), Message("user", "What does MAT do?")]


def test_text_arrives_in_pieces_and_adds_up(script):
    reply = script("cited").stream(ASK)
    pieces = list(reply)
    assert len(pieces) > 3
    assert "".join(pieces) == reply.text == CITED
    assert reply.finished
    assert (reply.problem, reply.truncated, reply.stopped) == (None, False, False)


def test_the_request_says_what_the_settings_say(script, scripted_server: ScriptedServer):
    script("cited", temperature=0.3, max_tokens=77).stream(ASK).read()
    body = scripted_server.chats("cited")[0].body
    assert (body["temperature"], body["max_tokens"], body["stream"]) == (0.3, 77, True)
    assert body["messages"] == [
        {"role": "system", "content": "Cite."},
        {"role": "user", "content": "What does MAT do?"},
    ]


def test_further_parameters_and_headers_go_through_options(script, scripted_server: ScriptedServer):
    options = {"additional_kwargs": {"seed": 7}, "default_headers": {"X-Team": "physics"}}
    script("cited", options=options).stream(ASK).read()
    request = scripted_server.chats("cited")[0]
    assert request.body["seed"] == 7
    assert request.headers["X-Team"] == "physics"
    assert request.body["stream_options"] == {"include_usage": True}


def test_reported_usage_is_priced_by_the_table(script):
    prices = {"openai-like/cited": Price(input=2.0, output=10.0)}
    assert script("cited", prices).stream(ASK).read().usage == Usage(120, 17, 120 * 2e-6 + 17 * 1e-5)


def test_without_a_price_the_cost_is_unknown(script):
    assert script("cited").stream(ASK).read().usage.cost is None


def test_tokens_are_counted_when_the_server_reports_none(script):
    usage = script("no-usage").stream(ASK).read().usage
    assert 10 < usage.tokens_in < 30
    assert 15 < usage.tokens_out < 35


def test_reasoning_is_not_shown_but_counted(script):
    reply = script("thinks").stream(ASK).read()
    assert reply.text == CITED
    assert script("thinks-apart").stream(ASK).read().text == CITED


def test_the_stop_event_ends_the_request_at_the_server(script, scripted_server: ScriptedServer):
    stop = threading.Event()
    reply = script("hangs-within").stream(ASK, stop)
    pieces = iter(reply)
    first = next(pieces)
    threading.Timer(0.1, stop.set).start()
    assert list(pieces) == []
    assert (reply.text, reply.stopped, reply.finished, reply.problem) == (first, True, False, None)
    assert scripted_server.chats("hangs-within")[0].gone.wait(2)


def test_leaving_the_loop_ends_the_request_at_the_server(script, scripted_server: ScriptedServer):
    reply = script("drips").stream(ASK)
    for _ in reply:
        break
    assert reply.stopped
    assert scripted_server.chats("drips")[0].gone.wait(2)


def test_closing_before_the_first_word_ends_the_request_at_the_server(script, scripted_server: ScriptedServer):
    reply = script("hangs-before").stream(ASK)
    wait_for(lambda: scripted_server.chats("hangs-before"))
    threading.Timer(0.1, reply.close).start()
    assert list(reply) == []
    assert scripted_server.chats("hangs-before")[0].gone.wait(2)


def test_closing_the_model_ends_all_that_runs(script, scripted_server: ScriptedServer):
    model = script("hangs-within")
    replies = [model.stream(ASK) for _ in range(3)]
    wait_for(lambda: len(scripted_server.chats("hangs-within")) == 3)
    model.close()
    assert all(request.gone.wait(2) for request in scripted_server.chats("hangs-within"))
    assert [(reply.read().finished, reply.stopped) for reply in replies] == [(False, True)] * 3


def test_an_answer_at_the_limit_of_length_says_so(script):
    reply = script("cut-at-limit").stream(ASK).read()
    assert (reply.truncated, reply.finished, reply.problem) == (True, False, None)


def test_an_answer_that_a_content_filter_ended_says_so(script):
    reply = script("filtered-within").stream(ASK).read()
    assert (reply.filtered, reply.truncated, reply.finished, reply.problem) == (True, False, False, None)
    assert reply.text.startswith("MAT caches actions [1].")


def test_a_server_that_ignores_max_tokens_is_cut_off(script, scripted_server: ScriptedServer):
    reply = script("endless", max_tokens=50).stream(ASK).read()
    assert reply.truncated
    assert len(reply.text) < 3000
    assert scripted_server.chats("endless")[0].gone.wait(2)


def test_a_short_completion_may_ask_for_less_time_and_text(script):
    model = script("drips")
    started = time.monotonic()
    reply = model.complete(ASK, timeout=0.5)
    assert time.monotonic() - started < 2
    assert reply.problem is not None
    assert reply.text.startswith("word")
    assert script("endless").complete(ASK, max_tokens=10).truncated


def test_half_an_emoji_does_not_break_a_turn(script):
    assert script("echo").stream([Message("user", "cut \ud83d here")]).read().text == "cut ? here"


def test_halves_of_characters_are_joined_or_replaced_and_the_text_can_be_stored(script):
    text = script("half-characters").stream(ASK).read().text
    assert text == "MAT caches \N{GRINNING FACE} actions \ufffd and more [1]."
    assert text.encode("utf-8")


def test_a_server_on_this_machine_is_asked_without_the_proxy_of_the_environment(script, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    model = script("cited")
    assert model.stream(ASK).read().text == CITED


def test_fifty_turns_at_once_do_not_mix(script):
    model = script("echo", total_timeout=60, first_token_timeout=60)

    def turn(number: int) -> str:
        return model.stream([Message("user", f"turn {number}: " + "word " * number)]).read().text

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(turn, range(50)))
    assert [answer.split(":")[0] for answer in answers] == [f"turn {number}" for number in range(50)]
    assert [answer.count("word") for answer in answers] == list(range(50))


def wait_for(condition) -> None:
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)
