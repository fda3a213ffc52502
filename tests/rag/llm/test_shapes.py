"""Answers in the wrong shape become usable text."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.llm.refusal_wording import REFUSAL, claim_in, is_refusal, is_refusal_sentence
from rag.llm.shapes import ReasoningFilter, shape_answer, shape_line

GOOD = "MAT caches actions per agent [1]. It needs 5.5-6.7x less memory [2]."


@pytest.mark.parametrize(
    "raw",
    [
        f"<think>Passage 1 or 2?</think>\n\n{GOOD}",
        f"<THINKING>a</THINKING>{GOOD}<reasoning>b</reasoning>",
        f"The template ate the opening tag.</think>\n{GOOD}",
        f"{GOOD}\n<think>and so on",
        f"```\n{GOOD}\n```",
        f"```markdown\n{GOOD}\n```",
        f"<answer>{GOOD}</answer>",
        f"{GOOD}<|im_end|>",
        f"{GOOD}</s>",
        f"<|channel|>analysis<|message|>Let me see.<|end|><|start|>assistant<|channel|>final<|message|>{GOOD}",
        f"Answer: {GOOD}",
        f"**Answer:** {GOOD}",
        json.dumps({"answer": GOOD}),
        json.dumps({"response": {"text": GOOD}, "confidence": 0.9}),
        "```json\n" + json.dumps({"answer": GOOD, "sources": [1, 2]}) + "\n```",
        json.dumps(
            {
                "sentences": [
                    {"text": "MAT caches actions per agent.", "citations": [1]},
                    {"text": "It needs 5.5-6.7x less memory.", "citations": ["[2]"]},
                ]
            }
        ),
        json.dumps([{"claim": "MAT caches actions per agent.", "n": 1}, "It needs 5.5-6.7x less memory [2]."]),
        f"{GOOD}\n\nSources:\n[1] MAT: a cache\n[2] EliteKV",
        f"{GOOD}\n\n**References**\n1. MAT: a cache\n2. EliteKV (2024)",
        '{"answer": "' + GOOD,
    ],
)
def test_a_wrapped_answer_is_unwrapped(raw):
    shaped = shape_answer(raw)
    assert (shaped.text, shaped.refused) == (GOOD, False)
    assert shaped.repairs


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " \n",
        "[9]",
        "[3], [4].",
        "【7】 [Source 8]",
        "- [2]\n- [12]",
        "Answer:",
        "—",
        "(1).",
        '{"answer": ""}',
        "{}",
        "[]",
        '{"sentences": [{"text": "", "citations": [1]}]}',
        '{"answer": [{"n": 1}]}',
        "**[1]**",
        "```\n```",
        "## [4]",
    ],
)
def test_a_reply_without_a_word_of_an_answer_is_empty(raw):
    assert (shape_answer(raw).text, shape_answer(raw).refused) == ("", False)


@pytest.mark.parametrize("text", ["72 [1].", "是 [1]。", "MAT.", "[0, 1] holds", "(1989) [2]"])
def test_a_short_answer_is_an_answer(text):
    assert shape_answer(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "It is 3 < 5 and x > 2 [1].",
        "- One thing [1].\n- Another thing [2].",
        "The set {a, b} is closed [1].",
        "[1] says that memory is halved.",
        "Sources: energy and mass balance both matter [1].",
        "The answer: no, it does not scale [2].",
    ],
)
def test_a_good_answer_is_left_alone(text):
    shaped = shape_answer(text)
    assert (shaped.text, shaped.repairs, shaped.refused) == (text, (), False)


@pytest.mark.parametrize("raw", ["", "  \n", "<think>only this", "```\n```", "<|im_end|>"])
def test_nothing_stays_nothing(raw):
    shaped = shape_answer(raw)
    assert (shaped.text, shaped.refused) == ("", False)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(raw):
    shape_answer(raw)
    shape_answer("{" + raw)
    shape_line(raw)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["answer", "text", "sentences", "citations", "x"]), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_no_json_breaks_the_reading(value):
    shape_answer(json.dumps(value))


# -- reasoning in a stream ---------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=40))
def test_reasoning_is_taken_out_wherever_the_stream_is_cut(sizes):
    raw = f"<think>first [9] < 3</think>\n\n{GOOD} <thinking>again</thinking>Done <b>.</b> a < b"
    stream, shown, start = ReasoningFilter(), "", 0
    while start < len(raw):
        size = sizes[start % len(sizes)]
        shown += stream.feed(raw[start : start + size])
        start += size
    shown += stream.finish()
    assert shown == f"{GOOD} Done <b>.</b> a < b"
    assert stream.removed == "first [9] < 3again"


@settings(deadline=None)
@given(st.lists(st.text(max_size=10), max_size=20).filter(lambda pieces: "<" not in "".join(pieces)))
def test_a_stream_without_reasoning_passes_whole(pieces):
    stream = ReasoningFilter()
    shown = "".join([*(stream.feed(piece) for piece in pieces), stream.finish()])
    assert shown == "".join(pieces).lstrip()


def test_ordinary_text_is_not_held_back():
    assert ReasoningFilter().feed("Memory is halved [1].") == "Memory is halved [1]."


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        REFUSAL,
        f"**{REFUSAL}**",
        "The provided abstracts do not mention the training cost.",
        "I cannot find this in the evidence.",
        "I'm sorry, but I am unable to answer this from the sources.",
        "There is no information about the optimizer in the given passages.",
        "None of the passages mentions a batch size.",
        "No information about the budget is provided.",
        "The batch size is not mentioned in the abstracts.",
        "There is insufficient evidence to answer the question.",
        "The context doesn't specify which GPU was used.",
        "The passages say nothing about the price.",
        "The sources given contain no details on the trial.",
        json.dumps({"answer": "The evidence does not contain the answer.", "citations": []}),
    ],
)
def test_a_refusal_is_recognised_in_any_words(text):
    assert shape_answer(text).refused


LACKING = (
    "The abstracts do not specify which optimiser was used.",
    "Nothing in the evidence speaks to the cost of the trial.",
    "Based on the evidence, this cannot be determined.",
    "The passages provided are silent on this point.",
    "Aus den Abstracts geht nicht hervor, wie lange die Studie dauerte.",
    "Les résumés ne précisent pas la durée du suivi.",
    "Los resúmenes no especifican qué sensor se utilizó.",
    "Streszczenia nie podają, ile trwało badanie.",
    "Tiivistelmissä ei kerrota, kuinka monta osallistujaa oli.",
    "Các bản tóm tắt không nói về chi phí.",
    "В аннотациях не указано, сколько длился опыт.",
    "摘要中没有提到样本量。",
    "لا تذكر الملخصات عدد المشاركين.",
)


@pytest.mark.parametrize("said", LACKING)
def test_the_marker_of_nothing_makes_a_refusal_in_any_language_and_is_not_shown(said):
    stop = said[-1]
    for raw in (f"{said[:-1]} [0]{stop}", f"{said} [0]", f"[0] {said}", f"{said[:-1]}【0】{stop}"):
        shaped = shape_answer(raw)
        assert shaped.refused
        assert shaped.text.strip() == said


@pytest.mark.parametrize("said", LACKING[:3])
def test_closed_forms_are_recognised_without_the_marker(said):
    assert shape_answer(said).refused


@pytest.mark.parametrize("said", LACKING)
def test_a_partial_answer_is_kept_and_says_which_sentence_tells_what_is_lacking(said):
    first = "地衣减少了热损失 [1]。" if said.endswith("。") else "It halves the memory [1]. "
    shaped = shape_answer(f"{first}{said[:-1]} [0]{said[-1]}")
    assert not shaped.refused
    assert shaped.lacking == (said,)
    assert shaped.text == first + said


def test_the_marker_alone_is_a_refusal():
    assert shape_answer("[0]") == shape_answer(" [0].\n")
    assert (shape_answer("[0]").text, shape_answer("[0]").refused) == (REFUSAL, True)


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("The abstracts do not say that lichens cool walls, but that they hold heat [1].", "that they hold heat [1]."),
        ("The papers do not state the cost; however the method halves memory.", "the method halves memory."),
        ("Lichens slow the loss of heat [1], but the abstracts do not say why.", "Lichens slow the loss of heat [1]"),
        ("The abstracts do not say why, but the question is fair.", "the question is fair."),
        ("The abstracts do not say why.", ""),
        ("Tiivistelmissä ei kerrota hintaa [0].", ""),
        (
            "The model does not answer questions about maths [1].",
            "The model does not answer questions about maths [1].",
        ),
        ("It is fast, but it is not cheap [2].", "It is fast, but it is not cheap [2]."),
        (
            "Sie nennen keinen Preis, aber sie messen den Verlust [0].",
            "Sie nennen keinen Preis, aber sie messen den Verlust [0].",
        ),
    ],
)
def test_what_a_sentence_claims_is_told_from_what_it_says_is_lacking(sentence, claim):
    assert claim_in(sentence) == claim
    assert is_refusal_sentence(sentence) == (not claim)


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD,
        "The abstracts do not state the cost, but MAT needs far less memory.",
        "The model does not answer questions about maths [1].",
        "The method does not need labels [2]. The abstracts do not say how fast it is.",
        "The network can't explain its output, but it is accurate.",
        "No labels are needed by the method.",
        "No evidence of harm was found in the treated group.",
        "Insufficient data on rare classes lowers its accuracy by 4 points.",
        "Die Proben enthalten nach der Filterung keine Fasern mehr.",
        "Les échantillons ne contiennent pas de plomb.",
        "Las muestras no contienen plomo.",
        "It is not found in nature but made in the laboratory.",
        "MAT caches actions. It is fast. It is small. The abstracts do not say more.",
    ],
)
def test_an_answer_is_not_taken_for_a_refusal(text):
    assert not is_refusal(text)


def test_the_refused_part_of_a_partial_answer_is_recognised_by_its_sentence():
    assert is_refusal_sentence("The abstracts do not say how fast it is.")
    assert not is_refusal_sentence("The method does not need labels [2].")


# -- one line ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "Which data sets does MAT use?",
        '"Which data sets does MAT use?"',
        "Standalone question: Which data sets does MAT use?",
        "Here is the rewritten question: Which data sets does MAT use?",
        "Sure! Here is the question:\n\n**Which data sets does MAT use?**",
        "<think>it = MAT</think>\nWhich data sets does MAT use?\n\nI replaced the pronoun.",
        '{"question": "Which data sets does MAT use?"}',
        "```\nWhich data sets does MAT use?\n```",
    ],
)
def test_the_one_line_asked_for_is_found(raw):
    assert shape_line(raw) == "Which data sets does MAT use?"


@pytest.mark.parametrize("raw", ["", "MAT uses SMAC [1].", "word " * 200, "I cannot find the question.", "<think>hm"])
def test_something_else_than_one_line_is_nothing(raw):
    assert shape_line(raw) == ""
