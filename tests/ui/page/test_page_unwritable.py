"""The page over files that can't be written: questions are answered all the same."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_page, open_talks, upload
from playwright.sync_api import expect


@pytest.fixture
def folder(catalogue_index: Path, tmp_path: Path) -> Iterator[Path]:
    copy = Path(shutil.copytree(catalogue_index, tmp_path / "index"))
    yield copy
    allow_writing(copy, True)


def allow_writing(folder: Path, is_allowed: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod((0o755 if is_allowed else 0o555) if path.is_dir() else (0o644 if is_allowed else 0o444))


def test_over_an_index_that_cannot_be_written_questions_are_answered_and_no_papers_added(
    folder: Path, tmp_path: Path, new_context: NewContext
) -> None:
    papers = tmp_path / "new.jsonl"
    papers.write_text(json.dumps({"title": "Owls at Night", "abstract": "Owls see at night. They hunt mice."}))
    allow_writing(folder, False)
    before = sorted(folder.rglob("*"))
    with PageServer(folder, is_bound=True, USERS="ada:a long word") as server:
        page = new_context(http_credentials={"username": "ada", "password": "a long word"}).new_page()
        page.goto(server.address)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("a long word")
        page.get_by_role("button", name="Log in").click()
        open_page(page, server.address)
        expect(ask(page, QUESTION).locator(".answer")).to_contain_text("0.9429")
        expect(open_talks(page)).to_contain_text(QUESTION)
        go_to(page, "Library")
        expect(upload(page, str(papers))).to_contain_text("can't be written")
        assert "conversations end with this process" in server.said()
        assert "Traceback" not in server.said()
    assert sorted(folder.rglob("*")) == before


def test_an_answer_that_cannot_be_kept_is_shown_and_says_so(folder: Path, new_context: NewContext) -> None:
    with PageServer(folder, is_bound=True) as server:
        page = new_context().new_page()
        open_page(page, server.address)
        (folder / "conversations.sqlite3").chmod(0o444)
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#live .failure")).to_contain_text("Mend its permissions")
        expect(page.locator("#turns .turn .answer")).to_contain_text("0.9429")
        for file in folder.glob("conversations.sqlite3*"):
            file.chmod(0o644)
        page.locator("#question textarea").fill("How does EliteKV shrink the KV cache?")
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#turns .turn .answer")).to_contain_text("75%")
        expect(page.locator("#live .failure")).to_have_count(0)
        expect(open_talks(page)).to_have_count(1)
        assert "Traceback" not in server.said()
