"""`paperchat table`."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]

ASKED = ("-q", "How far does the cache shrink?", "-q", "How tall is the Eiffel tower?")


def test_papers_that_fit_a_search_are_rows_and_questions_columns(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("table", "--where", "EliteKV", "-k", 1, *ASKED, "--index-dir", catalogue_index)
    assert code == 0
    assert out.startswith("| Paper | How far does the cache shrink? | How tall is the Eiffel tower? |\n")
    assert "75%" in out
    assert "| not in the abstract |" in out
    assert "[^1]: Yuhao Zhou" in out


def test_the_table_is_written_to_a_file_that_its_suffix_names(run: Run, catalogue_index: Path) -> None:
    code, out, err = run("table", "--only", "2503.01586", *ASKED, "--output", "t.csv", "--index-dir", catalogue_index)
    assert (code, out) == (0, "")
    assert "2 of 2 cells in t.csv" in err
    rows = list(csv.reader(Path("t.csv").read_text("utf-8-sig").splitlines()))
    assert "75%" in rows[1][2]
    code, _, err = run("table", *ASKED, "--output", "t.pdf")
    assert code == 2
    assert ".csv, .md or .xlsx" in err


def test_the_cells_can_be_had_as_json(run: Run, catalogue_index: Path) -> None:
    _, out, _ = run("table", "--only", "2503.01586", *ASKED, "--json", "--index-dir", catalogue_index)
    assert [(cell["paper_id"], cell["is_answered"]) for cell in json.loads(out)] == [
        ("2503.01586", True),
        ("2503.01586", False),
    ]


def test_a_filter_that_nothing_passes_is_one_line(run: Run, catalogue_index: Path) -> None:
    code, out, err = run("table", *ASKED, "--year", "1801", "--index-dir", catalogue_index)
    assert (code, out) == (1, "")
    assert "No paper fits." in err
