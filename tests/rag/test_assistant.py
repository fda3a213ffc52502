"""The contract that others build on: one assistant, one path, one answer."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.retrievers import BaseRetriever

from index import IndexClosed, IndexSettings, Paper, PaperIndex, SettingsError
from rag import Answer, Assistant, Filters, Settings, Step, TextDelta

QUESTION = "What AUC does ICHPro reach?"
ICHPRO = "2402.11307"


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path) -> Iterator[Assistant]:
    with Assistant.from_config(index_dir=catalogue_index) as assistant:
        yield assistant


def test_an_answer_holds_the_fact_with_a_citation_that_opens_the_paper(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert "0.9429" in answer.text
    assert not answer.abstained
    cited = next(source for source in answer.sources if source.cited)
    assert f"[{cited.n}]" in answer.text
    assert (cited.paper_id, cited.url) == (ICHPRO, f"https://arxiv.org/abs/{ICHPRO}")


def test_the_supporting_sentence_is_highlighted_in_the_passage(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    source = next(source for source in answer.sources if source.cited)
    marked = " ".join(source.passage[start:end] for start, end in source.highlights)
    assert "0.9429" in marked
    assert len(marked) < len(source.passage)


def test_sources_are_numbered_from_one_best_first_and_each_paper_once(assistant: Assistant) -> None:
    sources = assistant.ask("How do papers shrink the KV cache?").sources
    assert [source.n for source in sources] == list(range(1, len(sources) + 1))
    assert [source.score for source in sources] == sorted((source.score for source in sources), reverse=True)
    assert len({source.paper_id for source in sources}) == len(sources)


def test_an_answer_is_plain_json(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert json.loads(json.dumps(answer.to_dict()))["text"] == answer.text


def test_streaming_ends_with_the_same_answer_that_asking_gives(assistant: Assistant) -> None:
    events = list(assistant.stream(QUESTION))
    assert isinstance(events[-1], Answer)
    assert events[-1].text == assistant.ask(QUESTION).text
    assert any(isinstance(event, Step) for event in events)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == events[-1].text


def test_asking_from_an_event_loop_gives_the_same_answers_to_many_at_once(assistant: Assistant) -> None:
    questions = [QUESTION, "Which datasets was VideoLights tested on?"] * 4

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(assistant.aask(question) for question in questions))

    answers = asyncio.run(ask_all())
    assert [answer.question for answer in answers] == questions
    assert [answer.text for answer in answers] == [assistant.ask(question).text for question in questions]


def test_a_follow_up_is_understood_from_the_history(assistant: Assistant) -> None:
    first = assistant.ask(QUESTION)
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": first.text}]
    answer = assistant.ask("And how accurate is it?", history=history)
    assert answer.standalone_question != answer.question
    assert "89.11" in answer.text


def test_history_as_a_page_sends_it_is_understood_too(assistant: Assistant) -> None:
    blocks = [
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
        {"role": "assistant", "content": [{"type": "text", "text": "ICHPro reaches an AUC of 0.9429 [1]."}]},
    ]
    assert "89.11" in assistant.ask("And how accurate is it?", history=blocks).text


@pytest.mark.parametrize("content", [None, 5, [None, 7, {"type": "image"}], {"text": None}, [{"text": None}]])
def test_history_without_text_is_passed_over(assistant: Assistant, content: object) -> None:
    history = [{"role": "user", "content": content}, {"content": "no role"}]
    assert assistant.ask(QUESTION, history=history).standalone_question == QUESTION


def test_a_model_that_nobody_knows_is_an_error_on_one_line(assistant: Assistant) -> None:
    with pytest.raises(SettingsError, match="nobody/knows") as raised:
        assistant.ask(QUESTION, model="nobody/knows")
    assert "\n" not in str(raised.value)


def test_what_is_not_in_the_abstracts_is_refused_with_the_nearest_papers(assistant: Assistant) -> None:
    answer = assistant.ask("How long must sourdough bread rest before baking?")
    assert answer.abstained
    assert answer.confidence == "not in these abstracts"
    assert answer.sources


def test_a_filter_that_hides_the_answer_is_named(assistant: Assistant) -> None:
    assert not assistant.ask(QUESTION).abstained
    answer = assistant.ask(QUESTION, filters=Filters(years=(1990, 1991)))
    assert answer.abstained
    assert "Without the filter (years 1990–1991)" in answer.text


def test_the_part_of_a_question_that_is_not_answered_is_named(assistant: Assistant) -> None:
    answer = assistant.ask("What AUC does ICHPro reach, and how many GPUs was it trained on?")
    assert (answer.abstained, answer.confidence) == (False, "partly answered")
    assert "0.9429" in answer.text
    assert answer.text.endswith("The abstracts do not say: how many GPUs was it trained on?")
    assert answer.sentences[-1].verdict == "no claim"


def test_sources_of_one_turn_never_appear_in_another(assistant: Assistant) -> None:
    before = {source.paper_id for source in assistant.ask(QUESTION).sources if source.cited}
    after = {source.paper_id for source in assistant.ask("What does Hymba combine?").sources if source.cited}
    assert before
    assert after
    assert not before & after


def test_search_ranks_papers(assistant: Assistant) -> None:
    hits = assistant.search("intracerebral hemorrhage prognosis", k=3)
    assert len(hits) == 3
    assert hits[0].paper_id == ICHPRO
    assert hits[0].passage


def test_filters_narrow_what_is_found(assistant: Assistant) -> None:
    hits = assistant.search("attention", k=20, filters=Filters(years=(2024, 2024)))
    assert {hit.year for hit in hits} == {2024}
    answer = assistant.ask("What is this paper about?", filters=Filters(paper_ids=(ICHPRO,)))
    assert [source.paper_id for source in answer.sources] == [ICHPRO]


def test_similar_papers_leave_the_paper_itself_out(assistant: Assistant) -> None:
    hits = assistant.similar(ICHPRO, k=4)
    assert len(hits) == 4
    assert ICHPRO not in {hit.paper_id for hit in hits}
    assert assistant.similar("no such paper") == ()


def test_the_number_of_sources_can_be_chosen_for_a_turn(assistant: Assistant) -> None:
    assert len(assistant.ask("What is attention used for?", top_k=3).sources) == 3


@pytest.mark.parametrize(
    "question", ["", "   ", "?", "a" * 20000, "\x00\ud800", "<script>alert(1)</script>", "[1] [2]"]
)
def test_no_question_whatever_breaks_a_turn(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).text


def test_a_turn_reports_how_long_each_step_took(assistant: Assistant) -> None:
    timings = assistant.ask(QUESTION).timings
    assert {"understand", "retrieve", "judge", "answer", "check", "total"} <= set(timings)
    assert timings["total"] >= timings["retrieve"] > 0


@pytest.fixture
def small_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ships are three papers."""
    from rag import assistant as module

    few = tmp_path / "few.jsonl"
    few.write_text("".join(module.catalogue_path().read_text("utf-8").splitlines(keepends=True)[:3]), "utf-8")
    monkeypatch.setattr(module, "catalogue_path", lambda: few)


