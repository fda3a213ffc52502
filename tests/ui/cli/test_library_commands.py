"""`paperchat list`, `remove` and `export`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.hashed import replace_packaged_model
from index import IndexSettings, Origin, Paper, PaperIndex, Record
from ui.cli.commands import cli

PAPERS = [
    Paper("owl", "Owls at Night", "Owls hear mice.", ("Anna Müster",), 2020, topics=("birds",)),
    Paper("fox", "Foxes by Day", "Foxes sleep.", ("Bo Sun",), 2022),
    Paper("bee", "Bees at Dusk", "Bees dance."),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    replace_packaged_model(monkeypatch.setattr)
    monkeypatch.chdir(tmp_path)
    with PaperIndex.open(IndexSettings(folder=tmp_path / "index")) as index:
        index.add([Record(paper, Origin(f"/from/{paper.id}.bib", 3)) for paper in PAPERS])
    return tmp_path / "index"


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--index-dir", str(folder)])


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ((), ["owl", "fox", "bee"]),
        (("--year", "2021-"), ["fox"]),
        (("--author", "muster"), ["owl"]),
        (("--topic", "bird"), ["owl"]),
        (("--text", "sleep"), ["fox"]),
        (("--origin", "bee.bib"), ["bee"]),
        (("--sort", "year"), ["fox", "owl", "bee"]),
        (("--sort", "title", "-n", "2"), ["bee", "fox"]),
    ],
)
def test_list_chooses_and_sorts(folder: Path, options: tuple[str, ...], ids: list[str]) -> None:
    shown = json.loads(run(folder, "list", "--json", *options).stdout)
    assert [paper["id"] for paper in shown] == ids
    assert shown[0]["origins"] == [{"file": f"/from/{ids[0]}.bib", "line": 3, "record": 0}]


def test_list_prints_a_line_a_paper(folder: Path) -> None:
    assert run(folder, "list").stdout.splitlines()[0] == "owl  Owls at Night (Anna Müster, 2020)"


def test_remove_wants_a_yes_where_nobody_can_be_asked(folder: Path) -> None:
    assert run(folder, "remove", "owl").exit_code != 0
    assert "1 paper removed" in run(folder, "remove", "owl", "--yes").stdout
    assert run(folder, "remove", "owl", "--yes").exit_code == 1
    assert "2 papers" in run(folder, "list").stderr


def test_export_writes_what_is_chosen(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "export", "out.bib", "--year", "2020").exit_code == 0
    assert "@misc{muster2020owls," in (tmp_path / "out.bib").read_text()
    shown = run(folder, "export", "-", "--format", "csv", "--text", "dance").stdout
    assert shown.splitlines()[0].startswith("id,title,abstract")
    assert run(folder, "export", "out.docx").exit_code != 0


def test_a_folder_without_an_index_is_said_to_hold_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "holds no papers yet" in str(run(tmp_path / "none", "list").exception)
    assert not (tmp_path / "none").exists()
