"""Conversations and papers as Markdown, HTML, Word, notes for Zotero, BibTeX and RIS. Word needs python-docx."""

import io
import re
from dataclasses import replace

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from index import Paper
from rag import Answer, Sentence, Source, Understood
from ui.history import cite
from ui.history.export import EXPORTS, as_bibtex, as_markdown, as_text, export_conversation
from ui.history.history import Turn


def paper(title: str = "EliteKV: Scalable", authors: tuple[str, ...] = ("Yuhao Zhou",), url: str = "") -> Paper:
    return Paper("x", title, "", authors, 2025, url)


def turn(text: str, title: str = "EliteKV", url: str = "https://example.org/a", unsupported: str = "") -> Turn:
    source = Source(1, "p", title, url, ("Zhou",), 2025, (), "", (), 1.0, True)
    at = text.find(unsupported)
    told = (Sentence(unsupported, at, at + len(unsupported), (1,), 0.1, "unsupported", "no figure"),)
    return Turn(
        1, Answer("Q <b>?", "Q", text, False, "answered", (source,), (), told if unsupported else (), "offline")
    )


def test_numbers_become_footnotes_and_what_is_not_the_answers_markup_is_escaped():
    text = as_markdown("A <b>title", [turn("It <i>shrinks</i> [1] but [9].", "A [b](c)")])
    assert text.startswith("# A \\<b\\>title\n")
    assert "It \\<i\\>shrinks\\</i\\> [^1-1] but \\[9\\]." in text
    assert "[^1-1]: Zhou (2025). A \\[b\\](c). <https://example.org/a>" in text


def test_bold_and_lists_stay_markdown():
    text = as_markdown("T", [turn("In *EliteKV*:\n- **one** [1]\n- `two` of 5 * 3 [1]")])
    assert "In *EliteKV*:\n\n- **one** [^1-1]\n- `two` of 5 * 3 [^1-1]\n" in text
    assert "\\*" not in text


def test_asterisks_that_would_be_read_as_emphasis_are_escaped():
    assert "2\\*3\\*4 snake_case \\_so\\_" in as_markdown("T", [turn("2*3*4 snake_case _so_ [1].")])


def test_an_address_that_is_not_http_is_left_out():
    talk = [turn("So [1].", url="javascript:alert(1)")]
    for kind in EXPORTS:
        assert b"javascript" not in export_conversation("T", talk, kind, {})
    assert "javascript" not in as_bibtex([paper(url="javascript:alert(1)")])


def test_plain_text_has_no_markup_and_a_list_of_references():
    answer = turn("In *EliteKV*: **So** it is[1].\n- one [1]\n- two").answer
    assert as_text(answer) == (
        "In EliteKV: So it is [1].\n- one [1]\n- two\n\nReferences\n[1] Zhou (2025). EliteKV. https://example.org/a"
    )


def compared(text: str) -> Turn:
    made = turn(text)
    return replace(made, answer=replace(made.answer, plan=Understood("compare", "Q")))


def test_a_comparison_and_a_table_of_a_model_stand_in_a_table():
    docx = pytest.importorskip("docx")
    sides = compared("- **A**: It is so [1].\n- **B**: It is | not [1].")
    assert "|  |  |\n| --- | --- |\n| **A** | It is so [^1-1]. |\n| **B** | It is \\| not [^1-1]. |" in as_markdown(
        "T", [sides]
    )
    assert as_text(sides.answer).startswith("- A: It is so [1].\n- B: It is | not [1].")
    assert '<th scope="row"><strong>A</strong></th>' in export_conversation("T", [sides], "html", {}).decode()
    made = turn("| | A | B |\n|---|:-:|---|\n| size | 1 [1] | 2 [1] |\n\nSo A is smaller [1].")
    assert "| size | 1 [^1-1] | 2 [^1-1] |\n\nSo A" in as_markdown("T", [made])
    word = docx.Document(io.BytesIO(export_conversation("T", [made], "docx", {})))
    assert [cell.text for cell in word.tables[0].rows[1].cells] == ["size", "1[1]", "2[1]"]


def test_references_follow_the_style_that_is_chosen():
    known = Paper("p", "Owls: what do they see?", "Long.", ("Ada Lovelace", "B. van Dam"), 2025, "", journal="Night")
    assert cite(known, "apa") == "Lovelace, A., & van Dam, B. (2025). Owls: what do they see? Night."
    assert cite(known, "ieee") == "A. Lovelace and B. van Dam, “Owls: what do they see?” Night, 2025."
    assert cite(replace(known, title="Owls", doi="10.1/a"), "ieee").endswith("“Owls,” Night, 2025, doi: 10.1/a.")
    assert cite(known, "bibtex").startswith("@article{lovelace2025owls,")
    assert cite(Paper("x", "Alone", "", url="javascript:alert(1)"), "apa") == "Alone."


