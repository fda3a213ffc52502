"""Files go in; a second time costs nothing; a run that is cut short is finished by the next."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.hashed import replace_packaged_model
from index import IndexLocked, IndexSettings, Paper, PaperIndex, ReadError, ingest, make_id
from index.lock import FolderLock

ABSTRACT = "Penguins count fish by their shadows, as an experiment in the morning light shows."


def write(file: Path, *rows: dict[str, object]) -> Path:
    file.write_text("\n".join(json.dumps(row) for row in rows))
    return file


def test_a_second_run_adds_nothing_and_a_change_is_replaced(settings: IndexSettings, tmp_path: Path) -> None:
    one = {"id": "1", "title": "One", "abstract": ABSTRACT}
    two = {"id": "2", "title": "Two", "abstract": ABSTRACT}
    file = write(tmp_path / "papers.jsonl", one, two)
    first = ingest([file], settings)
    assert (first.added, first.changed, first.unchanged, first.problems) == (2, 0, 0, ())
    again = ingest([file], settings)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    write(file, one, two | {"title": "Two, Revised"})
    changed = ingest([file], settings)
    assert (changed.added, changed.changed, changed.unchanged) == (0, 1, 1)


def test_what_cannot_be_used_is_reported_and_the_rest_goes_in(settings: IndexSettings, tmp_path: Path) -> None:
    good = write(tmp_path / "good.jsonl", {"title": "One", "abstract": ABSTRACT}, {"title": "No abstract"})
    notes = tmp_path / "notes.txt"
    notes.write_text("milk\neggs\n")
    report = ingest([tmp_path / "nowhere.csv", tmp_path, good], settings)
    assert (report.added, report.merged, report.refused, report.rows) == (1, 1, 2, 4)
    assert [(problem.file.name, problem.line) for problem in report.problems] == [
        ("nowhere.csv", 0),
        ("good.jsonl", 2),
        ("notes.txt", 0),
        ("good.jsonl", 2),
    ]
    assert "Check the path" in report.problems[0].remedy
    assert str(report.problems[1]) == (
        f"{good}:2: There is no abstract. Add the abstract to the record, or leave the record out."
    )


def test_when_no_path_holds_papers_that_is_an_error(settings: IndexSettings, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="There is no file or folder"):
        ingest([tmp_path / "nowhere.csv"], settings)
    assert settings.folder
    assert not settings.folder.exists()


def test_when_every_row_is_bad_the_report_says_so(settings: IndexSettings, tmp_path: Path) -> None:
    report = ingest([write(tmp_path / "papers.jsonl", {"title": "No abstract"})], settings)
    assert report.added == 0
    assert [problem.line for problem in report.problems] == [1]


def test_an_id_that_two_titles_have_is_the_first_ones_and_nothing_is_lost(
    settings: IndexSettings, tmp_path: Path
) -> None:
    rows = [{"id": "1", "title": title, "abstract": ABSTRACT} for title in ("One", "one!", "Two")]
    for _ in range(2):
        report = ingest([write(tmp_path / "papers.jsonl", *rows)], settings)
        assert (report.rows, report.merged, report.problems) == (3, 1, ())
        with PaperIndex.open(settings) as index:
            papers = [(paper.id, paper.title) for paper in index.all_papers()]
        assert papers == [("1", "One"), (make_id("Two"), "Two")]


TITLE = "Counting Penguins"
PAGE = "https://arxiv.org/abs/2401.00001"
SAME: dict[str, list[dict[str, object]]] = {
    "an id, then none": [{"id": "2401.00001", "year": 2024}, {}],
    "no id, then one": [{}, {"id": "2401.00001", "year": 2024}],
    "no id twice": [{}, {"year": 2024}],
    "an id twice": [{"id": "key", "year": 2024}] * 2,
    "a version": [{"id": "2401.00001"}, {"id": "2401.00001v2", "year": 2024}],
    "a version first": [{"id": "2401.00001v1", "year": 2024}, {"id": "arXiv:2401.00001"}],
    "its page": [{"id": "2401.00001"}, {"url": PAGE, "year": 2024}],
    "its DOI at arXiv": [{"id": "2401.00001", "year": 2024}, {"doi": "10.48550/arXiv.2401.00001"}],
    "a DOI in capitals": [{"id": "10.1000/OWL.7", "year": 2024}, {"doi": "https://doi.org/10.1000/owl.7"}],
    "a DOI in capitals second": [{"id": "10.1000/owl.7", "year": 2024}, {"doi": "10.1000/Owl.7"}],
    "an old id in capitals": [{"id": "math.GT/0309136", "year": 2003}, {"id": "math.gt/0309136v1", "year": 2024}],
    "all of them": [{}, {"id": "2401.00001v1"}, {"id": "2401.00001", "year": 2024}, {"title": TITLE.upper()}],
}
"""How a source may write one paper several times."""


@pytest.mark.parametrize("rows", SAME.values(), ids=SAME.keys())
def test_one_paper_written_several_times_is_one_in_one_run_as_over_several(
    settings: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, object]]
) -> None:
    replace_packaged_model(monkeypatch.setattr)
    rows = [{"title": TITLE, "abstract": ABSTRACT} | row for row in rows]
    together = settings.model_copy(update={"folder": tmp_path / "together"})
    report = ingest([write(tmp_path / "papers.jsonl", *rows)], together)
    assert (report.added, report.merged, report.rows) == (1, len(rows) - 1, len(rows))
    monkeypatch.setattr("index.writing.RECORD_BATCH", 1)
    batched = settings.model_copy(update={"folder": tmp_path / "batched"})
    assert ingest([tmp_path / "papers.jsonl"], batched) == report
    for number, row in enumerate(rows):
        ingest([write(tmp_path / f"{number}.jsonl", row)], settings)
    with PaperIndex.open(settings) as several, PaperIndex.open(together) as one, PaperIndex.open(batched) as third:
        assert several.all_papers() == one.all_papers() == third.all_papers()
        (paper,) = one.all_papers()
        assert paper.year == 2024
        assert len(one.search_words("penguins", 9)) == len(third.search_words("penguins", 9)) == 1
        assert one.meaning.vectors.count() == third.meaning.vectors.count() == 1


def test_every_row_is_in_one_count(settings: IndexSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_packaged_model(monkeypatch.setattr)
    monkeypatch.setattr("index.writing.RECORD_BATCH", 4)

    def row(title: str, **more: object) -> dict[str, object]:
        return {"title": title, "abstract": ABSTRACT} | more

    ingest([write(tmp_path / "before.jsonl", row("Old"), row("Older", id="1"))], settings)
    rows = [row("Old"), row("Older", id="1", year=1999), row("New"), row("new!"), {"title": "No abstract"}, row("Old")]
    rows += [row("Older"), row("Newer", id="2"), row("Newest", id="2"), row("Newest"), {"abstract": "No title."}]
    report = ingest([write(tmp_path / "papers.jsonl", *rows), tmp_path / "nowhere.csv"], settings)
    counts = (report.added, report.changed, report.unchanged, report.merged, report.refused)
    assert counts == (3, 0, 0, 6, 2)
    assert report.merged_by == {"title": 6}
    assert report.rows == len(rows)
    with PaperIndex.open(settings) as index:
        assert index.count() == 5


def test_progress_is_told_up_to_the_end(settings: IndexSettings, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    rows = [{"id": str(n), "title": f"Number {n}", "abstract": ABSTRACT} for n in range(3)]
    ingest([write(tmp_path / "papers.jsonl", *rows)], settings, on_progress=lambda *one: told.append(one))
    assert (3, 0, "reading") in told
    assert told[-1] == (3, 3, "embedding")
    done = [done for done, _, stage in told if stage == "embedding"]
    assert done == sorted(done)


def test_rebuilding_follows_new_settings_and_needs_no_files(copied: IndexSettings, papers: list[Paper]) -> None:
    finer = copied.model_copy(update={"chunk_tokens": 32})
    report = ingest([], finer, rebuild=True)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 0)
    with PaperIndex.open(finer) as index:
        assert index.all_papers() == papers
        assert index.library.count_passages() > 36
        assert index.meaning.vectors.count() == index.library.count_passages() == index.encodings.count_tokens()


KILLED = """
import os, signal, sys
from pathlib import Path
from index import IndexSettings, ingest

