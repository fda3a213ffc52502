"""How the page looks and who can use it: light and dark, phones, screen readers, the first moment."""

from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_menu, open_page, open_talks
from playwright.sync_api import Page, expect

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
TABS = ("Ask", "Library", "Table", "Map", "Settings")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_dark_follows_the_system_and_the_button_and_is_remembered(new_context: NewContext, server: PageServer):
    page = new_context(color_scheme="dark").new_page()
    open_page(page, server.address)
    dark = background(page)
    page.get_by_role("button", name="Switch between light and dark").click()
    light = background(page)
    assert dark != light
    page.reload()
    expect(page.locator("#shell")).to_have_count(0)
    assert background(page) == light


@pytest.fixture
def phone(new_context: NewContext, server: PageServer) -> Page:
    page = new_context(viewport={"width": 380, "height": 780}, has_touch=True, is_mobile=True).new_page()
    open_page(page, server.address)
    return page


def test_380_pixels_are_enough(phone: Page):
    ask(phone, QUESTION)
    for tab in TABS:
        go_to(phone, tab)
        phone.wait_for_timeout(200)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 380, tab


def test_on_a_phone_a_number_brings_its_card_over_the_answer(phone: Page):
    turn = ask(phone, QUESTION)
    turn.locator("a.number").first.click()
    expect(phone.locator("#sheet mark").first).to_be_in_viewport()
    expect(phone.locator("#sheet mark").first).to_contain_text("0.9429")
    phone.get_by_role("button", name="Close").click()
    expect(phone.locator("#sheet")).to_be_hidden()
    expect(turn.locator("a.number").first).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_on_any_tab(new_context: NewContext, server: PageServer, scheme: str):
    if not AXE.exists():
        pytest.skip("needs axe-core (npm install --no-save axe-core@4)")
    page = new_context(color_scheme=scheme).new_page()
    open_page(page, server.address)
    page.evaluate(AXE.read_text())
    assert violations(page) == []
    ask(page, QUESTION)
    ask(page, "How tall is the Eiffel tower?")
    page.locator("#options > button").click()
    open_menu(open_talks(page).first)
    for tab in TABS:
        go_to(page, tab)
        if tab == "Library":
            page.locator("[data-select]").first.check()
            page.get_by_role("button", name="Collect").click()
            page.get_by_label("Collection").fill("All of it")
            page.get_by_role("button", name="Put in").click()
            expect(page.locator(".collections")).to_be_visible()
            page.locator("#papers .row-title").first.click()
            page.locator("#add > button").click()
            expect(page.locator("#add input[type=file]")).to_have_count(1)
        if tab == "Map":
            expect(page.locator("#map canvas")).to_be_visible()
        if tab == "Table":
            page.get_by_label("Rows").select_option("search")
            page.get_by_label("Search", exact=True).fill("ICHPro")
            page.get_by_label("At most").fill("1")
            page.get_by_label("Columns: a question a line").fill(QUESTION)
            assert violations(page) == [], "a new table"
            page.get_by_role("button", name="Make the table").click()
            page.locator("button.cell").click()
            expect(page.locator(".cell-page")).to_be_visible()
        page.wait_for_timeout(300)
        assert violations(page) == [], tab


def violations(page: Page) -> list[str]:
    found = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations"
        ".filter(each => ['serious', 'critical'].includes(each.impact))"
        ".map(each => `${each.id}: ${each.nodes.map(node => node.target).join(' | ')}`))"
    )
    return list(found)


def test_there_is_something_to_read_within_a_second(page: Page, server: PageServer):
    # The best of some: what else the machine does at the time is not the page's doing.
    paints = []
    for _ in range(6):
        page.goto(server.address)
        expect(page.get_by_role("heading", name="papers").first).to_be_visible()
        entries = page.evaluate("performance.getEntriesByName('first-contentful-paint').map(each => each.startTime)")
        paints.append(entries[0])
    assert 0 < min(paints) < 1000


def test_nothing_moves_when_the_page_takes_over_from_its_first_picture(new_context: NewContext, server: PageServer):
    still, whole = new_context().new_page(), new_context().new_page()
    still.route("**/assets/*.js", lambda route: route.abort())
    still.goto(server.address)
    open_page(whole, server.address)
    expect(whole.locator("#turns .welcome h2")).to_be_visible()
    before, after = (each.locator(".welcome h2").first.bounding_box() for each in (still, whole))
    assert abs(before["y"] - after["y"]) <= 4
    assert abs(before["x"] - after["x"]) <= 4
