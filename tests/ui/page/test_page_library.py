"""The library in a real browser."""

import csv
import gzip
import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import NewContext, ask, go_to, open_page, search_library, upload
from playwright.sync_api import Page, expect

WALRUS = "Walruses of the Barents Sea"
SCRIPT = "<script>window.hit=1</script><svg onload=window.hit=2>"
"""Tags that no abstract is set with: they stay, as text; `<img>` and the like are taken out when papers come in."""
ABSTRACT = "Two hundred walruses were weighed on ice floes. The heaviest weighed 1,214 kg in April."


def write_csv(file: Path, *rows: tuple[str, str]) -> str:
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows([("title", "abstract"), *rows])
    return str(file)


@pytest.fixture
def library(page: Page) -> Page:
    go_to(page, "Library")
    expect(page.locator("#papers .row-title").first).to_be_visible()
    return page


def test_the_list_narrows_while_one_types(library: Page):
    rows = search_library(library, "elitek")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("EliteKV")
    expect(library.locator("#papers .count")).to_have_text(re.compile(r"1 of \d+ papers"))


def test_a_misspelt_word_still_finds(library: Page):
    expect(search_library(library, "intracerebrel hemorrage")).not_to_have_count(0)
    expect(library.locator("#papers .count")).to_contain_text("come near")


def test_topic_year_and_order_sort_the_list(library: Page):
    library.get_by_label("Year").click()
    library.get_by_role("option", name="2017").click()
    expect(library.locator("#papers .row-title")).to_have_count(4)
    library.get_by_label("Order").click()
    library.get_by_role("option", name="By title").click()
    expect(library.locator("#papers .row-title").first).to_contain_text(re.compile("^A"))


def test_more_papers_are_a_click_away(library: Page):
    expect(library.locator("#papers .row-title")).to_have_count(40)
    library.get_by_role("button", name="Show 40 more").click()
    expect(library.locator("#papers .row-title")).to_have_count(80)


def test_a_paper_has_a_page_with_its_abstract_and_similar_papers(library: Page):
    search_library(library, "elitek").first.click()
    paper = library.locator("#paper")
    expect(paper.locator("h2")).to_contain_text("EliteKV")
    expect(paper.get_by_role("link", name="EliteKV")).to_have_attribute("href", "https://arxiv.org/abs/2503.01586")
    expect(paper.locator(".abstract")).to_contain_text("0.6%")
    expect(paper.locator(".similar button")).to_have_count(6)
    title = paper.locator(".similar button").first.inner_text()
    paper.locator(".similar button").first.click()
    expect(paper.locator("h2")).to_contain_text(title)


def test_of_a_file_with_two_bad_rows_the_good_go_in_and_the_bad_are_named(library: Page, tmp_path: Path):
    file = write_csv(tmp_path / "walrus.csv", (WALRUS, ABSTRACT), ("", "No title."), ("No abstract", ""))
    result = upload(library, file)
    expect(result).to_contain_text("walrus.csv")
    expect(result.locator(".counts td")).to_have_text(["1", "0", "0", "0", "2"])
    expect(result.locator(".problems tbody tr td:first-child")).to_have_text(["Line 3", "Line 4"])
    go_to(library, "Ask")
    turn = ask(library, "How much did the heaviest walrus of the Barents Sea weigh?")
    expect(turn.locator(".answer")).to_contain_text("1,214 kg")
    go_to(library, "Library")
    search_library(library, "walrus").first.click()
    expect(library.locator("#paper h2")).to_have_text(WALRUS)
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_contain_text(f"Removed “{WALRUS}”")
    search_library(library, "barents sea")
    expect(library.locator("#papers")).not_to_contain_text(WALRUS)


