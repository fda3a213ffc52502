"""Markers: whatever a model writes, what remains is `[n]` with an n that was given out."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.markers import MarkerStream, marker_numbers, resolve_markers, without_markers

KNOWN = {1, 2, 3}
HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "[1]",
                "[9]",
                "[1, 2]",
                "[1-3]",
                "[2–9]",
                "【1】",
                "(1)",
                "[[9]1]",
                "[",
                "]",
                "[0, 1]",
                "[^2]",
                "[1](http://x)",
            ]
        ),
        st.sampled_from(
            [" ", ". ", "\n", "word", "[text]", "[99999]", "[123456789012]", "[1-999999]", "[source 2]", "**", "0.5"]
        ),
        st.text(max_size=5),
    ),
    max_size=25,
).map("".join)


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("A [1].", "A [1]."),
        ("A [1, 2].", "A [1][2]."),
        ("A [1][2].", "A [1][2]."),
        ("A [1-3].", "A [1][2][3]."),
        ("A 【1】.", "A [1]."),
        ("A [Source 2].", "A [2]."),
        ("A [^3].", "A [3]."),
        ("A [1](https://example.org).", "A [1]."),
        ("A (1).", "A [1]."),
        ("A [1] and item (2).", "A [1] and item (2)."),
        ("In the interval [0, 1] it grows [2].", "In the interval [0, 1] it grows [2]."),
        ("See [the appendix] [2].", "See [the appendix] [2]."),
    ],
)
def test_forms_that_models_drift_to_become_plain_markers(written: str, resolved: str) -> None:
    assert resolve_markers(written, KNOWN).text == resolved


@pytest.mark.parametrize(
    ("written", "resolved", "removed"),
    [
        ("A [9].", "A.", ("[9]",)),
        ("A [1, 9].", "A [1].", ("[1, 9]",)),
        ("In [2024] it was.", "In it was.", ("[2024]",)),
        ("A [0].", "A.", ("[0]",)),
        ("A [123456789012].", "A.", ("[123456789012]",)),
        ("A [" + "9" * 5000 + "].", "A.", ("[" + "9" * 5000 + "]",)),
    ],
)
def test_numbers_that_were_not_given_out_are_removed_and_reported(
    written: str, resolved: str, removed: tuple[str, ...]
) -> None:
    result = resolve_markers(written, KNOWN)
    assert (result.text, result.removed) == (resolved, removed)
    assert set(marker_numbers(result.text)) <= KNOWN


def test_taking_a_marker_out_never_makes_another_one_valid_by_accident() -> None:
    assert marker_numbers(resolve_markers("[[9]7]", KNOWN).text) == ()


@given(HOSTILE)
def test_no_invalid_marker_survives_any_text(text: str) -> None:
    assert set(marker_numbers(resolve_markers(text, KNOWN).text)) <= KNOWN


@given(HOSTILE)
def test_resolving_twice_changes_nothing_more(text: str) -> None:
    once = resolve_markers(text, KNOWN).text
    assert resolve_markers(once, KNOWN).text == once


@given(st.text(alphabet=st.characters(exclude_characters="[]()【】［］"), max_size=80))
def test_text_without_markers_is_unchanged(text: str) -> None:
    assert resolve_markers(text, KNOWN) == type(resolve_markers("", KNOWN))(text, ())


@given(HOSTILE)
def test_letters_outside_markers_are_unchanged(text: str) -> None:
    def letters(text: str) -> str:
        return re.sub(r"\(http://x\)|source|[^a-z]", "", text)

    assert letters(resolve_markers(text, KNOWN).text) == letters(text)


@given(
    st.lists(
        st.sampled_from(["A ", "[", "1", "]", "[2]", " [1, ", "3] ", "(", "b", ". ", "【", "】", "\n"]), max_size=30
    )
)
def test_a_stream_shows_no_marker_before_it_is_whole_and_valid(deltas: list[str]) -> None:
    stream = MarkerStream(KNOWN)
    shown = ""
    for delta in deltas:
        shown += stream.feed(delta)
        assert set(marker_numbers(shown)) <= KNOWN
    shown += stream.close()
    assert set(marker_numbers(shown)) <= KNOWN


def test_a_stream_passes_on_all_text_in_the_end() -> None:
    stream = MarkerStream(KNOWN)
    parts = [
        stream.feed(part) for part in ["It reaches 0.9", "4 [", "1", "]", "[2", "]. Then", " more [9", "].", " End"]
    ]
    assert "".join([*parts, stream.close()]) == "It reaches 0.94 [1][2]. Then more. End"


def test_a_marker_that_was_never_closed_is_not_shown() -> None:
    stream = MarkerStream(KNOWN)
    assert stream.feed("It holds [1") + stream.close() == "It holds"


def test_markers_can_be_taken_out_of_text() -> None:
    assert without_markers("It holds [1][2]. And more [3].") == "It holds. And more."


@pytest.mark.parametrize("size", [1, 3, 50])
def test_the_marker_of_nothing_is_never_shown(size: int) -> None:
    raw = "It halves memory [1]. Dazu steht hier nichts [0]. 没有提到【0】。"
    stream = MarkerStream([1, 2])
    shown = "".join(stream.feed(raw[start : start + size]) for start in range(0, len(raw), size)) + stream.close()
    assert shown == "It halves memory [1]. Dazu steht hier nichts. 没有提到。"
