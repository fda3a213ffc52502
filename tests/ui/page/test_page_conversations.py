"""Kept conversations in real browsers."""

import re
from pathlib import Path

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_menu, open_page, open_talks, wait_until_ready
from playwright.sync_api import Page, expect

EXPORTS = {"HTML": b"<!doctype html>", "Word": b"PK", "RIS": b"TY  - "}


def test_a_conversation_is_listed_renamed_opened_and_deleted(page: Page):
    ask(page, QUESTION)
    row = open_talks(page)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(QUESTION)
    open_menu(row)
    row.get_by_role("button", name="Rename").click()
    row.get_by_label("New title").fill("<i>Strokes</i>")
    row.get_by_label("New title").press("Enter")
    expect(row.locator(".row-title")).to_have_text("<i>Strokes</i>")
    expect(page.locator(".talk-title")).to_have_text("<i>Strokes</i>")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#turns .turn")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#question textarea")).to_be_focused()
    row.locator(".row-title").click()
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page.locator("#source-1-1")).to_be_visible()
    open_menu(row)
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("button", name="Delete for good?").click()
    expect(row).to_have_count(0)
    page.reload()
    wait_until_ready(page)
    expect(page.locator(".welcome")).to_be_visible()


def test_conversations_are_found_by_their_texts_and_a_pinned_one_leads(page: Page):
    ask(page, QUESTION)
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#turns .turn")).to_have_count(0)
    ask(page, "How does EliteKV shrink the KV cache?")
    rows = open_talks(page)
    expect(rows.first).to_contain_text("EliteKV")
    search = page.get_by_label("Search your conversations")
    search.fill("0.9429")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(QUESTION)
    open_menu(rows)
    rows.get_by_role("button", name="Pin").click()
    expect(rows.get_by_role("button", name="Unpin")).to_be_visible()
    search.fill("no such words")
    expect(page.locator("#talks-list")).to_contain_text("No title, question or answer holds “no such words”")
    search.fill("")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(QUESTION)


def test_the_exports_open(page: Page):
    ask(page, QUESTION)
    menu = page.locator("#talk details.menu")
    menu.locator("summary").click()
    with page.expect_download() as markdown:
        menu.get_by_role("link", name="Markdown").click()
    text = Path(markdown.value.path()).read_text()
    assert text.startswith(f"# {QUESTION}")
    assert re.search(r"0\.9429.*\[\^1-1\]", text)
    assert "[^1-1]: " in text
    assert "<https://arxiv.org/abs/2402.11307>" in text
    menu.locator("summary").click()
    with page.expect_download() as bibtex:
        menu.get_by_role("link", name="BibTeX").click()
    assert Path(bibtex.value.path()).read_text().count("@misc{") >= 1
    for name, beginning in EXPORTS.items():
        menu.locator("summary").click()
        with page.expect_download() as file:
            menu.get_by_role("link", name=name).click()
        assert Path(file.value.path()).read_bytes().lstrip().startswith(beginning)


def test_the_address_holds_conversation_and_tab_and_back_leads_there(page: Page):
    ask(page, QUESTION)
    first = page.url
    assert "conversation=" in first
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#turns .turn")).to_have_count(0)
    ask(page, "How does EliteKV shrink the KV cache?")
    expect(page).not_to_have_url(first)
    second = page.url
    go_to(page, "Library")
    expect(page).to_have_url(f"{second}&tab=library")
    page.reload()
    wait_until_ready(page)
    expect(page.get_by_role("tab", name="Library")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(f"{second}&tab=library")
    page.go_back()
    expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#turn-1 .question")).to_contain_text("EliteKV")
    page.go_back()
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page).to_have_url(first)
    page.go_forward()
    expect(page.locator("#turn-1 .question")).to_contain_text("EliteKV")
    expect(page).to_have_url(second)


def test_numbers_and_cards_are_the_same_after_a_reload_a_reopening_and_in_the_export(page: Page):
    ask(page, "Which papers shrink the KV cache?")
    shown = cited(page)
    assert len(shown) > 2
    ask(page, QUESTION)
    assert cited(page) == shown
    page.reload()
    wait_until_ready(page)
    expect(page.locator("#turns .turn")).to_have_count(2)
    assert cited(page) == shown
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#turns .turn")).to_have_count(0)
    open_talks(page).locator(".row-title").click()
    expect(page.locator("#turns .turn")).to_have_count(2)
    assert cited(page) == shown
    page.locator("#talk details.menu summary").click()
    with page.expect_download() as file:
        page.locator("#talk").get_by_role("link", name="Markdown").click()
    notes = dict(re.findall(r"\[\^1-(\d+)\]: (.+)", Path(file.value.path()).read_text()))
    assert notes.keys() == {number for number, _ in shown}
    assert all(title[:30] in notes[number] for number, title in shown)


def cited(page: Page) -> list[tuple[str, str]]:
    """Each number of the first answer with the title of the card that it leads to."""
    numbers = page.locator("#turn-1 .answer a.number").all_inner_texts()
    return [(n, page.locator(f"#source-1-{n} .card-title").text_content().strip()) for n in numbers]


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
    expect(bob.get_by_role("alert")).to_contain_text("This conversation isn’t here")
    expect(bob.locator(".welcome")).to_be_visible()
    expect(bob).to_have_url(ada.url)
    expect(open_talks(bob)).to_have_count(1)
    expect(bob.locator("#talks")).not_to_contain_text("ICHPro")
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
    expect(open_talks(page)).to_have_count(1)
    ask(page, "Which modalities does it fuse?")
    expect(page.locator("#turns .turn")).to_have_count(2)
