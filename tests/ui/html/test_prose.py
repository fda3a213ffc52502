"""Answers as small parts."""

from hypothesis import given
from hypothesis import strategies as st

from rag import Sentence
from ui.html import render
from ui.html.prose import Run, blocks, folded, marked


def text_of(text: str, **options: object) -> list[list[list[str]]]:
    found = blocks(text, **options)
    lines = [[*block.lines, *(cell for row in block.rows for cell in row)] for block in found]
    return [["".join(run.text for piece in line for run in piece.runs) for line in block] for block in lines]


def test_lines_become_paragraphs_lists_and_headings():
    found = blocks("## Results\nFirst.\n\n- one\n- two\n1. uno\n2. due\n")
    assert [block.kind for block in found] == ["heading", "paragraph", "bullets", "numbered"]
    assert text_of("## Results\nFirst.\n\n- one\n- two\n") == [["Results"], ["First."], ["one", "two"]]


def test_bold_emphasis_code_and_numbers_are_told_apart():
    (block,) = blocks("**MAT** uses *less* `memory` [2].")
    assert block.lines[0][0].runs == (
        Run("strong", "MAT"),
        Run("text", " uses "),
        Run("emphasis", "less"),
        Run("text", " "),
        Run("code", "memory"),
        Run("number", "2"),
        Run("text", "."),
    )


def test_multiplication_is_no_emphasis():
    assert text_of("2 * 3 * 4 and a*b*c") == [["2 * 3 * 4 and a*b*c"]]


def test_a_number_that_names_no_source_stays_text():
    (block,) = blocks("In [0, 1] and [7] [1].", known=[1])
    assert [run.text for run in block.lines[0][0].runs if run.kind == "number"] == ["1"]
    assert text_of("In [7].", known=[1]) == [["In [7]."]]


def test_an_unsupported_sentence_carries_its_reason():
    text = "Yes [1]. No [1]."
    sentences = (
        Sentence("Yes [1].", 0, 8, (1,), 0.9, "supported"),
        Sentence("No [1].", 9, 16, (1,), 0.1, "unsupported", "12 is not in it."),
    )
    (block,) = blocks(text, sentences)
    assert [piece.reason for piece in block.lines[0]] == ["", "", "12 is not in it."]


ABSTRACT = "First it begins in a few words. " + "Then comes a lot that nobody asked for. " * 6 + "Owls see. It ends so."


def test_an_abstract_is_folded_to_the_sentences_around_its_mark():
    at = ABSTRACT.index("Owls")
    shown = "".join(each.text for each in folded(ABSTRACT, [(at, at + 9)]) if not each.is_far)
    assert shown == "Then comes a lot that nobody asked for. Owls see. It ends so."
    assert [each.text for each in folded(ABSTRACT, [(at, at + 9)]) if each.is_marked] == ["Owls see."]


def test_of_an_abstract_without_a_mark_the_beginning_is_shown_and_a_short_one_is_whole():
    shown = "".join(each.text for each in folded(ABSTRACT, []) if not each.is_far)
    assert shown == "First it begins in a few words. Then comes a lot that nobody asked for. "
    assert not any(each.is_far for each in folded("Owls see. " * 4, []))


def test_a_table_has_cells_with_numbers_of_their_own():
    found = blocks("Before.\n| a | b |\n|---|---|\n| **c** | d \\| e [1] |\nAfter.")
    assert [block.kind for block in found] == ["paragraph", "table", "paragraph"]
    assert [len(row) for row in found[1].rows] == [2, 2]
    assert found[1].rows[1][1][0].runs[-1] == Run("number", "1")


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5))
def test_folding_loses_no_letter(text: str, spans: list[tuple[int, int]]):
    assert "".join(each.text for each in folded(text, spans)) == text


@given(st.text(alphabet="ab [1]*`#-|\n.<>&", max_size=80))
def test_no_letter_is_lost(text: str):
    shown = "".join("".join("".join(line) for line in block) for block in text_of(text))
    assert [c for c in shown if c in "ab<>&"] == [c for c in text if c in "ab<>&"]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5))
def test_marking_keeps_the_text_and_marks_what_the_spans_cover(text: str, spans: list[tuple[int, int]]):
    parts = marked(text, spans)
    assert "".join(part for part, _ in parts) == text
    covered = {i for start, end in spans for i in range(start, min(end, len(text)))}
    position = 0
    for part, is_marked in parts:
        assert all((i in covered) == is_marked for i in range(position, position + len(part)))
        position += len(part)


def test_a_long_list_tells_how_many_of_it_are_shown_and_holds_them_all():
    shown = render(
        "live.html", question="Q", error="", step="", number=1, text="\n".join(f"- line {n}" for n in range(8))
    )
    assert "5 of 8 shown. Show all" in shown
    assert shown.count("<li>") == 8
