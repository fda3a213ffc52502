"""The notebook runs from its first cell to its last, and prints what it shows."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "docs").glob("*.ipynb"))
ENDED = "-- the next cell --\n"


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(notebook.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_a_notebook_prints_what_it_shows(notebook: Path, catalogue_index: Path, tmp_path: Path) -> None:
    cells = code_cells(notebook)
    program = f"\nprint({ENDED!r}, end='')\n".join("".join(cell["source"]) for cell in cells)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PAPERCHAT_INDEX__FOLDER": str(catalogue_index)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shown = ["".join(line for output in cell["outputs"] for line in output["text"]) for cell in cells]
    assert any(shown)
    assert done.stdout.split(ENDED) == shown


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
