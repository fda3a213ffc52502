"""A turn with a language model: planned by one call, shown enough, asked before it is refused, verified by another."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from servers.scripted import HEAD, Request, ScriptedServer, purpose, quote_first

from rag import Answer, Assistant
from rag.answer import Step, TextDelta
from rag.reading import EvidenceScore

Open = Callable[..., Assistant]

DEV = Path(__file__).resolve().parents[3] / "shared" / "eval" / "dev.jsonl"
FACT = "How much less memory does MAT need?"
HISTORY = [
    {"role": "user", "content": "What predicts how patients fare after a brain haemorrhage?"},
    {"role": "assistant", "content": "ICHPro does [1]."},
]


def asked_for(server: ScriptedServer) -> list[str]:
    return [purpose(request) for request in server.chats("cited")]


def plan(**changed: Any) -> str:
    whole = {"question": "", "searches": [], "first_year": None, "last_year": None, "authors": [], "kind": "other"}
    return json.dumps(whole | changed)


def play(server: ScriptedServer, *, plan: str = "", answer: Callable[[Request], str] = quote_first, verdicts: Any = ()):
    """The server's part: what it says to each purpose."""
    verify = json.dumps({"verdicts": list(verdicts)})
    server.answer = lambda request: {"plan": plan, "verify": verify}.get(purpose(request)) or answer(request)


# -- planning ---------------------------------------------------------------------------------------------------------


def test_the_first_plain_english_question_costs_no_extra_call(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server)
    assistant_with("cited").ask(FACT)
    assert asked_for(scripted_server) == ["answer"]


def test_a_follow_up_is_planned_by_the_model(assistant_with: Open, scripted_server: ScriptedServer):
    whole = "How accurate is ICHPro?"
    play(scripted_server, plan=plan(question=whole, searches=["ICHPro accuracy"], kind="fact"))
    answer = assistant_with("cited").ask("How accurate is it?", history=HISTORY)
    assert asked_for(scripted_server) == ["plan", "answer"]
    assert answer.standalone_question == whole
    assert answer.sources[0].paper_id == "2402.11307"
    assert any("ICHPro accuracy" in notice for notice in answer.notices)
    assert answer.usage.tokens_in == 240


def test_a_question_in_another_language_is_searched_in_english(assistant_with: Open, scripted_server: ScriptedServer):
    question = "Welche Genauigkeit erreicht das Modell für die Prognose nach einer Hirnblutung?"
    english = "accuracy of prognosis for intracerebral hemorrhage"
    play(scripted_server, plan=plan(question=question, searches=[english], kind="fact"))
    answer = assistant_with("cited").ask(question)
    assert answer.sources[0].paper_id == "2402.11307"
    assert answer.question == answer.standalone_question == question


def test_each_side_of_a_comparison_is_searched_for(assistant_with: Open, scripted_server: ScriptedServer):
    question = "How do methods for brain haemorrhage and for robot teams differ?"
    searches = ["intracerebral hemorrhage prognosis", "multi-agent reinforcement learning"]
    play(scripted_server, plan=plan(question=question, searches=searches, kind="compare"))
    answer = assistant_with("cited").ask(question)
    assert answer.plan is not None
    assert answer.plan.kind == "compare"
    titles = " ".join(source.title for source in answer.sources)
    assert "Hemorrhage" in titles
    assert "Multi-Agent" in titles
    rules = scripted_server.chats("cited")[-1].body["messages"][0]["content"]
    assert "table" in rules


def test_years_of_the_plan_narrow_the_search(assistant_with: Open, scripted_server: ScriptedServer):
    question = "What is known about attention in work since 2025?"
    play(scripted_server, plan=plan(question=question, searches=["attention"], first_year=2025, kind="overview"))
    answer = assistant_with("cited").ask(question)
    assert answer.plan is not None
    assert answer.plan.filters.years == (2025, None)
    assert {source.year for source in answer.sources} <= {2025, 2026}


def test_a_filter_that_no_paper_passes_is_none(assistant_with: Open, scripted_server: ScriptedServer):
    question = "What is known about attention in work before 1931?"
    play(scripted_server, plan=plan(question=question, searches=["attention"], last_year=1930, kind="overview"))
    assert assistant_with("cited").ask(question).sources


def test_without_a_plan_the_offline_understanding_stays(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server, plan="I would rather not.")
    answer = assistant_with("cited").ask("How accurate is it?", history=HISTORY)
    assert answer.standalone_question == "How accurate is it? (about ICHPro)"
    assert answer.sources[0].paper_id == "2402.11307"


def test_small_talk_and_the_record_cost_no_call(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server)
    assistant = assistant_with("cited")
    for question in ("thanks!", "How many papers are there?"):
        assert not assistant.ask(question, history=HISTORY).abstained
    assert asked_for(scripted_server) == []


# -- evidence, and the judgement as a hint ----------------------------------------------------------------------------


def test_the_model_sees_twelve_papers_and_how_many_there_are(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server)
    assistant = assistant_with("cited", rag={"evidence_tokens": 6000})
    answer = assistant.ask(FACT)
    (request,) = scripted_server.chats("cited")
    prompt = request.body["messages"][-1]["content"]
    assert len(HEAD.findall(prompt)) == len(answer.sources) == 12
    assert f"You see the nearest 12 of {assistant.index.count()} papers." in prompt
    assert "A first look says that they" in prompt


def test_fewer_papers_can_be_asked_for(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server)
    assert len(assistant_with("cited").ask(FACT, top_k=3).sources) == 3


def test_a_model_that_fails_leaves_the_offline_judgement(assistant_with: Open, scripted_server: ScriptedServer):
    question = "Which methods help with the tasting of wine?"
    answer = assistant_with("broken", rag={"refuse_below": 0.99}).ask(question)
    assert answer.abstained
    assert answer.model == "offline"


