"""Papers by questions in a real browser: made, filled, stopped, gone on with, sorted, read, taken away."""

import csv
import re
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, go_to, open_page, search_library
from playwright.sync_api import Locator, Page, expect

CODE, TALL = "Where is the code?", "How tall is the Eiffel tower?"


@pytest.fixture
def tables(page: Page) -> Page:
    go_to(page, "Table")
    expect(page.get_by_role("heading", name="Papers by questions")).to_be_visible()
    return page


def make_table(page: Page, query: str, most: int, *questions: str) -> Locator:
    """Makes one of a search; its cells."""
    page.get_by_label("Rows").select_option("search")
    page.get_by_label("Search", exact=True).fill(query)
    page.get_by_label("At most").fill(str(most))
    page.get_by_label("Columns: a question a line").fill("\n".join(questions))
    page.get_by_role("button", name="Make the table").click()
    return page.locator("#table-grid tbody td:not(.year-column)")


def test_each_cell_says_what_its_paper_says_or_that_it_does_not(tables: Page):
    cells = make_table(tables, "intracerebral hemorrhage ICHPro", 1, "What AUC is reached?", TALL)
    expect(tables.locator("#table-head")).to_contain_text("all 2 cells filled")
    expect(cells.nth(0)).to_contain_text("0.9429")
    expect(cells.nth(1)).to_have_text("not in the abstract")
    cells.nth(0).get_by_role("button").click()
    expect(tables.locator(".cell-page mark").first).to_contain_text("0.9429")
    expect(tables.locator(".cell-page")).to_contain_text("Quoted from the abstract.")
    expect(tables.locator(".cell-page").get_by_role("link")).to_have_attribute(
        "href", "https://arxiv.org/abs/2402.11307"
    )
    tables.keyboard.press("Escape")
    expect(tables.locator(".cell-page")).to_have_count(0)
    tables.locator("#table-grid tbody th button").click()
    expect(tables.locator("#paper h2")).to_contain_text("ICHPro")


def test_rows_are_what_is_selected_or_what_an_answer_cites_and_questions_are_offered(page: Page):
    ask(page, "Which papers shrink the KV cache?")
    cited = page.locator("#sources-1 > .card").count()
    go_to(page, "Library")
    search_library(page, "ichpro")
    page.locator("[data-select]").first.check()
    page.get_by_role("group", name="What is selected").get_by_role("button", name="Table").click()
    rows = page.get_by_label("Rows")
    expect(rows).to_have_value("selected")
    expect(rows.locator("option")).to_contain_text(
        ["Selected in the library (1)", f"Cited in the last answer ({cited})", "Those that fit best to a search"]
    )
    page.get_by_role("button", name=CODE).click()
    page.get_by_role("button", name=CODE).click()
    expect(page.get_by_label("Columns: a question a line")).to_have_value(CODE)
    page.get_by_role("button", name="Make the table").click()
    expect(page.locator("#table-head")).to_contain_text("1 paper, all 1 cells filled")
    expect(page.locator("#table-grid tbody td").last).to_contain_text("github.com/YU-deep/ICH")


def test_a_table_that_was_stopped_is_kept_and_gone_on_with(tables: Page):
    make_table(tables, "", 100, CODE)
    state = tables.locator("#table-head")
    expect(state).to_contain_text(re.compile(r"[1-9]\d* of 100 cells"))
    tables.get_by_role("button", name="Stop", exact=True).click()
    expect(state).to_contain_text(re.compile(r"\d+ of 100 cells filled"))
    filled = tables.locator("#table-grid tbody .empty").count()
    assert 0 < filled < 100
    tables.reload()
    expect(tables.locator("#shell")).to_have_count(0)
    go_to(tables, "Table")
    tables.locator(".tables .row-title").click()
    expect(tables.locator("#table-grid tbody .empty")).to_have_count(filled)
    tables.get_by_role("button", name="Go on").click()
    expect(state).to_contain_text("100 papers, all 100 cells filled")


