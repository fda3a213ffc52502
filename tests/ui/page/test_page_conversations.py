"""Kept conversations in real browsers."""

import re
from pathlib import Path

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_page, wait_until_ready
from playwright.sync_api import Page, expect


def test_a_conversation_is_listed_renamed_opened_and_deleted(page: Page):
    ask(page, QUESTION)
    go_to(page, "Conversations")
    row = page.locator("#conversations .rows > li")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(QUESTION)
    row.get_by_role("button", name="Rename").click()
    row.get_by_label("New title").fill("<i>Strokes</i>")
    row.get_by_label("New title").press("Enter")
    expect(row.locator(".row-title")).to_have_text("<i>Strokes</i>")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#turns .turn")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    go_to(page, "Conversations")
    row.locator(".row-title").click()
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page.locator("#source-1-1")).to_be_visible()
    go_to(page, "Conversations")
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("button", name="Delete for good?").click()
    expect(row).to_have_count(0)
    page.reload()
    wait_until_ready(page)
    expect(page.locator(".welcome")).to_be_visible()


def test_the_exports_open(page: Page):
    ask(page, QUESTION)
    go_to(page, "Conversations")
    with page.expect_download() as markdown:
        page.get_by_role("link", name="Markdown").click()
    text = Path(markdown.value.path()).read_text()
    assert text.startswith(f"# {QUESTION}")
    assert re.search(r"0\.9429.*\[\^1-1\]", text)
    assert "[^1-1]: " in text
    assert "<https://arxiv.org/abs/2402.11307>" in text
    with page.expect_download() as bibtex:
        page.get_by_role("link", name="BibTeX").click()
    assert Path(bibtex.value.path()).read_text().count("@misc{") >= 1
    for name, beginning in {"HTML": b"<!doctype html>", "Word": b"PK", "RIS": b"TY  - "}.items():
        with page.expect_download() as file:
            page.get_by_role("link", name=name).click()
        assert Path(file.value.path()).read_bytes().lstrip().startswith(beginning)


def test_two_readers_at_once_see_only_their_own(new_context: NewContext, server: PageServer):
    ada, bob = new_context().new_page(), new_context().new_page()
    open_page(ada, server.address)
    open_page(bob, server.address)
    ada.locator("#question textarea").fill(QUESTION)
    bob.locator("#question textarea").fill("How does EliteKV shrink the KV cache?")
    ada.locator("#question textarea").press("Enter")
    bob.locator("#question textarea").press("Enter")
    expect(ada.locator("#turn-1 .answer")).to_contain_text("0.9429")
    expect(bob.locator("#turn-1 .answer")).to_contain_text("75%")
    expect(ada.locator("#source-1-1 .card-title")).to_contain_text("ICHPro")
    expect(bob.locator("#source-1-1 .card-title")).to_contain_text("EliteKV")
    expect(ada).to_have_url(re.compile("conversation="))
    bob.goto(ada.url)
    wait_until_ready(bob)
    expect(bob.locator(".welcome")).to_be_visible()
    go_to(bob, "Conversations")
    expect(bob.locator("#conversations .rows > li")).to_have_count(1)
    expect(bob.locator("#conversations")).not_to_contain_text("ICHPro")
    stolen = bob.request.get(f"{server.address}export/{ada.url.rpartition('=')[2]}.md")
    assert stolen.status == 404


def test_a_conversation_outlives_a_restart_of_the_server(new_context: NewContext, server: PageServer):
    page = new_context().new_page()
    open_page(page, server.address)
    ask(page, QUESTION)
    server.stop()
    server.start()
    page.reload()
    expect(page.locator("#turn-1 .answer")).to_contain_text("0.9429")
    go_to(page, "Conversations")
    expect(page.locator("#conversations .rows > li")).to_have_count(1)
    go_to(page, "Ask")
    ask(page, "Which modalities does it fuse?")
    expect(page.locator("#turns .turn")).to_have_count(2)
