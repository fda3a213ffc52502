"""Conversations and papers as Markdown and BibTeX."""

import re

from hypothesis import given
from hypothesis import strategies as st

from index import Paper
from rag import Answer, Source
from ui.history.export import as_bibtex, as_markdown, as_text
from ui.history.history import Turn


def paper(title: str = "EliteKV: Scalable", authors: tuple[str, ...] = ("Yuhao Zhou",), url: str = "") -> Paper:
    return Paper("x", title, "", authors, 2025, url)


def turn(text: str, title: str = "EliteKV", url: str = "https://example.org/a") -> Turn:
    source = Source(1, "p", title, url, ("Zhou",), 2025, (), "", (), 1.0, True)
    return Turn(1, Answer("Q <b>?", "Q", text, False, "answered", (source,), (), (), "offline"))


def test_numbers_become_footnotes_and_markup_is_escaped():
    text = as_markdown("A *title*", [turn("It <i>shrinks</i> [1] but [9].", "A [b](c)")])
    assert text.startswith("# A \\*title\\*\n")
    assert "It \\<i\\>shrinks\\</i\\> [^1-1] but \\[9\\]." in text
    assert "[^1-1]: Zhou: A \\[b\\](c) (2025). <https://example.org/a>" in text


def test_an_address_that_is_not_http_is_left_out():
    assert "javascript" not in as_markdown("T", [turn("So [1].", url="javascript:alert(1)")])
    assert "javascript" not in as_bibtex([paper(url="javascript:alert(1)")])


def test_plain_text_lists_the_cited_sources():
    assert as_text(turn("So [1].").answer) == "So [1].\n\n[1] EliteKV (2025). https://example.org/a"


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
