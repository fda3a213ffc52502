"""Reading collections for the retrieval bench."""

import json
from pathlib import Path

import pytest

from bench.corpora import read_collection, read_questions
from index import Paper

CRANFIELD = Path(__file__).parents[3] / "shared" / "collections" / "cranfield"

SMART = """.I 1
.T
wings in
slipstreams .
.A
someone
.W
wings in slipstreams .
 they lift more .
.I 2
.T
shear flow
.W
flow past a plate .
"""
QUESTIONS = """.I 004
.W
what lifts
wings ?
.I 009
.W
what flows ?
"""


@pytest.fixture
def smart(tmp_path: Path) -> Path:
    (tmp_path / "x.all").write_text(SMART)
    (tmp_path / "x.qry").write_text(QUESTIONS)
    (tmp_path / "xrel").write_text("1 1 2\n2 2 3\n2 1 -1\n")
    (tmp_path / "README.md").write_text("about this")
    return tmp_path


def test_smart_records_become_papers(smart: Path) -> None:
    first, second = read_collection(smart).papers
    assert first == Paper("1", "wings in slipstreams .", "they lift more .")
    assert second.abstract == "flow past a plate ."


def test_smart_judgements_count_questions_in_the_order_of_their_file(smart: Path) -> None:
    asked = read_collection(smart).questions
    assert [(one.text, one.relevant) for one in asked] == [("what lifts wings ?", {"1"}), ("what flows ?", {"2"})]


def test_judgements_in_four_columns_have_their_grade_last(smart: Path) -> None:
    (smart / "xrel").write_text("1 0 2 1\n2 0 1 1\n2 0 2 0\n")
    assert [one.relevant for one in read_collection(smart).questions] == [{"2"}, {"1"}]


def test_beir_is_read_with_its_test_split(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    rows = [{"_id": "d1", "title": "A", "text": "about a"}, {"_id": "d2", "title": "", "text": "about b"}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "a?"}\n{"_id": "q2", "text": "unused"}\n')
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td2\t1\n")
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\n")
    read = read_collection(tmp_path)
    assert [paper.title for paper in read.papers] == ["A", "about b"]
    assert [(one.text, one.relevant) for one in read.questions] == [("a?", {"d1"})]


def test_a_folder_without_a_collection_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"corpus\.jsonl"):
        read_collection(tmp_path)


def test_a_question_file_leaves_out_follow_ups_and_what_cannot_be_answered(tmp_path: Path) -> None:
    rows = [
        {"question": "one?", "gold": ["p002"], "type": "detail"},
        {"question": "none?", "gold": [], "type": "unanswerable"},
        {"question": "and then?", "gold": ["p001"], "history": [{"role": "user", "content": "one?"}]},
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    papers = [Paper("a", "First", "x"), Paper("b", "Second", "y")]
    read = read_questions("q", tmp_path / "q.jsonl", papers, {"p001": "First", "p002": "Second"})
    assert [(one.text, one.relevant, one.kind) for one in read.questions] == [("one?", {"b"}, "detail")]


def test_of_a_question_file_over_several_libraries_one_is_read(tmp_path: Path) -> None:
    rows = [
        {"library": name, "type": "detail", "question": f"{name}?", "gold": ["d"]} for name in ("physics", "medicine")
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    read = read_questions("q", tmp_path / "q.jsonl", [Paper("x", "Title", "y")], {"d": "Title"}, "medicine")
    assert [(one.text, one.relevant) for one in read.questions] == [("medicine?", {"x"})]


@pytest.mark.skipif(not CRANFIELD.is_dir(), reason="the Cranfield collection is not beside this checkout")
def test_cranfield_is_read_whole() -> None:
    read = read_collection(CRANFIELD)
    assert len(read.papers) == 1400
    assert len(read.questions) == 225