# A shell that starts its jobs in the background has them ignore SIGINT, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

def die(done, total, stage):
    if stage == "embedding" and done == 3:
        os.kill(os.getpid(), getattr(signal, sys.argv[3]))

ingest([Path(sys.argv[2])], IndexSettings(folder=Path(sys.argv[1])), on_progress=die)
"""


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_a_run_that_is_killed_leaves_papers_findable_and_the_next_finishes(
    settings: IndexSettings, papers: list[Paper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    rows = [{"id": paper.id, "title": paper.title, "abstract": paper.abstract} for paper in papers[:6]]
    file = write(tmp_path / "papers.jsonl", *rows)
    command = [sys.executable, "-c", KILLED, str(settings.folder), str(file), how]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode in (-signal.SIGKILL, -signal.SIGINT, 1, 130)
    with PaperIndex.open(settings) as index:
        assert index.library.count_unfinished() == 6
        assert index.search_words("ICHPro", 1)[0][0] == papers[0].id
        assert index.search_meaning(index.embedding.embed_query("brain"), 3) == []
    report = ingest([file], settings)
    assert (report.added, report.unchanged) == (0, 6)
    with PaperIndex.open(settings) as index:
        assert index.library.count_unfinished() == 0
        assert index.search_meaning(index.embedding.embed_query("bleeding in the brain"), 1)[0][0].startswith(
            papers[0].id
        )


def test_a_folder_that_is_being_written_is_refused_at_once(
    copied: IndexSettings, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.lock.LOCK_PATIENCE", 0.1)
    assert copied.folder
    with FolderLock(copied.folder).hold(), PaperIndex.open(copied) as index, pytest.raises(IndexLocked):
        index.remove([papers[0].id])
