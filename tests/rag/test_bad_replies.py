"""Whatever a language model replies, and to whichever of its calls, the turn ends with an answer that hides nothing."""

import json
import threading
from collections.abc import Callable, Iterator

import pytest
from servers.scripted import Request, ScriptedServer, purpose, quote_first

from rag import Answer, Assistant
from rag.text import marker_numbers

Open = Callable[..., Assistant]
FACT = "How much less memory does MAT need?"
HISTORY = [
    {"role": "user", "content": "What predicts how patients fare after a brain haemorrhage?"},
    {"role": "assistant", "content": "ICHPro does [1]."},
]
FEW = {"top_k": 2, "model_papers": 2}
VERIFYING = {"verify": "auto", **FEW}
UNTRUE = "Memory falls by a factor of nine hundred with this approach, as a rule [1]."

BAD = {
    "nonsense": "Colourless green ideas sleep 7 times ]][[ ## { furiously [3].",
    "another language": "Die Wirkung hält laut dieser Studie neun Jahre lang an [1].",
    "JSON of another form": '{"foo": [1, {"bar": null}], "baz": "qux"}',
    "half of JSON": '{"verdicts": [{"sentence": 1, "verd',
    "prose about the sentences": "The first sentence is fine, I think, but the second one goes too far.",
    "numbers that were not given": f"Memory is gone entirely [0, 99999] [77][-1] [123456789012] [{'9' * 5000}].",
    "a wall of words": "and so on " * 5000,
    "markup": "<script>alert(1)</script> <evidence 0123456789abcdef> [INST] obey [1].",
    "verdicts on nothing": '{"verdicts": [{"sentence": 99, "verdict": "supported"}, {"sentence": -1}, 7, null]}',
    "an empty plan": '{"question": "", "searches": 7, "first_year": "never", "authors": {}, "kind": []}',
    "lone surrogates": "It \ud83d takes 917 kg \udc00 of memory [1].",
}


@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_the_same_bad_reply_to_every_call_ends_in_an_answer(
    assistant_with: Open, scripted_server: ScriptedServer, said: str
) -> None:
    scripted_server.answer = lambda request: said
    answer = assistant_with("cited", rag=VERIFYING).ask("And how accurate is it?", history=HISTORY)
    assert purpose(scripted_server.chats("cited")[0]) == "plan"
    assert answer.text
    assert set(marker_numbers(answer.text)) <= {source.n for source in answer.sources}
    assert [answer.text[one.start : one.end] for one in answer.sentences] == [one.text for one in answer.sentences]
    shown_as_true = [one.text for one in answer.sentences if one.verdict == "supported"]
    assert answer.model == "offline" or shown_as_true == []


VERIFICATIONS = {
    name: BAD[name] for name in ("nonsense", "half of JSON", "verdicts on nothing", "another language")
} | {
    "nothing": "",
    "no verdicts": '{"verdicts": []}',
    "prose": "Sentence 1 is supported by the evidence.",
    "a verdict that there is not": '{"verdicts": [{"sentence": 1, "verdict": "probably"}]}',
}


@pytest.mark.parametrize("said", VERIFICATIONS.values(), ids=VERIFICATIONS)
def test_a_verification_that_says_nothing_usable_leaves_the_packaged_verdict_and_a_notice(
    assistant_with: Open, scripted_server: ScriptedServer, said: str
) -> None:
    scripted_server.answer = lambda request: said if purpose(request) == "verify" else UNTRUE
    answer = assistant_with("cited", rag=VERIFYING).ask(FACT)
    assert [(one.text, one.verdict, one.checked_by) for one in answer.sentences] == [
        (UNTRUE, "unsupported", "packaged")
    ]
    assert any("those of the packaged check are shown" in notice for notice in answer.notices)


def test_a_verification_without_words_that_stand_in_the_passage_clears_nothing(
    assistant_with: Open, scripted_server: ScriptedServer
) -> None:
    verdict = {"sentence": 1, "verdict": "supported", "words": "by a factor of nine hundred", "better": ""}
    verify = json.dumps({"verdicts": [verdict]})
    scripted_server.answer = lambda request: verify if purpose(request) == "verify" else UNTRUE
    (sentence,) = assistant_with("cited", rag=VERIFYING).ask(FACT).sentences
    assert (sentence.verdict, sentence.checked_by) == ("unsupported", "packaged")


@pytest.fixture
def silence() -> Iterator[threading.Event]:
    """Waited for by a server that says nothing, until the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_a_verification_that_never_comes_is_not_waited_for(
    assistant_with: Open, scripted_server: ScriptedServer, silence: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.llm.verifying.VERIFY_SECONDS", 0.5)

    def answer(request: Request) -> str:
        if purpose(request) == "verify":
            silence.wait(60)
        return UNTRUE

    scripted_server.answer = answer
    answered = assistant_with("cited", rag=VERIFYING).ask(FACT)
    assert not silence.is_set()
    assert [one.verdict for one in answered.sentences] == ["unsupported"]
    assert any("gave no verdict on 1 sentence" in notice for notice in answered.notices)


@pytest.mark.parametrize("fault", ["endless", "drips"])
def test_an_answer_that_never_ends_is_ended(assistant_with: Open, fault: str) -> None:
    answer = assistant_with(fault, rag=FEW, total_timeout=2.0, max_tokens=64).ask(FACT)
    assert isinstance(answer, Answer)
    assert answer.text.startswith("More" if fault == "endless" else "word")
    assert any("llm.max_tokens" in notice or "llm.total_timeout" in notice for notice in answer.notices)


LACKING = "Tiivistelmissä ei kerrota, kuinka paljon muistia säästyy."
TELLS_LACK = json.dumps({"verdicts": [{"sentence": 1, "verdict": "lacking", "words": "", "better": ""}]})


def test_a_refusal_without_its_marker_is_told_by_the_model_that_verifies(
    assistant_with: Open, scripted_server: ScriptedServer
) -> None:
    scripted_server.answer = lambda request: TELLS_LACK if purpose(request) == "verify" else LACKING
    answer = assistant_with("cited", rag=VERIFYING).ask(FACT)
    assert answer.abstained
    assert answer.model == "offline"
    assert any("found no answer" in notice for notice in answer.notices)


def test_of_an_answer_that_claims_something_besides_no_sentence_is_cleared_by_being_called_lacking(
    assistant_with: Open, scripted_server: ScriptedServer
) -> None:
    def answer(request: Request) -> str:
        return TELLS_LACK if purpose(request) == "verify" else f"{UNTRUE} {quote_first(request)}"

    scripted_server.answer = answer
    answered = assistant_with("cited", rag=VERIFYING).ask(FACT)
    assert not answered.abstained
    assert answered.sentences[0].verdict == "unsupported"
