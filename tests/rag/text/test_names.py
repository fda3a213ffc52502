"""What is a name and what is a word."""

import pytest

from rag.text import is_name, name_words, names_in


@pytest.mark.parametrize("word", ["EliteKV", "CLIP", "GPT-2", "TVQA+", "X-Pool", "3D", "COVIDx"])
def test_capitals_or_digits_within_make_a_name(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize("word", ["Reformer", "attention", "5-fold", "10x", "8x8", "2024", ""])
def test_a_capital_in_front_or_a_figure_alone_makes_none(word: str) -> None:
    assert not is_name(word)


def test_names_are_told_from_words() -> None:
    assert name_words("How does Reformer differ from GPT-2?") == ["Reformer", "GPT-2"]
    assert name_words("Is EliteKV's cache smaller?") == ["EliteKV"]


def test_where_nouns_have_capitals_a_capital_makes_no_name() -> None:
    assert name_words("Bei welcher Aufgabe hilft die Anpassung der Köpfe?") == []


def test_words_with_capitals_side_by_side_are_one_name_and_so_is_what_stands_in_quotes() -> None:
    question = "Star Attention is faster. Does X-Pool use CLIP as in 'Frozen in Time'?"
    assert names_in(question) == ["Star Attention", "X-Pool", "CLIP", "Frozen in Time"]
    assert names_in("Which paper proposes Tree Cross Attention?") == ["Tree Cross Attention"]


def test_at_the_beginning_of_a_sentence_a_capital_says_nothing() -> None:
    assert names_in("Attention sorting helps. Unlike CLIP, it is small.") == ["CLIP"]
