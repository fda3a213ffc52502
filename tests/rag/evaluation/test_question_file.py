"""Question files are written by people: errors name file, line and remedy."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import catalogue_path
from rag.errors import EvaluationError
from rag.evaluation.question_file import parse_question, read_questions

GOOD = {"qid": "d1", "type": "detail", "question": "How fast is it?", "gold": ["2503.05995"], "must_include": [["72"]]}


def write(folder: Path, *rows: object) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return file


def test_a_line_becomes_a_question(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "What is ReJSHand?"}, {"role": "assistant", "content": "A network [1]."}]
    (question,) = read_questions(write(tmp_path, {**GOOD, "history": history, "standalone": "How fast is ReJSHand?"}))
    assert question.gold == ("2503.05995",)
    assert question.must_include == (("72",),)
    assert question.messages == history
    assert question.answerable


def test_blank_lines_and_a_byte_order_mark_are_no_errors(tmp_path: Path) -> None:
    file = write(tmp_path, "\ufeff" + json.dumps(GOOD), "", "  ")
    assert [question.qid for question in read_questions(file)] == ["d1"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "not valid JSON"),
        ([1], "expected a JSON object"),
        ({**GOOD, "qid": ""}, "qid is missing"),
        ({**GOOD, "question": 7}, "question should be a valid string"),
        ({**GOOD, "golds": []}, "unknown key 'golds'"),
        ({**GOOD, "gold": "2503.05995"}, 'gold should be a valid array; write it as ["2306.12345"]'),
        ({**GOOD, "gold": []}, "gold is empty"),
        ({**GOOD, "type": "unanswerable"}, "gold must be empty"),
        ({key: value for key, value in GOOD.items() if key != "question"}, "question is missing"),
        ({**GOOD, "gold": [" "]}, "gold.0 is missing or empty"),
        ({**GOOD, "qid": 7, "type": ""}, "type is missing or empty"),
        ("[" * 5000, "not valid JSON"),
        ({**GOOD, "must_include": ["72"]}, 'must_include.0 should be a valid array; write it as [["72 fps", "72"]]'),
        (
            {**GOOD, "history": [{"role": "system", "content": "x"}]},
            "history.0.role should be 'user' or 'assistant'; write it as",
        ),
    ],
)
def test_an_error_names_file_line_and_what_is_expected(tmp_path: Path, row: object, complaint: str) -> None:
    file = write(tmp_path, {**GOOD, "qid": "first"}, row)
    with pytest.raises(EvaluationError) as error:
        read_questions(file)
    assert f"{file}, line 2: " in str(error.value)
    assert complaint in str(error.value)


def test_all_errors_are_told_at_once_and_a_long_list_is_cut(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError) as error:
        read_questions(write(tmp_path, *["{"] * 15))
    assert "line 1:" in str(error.value)
    assert "line 10:" in str(error.value)
    assert "and 5 more" in str(error.value)


def test_a_qid_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"line 2: qid 'd1' is taken by line 1"):
        read_questions(write(tmp_path, GOOD, GOOD))


def test_an_empty_or_absent_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="holds no questions"):
        read_questions(write(tmp_path, ""))
    with pytest.raises(EvaluationError, match="can't be read"):
        read_questions(tmp_path / "nowhere.jsonl")


def test_titles_take_the_place_of_unknown_ids() -> None:
    question = parse_question(json.dumps({**GOOD, "gold": ["p072"], "gold_titles": ["EliteKV:  Scalable KV Cache!"]}))
    assert question.expected == (question.key_of("2503.01586", "EliteKV – scalable KV cache"),)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_no_value_of_a_key_is_a_crash(value: object) -> None:
    for key in GOOD | {"history": [], "standalone": ""}:
        with suppress(ValueError):
            parse_question(json.dumps({**GOOD, key: value}))


def test_the_shipped_questions_are_about_the_shipped_catalogue() -> None:
    abstracts = {
        paper["id"]: paper["abstract"].casefold()
        for paper in map(json.loads, catalogue_path().read_text("utf-8").splitlines())
    }
    questions = read_questions(catalogue_path().with_name("questions.jsonl"))
    counts = {type_: sum(q.type == type_ for q in questions) for type_ in {q.type for q in questions}}
    assert counts == {"known_item": 15, "detail": 15, "multi": 10, "unanswerable": 10, "followup": 10}
    for question in questions:
        assert set(question.gold) <= abstracts.keys()
        assert bool(question.history) == bool(question.standalone) == (question.type == "followup")
        for group in question.must_include:
            assert any(variant.casefold() in abstracts[question.gold[0]] for variant in group)
