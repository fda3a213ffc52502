"""Whole turns with a language model: scripted for what is rare, llama.cpp's own server for what is real."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer, quote_first

from index import IndexSettings, PaperIndex
from rag import Answer, Assistant
from rag.answer import Step, TextDelta
from rag.errors import ModelError
from rag.settings import LLMSettings, RagSettings, Settings

Open = Callable[..., Assistant]
QUESTION = "How much less memory does MAT need?"


def test_the_model_answers_from_the_evidence_it_was_shown(assistant_with: Open, scripted_server: ScriptedServer):
    scripted_server.answer = quote_first
    answer = assistant_with("cited").ask(QUESTION)
    assert answer.model == "openai-like/cited"
    assert answer.sources[0].title in answer.text
    assert answer.sources[0].cited
    assert (answer.usage.tokens_in, answer.usage.tokens_out) == (120, 17)


def test_a_number_that_was_not_given_out_is_removed(assistant_with: Open, scripted_server: ScriptedServer):
    scripted_server.answer = lambda request: "It halves the memory [1][77]."
    answer = assistant_with("cited").ask(QUESTION)
    assert "77" not in answer.text
    assert answer.removed_markers


def test_deltas_never_show_half_a_marker(assistant_with: Open):
    for event in assistant_with("split-markers").stream(QUESTION):
        if isinstance(event, TextDelta):
            assert event.text.count("[") == event.text.count("]")


def test_a_conversation_moves_from_offline_to_the_model_and_back(assistant_with: Open, scripted_server: ScriptedServer):
    scripted_server.answer = quote_first
    assistant = assistant_with("cited")
    history: list[dict[str, str]] = []
    models = []
    for name in ("offline", None, "offline"):
        answer = assistant.ask(QUESTION, history=history, model=name)
        history += [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": answer.text}]
        models.append(answer.model)
        assert answer.text
    assert models == ["offline", "openai-like/cited", "offline"]


@pytest.mark.parametrize("fault", ["unauthorized", "no-such-model", "broken", "hangs-before", "empty", "web-page"])
def test_when_the_model_gives_nothing_the_offline_answer_takes_its_place_and_says_so(assistant_with: Open, fault):
    assistant = assistant_with(fault, first_token_timeout=1.0)
    events = list(assistant.stream(QUESTION))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.model == "offline"
    assert answer.text == assistant.ask(QUESTION, model="offline").text
    assert any("offline" in notice and fault in notice for notice in answer.notices)
    assert [event.name for event in events if isinstance(event, Step)].count("fallback") == 1


def test_the_fallback_can_be_switched_off(assistant_with: Open):
    with pytest.raises(ModelError, match="500"):
        assistant_with("broken", rag={"offline_fallback": False}).ask(QUESTION)


@pytest.mark.parametrize("fault", ["cuts-within", "malformed", "hangs-within", "error-within"])
def test_an_answer_that_breaks_off_is_kept_and_marked(assistant_with: Open, fault):
    answer = assistant_with(fault, first_token_timeout=1.0).ask(QUESTION)
    assert answer.text.startswith("MAT caches actions [1].")
    assert answer.model == f"openai-like/{fault}"
    assert any("broke off" in notice for notice in answer.notices)


NOTHING_USABLE = ["[77]", "【12】, [13].", "Answer:", '{"answer": ""}', "…"]


@pytest.mark.parametrize("said", NOTHING_USABLE)
def test_a_reply_with_nothing_usable_is_told_of_and_the_offline_answer_takes_its_place(
    assistant_with: Open, scripted_server: ScriptedServer, said: str
):
    scripted_server.answer = lambda request: said
    assistant = assistant_with("cited")
    answer = assistant.ask(QUESTION)
    assert answer.model == "offline"
    assert answer.text == assistant.ask(QUESTION, model="offline").text
    assert any("openai-like/cited" in notice and "offline" in notice for notice in answer.notices)


def test_a_reply_with_nothing_usable_is_an_error_when_the_fallback_is_off(
    assistant_with: Open, scripted_server: ScriptedServer
):
    scripted_server.answer = lambda request: "[77]"
    with pytest.raises(ModelError, match="openai-like/cited"):
        assistant_with("cited", rag={"offline_fallback": False}).ask(QUESTION)


def test_a_refusal_before_the_model_was_asked_is_not_signed_with_its_name(
    assistant_with: Open, scripted_server: ScriptedServer
):
    answer = assistant_with("cited", rag={"refuse_below": 0.5}).ask("How do I get red wine out of a carpet?")
    assert answer.abstained
    assert scripted_server.chats("cited") == []
    assert answer.model == "offline"


def test_a_refusal_of_the_model_is_told_of_and_what_is_shown_in_its_place_is_not_signed_with_its_name(
    assistant_with: Open, scripted_server: ScriptedServer
):
    scripted_server.answer = lambda request: "I'm sorry, but the abstracts don't mention this."
    answer = assistant_with("cited").ask(QUESTION)
    assert answer.abstained
    assert answer.model == "offline"
    assert any("openai-like/cited" in notice for notice in answer.notices)


@pytest.mark.parametrize(
    ("ending", "says"), [("filtered-within", "content filter"), ("cut-at-limit", "llm.max_tokens")]
)
def test_an_answer_that_was_ended_early_says_by_what(assistant_with: Open, ending: str, says: str):
    answer = assistant_with(ending).ask(QUESTION)
    assert answer.text.startswith("MAT caches actions [1].")
    assert answer.model == f"openai-like/{ending}"
    assert [notice for notice in answer.notices if says in notice]


@pytest.mark.parametrize(
    ("ending", "says"),
    [("filtered", "content filter"), ("question-filtered", "content filter"), ("only-thinks-apart", "llm.max_tokens")],
)
def test_a_reply_that_was_ended_before_its_first_word_says_by_what(assistant_with: Open, ending: str, says: str):
    answer = assistant_with(ending).ask(QUESTION)
    assert answer.model == "offline"
    assert any(says in notice and "offline" in notice for notice in answer.notices)


def test_an_answer_in_json_is_read(assistant_with: Open):
    assert assistant_with("answers-in-json").ask(QUESTION).text == "MAT caches actions per agent [1]."


def test_a_refusal_in_the_models_own_words_is_a_refusal(assistant_with: Open, scripted_server: ScriptedServer):
    scripted_server.answer = lambda request: "I'm sorry, but the abstracts don't mention this."
    assert assistant_with("cited").ask(QUESTION).abstained


def test_stopping_ends_the_request_and_keeps_what_came(assistant_with: Open, scripted_server: ScriptedServer):
    stop = threading.Event()
    events = []
    for event in assistant_with("hangs-within").stream(QUESTION, stop=stop):
        events.append(event)
        if isinstance(event, TextDelta):
            stop.set()
    assert scripted_server.chats("hangs-within")[0].gone.wait(2)
    assert isinstance(events[-1], Answer)
    assert events[-1].text.startswith("MAT caches actions [1].")


def test_thirty_turns_at_once_do_not_mix_their_sources(
    assistant_with: Open, scripted_server: ScriptedServer, catalogue_index: Path
):
    scripted_server.answer = quote_first
    assistant = assistant_with("cited", first_token_timeout=120, total_timeout=120)
    papers = assistant.index.all_papers()[:30]

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(assistant.aask(f"What is found in {paper.title}?") for paper in papers))

    answers = asyncio.run(ask_all())
    for paper, answer in zip(papers, answers, strict=True):
        assert answer.question == f"What is found in {paper.title}?"
        (cited,) = [source for source in answer.sources if source.cited]
        assert cited.title in answer.text
    hits = sum(answer.sources[0].paper_id == paper.id for paper, answer in zip(papers, answers, strict=True))
    assert hits >= 27


def test_a_cited_turn_with_a_real_server(catalogue_index: Path, llama_server):
    llm = LLMSettings(
        provider="openai-like",
        model=llama_server.model,
        base_url=llama_server.base_url,
        context_window=1200,
        max_tokens=60,
        first_token_timeout=120,
        total_timeout=180,
    )
    settings = Settings(llm=llm, index=IndexSettings(folder=catalogue_index), rag=RagSettings(refuse_below=0, top_k=2))
    with Assistant(PaperIndex.open(settings.index), settings) as assistant:
        answer = assistant.ask(QUESTION)
    assert answer.model == llm.name
    assert answer.text
    assert answer.usage.tokens_out > 0
    assert {citation.n for citation in answer.citations} <= {source.n for source in answer.sources}


def test_stopping_before_the_first_word_ends_the_turn_without_an_answer(
    assistant_with: Open, scripted_server: ScriptedServer
):
    stop = threading.Event()
    events = []
    for event in assistant_with("hangs-before").stream(QUESTION, stop=stop):
        events.append(event)
        if isinstance(event, Step) and event.name == "judged":
            threading.Timer(0.3, stop.set).start()
    assert not any(isinstance(event, Answer | TextDelta) for event in events)


def test_another_model_of_the_configured_server_is_reached_there(assistant_with: Open, scripted_server: ScriptedServer):
    scripted_server.answer = quote_first
    assistant = assistant_with("empty")
    assert assistant.ask(QUESTION, model="openai-like/cited").model == "openai-like/cited"
    assert scripted_server.chats("cited")
