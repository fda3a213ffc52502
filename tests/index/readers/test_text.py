"""Bytes become the text that was written, in whatever encoding; only what is surely mojibake is changed."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper
from index.readers import SourceFile, read_papers
from index.readers.text import clean

CASES = Path(__file__).parent / "cases"
TEXT = "title,abstract\nGröße,“12–18 years”, the patient’s €2\n"


def decode(content: bytes) -> str:
    return SourceFile(Path("papers.csv"), lambda: io.BytesIO(content), len(content)).beginning


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252"]
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_latin_1_is_read_too() -> None:
    assert decode("título,resumen\nniño,Müller".encode("latin-1")) == "título,resumen\nniño,Müller"


def test_a_few_foreign_bytes_cost_the_rest_of_a_file_nothing() -> None:
    content = "Größe, 5–10, naïve, é\n".encode() + b"12\x9618 years\n" + "“tea”\n".encode()
    assert decode(content) == "Größe, 5–10, naïve, é\n12–18 years\n“tea”\n"


def test_a_byte_that_is_no_character_anywhere_is_shown_as_such() -> None:
    assert decode(b"a\x81b") == "a\ufffdb"


def test_ranges_of_numbers_survive_windows_1252() -> None:
    (paper,) = read_papers(CASES / "a16b_cp1252.csv")
    assert isinstance(paper, Paper)
    for expected in ("12–18 years", "patient’s", "5–10", "“tea”", "€2"):
        assert expected in paper.abstract


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc"])))
def test_whatever_is_written_in_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("spoiled", "mended"),
    [
        ("12â€“18 years", "12–18 years"),
        ("12\x9618 years", "12–18 years"),
        ("p â‰¤ 0.05 at 37Â°C", "p ≤ 0.05 at 37°C"),
        ("MÃ¼ller’s Î²-catenin", "Müller’s β-catenin"),
        ("Å»ak", "Żak"),
        ("the ﬁrst eﬀect", "the first effect"),
        ("cafe\u0301", "café"),
        ("co\u00adoperate\x07\u200b", "cooperate"),
    ],
)
def test_mojibake_ligatures_and_what_cannot_be_seen_are_mended(spoiled: str, mended: str) -> None:
    assert clean(spoiled) == mended


@pytest.mark.parametrize(
    "text",
    [
        "3 Å² and 10 Å³",
        "CARRÉ” et « CAFÉ»",
        "Łódź, Šibenik, Ærø, Ø 5 mm",
        "5 ± 2 µg/m², 3 × 10⁵",
        "１２ 中文 ｶﾅ",
        "“quoted” – ‘so’…, cœur, žena, šéf",
    ],
)
def test_text_that_is_right_stays(text: str) -> None:
    assert clean(text) == text


ALPHABETS = [
    "abcxyzäöüß",
    "abcxyzéèàç",
    "abcxyzñáíó",
    "abcxyzåøæ",
    "abcxyzłęą",
    "abcxyzčřů",
    "abcxyzığş",
    "αβγδλμσΔ",
    "жщяБ",
]
words = st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(st.sampled_from(letters), min_size=1, max_size=8))
signs = st.sampled_from(["–", "—", "±", "×", "≤", "€", "§", "°C", "µm", "m²", "…", "“x”", "«x»", "’s", "12–18", "Å³"])


@given(st.lists(words | signs, min_size=1, max_size=12))
def test_no_word_or_sign_of_a_right_text_is_changed(parts: list[str]) -> None:
    text = " ".join(parts)
    assert clean(text) == text
