"""What the evidence model is taught must be true: labels, offsets and determinism of the made examples."""

import dataclasses
import random

import pytest

from train.augmentation import mistyped, remove_sentences, shortened, swapped, with_other, without_answer
from train.examples import Collection, Document, Question, as_example, find_span
from train.recipe import Cook, Recipe
from train.synthetic import invented_examples

TEXT = "We visited 40 farms in Kent. The survey found 212 nests. Most of them were in hedges. Rain was rare in spring."
DOCUMENT = Document("birds:1", "Sparrow nests on farmland", TEXT * 2, family="birds")
OTHER = Document(
    "birds:2", "Owl boxes in barns", "Boxes were put up in barns. Owls took few of them in Kent.", family="birds"
)
QUESTION = Question("birds:1", "How many nests did the survey in Kent find?", True, "detail", support=(29, 56))
NEAR_MISS = Question("birds:1", "How many eggs were in the nests?", False, "attribute")


def test_a_span_is_found_by_its_beginning_when_the_rest_differs() -> None:
    part = "The survey found 212 nests. Most of them were in hedges."
    assert TEXT[slice(*(find_span(TEXT, part) or (0, 0)))] == part
    assert find_span(TEXT, "Nothing of the kind was ever seen.") is None


def test_taking_the_answer_away_makes_the_question_unanswerable() -> None:
    document = dataclasses.replace(
        DOCUMENT, text=TEXT + " The weather was good in most of the weeks that followed. " * 3
    )
    example = without_answer(QUESTION, document)
    assert example is not None
    assert example.answerable == 0
    assert "212" not in example.text


def test_an_answer_that_stands_elsewhere_too_is_not_taken_away() -> None:
    text = TEXT + " The same 212 nests were seen a year later, and this sentence is here to make the text long enough."
    question = dataclasses.replace(QUESTION, kind="squad", answer=(46, 49))
    assert without_answer(question, dataclasses.replace(DOCUMENT, text=text)) is None


@pytest.mark.parametrize("seed", range(20))
def test_shortening_keeps_the_answering_sentence(seed: int) -> None:
    example = dataclasses.replace(as_example(QUESTION, DOCUMENT), answer=(46, 49), text=TEXT)
    short = shortened(example, random.Random(seed), 60)
    assert len(short.text) <= 90
    assert short.support is not None
    assert short.answer is not None
    assert short.text[slice(*short.support)] == "The survey found 212 nests."
    assert short.text[slice(*short.answer)] == "212"


def test_a_swapped_name_is_one_that_the_text_does_not_hold() -> None:
    example = swapped(QUESTION, DOCUMENT, ["Norfolk"], random.Random(1))
    assert example is not None
    assert "Norfolk" in example.question
    assert example.answerable == 0
    assert swapped(QUESTION, DOCUMENT, ["Kent"], random.Random(1)) is None


def test_another_paper_neither_answers_nor_is_relevant() -> None:
    example = with_other(QUESTION, OTHER)
    assert (example.answerable, example.relevance) == (0, 0)


def test_a_near_miss_is_relevant_all_the_same() -> None:
    example = as_example(NEAR_MISS, DOCUMENT)
    assert (example.answerable, example.relevance, example.supported) == (0, 1, True)


def test_typing_errors_keep_the_number_of_words() -> None:
    text = "which papers count sparrow nests from the air"
    changed = mistyped(text, random.Random(4))
    assert changed != text
    assert len(changed.split()) == len(text.split())


def test_removing_sentences_leaves_the_others() -> None:
    document = dataclasses.replace(DOCUMENT, text=TEXT)
    assert remove_sentences(document, [(29, 56)]) == TEXT.replace("The survey found 212 nests. ", "")


def test_an_epoch_is_the_same_each_time_and_differs_from_the_next() -> None:
    collection = Collection({document.name: document for document in (DOCUMENT, OTHER)}, (QUESTION, NEAR_MISS))
    recipe = Recipe(off_topic=3, invented=5)
    assert Cook(collection, recipe, 1).epoch(0) == Cook(collection, recipe, 1).epoch(0)
    assert Cook(collection, recipe, 1).epoch(0) != Cook(collection, recipe, 1).epoch(1)


def test_invented_examples_fill_every_name_and_mark_real_sentences() -> None:
    examples = list(invented_examples(150, random.Random(2)))
    assert not [example for example in examples if "{" in example.question + example.title + example.text]
    marked = [example for example in examples if example.support and example.supported]
    assert len(marked) > 200
    for example in marked:
        assert example.support is not None
        assert example.text[slice(*example.support)][-1] in ".!?" or "http" in example.text[slice(*example.support)]


def test_invented_questions_come_in_both_kinds() -> None:
    labels = [example.answerable for example in invented_examples(100, random.Random(3))]
    assert 0.25 < sum(label or 0 for label in labels) / len(labels) < 0.6