def test_rows_are_sorted_by_any_column_with_the_empty_last(tables: Page):
    make_table(tables, "kv cache", 4, CODE)
    expect(tables.locator("#table-head")).to_contain_text("all 4 cells filled")
    titles = tables.locator("#table-grid tbody th")
    years = tables.locator("#table-grid tbody td.year-column")
    chosen = titles.all_inner_texts()
    tables.get_by_role("button", name="Paper", exact=True).click()
    expect(titles).to_have_text(sorted(chosen, key=str.casefold))
    expect(tables.get_by_role("columnheader", name="Paper")).to_have_attribute("aria-sort", "ascending")
    tables.get_by_role("button", name=re.compile("^Year")).click()
    expect(tables.get_by_role("columnheader", name=re.compile("^Year"))).to_have_attribute("aria-sort", "ascending")
    assert years.all_inner_texts() == sorted(years.all_inner_texts())
    tables.get_by_role("button", name=CODE).click()
    expect(tables.get_by_role("columnheader", name=CODE)).to_have_attribute("aria-sort", "ascending")
    is_empty = [text == "not in the abstract" for text in tables.locator("#table-grid td:last-child").all_inner_texts()]
    assert is_empty == sorted(is_empty)


def test_a_column_is_added_and_the_table_goes_out_with_its_references(tables: Page):
    make_table(tables, "EliteKV", 1, "How far does the cache shrink?")
    expect(tables.locator("#table-head")).to_contain_text("all 1 cells filled")
    tables.get_by_role("button", name="Question", exact=True).click()
    tables.get_by_label("One more column").fill(TALL)
    tables.get_by_label("One more column").press("Enter")
    expect(tables.locator("#table-head")).to_contain_text("all 2 cells filled")
    kept = {}
    for name in ("CSV", "Excel", "Markdown"):
        with tables.expect_download() as file:
            tables.get_by_role("link", name=name).click()
        kept[name] = Path(file.value.path()).read_bytes()
    rows = list(csv.reader(kept["CSV"].decode("utf-8-sig").splitlines()))
    assert rows[0] == ["Paper", "Id", "How far does the cache shrink?", TALL, "Reference"]
    assert "75%" in rows[1][2]
    assert "https://arxiv.org/abs/2503.01586" in rows[1][4]
    assert kept["Excel"].startswith(b"PK")
    assert b"[^1]: Yuhao Zhou" in kept["Markdown"]
    tables.get_by_role("button", name="Delete").click()
    tables.get_by_role("button", name="Delete this table?").click()
    expect(tables.get_by_label("Columns: a question a line")).to_be_visible()
    expect(tables.locator(".tables .row-title")).to_have_count(0)


def test_a_search_that_finds_nothing_is_told_in_the_form(tables: Page):
    tables.get_by_label("Rows").select_option("search")
    tables.get_by_label("From year").fill("2019")
    tables.get_by_label("To year").fill("2016")
    tables.get_by_label("Columns: a question a line").fill(CODE)
    tables.get_by_role("button", name="Make the table").click()
    expect(tables.get_by_role("alert")).to_contain_text("No year is from 2019 to 2016")


def test_a_table_that_is_filled_by_one_reader_is_not_anothers(
    tables: Page, new_context: NewContext, server: PageServer
):
    make_table(tables, "ICHPro", 1, QUESTION)
    expect(tables.locator("#table-head")).to_contain_text("all 1 cells filled")
    address = tables.get_by_role("link", name="CSV").get_attribute("href")
    stranger = new_context().new_page()
    open_page(stranger, server.address)
    go_to(stranger, "Table")
    expect(stranger.get_by_label("Rows")).to_be_visible()
    expect(stranger.locator(".tables .row-title")).to_have_count(0)
    assert stranger.request.get(f"{server.address}{address}").status == 404


def test_on_a_phone_the_table_moves_in_its_place_and_a_passage_comes_over_it(
    new_context: NewContext, server: PageServer
):
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).new_page()
    open_page(phone, server.address)
    go_to(phone, "Table")
    cells = make_table(phone, "ICHPro", 1, QUESTION, CODE)
    expect(phone.locator("#table-head")).to_contain_text("all 2 cells filled")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    cells.first.get_by_role("button").click()
    expect(phone.locator(".cell-page mark").first).to_be_in_viewport()
    phone.get_by_role("button", name="Close the passage").click()
    expect(phone.locator(".cell-page")).to_have_count(0)
