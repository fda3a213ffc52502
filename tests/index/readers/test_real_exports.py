"""Every record of an export, counted without the readers, is a paper or a problem with a reason."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
EXPORTS = ROOT.parent / "shared" / "files"


def count(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "bench" / "read_exports.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})


def test_a_folder_of_exports_is_counted_and_read(tmp_path: Path) -> None:
    (tmp_path / "one.ris").write_text("TY  - JOUR\nTI  - One\nAB  - Text.\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n")
    (tmp_path / "two.bib").write_text("@article{a, title = {One}, abstract = {Text.}}\n@article{b, title = {Two\n")
    done = count(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "| one.ris | RIS | 2 | 1 | 1 × There is no abstract. |  |" in done.stdout
    assert "| two.bib | BibTeX | 2 | 1 | 1 × The entry … can't be parsed" in done.stdout
    assert "2 files, 4 records, 2 read." in done.stdout


def test_a_file_whose_numbers_differ_is_told(tmp_path: Path) -> None:
    (tmp_path / "one.nbib").write_text(
        "UI  - 1\nTI  - A record that does not begin as those that are counted\nAB  - Text.\n"
    )
    done = count(tmp_path)
    assert done.returncode == 1
    assert "Not every record is read or named: one.nbib." in done.stdout


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the folder of real exports lies outside of the repository")
def test_no_record_of_a_real_export_vanishes() -> None:
    done = count(EXPORTS)
    assert done.returncode == 0, done.stdout


def test_without_the_folder_it_says_so(tmp_path: Path) -> None:
    assert "Skipped: there is no folder" in count(tmp_path / "none").stdout
