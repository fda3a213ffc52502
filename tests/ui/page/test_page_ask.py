"""The first tab in a real browser: ask, read, check, go on."""

import re

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, open_page
from playwright.sync_api import Page, expect


def test_an_answer_is_cited_and_a_click_on_its_number_shows_the_marked_sentence(page: Page):
    turn = ask(page, QUESTION)
    expect(turn.locator(".answer")).to_contain_text("0.9429")
    place = page.locator("#scroll").evaluate("each => each.scrollTop")
    turn.locator("a.number").first.click()
    card = page.locator("#source-1-1")
    expect(card).to_have_class("card chosen")
    expect(card.locator("mark").first).to_contain_text("0.9429")
    expect(card.get_by_role("link")).to_have_attribute("href", "https://arxiv.org/abs/2402.11307")
    assert page.locator("#scroll").evaluate("each => each.scrollTop") == place


def test_pointing_at_a_number_shows_title_and_sentence(page: Page):
    ask(page, QUESTION).locator("a.number").first.hover()
    expect(page.locator("#tip.shown")).to_contain_text("ICHPro: Intracerebral Hemorrhage")
    expect(page.locator("#tip.shown")).to_contain_text("0.9429")


def test_the_steps_are_folded_above_the_answer(page: Page):
    turn = ask(page, QUESTION)
    steps = turn.locator("details.steps")
    expect(steps).not_to_have_attribute("open", "")
    steps.locator("summary").click()
    expect(steps).to_contain_text("Looked for papers in")
    expect(steps).to_contain_text("Answered by offline")


def test_a_refusal_looks_like_one_and_offers_the_nearest_papers(page: Page):
    turn = ask(page, "How tall is the Eiffel tower?")
    expect(turn.locator(".answer.refusal")).to_contain_text("Not in these abstracts")
    assert turn.locator("a.number").count() >= 1
    expect(page.locator("#sources-1 h2")).to_have_text("Nearest papers")
    expect(page.locator("#sources-1 > .card").first).to_be_visible()


def test_a_follow_up_is_understood_and_its_reading_shown(page: Page):
    ask(page, "How does EliteKV shrink the KV cache?")
    turn = ask(page, "How much of the training data does it need?")
    expect(turn.locator(".answer")).to_contain_text("0.6%")
    turn.locator("details.steps summary").click()
    expect(turn.locator("details.steps")).to_contain_text("EliteKV")


def test_sources_belong_to_their_turn(page: Page):
    first = ask(page, QUESTION)
    ask(page, "How does EliteKV shrink the KV cache?")
    expect(page.locator("#sources-1")).to_be_hidden()
    expect(page.locator("#sources-2 .card-title").first).to_contain_text("EliteKV")
    first.locator("a.number").first.click()
    expect(page.locator("#sources-2")).to_be_hidden()
    expect(page.locator("#source-1-1 .card-title")).to_contain_text("ICHPro")
    not_cited = page.locator("#others-1")
    not_cited.locator("summary").click()
    expect(not_cited.locator(".card")).to_have_count(7)
    expect(not_cited.locator(".card-title").first).not_to_contain_text("ICHPro")


def test_examples_and_suggestions_ask(page: Page):
    page.locator(".examples button").first.click()
    expect(page.locator("#turn-1 .answer")).to_be_visible()
    suggestion = page.locator("#turn-1 .suggestions button").first
    wording = suggestion.inner_text()
    suggestion.click()
    expect(page.locator("#turn-2 .question")).to_have_text(wording)


def test_retry_answers_the_same_question_in_the_same_place(page: Page):
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="Retry").click()
    expect(page.locator("#live .turn")).to_have_count(0)
    expect(page.locator("#turns .turn")).to_have_count(1)
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)


def test_arrow_up_edits_the_last_question_and_escape_leaves_it(page: Page):
    ask(page, "What does ICHPro do?")
    box = page.locator("#question textarea")
    box.press("ArrowUp")
    expect(box).to_have_value("What does ICHPro do?")
    expect(page.locator("#scope")).to_contain_text("Editing your question")
    box.press("Escape")
    expect(box).to_have_value("")
    box.press("ArrowUp")
    expect(box).to_have_value("What does ICHPro do?")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page.locator("#turns .turn")).to_have_count(1)


def test_a_rating_and_its_reason_are_kept(page: Page):
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="Bad answer").click()
    turn.get_by_label("What was wrong?").fill("too <b>short</b>")
    turn.get_by_role("button", name="Send").click()
    expect(page.locator(".thanks")).to_have_text("Your note: too <b>short</b>")
    page.reload()
    expect(page.locator("#turn-1 .thanks")).to_have_text("Your note: too <b>short</b>")
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")


def test_copy_takes_the_answer_with_its_sources_and_a_card_as_bibtex(new_context: NewContext, server: PageServer):
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    open_page(page, server.address)
    turn = ask(page, QUESTION)
    turn.get_by_role("button", name="Copy").click()
    expect(turn.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "0.9429" in copied
    assert "https://arxiv.org/abs/2402.11307" in copied
    page.locator("#sources-1 .cite-style").select_option("BibTeX")
    page.locator("#source-1-1").get_by_role("button", name="Cite").click()
    expect(page.locator("#source-1-1").get_by_text("Copied")).to_be_visible()
    assert "eprint = {2402.11307}" in page.evaluate("navigator.clipboard.readText()")


def test_only_this_paper_narrows_what_is_asked(page: Page):
    ask(page, QUESTION)
    page.locator("#source-1-1").get_by_role("button", name="Only this paper").click()
    expect(page.locator("#scope")).to_contain_text("Only asking ICHPro")
    ask(page, "Which modalities are fused?")
    expect(page.locator("#sources-2 .card")).to_have_count(1)
    page.get_by_role("button", name="Ask all papers again").click()
    expect(page.locator("#scope .scope")).to_have_count(0)


def test_years_narrow_what_is_asked(page: Page):
    page.locator("#options > button").click()
    page.get_by_label("To year").click()
    page.get_by_role("option", name="2017").click()
    ask(page, "Which model generates responses with topic words?")
    abouts = page.locator("#sources-1 .about").all_inner_texts()
    assert abouts
    assert all(about[-4:] <= "2017" for about in abouts)


def test_the_keyboard_is_enough(page: Page):
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1 .answer")).to_contain_text("0.9429")
    expect(page.locator("#question textarea")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('#turn-1 a.number')"):
            break
    expect(page.locator("#tip.shown")).to_contain_text("ICHPro")
    page.keyboard.press("Enter")
    expect(page.locator(".card.chosen")).to_be_visible()


def test_an_address_can_ask_and_can_open_a_paper(new_context: NewContext, server: PageServer):
    asking, opening = new_context().new_page(), new_context().new_page()
    open_page(asking, f"{server.address}?q=What+AUC+does+ICHPro+reach%3F")
    expect(asking.locator("#turn-1 .answer")).to_contain_text("0.9429")
    expect(asking).to_have_url(re.compile(r"\?conversation=[\w-]+$"))
    open_page(opening, f"{server.address}?paper=2402.11307")
    expect(opening.locator("#paper h2")).to_contain_text("ICHPro")


def test_what_a_reader_types_is_shown_as_typed(page: Page):
    injection = '<img src=x onerror="window.hit=1"> **bold** [x](javascript:window.hit=2) ${window.hit=3} {{value}}'
    turn = ask(page, injection)
    expect(turn.locator(".question")).to_have_text(injection)
    assert page.evaluate("window.hit") is None