@pytest.mark.usefixtures("small_catalogue")
def test_the_first_start_indexes_the_shipped_catalogue(tmp_path: Path) -> None:
    from index import PaperIndex

    told: list[tuple[int, int, str]] = []
    folder = tmp_path / "index"
    with Assistant.from_config(index_dir=folder, on_progress=lambda *progress: told.append(progress)) as assistant:
        assert assistant.index.count() == 3
    assert told
    assert PaperIndex.exists(assistant.settings.index)


@pytest.mark.usefixtures("small_catalogue")
def test_a_first_start_that_was_stopped_goes_on_at_the_next(tmp_path: Path) -> None:
    def stop(done: int, total: int, stage: str) -> None:
        if stage == "embedding":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Assistant.from_config(index_dir=tmp_path / "index", on_progress=stop)
    with Assistant.from_config(index_dir=tmp_path / "index") as assistant:
        assert (assistant.index.count(), assistant.index.count_unfinished()) == (3, 0)


@pytest.mark.usefixtures("small_catalogue")
def test_a_first_start_that_was_stopped_before_its_first_paper_begins_again(tmp_path: Path) -> None:
    from index import IndexSettings, PaperIndex

    PaperIndex.open(IndexSettings(folder=tmp_path / "index")).close()
    with Assistant.from_config(index_dir=tmp_path / "index") as assistant:
        assert assistant.index.count() == 3


