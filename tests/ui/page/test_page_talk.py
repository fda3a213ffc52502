"""A talk as it grows: what is in view, what is asked again, what stands beside it."""

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, open_page, open_talks, wait_until_ready
from playwright.sync_api import Locator, Page, expect

LONG = "Which papers shrink the KV cache?"


def distance(page: Page, part: Locator) -> float:
    """How far below the upper edge of the conversation it begins."""
    return float(part.bounding_box()["y"] - page.locator("#scroll").bounding_box()["y"])


def test_the_question_of_a_long_answer_is_at_the_top_when_the_answer_is_there(page: Page):
    ask(page, QUESTION)
    turn = ask(page, LONG)
    page.wait_for_timeout(300)
    assert 0 <= distance(page, turn.locator(".question")) < 60
    page.reload()
    wait_until_ready(page)
    expect(turn.locator(".question")).to_be_in_viewport()
    expect(page.locator("#question textarea")).to_be_in_viewport(ratio=1)


def test_on_a_phone_the_composer_is_always_in_view_and_sources_come_over_the_answer(
    new_context: NewContext, server: PageServer
):
    page = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    open_page(page, server.address)
    composer = page.locator("#question textarea")
    expect(composer).to_be_in_viewport(ratio=1)
    ask(page, QUESTION)
    turn = ask(page, LONG)
    page.wait_for_timeout(300)
    assert 0 <= distance(page, turn.locator(".question")) < 60
    expect(composer).to_be_in_viewport(ratio=1)
    page.locator("#scroll").evaluate("each => (each.scrollTop = 0)")
    expect(composer).to_be_in_viewport(ratio=1)
    page.locator("#turn-2").get_by_role("button", name="Sources").click()
    expect(page.locator("#sheet .card").nth(1)).to_be_visible()
    page.locator("#sheet").get_by_role("button", name="Whole abstract").first.click()
    expect(page.locator("#sheet .card").first.get_by_role("button", name="Less")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    rows = open_talks(page)
    expect(rows).to_have_count(1)
    expect(page.locator("#reading")).to_have_attribute("inert", "")
    rows.locator(".row-title").click()
    expect(page.locator("#talks")).to_be_hidden()


def test_any_turn_can_be_edited_and_what_was_said_is_kept_as_a_version(page: Page):
    ask(page, QUESTION)
    ask(page, "Which modalities does it fuse?")
    page.locator("#turn-1").get_by_role("button", name="Edit").click()
    expect(page.locator("#scope")).to_contain_text("Editing your question 1")
    page.locator("#question textarea").fill("How does EliteKV shrink the KV cache?")
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#turn-1 .answer").first).to_contain_text("75%")
    expect(page.locator("#turns .turn")).to_have_count(1)
    versions = page.get_by_role("group", name="Versions of question 1")
    expect(versions).to_contain_text("2 of 2")
    versions.get_by_role("button", name="The version before").click()
    expect(page.locator("#turns .turn")).to_have_count(2)
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page.locator("#source-1-1 .card-title")).to_contain_text("ICHPro")
    page.reload()
    expect(page.locator("#turns .turn")).to_have_count(2)
    expect(versions).to_contain_text("1 of 2")


def test_an_earlier_turn_is_asked_again_in_its_place(page: Page):
    ask(page, QUESTION)
    ask(page, "Which modalities does it fuse?")
    page.locator("#turn-1").get_by_role("button", name="Retry").click()
    expect(page.get_by_role("group", name="Versions of question 1")).to_contain_text("2 of 2")
    expect(page.locator("#turns .turn")).to_have_count(1)


def test_two_versions_stand_beside_each_other_and_on_a_narrow_page_below(page: Page):
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="Retry").click()
    one, other = turn.get_by_role("region", name="Version 2"), turn.get_by_role("region", name="Version 1")
    expect(page.get_by_role("group", name="Versions of question 1")).to_contain_text("2 of 2")
    expect(other).to_be_hidden()
    turn.get_by_role("button", name="Side by side").click()
    expect(other).to_contain_text("0.9429")
    expect(page.locator("#sources-1")).to_be_visible()
    assert one.bounding_box()["y"] == other.bounding_box()["y"]
    other.locator("a.number").first.click()
    expect(page.locator("#sources-1-beside mark").first).to_contain_text("0.9429")
    page.set_viewport_size({"width": 390, "height": 844})
    assert one.bounding_box()["x"] == other.bounding_box()["x"]
    turn.get_by_role("button", name="Side by side").click()
    expect(other).to_be_hidden()


def test_a_comparison_is_a_table_and_does_not_suggest_itself(page: Page):
    turn = ask(page, "How do EliteKV and Titans differ?")
    expect(turn.locator(".answer table tr")).to_have_count(2)
    expect(turn.locator(".answer th").first).to_have_text("EliteKV")
    expect(turn.locator(".answer td a.number").first).to_have_text("1")
    assert turn.locator(".suggestions button").count() <= 3
    expect(turn.locator(".suggestions")).not_to_contain_text("How do EliteKV and Titans differ?")


def test_a_word_without_end_makes_nothing_wider(page: Page):
    turn = ask(page, "What is " + "supercalifragilistic" * 20 + "?")
    assert turn.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_sources_are_folded_around_the_mark_and_shown_whole_on_demand(page: Page):
    ask(page, QUESTION)
    card = page.locator("#source-1-1")
    expect(card.locator("mark").first).to_be_visible()
    expect(card.locator(".far").first).to_be_hidden()
    card.get_by_role("button", name="Whole abstract").click()
    expect(card.locator(".far").first).to_be_visible()
    card.get_by_role("button", name="Less").click()
    expect(card.locator(".far").first).to_be_hidden()
    cited = page.locator("#sources-1 > .card").count()
    numbers = set(page.locator("#turn-1 .answer a.number").all_inner_texts())
    assert cited == len(numbers)
    expect(page.locator("#others-1 summary")).to_contain_text("read, not cited")


def test_sources_are_gone_through_opened_and_copied_by_keyboard(new_context: NewContext, server: PageServer):
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    open_page(page, server.address)
    ask(page, LONG)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#source-1-1")).to_be_focused()
    page.keyboard.press("j")
    second = page.locator("#sources-1 > .card").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#source-1-1")).to_be_focused()
    assert copied(page).startswith("Zhou, Y., ")
    page.locator("#sources-1 .cite-style").select_option("IEEE")
    page.locator("#source-1-1").focus()
    assert copied(page).startswith("Y. Zhou")
    page.locator("#sources-1 .cite-style").select_option("BibTeX")
    page.locator("#source-1-1").focus()
    assert copied(page).startswith("@misc{zhou2025elitekv")
    page.keyboard.press("Enter")
    expect(page.locator("#paper h2")).to_contain_text("EliteKV")


def copied(page: Page) -> str:
    """What key c puts on the clipboard."""
    page.evaluate("navigator.clipboard.writeText('')")
    page.keyboard.press("c")
    for _ in range(200):
        if text := page.evaluate("navigator.clipboard.readText()"):
            return str(text)
        page.wait_for_timeout(100)
    raise AssertionError("nothing was copied")
