"""Papers selected and collected in a real browser, and what is done with many at once."""

import json
import re
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_page, search_library, upload
from playwright.sync_api import Locator, Page, Route, expect


@pytest.fixture
def library(page: Page) -> Page:
    go_to(page, "Library")
    expect(page.locator("#papers .row-title").first).to_be_visible()
    return page


def select(page: Page, query: str, count: int) -> Locator:
    """Selects the first papers that a search finds; the bar of what is selected."""
    expect(search_library(page, query).first).to_be_visible()
    for number in range(count):
        page.locator("[data-select]").nth(number).check()
    bar = page.get_by_role("group", name="What is selected")
    expect(bar).to_contain_text(f"{count} selected")
    return bar


def test_a_question_is_put_to_the_selected_papers_only(library: Page):
    select(library, "ichpro", 1).get_by_role("button", name="Ask only these").click()
    expect(library.locator("#scope")).to_contain_text("Only asking what is selected (1 paper)")
    turn = ask(library, "How does EliteKV shrink the KV cache?")
    expect(turn.locator(".refusal")).to_be_visible()
    library.get_by_role("button", name="Ask all papers again").click()
    expect(library.locator("#scope .scope")).to_have_count(0)


def test_what_is_selected_stays_while_one_searches_and_after_a_reload(library: Page):
    select(library, "kv cache", 2)
    search_library(library, "music")
    expect(library.get_by_role("group", name="What is selected")).to_contain_text("2 selected")
    library.reload()
    expect(library.locator("#shell")).to_have_count(0)
    go_to(library, "Library")
    search_library(library, "kv cache")
    expect(library.locator("[data-select]").nth(1)).to_be_checked()
    library.get_by_role("button", name="Select nothing").click()
    expect(library.locator("[data-select]").nth(1)).not_to_be_checked()
    expect(library.get_by_role("group", name="What is selected")).to_have_count(0)


def test_a_collection_is_made_opened_asked_renamed_and_deleted(library: Page):
    bar = select(library, "kv cache", 2)
    bar.get_by_role("button", name="Collect").click()
    bar.get_by_label("Collection").fill("Caches <b>")
    bar.get_by_label("Collection").press("Enter")
    expect(library.get_by_role("button", name="Caches <b> 2")).to_be_visible()
    library.get_by_role("button", name="Select nothing").click()
    search_library(library, "")
    library.get_by_role("button", name="Caches <b> 2").click()
    expect(library.locator("#papers .row-title")).to_have_count(2)
    group = library.get_by_role("group", name="The collection Caches <b>")
    with library.expect_download() as file:
        group.get_by_role("link", name="BibTeX").click()
    assert Path(file.value.path()).read_text().count("@misc{") == 2
    group.get_by_role("button", name="Rename").click()
    group.get_by_label("New name").fill("Caches")
    group.get_by_label("New name").press("Enter")
    group = library.get_by_role("group", name="The collection Caches")
    group.get_by_role("button", name="Ask it").click()
    expect(library.locator("#scope")).to_contain_text("the collection Caches (2 papers)")
    ask(library, "By how much does the KV cache shrink?")
    expect(library.locator("#sources-1 .card")).to_have_count(2)
    go_to(library, "Library")
    group.get_by_role("button", name="Delete").click()
    group.get_by_role("button", name="Delete the collection?").click()
    expect(library.locator(".collections")).to_have_count(0)
    expect(library.locator("#papers .count")).to_have_text(re.compile(r"^\d+ papers$"))


def test_papers_are_taken_out_of_a_collection(library: Page):
    bar = select(library, "kv cache", 2)
    bar.get_by_role("button", name="Collect").click()
    bar.get_by_label("Collection").fill("Two")
    bar.get_by_role("button", name="Put in").click()
    library.get_by_role("button", name="Two 2").click()
    expect(library.locator("#papers .row-title")).to_have_count(2)
    library.locator("[data-select]").first.uncheck()
    expect(bar).to_contain_text("1 selected")
    bar.get_by_role("button", name="Take out of Two").click()
    expect(library.locator("#papers .row-title")).to_have_count(1)
    expect(library.get_by_role("button", name="Two 1")).to_be_visible()


def test_ticks_that_come_faster_than_they_are_answered_all_count(library: Page):
    library.evaluate("[...document.querySelectorAll('[data-select]')].slice(0, 6).forEach((tick) => tick.click())")
    bar = library.get_by_role("group", name="What is selected")
    expect(bar).to_contain_text("6 selected")
    library.locator("[data-select]").nth(2).uncheck()
    expect(bar).to_contain_text("5 selected")


