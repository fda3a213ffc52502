"""The documents as a site: built strictly, whole, with nothing loaded from elsewhere; its examples do what they say."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import rag

PROJECT = Path(__file__).parents[1]
EXAMPLE = re.compile(r"^```python\n(.*?)^```$(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
PAGES = sorted(page for page in (PROJECT / "docs").glob("*.md") if EXAMPLE.search(page.read_text("utf-8")))
ENDED = "-- the next example --\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=PROJECT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_public_name_of_rag_is_explained(site: Path) -> None:
    reference = (site / "reference.html").read_text("utf-8")
    assert [name for name in rag.__all__ if f'id="rag.{name}"' not in reference] == []


def test_every_public_method_of_the_assistant_is_explained(site: Path) -> None:
    reference = (site / "reference.html").read_text("utf-8")
    methods = [name for name in vars(rag.Assistant) if not name.startswith("_")]
    assert {"ask", "stream", "search"} <= set(methods)
    assert [name for name in methods if f'id="rag.Assistant.{name}"' not in reference] == []
    assert [name for name in methods if not getattr(rag.Assistant, name).__doc__] == []


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    loads = re.compile(
        r"""<(?:script|img|iframe|source)\b[^>]*\bsrc="?(?:https?:)?//|<link\b[^>]*\bhref="?(?:https?:)?//"""
    )
    pages = list(site.glob("*.html"))
    assert len(pages) > 8
    assert [page.name for page in pages if loads.search(page.read_text("utf-8"))] == []
    sheets = list(site.rglob("*.css"))
    assert sheets
    assert [
        sheet.name for sheet in sheets if re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text())
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_print_what_stands_below_them(page: Path, catalogue_index: Path, tmp_path: Path) -> None:
    """One after the other, as a reader would type them."""
    examples = EXAMPLE.findall(page.read_text("utf-8"))
    program = f"print({ENDED!r}, end='')\n".join(code for code, _ in examples)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PAPERCHAT_INDEX__FOLDER": str(catalogue_index)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(ENDED) == [printed for _, printed in examples]