def test_starting_and_asking_opens_no_connection(catalogue_index: Path) -> None:
    program = f"""
import socket
def refuse(*args, **kwargs):
    raise AssertionError(f"a connection was tried: {{args}}")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from rag import Assistant
with Assistant.from_config(index_dir={str(catalogue_index)!r}) as assistant:
    print(assistant.ask({QUESTION!r}).text)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd="/")
    assert "0.9429" in done.stdout


def test_in_one_turn_nothing_is_read_twice(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, list[str]] = {"papers": [], "passages": [], "token_vectors": []}
    for name, ids in read.items():
        method = getattr(assistant.index, name)
        monkeypatch.setattr(
            assistant.index, name, lambda some, method=method, ids=ids: (ids.extend(some), method(some))[1]
        )
    answer = assistant.ask("What AUC does ICHPro reach under five-fold cross-validation?")
    assert not answer.abstained
    for ids in read.values():
        assert len(ids) == len(set(ids)) > 0


def test_a_search_without_reranking_reads_no_vectors_of_tokens(
    catalogue_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.model_validate({"rag": {"retrieval": {"rerank": "none"}}}).with_index_folder(catalogue_index)
    with Assistant(PaperIndex.open(settings.index), settings) as assistant:
        read: list[str] = []
        method = assistant.index.token_vectors
        monkeypatch.setattr(assistant.index, "token_vectors", lambda some: (read.extend(some), method(some))[1])
        assert assistant.search("sparse attention")
        assert not read
        assert not assistant.ask("What AUC does ICHPro reach under five-fold cross-validation?").abstained
        assert len(read) == len(set(read)) > 0


def test_the_search_is_a_llamaindex_retriever(assistant: Assistant) -> None:
    retriever = assistant.as_retriever(top_k=3, filters=Filters(years=(2024, None)))
    assert isinstance(retriever, BaseRetriever)
    nodes = retriever.retrieve("What AUC does ICHPro reach?")
    hits = assistant.search("What AUC does ICHPro reach?", 3, Filters(years=(2024, None)))
    assert [(node.node.node_id, node.score) for node in nodes] == [(hit.paper_id, hit.score) for hit in hits]
    assert nodes[0].node.metadata["title"] == hits[0].title
    paper = assistant.index.paper(nodes[0].node.node_id)
    assert paper is not None
    assert paper.abstract in nodes[0].node.get_content()


@pytest.mark.parametrize("step", ["search_words", "search_meaning", "contents"])
def test_an_assistant_that_is_closed_while_a_turn_runs_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    index = PaperIndex.open(IndexSettings(folder=tmp_path))
    index.add([Paper("p1", "Owls at Night", "Owls see at night. Their eyes are 5 cm wide.")])
    assistant = Assistant(index, Settings())
    method = getattr(assistant.index, step)

    def close_first(*arguments: object, **named: object) -> object:
        assistant.close()
        return method(*arguments, **named)

    monkeypatch.setattr(assistant.index, step, close_first)
    for _ in range(2):
        with pytest.raises(IndexClosed, match="was closed meanwhile"):
            assistant.ask("How wide are the eyes of owls?")
