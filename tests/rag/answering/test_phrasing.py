"""How sentences and papers are put into words: nothing of the abstract is changed but what only it can resolve."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.phrasing import (
    as_predicate,
    cite,
    introduces,
    is_named,
    is_unresolved,
    name_of,
    quote,
    short_title,
    third_person,
    whole_title,
)


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("EliteKV: Scalable Compression", "", "EliteKV"),
        ("Prognosis by Fusion", "We propose a cross-modal network termed ICHPro that fuses scans.", "ICHPro"),
        ("Looking Again", "We introduce Visual Attention Redistribution (VAR), a method.", "VAR"),
        ("Titans: Learning to Memorize", "From these two modules, Titans are built.", "Titans"),
        ("Argus: Seeing", "Argus looks twice. See https://a.io/argus.", "Argus"),
        ("Attention: Is It All?", "The attention mechanism is studied. Attention is old.", ""),
        ("A Study of Networks", "We propose a CNN and a Multi-Head layer in 3D.", ""),
    ],
)
def test_a_paper_is_called_by_the_name_its_authors_gave(title: str, abstract: str, name: str) -> None:
    assert name_of(title, abstract) == name


def test_a_long_title_is_shortened_and_a_subtitle_left_out() -> None:
    assert short_title("Frozen in Time: A Joint Encoder") == "Frozen in Time"
    assert short_title("One Two Three Four Five Six Seven Eight Nine Ten Eleven").endswith(" …")
    assert whole_title("Does It Help? A Study") == "Does It Help?"


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("In this paper, we propose a network.", "We propose a network."),
        ("Moreover, it is faster.", "It is faster."),
        ("To tackle this challenge, we use masks.", "We use masks."),
        ("2) Additionally, we validate it.", "We validate it."),
        ("However, eLife is a journal.", "eLife is a journal."),
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


def test_what_the_authors_do_is_told_of_the_paper() -> None:
    assert as_predicate("We propose a network.") == "proposes a network."
    assert as_predicate("We then propose a network.") == "proposes a network."
    assert as_predicate("This paper first studies heads.") == "first studies heads."
    assert as_predicate("We compare heads and show that few matter.") == "compares heads and shows that few matter."
    assert as_predicate("The results are good.") == ""
    assert [third_person(verb) for verb in ("study", "address", "show")] == ["studies", "addresses", "shows"]


def test_a_sentence_introduces_the_name_that_it_explains() -> None:
    assert introduces("We propose a fast cache named EliteKV.", "EliteKV")
    assert introduces("Visual Attention Redistribution (VAR) helps.", "VAR")
    assert not introduces("VAR helps in all tasks.", "VAR")


@pytest.mark.parametrize("sentence", ["We show it.", "Our method wins.", "It is fast.", "The proposed loss helps."])
def test_the_reader_must_be_told_whose_we_or_it_is(sentence: str) -> None:
    assert is_unresolved(sentence)


def test_a_name_counts_only_as_the_paper_writes_it() -> None:
    title = "FAST: Factorizable Attention"
    assert is_named(title, "FAST is cheap.", "How does FAST work?")
    assert is_named(title, "FAST is cheap.", "how does fast work?")
    assert not is_named(title, "FAST is cheap.", "How fast is Hymba?")
    assert is_named("Frozen in Time: An Encoder", "", "What does Frozen in Time solve?")


def test_markers_stand_before_the_full_stop() -> None:
    assert cite("It is fast.", (2,)) == "It is fast [2]."
    assert cite("Is it fast?", (1, 3)) == "Is it fast [1][3]?"
    assert cite("code: https://a.b/c", (1,)) == "code: https://a.b/c [1]."
