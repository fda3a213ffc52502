"""The map in a real browser: a canvas, and what is said of it."""

import re
import struct

import pytest
from browser.server import PageServer
from browser.steps import NewContext, ask, go_to, open_page
from playwright.sync_api import Locator, Page, Route, expect

MANY = 100_000


def canvas(page: Page) -> Locator:
    """The map, once it is drawn."""
    go_to(page, "Map")
    found = page.locator("#map canvas")
    expect(found).to_have_attribute("data-drawn", re.compile(r"[1-9]"))
    return found


def find(page: Page, query: str) -> None:
    """Searches on the map and goes to the first paper found."""
    box = page.get_by_label("Find on the map")
    box.fill(query)
    expect(page.locator(".map-found")).to_have_text("1 found")
    box.press("Enter")


def test_papers_of_the_answer_are_ringed_and_one_that_is_found_is_opened(page: Page):
    ask(page, "How does EliteKV shrink the KV cache?")
    drawn = canvas(page)
    expect(drawn).to_have_attribute("data-cited", re.compile(r"[1-9]"))
    expect(page.locator(".legend .answered")).to_be_visible()
    find(page, "elitekv")
    expect(page.locator(".map-pointed")).to_contain_text("EliteKV")
    expect(drawn).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#paper h2")).to_contain_text("EliteKV")


def test_arrows_go_from_paper_to_paper(page: Page):
    drawn = canvas(page)
    drawn.focus()
    told = page.locator(".map-pointed strong")
    expect(told).to_be_visible()
    first = told.inner_text()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(told).not_to_have_text(first)


def test_the_map_is_zoomed_moved_and_shown_whole_again(page: Page):
    drawn = canvas(page)
    everything = drawn.get_attribute("data-drawn")
    box = drawn.bounding_box()
    assert box
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, -900)
    expect(drawn).not_to_have_attribute("data-zoom", "1.00")
    expect(drawn).not_to_have_attribute("data-drawn", everything or "")
    before = drawn.get_attribute("data-middle")
    page.mouse.down()
    page.mouse.move(box["x"] + 650, box["y"] + 330, steps=4)
    page.mouse.up()
    expect(drawn).not_to_have_attribute("data-middle", before or "")
    page.get_by_role("button", name="Whole map").click()
    expect(drawn).to_have_attribute("data-zoom", "1.00")
    expect(drawn).to_have_attribute("data-drawn", everything or "")
    page.get_by_role("button", name="Zoom in").click()
    expect(drawn).to_have_attribute("data-zoom", "1.60")


def test_topics_of_the_legend_choose_what_is_shown_and_regions_have_names(page: Page):
    drawn = canvas(page)
    expect(drawn).to_have_attribute("data-names", re.compile(r"[1-9]"))
    everything = int(drawn.get_attribute("data-drawn") or 0)
    one, other = (page.locator(".legend button").nth(number) for number in (0, 1))
    one.click()
    expect(one).to_have_attribute("aria-pressed", "true")
    expect(drawn).not_to_have_attribute("data-drawn", str(everything))
    of_one = int(drawn.get_attribute("data-drawn") or 0)
    other.click()
    expect(drawn).not_to_have_attribute("data-drawn", str(of_one))
    assert of_one < int(drawn.get_attribute("data-drawn") or 0) < everything
    one.click()
    other.click()
    expect(drawn).to_have_attribute("data-drawn", str(everything))


def test_a_finger_reads_a_title_and_opens_at_the_second_tap(new_context: NewContext, server: PageServer):
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    open_page(phone, server.address)
    drawn = canvas(phone)
    find(phone, "elitekv")
    expect(phone.locator(".map-pointed")).to_contain_text("EliteKV")
    box = drawn.bounding_box()
    assert box
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    phone.touchscreen.tap(box["x"] + 5, box["y"] + 5)
    expect(phone.locator(".map-pointed")).to_be_hidden()
    phone.touchscreen.tap(*middle)
    expect(phone.locator(".map-pointed")).to_contain_text("EliteKV")
    phone.touchscreen.tap(*middle)
    expect(phone.locator("#paper h2")).to_contain_text("EliteKV")


def test_a_hundred_thousand_papers_are_drawn(page: Page):
    points = b"".join(
        struct.pack("<HHBB", at * 7919 % 65536, at * 104_729 % 65536, at % 9, 1 << (at % 8)) for at in range(MANY)
    )

    def many(route: Route) -> None:
        route.fulfill(body=points, content_type="application/octet-stream")

    page.route("**/map/points*", many)
    drawn = canvas(page)
    expect(drawn).to_have_attribute("data-drawn", str(MANY))
    page.get_by_role("button", name="Zoom in").click()
    expect(drawn).to_have_attribute("data-zoom", "1.60")
    assert 0 < int(drawn.get_attribute("data-drawn") or 0) < MANY


@pytest.mark.parametrize("path", ["map/points?of=-1", "map/paper?of=-1&at=0", "map/find?of=-1&q=owls"])
def test_of_a_map_that_is_no_longer_current_nothing_is_told(page: Page, server: PageServer, path: str):
    canvas(page)
    assert page.request.get(server.address + path).status == 404
