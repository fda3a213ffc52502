"""Answers as text for elsewhere: plain, Markdown and BibTeX."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag import Answer
from ui.history.history import Turn
from ui.html import web_address

if TYPE_CHECKING:
    from index import Paper
    from rag import Hit, Source

MARKDOWN_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
BIBTEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}
ARXIV = re.compile(r"^https?://arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")
SKIPPED_IN_KEYS = {"a", "an", "the", "on", "of", "in", "for", "to", "is", "what", "how", "via", "and", "with"}


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
    """One entry a paper, in the order given; keys are unique."""
    keys: set[str] = set()
    entries = []
    for paper in papers:
        made = citation_key(paper)
        key, count = made, 1
        while key in keys:
            count += 1
            key = f"{made}-{count}"
        keys.add(key)
        entries.append(bibtex_entry(paper, key))
    return "\n".join(entries)


def citation_key(paper: "Paper | Hit | Source") -> str:
    """First author's last name, year, first telling word of the title: `zhou2025elitekv`."""
    author = paper.authors[0].split()[-1] if paper.authors and paper.authors[0].split() else ""
    words = [word for word in re.findall(r"[a-z0-9]+", plain(paper.title)) if word not in SKIPPED_IN_KEYS]
    key = re.sub(r"[^a-z0-9]", "", plain(author)) + str(paper.year or "") + (words[0] if words else "")
    return key or "paper"


def bibtex_entry(paper: "Paper | Hit | Source", key: str) -> str:
    arxiv = ARXIV.match(paper.url)
    fields = {"title": "{" + escape_bibtex(paper.title) + "}"}
    if paper.authors:
        fields["author"] = escape_bibtex(" and ".join(paper.authors))
    if paper.year:
        fields["year"] = str(paper.year)
    if arxiv:
        fields |= {"eprint": arxiv[1], "archiveprefix": "arXiv"}
    if address := web_address(paper.url):
        fields["url"] = address.replace("{", "%7B").replace("}", "%7D")
    inside = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{'article' if arxiv else 'misc'}{{{key},\n{inside}}}\n"


def escape_bibtex(text: str) -> str:
    return "".join(BIBTEX_SPECIAL.get(char, char) for char in " ".join(text.split()))


def plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
