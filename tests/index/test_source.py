"""Papers of many files in one stream: what is wrong is named, what isn't wanted left out, and nothing is held."""

import gzip
import json
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from index import IndexSettings, PaperIndex, ReadError, Selection, Source, ingest

ABSTRACT = "Penguins count fish by their shadows, as an experiment in the morning light shows."


def write(file: Path, *rows: dict[str, object]) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps({"abstract": ABSTRACT} | row) + "\n" for row in rows))
    return file


def test_every_file_of_a_folder_that_is_not_read_is_named(settings: IndexSettings, tmp_path: Path) -> None:
    write(tmp_path / "in" / "good.jsonl", {"title": "One"})
    (tmp_path / "in" / "paper.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "in" / "notes.md").write_text("# Milk\n")
    (tmp_path / "in" / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (tmp_path / "in" / "cut.jsonl.gz").write_bytes(gzip.compress(b"x")[:10])
    report = ingest([tmp_path / "in"], settings)
    assert (report.added, report.refused) == (1, 0)
    assert {(problem.file.name, problem.is_lost) for problem in report.problems} == {
        ("paper.pdf", True),
        ("notes.md", True),
        (".DS_Store", False),
        ("cut.jsonl.gz", True),
    }
    assert all(problem.remedy for problem in report.problems)


def test_a_folder_without_papers_is_reported_and_no_index_is_made(settings: IndexSettings, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / name).write_bytes(b"%PDF-1.7")
    report = ingest([tmp_path / "in"], settings)
    assert (report.rows, len(report.problems)) == (0, 3)
    assert settings.folder
    assert not settings.folder.exists()


def test_the_index_itself_is_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path / "papers.jsonl", {"title": "One"})
    settings = IndexSettings(folder=tmp_path / "index")
    ingest([tmp_path], settings)
    again = ingest([tmp_path], settings)
    assert (again.unchanged, again.problems) == (1, ())


def test_of_paths_without_papers_the_first_are_named(settings: IndexSettings, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"nowhere0.*nowhere2.*And 2 more\. Check the path"):
        ingest([tmp_path / f"nowhere{number}" for number in range(5)], settings)


@pytest.mark.parametrize(
    ("selection", "titles"),
    [
        (Selection(), "ABCD"),
        (Selection(categories=("cs",)), "AB"),
        (Selection(categories=("CS.cl", "q-bio.NC")), "AC"),
        (Selection(years=(2020, None)), "BC"),
        (Selection(years=(None, 2020)), "AB"),
        (Selection(categories=("cs.CL",), years=(2020, 2021)), ""),
    ],
)
def test_papers_of_some_topics_and_years_are_taken(
    settings: IndexSettings, tmp_path: Path, quick_model: None, selection: Selection, titles: str
) -> None:
    rows: list[dict[str, object]] = [
        {"title": "A", "topics": ["cs.CL", "stat.ML"], "year": 2019},
        {"title": "B", "topics": ["cs.AI"], "year": 2020},
        {"title": "C", "topics": ["q-bio.NC"], "year": 2021},
        {"title": "D"},
    ]
    report = ingest([write(tmp_path / "papers.jsonl", *rows)], settings, selection=selection)
    assert (report.added, report.left_out) == (len(titles), 4 - len(titles))
    if titles:
        with PaperIndex.open(settings) as index:
            assert "".join(paper.title for paper in index.all_papers()) == titles


def test_while_papers_are_read_their_number_is_guessed(
    settings: IndexSettings, tmp_path: Path, quick_model: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.writing.RECORD_BATCH", 500)
    file = write(tmp_path / "papers.jsonl", *({"title": f"Number {number}"} for number in range(1500)))
    told: list[tuple[int, int]] = []
    ingest(
        [file],
        settings,
        on_progress=lambda done, total, stage: told.append((done, total)) if stage == "reading" else None,
    )
    assert told[1][0] == 1000
    assert 1200 < told[1][1] < 1900


@pytest.mark.parametrize("pack", [lambda content: content, gzip.compress], ids=["plain", "packed"])
def test_a_large_file_is_not_held_in_memory(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    lines = "".join(
        json.dumps({"title": f"Number {number}", "abstract": f"{number} {ABSTRACT}" * 10}) + "\n"
        for number in range(10_000)
    )
    (tmp_path / "papers.jsonl").write_bytes(pack(lines.encode()))
    size = len(lines)
    del lines
    source = Source([tmp_path / "papers.jsonl"])
    tracemalloc.start()
    assert sum(1 for _ in source) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 8_000_000
    assert peak < 6_000_000


def test_problems_without_end_are_counted_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.source.MOST_PROBLEMS", 10)
    source = Source([write(tmp_path / "papers.jsonl", *({"title": ""} for _ in range(30)))])
    assert list(source) == []
    assert (source.refused, len(source.problems)) == (30, 11)
    assert source.problems[-1].message == "20 more problems are not named; the first 10 are."


def test_standard_input_goes_in(settings: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with write(tmp_path / "papers.jsonl", {"title": "One"}).open() as opened:
        monkeypatch.setattr(sys, "stdin", opened)
        assert ingest(["-"], settings).added == 1


def test_a_file_without_a_single_record_is_told(settings: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    file.write_text("title,abstract\n")
    (problem,) = ingest([file], settings).problems
    assert (problem.file, problem.message, problem.is_lost) == (file, "It holds no papers.", False)
