"""Words of one family, the words that say what a question is about, and slips of the pen."""

from index import stem
from rag.text import content_stems, nearest


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