def test_all_that_is_found_is_selected_exported_and_removed_at_once(library: Page, tmp_path: Path):
    rows = [{"title": f"Lemmings {n}", "abstract": f"Lemmings of group {n} were counted."} for n in range(3)]
    file = tmp_path / "lemmings.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    expect(upload(library, str(file)).locator(".counts td").first).to_have_text("3")
    expect(search_library(library, "lemmings")).to_have_count(3)
    library.get_by_role("button", name="Select all 3").click()
    bar = library.get_by_role("group", name="What is selected")
    expect(bar).to_contain_text("3 selected")
    with library.expect_download() as exported:
        bar.get_by_role("link", name="CSV").click()
    assert Path(exported.value.path()).read_text().count("Lemmings of group") == 3
    bar.get_by_role("button", name="Delete").click()
    bar.get_by_role("button", name="Remove 3 papers from the library?").click()
    expect(library.locator("#paper .note")).to_have_text("Removed 3 papers.")
    expect(bar).to_have_count(0)
    search_library(library, "lemmings")
    expect(library.locator("#papers")).not_to_contain_text("Lemmings")


def test_a_papers_page_has_its_record_and_the_answers_that_cite_it(page: Page):
    ask(page, QUESTION)
    go_to(page, "Library")
    search_library(page, "ichpro").first.click()
    paper = page.locator("#paper")
    expect(paper.locator("dl.record")).to_contain_text("2402.11307")
    expect(paper.locator("dl.record")).to_contain_text("joint-attention.jsonl")
    expect(paper.locator(".citing button")).to_have_text(QUESTION)
    paper.locator(".citing button").click()
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    expect(page.locator("#turn-1 .question")).to_be_visible()


def test_nothing_changes_under_the_hand_while_similar_papers_are_looked_for(library: Page):
    asked: list[Route] = []
    library.route("**/library/similar*", lambda route: asked.append(route))
    search_library(library, "elitek").first.click()
    paper = library.locator("#paper")
    paper.get_by_role("button", name="Remove").click()
    expect(paper.get_by_role("status")).to_have_text("Looking for them…")
    asked.pop().continue_()
    expect(paper.locator(".similar .row-title").first).to_be_visible()
    expect(paper.get_by_role("button", name="Remove from the index?")).to_be_visible()


def test_a_paper_of_another_field_has_nothing_similar(library: Page, tmp_path: Path):
    file = tmp_path / "bread.jsonl"
    row = {"title": "Sourdough at Low Temperature", "abstract": "Loaves rose at 4 degrees. Acetic acid doubled."}
    file.write_text(json.dumps(row))
    expect(upload(library, str(file)).locator(".counts td").first).to_have_text("1")
    search_library(library, "sourdough").first.click()
    expect(library.locator("#paper")).to_contain_text("No other paper here is much like it.")
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_be_visible()


def test_on_a_phone_search_comes_first_and_a_paper_takes_the_place_of_the_list(
    new_context: NewContext, server: PageServer
):
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    open_page(phone, server.address)
    go_to(phone, "Library")
    expect(phone.locator("#papers .row-title").first).to_be_in_viewport()
    box = phone.get_by_label("Search the papers").bounding_box()
    assert box
    assert box["y"] < 250
    order = phone.get_by_label("Order")
    assert order.evaluate("field => field.scrollWidth <= field.clientWidth"), "the choice is cut"
    looked_for: list[Route] = []
    phone.route("**/library/similar*", lambda route: looked_for.append(route))
    search_library(phone, "elitek").first.click()
    expect(phone.locator("#paper h2")).to_be_in_viewport()
    expect(phone.get_by_label("Search the papers")).to_be_hidden()
    phone.locator("#paper").get_by_role("button", name="All papers").click()
    expect(phone.get_by_label("Search the papers")).to_be_visible()
    with phone.expect_response("**/library/similar*"):
        looked_for.pop().continue_()
    expect(phone.get_by_label("Search the papers")).to_be_visible()


def test_nobody_gets_anothers_papers_or_tables_as_a_file(library: Page, new_context: NewContext, server: PageServer):
    select(library, "kv cache", 1)
    assert library.request.get(f"{server.address}papers/selected.bib").status == 200
    stranger = new_context().request
    assert stranger.get(f"{server.address}papers/selected.bib").status == 404
    assert library.request.get(f"{server.address}papers/selected.exe").status == 404
    assert library.request.get(f"{server.address}tables/nothing.csv").status == 404
