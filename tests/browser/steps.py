"""What a reader does on the page, in words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

NewContext = Callable[..., BrowserContext]

PATIENCE = 30_000
"""Milliseconds to wait for what should take one or two seconds: machines that run tests are busy."""

QUESTION = "What AUC does ICHPro reach?"


def open_page(page: Page, address: str) -> None:
    """Goes there and waits until the page is ready. An error in its scripts fails the test."""
    page.on("pageerror", lambda error: pytest.fail(f"error in the page: {error}"))
    page.goto(address)
    wait_until_ready(page)


def wait_until_ready(page: Page) -> None:
    """What the server sends first has made way for the page itself; for a moment both are there."""
    expect(page.locator("#shell")).to_have_count(0)


def ask(page: Page, question: str) -> Locator:
    """Types the question, sends it with Enter, and waits for the whole answer: the last turn."""
    before = page.locator("#turns .turn").count()
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")
    turn = page.locator("#turns .turn").nth(before)
    expect(turn).to_be_visible()
    expect(page.locator("#live .turn")).to_have_count(0)
    return turn


def go_to(page: Page, tab: str) -> None:
    chosen = page.get_by_role("tab", name=tab)
    if not chosen.is_visible():  # on a phone the last ones are in a menu
        page.get_by_role("button", name="More tabs").click()
        page.locator(".overflow-dropdown").get_by_text(tab, exact=True).click()
    else:
        chosen.click()
    expect(chosen).to_have_attribute("aria-selected", "true")


def search_library(page: Page, query: str) -> Locator:
    """Types into the library's search; the rows of the list once they are those of the query."""
    page.get_by_label("Search the papers").fill(query)
    expect(page.locator("#papers .count")).to_have_attribute("data-query", query)
    return page.locator("#papers .row-title")


def upload(page: Page, *files: str) -> Locator:
    """Adds files in the library; what the page says about each."""
    if not page.locator("#add input[type=file]").count():
        page.locator("#add > button").click()
    page.locator("#add input[type=file]").set_input_files(list(files))
    expect(page.locator(".upload-file").first).to_be_visible()
    expect(page.locator("#upload progress")).to_have_count(0)
    return page.locator(".upload-file")


def open_talks(page: Page) -> Locator:
    """Brings the list of kept conversations into view; its rows."""
    if page.locator("#talks-button").get_attribute("aria-expanded") != "true":
        page.locator("#talks-button").click()
    expect(page.locator("#talks")).to_be_visible()
    return page.locator("#talks-list li")


def open_menu(row: Locator) -> None:
    """What can be done with a kept conversation."""
    if row.locator("details.more").get_attribute("open") is None:
        row.locator("details.more > summary").click()
