"""Written training data is read as it was meant, and what is wrong with it is named."""

from pathlib import Path

import pytest

from train.fields import read_fields

PAPER = """== birds-001
title: Hedges and sparrows
abstract: Hedges were removed. We counted nests in 84 hedges of four widths. Nest density rose with width.
"""


def read(folder: Path, *lines: str):
    (folder / "birds.txt").write_text(PAPER + "\n".join(lines), encoding="utf-8")
    return read_fields(folder)[0]


def test_the_evidence_of_a_question_is_where_its_words_stand(tmp_path: Path) -> None:
    field = read(tmp_path, "detail number: how many hedges => in 84 hedges && four widths")
    paper = field.papers["birds-001"]
    assert [paper.abstract[start:end] for start, end in paper.questions[0].evidence] == ["in 84 hedges", "four widths"]
    assert paper.questions[0].kind == "detail number"
    assert field.faults == []


def test_a_talk_ends_with_a_question_and_its_standalone_form(tmp_path: Path) -> None:
    talk = "talk: How many hedges? || 84 [1]. || and how wide? ~~ How wide were the hedges? => four widths"
    found = read(tmp_path, talk).papers["birds-001"].talks[0]
    assert found.turns == ("How many hedges?", "84 [1].")
    assert (found.question, found.standalone) == ("and how wide?", "How wide were the hedges?")


def test_claims_are_true_or_wrong_in_one_way(tmp_path: Path) -> None:
    field = read(
        tmp_path,
        "true free-paraphrase: Broad hedges hold more nests. => density rose",
        "false direction-reversed: Nest density fell with width. => density rose",
    )
    assert [(claim.is_true, claim.kind) for claim in field.papers["birds-001"].claims] == [
        (True, "free-paraphrase"),
        (False, "direction-reversed"),
    ]


def read_twins(folder: Path, *lines: str):
    (folder / "twins").mkdir()
    (folder / "twins" / "birds.txt").write_text("\n".join(lines), encoding="utf-8")
    return read(folder)


def test_twins_are_a_true_claim_and_the_same_with_one_thing_wrong(tmp_path: Path) -> None:
    line = "verdict/direction-reversed: Width helps nests. ~~ Width harms nests. => density rose"
    field = read_twins(tmp_path, "== birds-001", line)
    ((true, false),) = field.papers["birds-001"].twins
    assert (true.text, true.is_true, true.kind) == ("Width helps nests.", True, "verdict")
    assert (false.text, false.is_true, false.kind) == ("Width harms nests.", False, "direction-reversed")
    assert true.evidence == false.evidence
    assert field.faults == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("== birds-002",), "no such paper"),
        (("== birds-001", "verdict/mixture: Width helps. => density rose"), "twins are"),
        (("== birds-001", "verdict/mixture: Width helps. ~~ Width helps. => density rose"), "the same"),
        (("== birds-001", "verdict/other: Width helps. ~~ Width harms. => density rose"), "no such kind"),
        (("== birds-001", "verdict/mixture: Width helps. ~~ Width harms. => density fell"), "occurs 0 times"),
    ],
)
def test_twins_that_are_wrong_are_named_with_their_line(tmp_path: Path, lines: tuple[str, ...], fault: str) -> None:
    (found,) = read_twins(tmp_path, *lines).faults
    assert found.startswith(f"twins/birds.txt:{len(lines)}: ")
    assert fault in found


def test_questions_to_the_library_name_its_papers(tmp_path: Path) -> None:
    field = read(tmp_path, "== library", "list: Which papers deal with hedges? => birds-001", "absent: And owls?")
    assert [(question.kind, question.papers) for question in field.questions] == [
        ("list", ("birds-001",)),
        ("absent", ()),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("detail number: how many hedges", "is missing"),
        ("detail number: how many hedges => 85 hedges", "occurs 0 times"),
        ("detail number: what => Hedges && hedges", ""),
        ("detail colour: which => four widths", "no such kind"),
        ("talk: one || two => four widths", "a talk is"),
        ("nonsense: words", "no kind of line"),
        ("== birds-001", "is there already"),
        ("== library\nlist: Which? => birds-009", "unknown or missing papers: birds-009"),
    ],
)
def test_a_line_that_is_wrong_is_named_with_its_place(tmp_path: Path, line: str, fault: str) -> None:
    faults = read(tmp_path, line).faults
    assert (len(faults), fault in "".join(faults)) == (bool(fault), True)


def test_what_ships_has_no_faults() -> None:
    fields = read_fields(Path(__file__).parents[2] / "train" / "fields")
    assert [fault for field in fields for fault in field.faults] == []
    assert sum(len(field.papers) for field in fields) >= 600
