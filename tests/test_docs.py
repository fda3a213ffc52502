"""What the documents name is there: paths, links, and a line for each dependency."""

import re
import tomllib
from pathlib import Path

import pytest

from index.readers import FORMATS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "CONTRIBUTING.md", ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOMS = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name not in {".venv", "node_modules"}}
PATH = re.compile(r"`([\w.-]+(?:/[\w.*-]+)*/?)`")
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")


def by_name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_path_that_a_document_names_is_there(document: Path) -> None:
    named = [
        path for path in PATH.findall(document.read_text("utf-8")) if path.endswith("/") or path.split("/")[0] in ROOMS
    ]
    # A room may be named within its house: `answering/` for `rag/answering/`.
    houses = [ROOT, *(ROOT / name for name in ("index", "rag", "ui"))]
    assert [path for path in named if not any(list(house.glob(path.rstrip("/"))) for house in houses)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text("utf-8")) if ":" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_each_direct_dependency_has_its_line() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*pyproject["project"]["dependencies"], *pyproject["dependency-groups"]["build"]]
    wanted += [one for extra in pyproject["project"]["optional-dependencies"].values() for one in extra]
    assert {re.split(r"[^\w-]", one)[0] for one in wanted} - explained() == set()


def explained() -> set[str]:
    """The packages that have a line: named in the first cell, among the extras in the second."""
    names: set[str] = set()
    for section in (ROOT / "docs/dependencies.md").read_text("utf-8").split("\n## "):
        title, *lines = section.splitlines()
        if title in {"Base", "Extras", "For development"}:
            cells = [line.split("|")[2 if title == "Extras" else 1] for line in lines if line.startswith("|")]
            names |= {name for cell in cells for name in re.findall(r"[\w-]+", cell)}
    return names


def test_each_format_that_is_read_has_its_section() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "formats.md").read_text("utf-8"), re.MULTILINE)
    assert {format.name.casefold() for format in FORMATS} - {heading.casefold() for heading in headings} == set()
