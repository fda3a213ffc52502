"""Answers as text for elsewhere: plain, Markdown and BibTeX."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index import Paper, export_papers
from rag import Answer
from ui.history.history import Turn
from ui.html import web_address

if TYPE_CHECKING:
    from rag import Hit, Source

MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_text(answer: Answer) -> str:
    """The answer and below it the sources it cites, one a line."""
    lines = [answer.text]
    cited = [source for source in answer.sources if source.cited]
    if cited:
        lines.append("")
        lines += [f"[{s.n}] {s.title}{f' ({s.year})' if s.year else ''}{f'. {s.url}' if s.url else ''}" for s in cited]
    return "\n".join(lines)


def as_markdown(title: str, turns: Sequence[Turn]) -> str:
    """A conversation, the references of each answer as footnotes. Everything else in it is escaped."""
    parts = [f"# {escape_markdown(title)}", ""]
    for turn in turns:
        answer = turn.answer
        known = {source.n for source in answer.sources}
        parts += [f"## {escape_markdown(answer.question)}", "", footnotes(answer.text, turn.number, known), ""]
        for source in answer.sources:
            if source.cited or answer.abstained:
                parts.append(f"[^{turn.number}-{source.n}]: {reference(source)}")
        parts += ["", f"*Answered by {escape_markdown(answer.model)}.*", ""]
    return "\n".join(parts)


def footnotes(text: str, turn: int, known: set[int]) -> str:
    pieces = re.split(r"\[(\d+)\]", text)
    made = [escape_markdown(pieces[0])]
    for number, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        made.append(f"[^{turn}-{number}]" if int(number) in known else escape_markdown(f"[{number}]"))
        made.append(escape_markdown(rest))
    return "".join(made)


def reference(source: "Source") -> str:
    authors = f"{escape_markdown(', '.join(source.authors))}: " if source.authors else ""
    year = f" ({source.year})" if source.year else ""
    address = web_address(source.url)
    return f"{authors}{escape_markdown(source.title)}{year}.{f' <{address}>' if address else ''}"


def escape_markdown(text: str) -> str:
    return MARKDOWN_SPECIAL.sub(r"\\\1", text)


def as_bibtex(papers: "Iterable[Paper | Hit | Source]") -> str:
    """One entry a paper, in the order given, without abstracts; keys are unique."""
    return "".join(export_papers(map(as_reference, papers), "bibtex"))


def as_reference(paper: "Paper | Hit | Source") -> Paper:
    """What a list of references says of it. Addresses that are none of the web are left out."""
    url = web_address(paper.url)
    if isinstance(paper, Paper):
        return replace(paper, abstract="", url=url)
    return Paper(paper.paper_id, paper.title, "", paper.authors, paper.year, url)
