"""The settings in a real browser, over a file of their own and a server of models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import NewContext, go_to, open_page
from playwright.sync_api import Page, expect
from servers.scripted import ScriptedServer

COMMENT = "# the lower, the more is answered"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "config.yaml"
    made.write_text(f"llm: offline\nrag:\n  refuse_below: 0.5   {COMMENT}\n")
    return made


@pytest.fixture
def own(page_index: Path, file: Path) -> Iterator[PageServer]:
    with PageServer(page_index, CONFIG=str(file)) as running:
        yield running


def open_settings(page: Page, address: str) -> None:
    open_page(page, address)
    go_to(page, "Settings")
    expect(page.get_by_role("button", name="Save")).to_be_visible()


def test_an_owner_tries_a_model_and_changes_settings_that_hold_at_once(
    new_context: NewContext, own: PageServer, file: Path, scripted_server: ScriptedServer
) -> None:
    page = new_context(color_scheme="light").new_page()
    open_settings(page, own.address)
    page.get_by_text("Keys of all providers").click()
    expect(page.locator(".keys")).to_contain_text("OPENAI_API_KEY is not set")
    page.get_by_role("button", name="Try anthropic").click()
    expect(page.locator(".tried .error")).to_contain_text("needs a key")
    page.get_by_label("Provider").select_option("openai-like")
    page.get_by_label("Address").fill(scripted_server.base_url)
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator(".tried")).to_contain_text(scripted_server.base_url)
    page.get_by_label("Provider").select_option("offline")
    page.get_by_label("Address").fill("")
    slider = page.get_by_label("Refuse below")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator("output[for=rag-refuse_below]")).to_have_text("0.49")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".settings [role=status]")).to_have_text("Saved.")
    written = file.read_text()
    assert f"refuse_below: 0.49  {COMMENT}" in written.replace("   ", "  ")
    fresh = new_context(color_scheme="light").new_page()
    open_page(fresh, own.address)
    assert "dark" in (fresh.locator("body").get_attribute("class") or "")


def test_what_cannot_be_saved_is_told_above_the_form_with_what_was_typed(
    new_context: NewContext, own: PageServer, file: Path
) -> None:
    page = new_context().new_page()
    open_settings(page, own.address)
    before = file.read_text()
    page.get_by_label("Provider").select_option("openai")
    page.get_by_label("Model", exact=True).fill("gpt-4o-mini")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".settings [role=alert]")).to_contain_text("OPENAI_API_KEY")
    expect(page.get_by_label("Model", exact=True)).to_have_value("gpt-4o-mini")
    assert file.read_text() == before


def test_who_is_no_owner_sees_no_settings(new_context: NewContext, page_index: Path, file: Path) -> None:
    with PageServer(page_index, CONFIG=str(file), USERS="ada:a long word") as server:
        page = new_context().new_page()
        page.goto(server.address)
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password").fill("a long word")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator("#shell")).to_have_count(0)
        go_to(page, "Settings")
        expect(page.locator(".settings")).to_contain_text("Only owners may change settings")
        expect(page.locator(".settings form")).to_have_count(0)