class Doubter:
    """A reader to whom no passage answers anything."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]:
        return [EvidenceScore(answerable=-20.0, relevance=-20.0) for _ in passages]


def is_asked(assistant: Assistant, question: str, server: ScriptedServer) -> bool:
    """Whether the model is asked for an answer, rather than that the question is refused before."""
    before = len(server.requests)
    with closing(assistant.stream(question)) as events:
        assert any(isinstance(event, TextDelta) for event in events)
    return "answer" in map(purpose, server.requests[before:])


def test_a_broad_question_is_put_to_the_model_whatever_the_reader_thinks(
    assistant_with: Open, scripted_server: ScriptedServer
):
    play(scripted_server, plan="none")
    assistant = assistant_with("cited", rag={"refuse_below": 0.5, "verify": "off"}, reader=Doubter())
    assert is_asked(assistant, "Which papers shrink the KV cache?", scripted_server)
    assert is_asked(assistant, "How do linear attention and softmax attention compare?", scripted_server)
    assert not is_asked(assistant, "What AUC does ICHPro reach?", scripted_server)


@pytest.mark.skipif(not DEV.exists(), reason="the development questions lie beside the project, and are not here")
def test_no_broad_question_is_refused_before_the_model_was_asked(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server, plan="none")
    rows = [json.loads(line) for line in DEV.read_text("utf-8").splitlines()]
    rag = {"refuse_below": 0.5, "verify": "off"}
    # What is put to the model in spite of a reader who believes nothing need not be read, which is what takes the time.
    doubting, reading = assistant_with("cited", rag=rag, reader=Doubter()), assistant_with("cited", rag=rag)
    broad = [row["question"] for row in rows if row["type"] == "multi" and "history" not in row][:50]
    assert len(broad) >= 30
    doubted = [question for question in broad if not is_asked(doubting, question, scripted_server)]
    assert [question for question in doubted if not is_asked(reading, question, scripted_server)] == []


# -- verification -----------------------------------------------------------------------------------------------------


def claim_of_first(request: Request) -> str:
    return f"Memory falls by a factor of nine hundred with this approach, as a rule [1]. {quote_first(request)}"


def test_what_fails_is_put_right_in_the_same_reply(assistant_with: Open, scripted_server: ScriptedServer):
    better = "It needs 5.5-6.7x less memory."
    verdicts = [{"sentence": 1, "verdict": "contradicted", "words": "", "better": better}]
    play(scripted_server, answer=claim_of_first, verdicts=verdicts)
    events = list(assistant_with("cited", rag={"verify": "auto"}).stream(FACT))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert asked_for(scripted_server) == ["answer", "verify"]
    assert "nine hundred" not in answer.text
    assert answer.text.startswith("It needs 5.5-6.7x less memory [1].")
    steps = [event.name for event in events if isinstance(event, Step)]
    assert steps[-3:] == ["verifying", "repaired", "checked"]
    assert answer.timings["verify"] > 0
    assert answer.usage.tokens_in == 240
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end] == sentence.text


def test_an_answer_of_which_nothing_stands_becomes_a_refusal(assistant_with: Open, scripted_server: ScriptedServer):
    claim = "Memory falls by a factor of nine hundred with this approach, as a rule [1]."
    verdicts = [{"sentence": 1, "verdict": "not in it", "words": "", "better": ""}]
    play(scripted_server, answer=lambda request: claim, verdicts=verdicts)
    answer = assistant_with("cited", rag={"verify": "auto"}).ask(FACT)
    assert answer.abstained
    assert answer.model == "offline"
    assert any("was taken back" in notice for notice in answer.notices)


def test_a_verification_that_fails_leaves_the_packaged_verdicts_and_a_notice(
    assistant_with: Open, scripted_server: ScriptedServer
):
    play(scripted_server, answer=claim_of_first, verdicts=["nonsense"])
    answer = assistant_with("cited", rag={"verify": "auto"}).ask(FACT)
    assert answer.sentences[0].verdict == "unsupported"
    assert answer.sentences[0].checked_by == "packaged"
    assert any("those of the packaged check are shown" in notice for notice in answer.notices)


def test_sentences_that_got_no_verdict_are_told_and_keep_the_packaged_one(
    assistant_with: Open, scripted_server: ScriptedServer
):
    verdicts = [{"sentence": 2, "verdict": "not in it", "words": "", "better": ""}]
    wrong = "Memory falls by a factor of nine hundred with this approach, as a rule [1]."
    play(scripted_server, answer=lambda request: f"{wrong} {wrong.replace('nine', 'two')}", verdicts=verdicts)
    answer = assistant_with("cited", rag={"verify": "auto"}).ask(FACT)
    assert answer.text == wrong
    assert [(one.verdict, one.checked_by) for one in answer.sentences] == [("unsupported", "packaged")]
    assert any("gave no verdict on 1 sentence" in notice for notice in answer.notices)


def test_verification_can_be_left_to_the_packaged_check_or_to_nobody(
    assistant_with: Open, scripted_server: ScriptedServer
):
    play(scripted_server, answer=claim_of_first)
    packaged, nobody = (assistant_with("cited", rag={"verify": how}).ask(FACT) for how in ("packaged", "off"))
    assert asked_for(scripted_server) == ["answer", "answer"]
    assert packaged.sentences[0].verdict == "unsupported"
    assert {one.verdict for one in nobody.sentences} == {"not checked"}


def test_an_offline_answer_is_verified_by_no_model(assistant_with: Open, scripted_server: ScriptedServer):
    play(scripted_server)
    assert not assistant_with("cited", rag={"verify": "model"}).ask(FACT, model="offline").abstained
    assert asked_for(scripted_server) == []
