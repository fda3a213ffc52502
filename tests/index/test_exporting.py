"""What goes out and comes back is equal."""

from dataclasses import replace
from pathlib import Path

import pytest

from index import EXPORTS, Paper, ReadError, export_format, export_papers
from index.readers import read_papers

PAPERS = [
    Paper(
        "lee2021",
        "Weight of Hedgehogs & Others: 100% {naïve}",
        "We weighed 64 hedgehogs; 12–18 % gained $5_0. It's ~3^2 fine, #1.",
        ("Anna van der Lee", "Bo Sun"),
        2021,
        "https://doi.org/10.5555/hh_2021.7",
        ("Zoology", "Parks"),
        "Journal of Park Animals",
        "10.5555/hh_2021.7",
        "1234567",
        ("hedgehogs", "body weight"),
        "article",
        "en",
    ),
    Paper(
        "2401.00001",
        "Badgers by Night",
        "We counted 12 badgers.",
        ("Cy Roe",),
        2024,
        "https://arxiv.org/abs/2401.00001",
    ),
    Paper("k3", "Moles", "Moles dig. They dig at noon."),
]
KEPT = ("title", "abstract", "authors", "year", "journal", "doi")
"""What every format has a place for."""


def go_out_and_back(format: str, tmp_path: Path) -> list[Paper]:
    suffix = {"bibtex": "bib", "csl": "json"}.get(format, format)
    file = tmp_path / f"out.{suffix}"
    file.write_text("".join(export_papers(PAPERS, format)), encoding="utf-8", newline="")
    return [paper for paper in read_papers(file) if isinstance(paper, Paper)]


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_tables_and_json_lines_keep_what_all_papers_have(format: str, tmp_path: Path) -> None:
    names = ("id", "title", "abstract", "authors", "year", "url", "topics")
    found = go_out_and_back(format, tmp_path)
    assert [[getattr(paper, name) for name in names] for paper in found] == [
        [getattr(paper, name) for name in names] for paper in PAPERS
    ]


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_tables_and_json_lines_keep_everything(format: str, tmp_path: Path) -> None:
    assert go_out_and_back(format, tmp_path) == PAPERS


@pytest.mark.parametrize("format", ["bibtex", "ris", "csl"])
def test_formats_of_other_programs_keep_what_they_have_a_place_for(format: str, tmp_path: Path) -> None:
    found = go_out_and_back(format, tmp_path)
    assert [[getattr(paper, name) for name in KEPT] for paper in found] == [
        [getattr(paper, name) for name in KEPT] for paper in PAPERS
    ]


def test_bibtex_keys_are_made_of_name_year_and_title_and_are_unique() -> None:
    twice = [PAPERS[0], replace(PAPERS[0], id="other"), PAPERS[2]]
    text = "".join(export_papers(twice, "bibtex"))
    keys = [line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")]
    assert keys == ["vanderlee2021weight", "vanderlee2021weight-2", "moles"]
    assert r"100\% \{naïve\}" in text


def test_the_format_is_told_by_the_suffix() -> None:
    assert {export_format(Path(f"x.{suffix}")) for suffix in ("jsonl", "bib", "ris", "json", "csv")} == set(EXPORTS)
    with pytest.raises(ReadError, match="--format"):
        export_format(Path("x.docx"))
