"""What kind of answer a question wants."""

import pytest

from index import stem
from rag.text import content_stems, nearest
from rag.understanding.question_type import Form, Want, classify


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("What accuracy does ICHPro reach?", "fact"),
        ("Why are dense maps harder to learn?", "fact"),
        ("Which loss does STTN use?", "fact"),
        ("Which of the three conditioning methods helps most?", "fact"),
        ("Which paper fills holes in pictures?", "find"),
        ("Who showed that most heads can be pruned?", "find"),
        ("Which network fills holes in pictures with stripes?", "find"),
        ("reorder retrieved documents by the weight they get in one decoding step", "find"),
        ("Which papers compress the KV cache?", "list"),
        ("Give me every paper that reports fewer hallucinations.", "list"),
        ("How do OAT and GazeXplain differ?", "compare"),
        ("Compare attention sorting and focus directions.", "compare"),
        ("medusa", "keyword"),
        ("MHE attention", "keyword"),
        ("Who wrote EliteKV?", "record"),
        ("When was Hymba published?", "record"),
        ("Jusqu'à quel facteur Star Attention réduit-elle la mémoire ?", "fact"),
    ],
)
def test_the_form_of_the_answer_follows_from_the_question(question: str, form: Form) -> None:
    assert classify(question).form == form


@pytest.mark.parametrize(
    ("question", "want"),
    [
        ("How many experiments does it gather?", "number"),
        ("On which benchmarks was it tested?", "dataset"),
        ("Why does it fail?", "cause"),
        ("What is the tagging scheme called?", "name"),
        ("Is the code on GitHub?", "code"),
    ],
)
def test_what_is_asked_for_is_recognised(question: str, want: Want) -> None:
    assert want in classify(question).wants


def test_words_of_one_family_have_one_stem() -> None:
    assert stem("evaluated") == stem("evaluates") == stem("evaluating")
    assert stem("GPT-2".casefold()) == "gpt-2"


def test_the_words_of_a_question_are_those_that_say_what_it_is_about() -> None:
    assert set(content_stems("Which paper is about pizza dough?").values()) == {"pizza", "dough"}


def test_a_slip_of_the_pen_is_mended_and_a_short_word_is_not() -> None:
    known = ["attention", "image", "net"]
    assert nearest("attnetion", known) == "attention"
    assert nearest("imgae", known) == "image"
    assert nearest("nut", known) is None
