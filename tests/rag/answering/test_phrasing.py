"""How a sentence reads outside its abstract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.phrasing import cite, introduces, is_unresolved, quote, speaks_of_its_paper


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("In this paper, we propose a network.", "We propose a network."),
        ("Moreover, it is faster.", "It is faster."),
        ("To tackle this challenge, we use masks.", "We use masks."),
        ("To test that hypothesis, rats were fed.", "Rats were fed."),
        ("In these patients, pain fell.", "In these patients, pain fell."),
        ("To feed 12 rats, we used corn.", "To feed 12 rats, we used corn."),
        ("2) Additionally, we validate it.", "We validate it."),
        ("However, eLife is a journal.", "eLife is a journal."),
        ("RESULTS: Passes fell by 71%.", "Passes fell by 71%."),
        ("DNA: a short history.", "DNA: a short history."),
        ("The model is small.", "The model is small."),
    ],
)
def test_words_that_tie_a_sentence_to_its_abstract_are_left_out(sentence: str, quoted: str) -> None:
    assert quote(sentence) == quoted


def test_a_connective_stays_beside_the_sentence_it_refers_to() -> None:
    assert quote("Moreover, it is faster.", after_its_neighbour=True) == "Moreover, it is faster."


@given(st.text(min_size=1))
def test_a_quote_ends_as_the_sentence_does(sentence: str) -> None:
    text = " ".join(sentence.split())
    assert text.casefold().endswith(quote(sentence).casefold()[1:]) or quote(sentence) == text


def test_a_sentence_speaks_of_its_paper_or_of_something_else() -> None:
    assert speaks_of_its_paper("We propose a network.")
    assert speaks_of_its_paper("This paper first studies heads.")
    assert not speaks_of_its_paper("The results are good.")
    assert not speaks_of_its_paper("Wedges hold the door.")


def test_a_sentence_introduces_the_name_that_it_explains() -> None:
    assert introduces("We propose a fast cache named EliteKV.", "EliteKV")
    assert introduces("Visual Attention Redistribution (VAR) helps.", "VAR")
    assert not introduces("VAR helps in all tasks.", "VAR")


@pytest.mark.parametrize("sentence", ["We show it.", "Our method wins.", "It is fast.", "The proposed loss helps."])
def test_the_reader_must_be_told_whose_we_or_it_is(sentence: str) -> None:
    assert is_unresolved(sentence)


def test_markers_stand_before_the_full_stop() -> None:
    assert cite("It is fast.", (2,)) == "It is fast [2]."
    assert cite("Is it fast?", (1, 3)) == "Is it fast [1][3]?"
    assert cite("code: https://a.b/c", (1,)) == "code: https://a.b/c [1]."
