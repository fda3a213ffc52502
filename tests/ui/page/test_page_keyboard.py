"""From a file of papers to a cited answer to a Word file, without a mouse."""

import io
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Page, expect

BIB = """@article{marlow2021lantern,
  title = {Lantern moths at dusk: A census},
  author = {Marlow, Ines and Okoye, Ben},
  year = {2021},
  journal = {Dusk Studies},
  abstract = {We counted lantern moths at eleven ponds. Lantern moths reached a density of 47 per hectare at dusk.
    Rain halved the counts.},
}
"""


def press_until(page: Page, key: str, selector: str, text: str = "", within: int = 200) -> None:
    """Presses the key until what has the focus is such an element, with this text in it."""
    for _ in range(within):
        page.keyboard.press(key)
        focused = page.locator(":focus")
        is_it = focused.count() and focused.evaluate("(each, selector) => each.matches(selector)", selector)
        if is_it and text in (focused.text_content() or ""):
            return
    raise AssertionError(f"{key} never leads to {selector}")


def test_upload_question_and_word_file_by_keyboard_alone(page: Page, tmp_path: Path):
    docx = pytest.importorskip("docx")
    file = tmp_path / "moths.bib"
    file.write_text(BIB)

    press_until(page, "Shift+Tab", "[role=tab]", "Library")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Library")).to_have_attribute("aria-selected", "true")
    press_until(page, "Tab", "button", "Add papers", within=12)
    page.keyboard.press("Enter")
    expect(page.locator("#add > button")).to_be_focused()
    expect(page.locator("#add input[type=file]")).to_have_count(1)
    press_until(page, "Tab", "#add button:not(#add > button)")
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    for _ in range(30):
        # A key that comes while the part is being drawn is lost.
        page.keyboard.press("Enter")
        page.wait_for_timeout(1000)
        if choosers:
            break
    choosers[0].set_files(file)
    expect(page.locator(".upload-file")).to_contain_text("moths.bib")
    expect(page.locator("#upload progress")).to_have_count(0)

    press_until(page, "Shift+Tab", "[role=tab]", "Ask")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#question textarea")
    page.keyboard.type("What density did lantern moths reach at dusk?")
    page.keyboard.press("Enter")
    expect(page.locator("#turn-1 .answer")).to_contain_text("47 per hectare")
    expect(page.locator("#source-1-1 .card-title")).to_contain_text("Lantern moths at dusk")

    press_until(page, "Shift+Tab", "#talk summary")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#talk a[href$='.docx']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    document = docx.Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "47 per hectare" in text
    assert "Lantern moths at dusk: A census" in text
