"""What is written about invented papers becomes pairs of a question and a paper, rightly labelled."""

from pathlib import Path

import pytest

from train.examples import Collection, Question, as_example
from train.field_questions import HELD_OUT, after_talk, read_field_collection
from train.fields import read_fields

FIELD = """== birds-001
title: Hedges and sparrows
abstract: Hedges were removed. We counted nests in 84 hedges of four widths. Nest density rose with width.
detail number: how many hedges => in 84 hedges
miss attribute: who paid for the count of nests in hedges?
miss entity: how many walls held nests?
premise: why did density fall with width? => density rose
talk: How many hedges? || 84 [1]. || and how wide? ~~ How wide were the hedges? => four widths
talk-miss: How many hedges? || 84 [1]. || and how old? ~~ How old were the hedges?
turn: How many hedges? || 84 [1]. || What do owls eat?
== birds-002
title: Owls in barns
abstract: Owls were counted in barns. They took few boxes. Their young were fed with voles.
== library
list: In which papers were nests counted? => birds-001
underspecified: How many were counted?
record: Who wrote about owls?
"""


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    (tmp_path / "birds.txt").write_text(FIELD, encoding="utf-8")
    return read_field_collection(tmp_path)


def of_kind(collection: Collection, kind: str) -> list[Question]:
    return [question for question in collection.questions if question.kind == kind]


def test_a_detail_is_answered_by_the_sentence_that_holds_its_words(collection: Collection) -> None:
    detail = of_kind(collection, "detail")[0]
    text = collection.documents[detail.document].text
    assert detail.answerable
    assert detail.support is not None
    assert text[slice(*detail.support)] == "We counted nests in 84 hedges of four widths."


def test_misses_and_false_premises_are_answered_by_nothing(collection: Collection) -> None:
    for kind in ("attribute", "entity", "premise", "talk-miss"):
        assert not any(question.answerable for question in of_kind(collection, kind)), kind


def test_a_false_premise_is_supported_by_what_contradicts_it(collection: Collection) -> None:
    (premise,) = of_kind(collection, "premise")
    example = as_example(premise, collection.documents[premise.document])
    assert (example.answerable, example.relevance, example.supported) == (0, 1, True)
    assert example.text[slice(*(example.support or (0, 0)))] == "Nest density rose with width."


def test_a_question_after_a_talk_is_read_with_it_and_without_markers(collection: Collection) -> None:
    (talk,) = of_kind(collection, "talk")
    assert talk.text == after_talk("How many hedges? 84.", "and how wide?")
    assert any(question.text == "How wide were the hedges?" for question in of_kind(collection, "detail"))
    assert not any("owls eat" in question.text for question in collection.questions)


def test_a_long_talk_is_read_from_its_end() -> None:
    asked = after_talk("word " * 200 + "last", "and then?")
    assert asked.endswith("last || and then?")
    assert len(asked) < 300


def test_papers_that_do_not_belong_to_a_list_hold_no_part_of_it(collection: Collection) -> None:
    asked = [question for question in collection.questions if question.text.startswith("In which papers")]
    assert {(one.document, one.answerable) for one in asked} == {("birds:birds-001", True), ("birds:birds-002", False)}


def test_what_could_be_asked_of_any_paper_is_answered_by_none(collection: Collection) -> None:
    asked = [question for question in collection.questions if question.text == "How many were counted?"]
    assert asked
    assert not any(question.answerable for question in asked)


def test_the_record_is_not_asked_of_abstracts(collection: Collection) -> None:
    assert not any(question.text.startswith("Who wrote") for question in collection.questions)


def test_no_paper_is_learned_from_that_the_refusal_is_fitted_on() -> None:
    fields = Path(__file__).parents[2] / "train" / "fields"
    learned, held_out = read_field_collection(fields), read_field_collection(fields, held_out=True)
    assert {one.name for one in read_fields(fields)} >= HELD_OUT
    assert {document.family for document in held_out.documents.values()} == HELD_OUT
    assert not learned.documents.keys() & held_out.documents.keys()