def test_html_is_a_page_with_links_in_which_everything_is_escaped():
    text = export_conversation("A <b>", [turn("It **is** <i>so</i> [1].")], "html", {}).decode()
    assert "<title>A &lt;b&gt;</title>" in text
    assert "<strong>is</strong> &lt;i&gt;so&lt;/i&gt;" in text
    assert 'href="#source-1-1"' in text
    assert 'id="source-1-1"' in text
    assert 'href="https://example.org/a"' in text


def test_a_sentence_that_nothing_supports_is_told_of_in_each_text():
    talk = [turn("It is so [1]. It is red [1].", unsupported="It is red [1].")]
    assert "> Not supported by what is cited: It is red \\[1\\]. (no figure)" in as_markdown("T", talk)
    assert "Not supported by what is cited: It is red [1]. (no figure)" in export_conversation(
        "T", talk, "html", {}
    ).decode("utf-8")


def test_a_word_file_holds_headings_bold_words_lists_and_links():
    docx = pytest.importorskip("docx")
    content = export_conversation("A \x1b title", [turn("In *EliteKV*: **so** [1].\n- one [1]\n- two\x00")], "docx", {})
    document = docx.Document(io.BytesIO(content))
    by_style = [(each.style.name, each.text) for each in document.paragraphs]
    assert by_style[:5] == [
        ("Title", "A   title"),
        ("Heading 1", "Q <b>?"),
        ("Normal", "In EliteKV: so[1]."),
        ("List Bullet", "one[1]"),
        ("List Bullet", "two "),
    ]
    assert [run.text for run in document.paragraphs[2].runs if run.bold] == ["so"]
    assert [run.text for run in document.paragraphs[2].runs if run.font.superscript] == ["[1]"]
    assert document.paragraphs[5].text == "[1] Zhou (2025). EliteKV. https://example.org/a"
    assert [link.url for link in document.paragraphs[5].hyperlinks] == ["https://example.org/a"]


def notes(content: bytes) -> list[str]:
    """What Zotero takes from its RDF: the memos that are no part of anything, by their value."""
    rdf, bib = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://purl.org/net/biblio#}"
    return [memo.findtext(f"{rdf}value") for memo in ElementTree.fromstring(content).findall(f"{bib}Memo")]


def test_zotero_gets_a_note_a_question_with_its_sources_as_links():
    talk = [turn("It **is** <i>so</i> [1], not [7].\n- one [1]\n- two", unsupported="- two"), turn("A \x1b [1].")]
    first, second = notes(export_conversation("T", talk, "rdf", {}))
    assert first.startswith("<h1>Q &lt;b&gt;?</h1>")
    number = ' [<a href="https://example.org/a">1</a>]'
    assert f"<p>It <strong>is</strong> &lt;i&gt;so&lt;/i&gt;{number}, not [7].</p>" in first
    assert f"<ul><li>one{number}</li><li>two</li></ul>" in first
    assert "<p><em>Not supported by what is cited: - two (no figure)</em></p>" in first
    assert (
        '<p>[1] Zhou (2025). <em>EliteKV.</em> <a href="https://example.org/a">https://example.org/a</a></p>' in first
    )
    assert first.rstrip().endswith("<p>Answered by offline, with paperchat.</p>")
    assert "\x1b" not in second


def test_references_are_what_was_cited_once_with_all_that_the_library_knows():
    known = {"p": Paper("p", "EliteKV", "Long.", ("Zhou",), 2025, "", journal="Cache Letters", doi="10.1000/1")}
    talk = [turn("So [1]."), turn("Again [1].")]
    ris = export_conversation("T", talk, "ris", known).decode()
    assert ris.count("TI  - EliteKV") == 1
    assert "DO  - 10.1000/1" in ris
    assert "AB  - " not in ris
    assert "journal = {Cache Letters}" in export_conversation("T", talk, "bib", known).decode()
    assert "title = {{EliteKV}}" in export_conversation("T", talk, "bib", {}).decode()


def test_an_arxiv_paper_is_named_by_its_number():
    entry = as_bibtex([paper(url="https://arxiv.org/abs/2503.01586")])
    assert entry.startswith("@misc{zhou2025elitekv,\n  title = {{EliteKV: Scalable}},\n")
    assert "eprint = {2503.01586}" in entry


def test_keys_are_unique():
    keys = re.findall(r"@misc\{(.+),", as_bibtex([paper(), paper(), paper()]))
    assert len(set(keys)) == 3


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_braces_always_balance(title: str, authors: list[str]):
    entry = as_bibtex([paper(title, tuple(authors))]).replace(r"\{", "").replace(r"\}", "")
    assert entry.count("{") == entry.count("}")