def test_a_packed_file_and_an_archive_come_in_like_any_other(library: Page, tmp_path: Path):
    table = Path(write_csv(tmp_path / "seals.csv", ("Seals of the Kara Sea", ABSTRACT), ("", "No title."))).read_bytes()
    (tmp_path / "seals.csv.gz").write_bytes(gzip.compress(table))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("in/seals.csv", table)
        packed.writestr("in/seals.pdf", b"%PDF-1.7")
    results = upload(library, str(tmp_path / "seals.csv.gz"), str(tmp_path / "all.zip"))
    expect(results).to_have_count(2)
    expect(results.nth(0).locator(".counts td")).to_have_text(["1", "0", "0", "0", "1"])
    expect(results.nth(0).locator(".problems td").first).to_have_text("Line 3")
    expect(results.nth(1).locator(".counts td")).to_have_text(["0", "0", "0", "1", "1"])
    expect(results.nth(1).locator(".problems tbody tr td:first-child")).to_have_text(
        ["in/seals.csv, line 3", "in/seals.pdf"]
    )
    expect(results.nth(1).locator(".problems")).to_contain_text("looks like a PDF")
    expect(library.locator("#upload")).not_to_contain_text(tempfile.gettempdir())
    search_library(library, "kara sea").first.click()
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_be_visible()


def test_what_is_no_file_of_papers_is_refused_with_a_reason(library: Page, tmp_path: Path):
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "broken.json").write_text('{"title": ')
    results = upload(library, str(tmp_path / "empty.jsonl"), str(tmp_path / "broken.json"))
    expect(results).to_have_count(2)
    for result in results.all():
        assert len(result.inner_text().splitlines()) >= 2
        expect(result).to_have_class(re.compile("bad"))


def test_markup_in_titles_abstracts_and_file_names_does_nothing(library: Page, tmp_path: Path):
    file = write_csv(tmp_path / "a<img src=x onerror=window.hit=3>.csv", (SCRIPT, f"{ABSTRACT} {SCRIPT}"))
    result = upload(library, file)
    expect(result.locator(".counts td").first).to_have_text("1")
    search_library(library, "window.hit").first.click()
    expect(library.locator("#paper h2")).to_have_text(SCRIPT)
    expect(library.locator("#paper .abstract")).to_contain_text(SCRIPT)
    go_to(library, "Ask")
    turn = ask(library, "How much did the heaviest of two hundred walruses weigh?")
    turn.locator("a.number").first.click()
    turn.locator("a.number").first.hover()
    go_to(library, "Map")
    expect(library.locator("#map canvas")).to_have_attribute("data-drawn", re.compile(r"\d+"))
    library.get_by_label("Find on the map").fill("window.hit")
    expect(library.locator(".map-found")).to_have_text("1 found")
    library.get_by_label("Find on the map").press("Enter")
    expect(library.locator(".map-pointed")).to_contain_text("<script>")
    assert library.evaluate("window.hit") is None
    go_to(library, "Library")
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_be_visible()


def test_a_link_that_is_not_http_is_no_link(library: Page, tmp_path: Path):
    (tmp_path / "links.jsonl").write_text(
        '{"title": "A paper with a trap", "abstract": "Some text about traps.", "url": "javascript:window.hit=1"}'
    )
    expect(upload(library, str(tmp_path / "links.jsonl")).locator(".counts td").first).to_have_text("1")
    search_library(library, "with a trap").first.click()
    expect(library.locator("#paper h2")).to_have_text("A paper with a trap")
    expect(library.locator("#paper a[href]")).to_have_count(0)
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_be_visible()


def test_a_file_that_is_too_large_is_told_in_the_panel_and_the_others_go_in(library: Page, tmp_path: Path):
    (tmp_path / "large.csv").write_bytes(b" " * (20 * 1024 * 1024 + 1))
    good = write_csv(tmp_path / "hares.csv", ("Hares of the Kola Peninsula", ABSTRACT))
    expect(upload(library, str(tmp_path / "large.csv"), good).locator(".counts td").first).to_have_text("1")
    expect(library.locator("#drop-hint .note")).to_contain_text("large.csv is larger than 20 MB")
    expect(library.locator(".toast-body")).to_have_count(0)
    search_library(library, "kola peninsula").first.click()
    library.get_by_role("button", name="Remove").click()
    library.get_by_role("button", name="Remove from the index?").click()
    expect(library.locator("#paper .note")).to_be_visible()


def test_too_many_files_at_once_are_refused(new_context: NewContext, server: PageServer, tmp_path: Path):
    page = new_context().new_page()
    open_page(page, server.address)
    go_to(page, "Library")
    files = [str(tmp_path / f"{number}.jsonl") for number in range(21)]
    for file in files:
        Path(file).write_text('{"title": "One", "abstract": "Two."}')
    expect(upload(page, *files)).to_contain_text("21 files, 20 go at once")
