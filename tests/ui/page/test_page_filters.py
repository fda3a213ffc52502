"""Filters as chips, and what of an answer can be followed or tapped, in a real browser."""

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, open_page
from playwright.sync_api import Page, expect


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_label(field).click()
    page.get_by_role("option", name=option, exact=True).click()
    # The list takes a moment to close, and the next one has the same years.
    expect(page.get_by_role("option")).to_have_count(0)


def test_what_narrows_stands_above_the_composer_and_a_cross_takes_it_away(page: Page):
    page.locator("#options > button").click()
    choose(page, "To year", "2017")
    authors = page.get_by_label("Any of these authors")
    authors.fill("Yuhao Zhou")
    authors.press("Enter")
    expect(page.locator("#filters li")).to_have_text(["to 2017", "by Yuhao Zhou"])
    page.get_by_role("button", name="Leave out: to 2017").click()
    expect(page.locator("#filters li")).to_have_text(["by Yuhao Zhou"])
    expect(page.get_by_label("To year")).to_have_value("any")
    ask(page, "How does EliteKV shrink the KV cache?")
    expect(page.locator("#filters li")).to_have_text(["by Yuhao Zhou"])
    expect(page.locator("#sources-1 .about").first).to_contain_text("Yuhao Zhou")


def test_years_in_the_wrong_order_are_refused_at_the_field(page: Page):
    page.locator("#options > button").click()
    choose(page, "From year", "2019")
    choose(page, "To year", "2017")
    expect(page.locator("#options [role=alert]")).to_contain_text("No year is from 2019 to 2017")
    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#live")).to_contain_text("No year is from 2019 to 2017")
    expect(page.locator("#question textarea")).to_have_value(QUESTION)


def test_filters_that_a_question_states_are_shown_with_it(page: Page):
    turn = ask(page, "Which papers by Yuhao Zhou are from 2025?")
    expect(turn.locator(".understood li")).to_have_text(["2025", "by Yuhao Zhou"])
    turn = ask(page, QUESTION)
    expect(turn.locator(".understood")).to_have_count(0)


def test_a_refusal_under_a_filter_names_it(page: Page):
    page.locator("#options > button").click()
    choose(page, "To year", "2017")
    turn = ask(page, "How tall is the Eiffel tower?")
    expect(turn.locator(".refusal")).to_contain_text("years –2017")


def test_an_address_in_an_answer_is_a_link_and_its_number_stands_apart(page: Page):
    turn = ask(page, "Where is the code of ICHPro?")
    link = turn.locator(".answer a:not(.number)").first
    expect(link).to_have_attribute("href", "https://github.com/YU-deep/ICH")
    assert "ICH\u202f" in turn.locator(".answer").inner_text()


def test_a_tap_beside_a_number_means_the_number(new_context: NewContext, server: PageServer):
    page = new_context(has_touch=True).new_page()
    open_page(page, server.address)
    box = ask(page, QUESTION).locator("a.number").first.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 18)
    expect(page.locator("#source-1-1")).to_have_class("card chosen")
