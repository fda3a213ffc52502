"""Conversations and answers for elsewhere: text, Markdown, HTML, Word, notes for Zotero, and lists of references."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index import Paper, export_papers
from rag import Answer
from ui.history.history import Turn
from ui.history.parts import cited, reference, reference_parts, unsupported
from ui.history.zotero import write_rdf
from ui.html import Block, Line, Piece, Run, inline, parts_of, render, web_address

if TYPE_CHECKING:
    from rag import Hit, Source

MARKDOWN_SPECIAL = re.compile(r"[\\`\[\]<>|~]|(?<!\w)_|_(?!\w)|^#")
"""What Markdown would act on, wherever it stands. Asterisks are looked at on their own: see `escape_markdown`."""

STAR = re.compile(r"(?<=\S)\*|\*(?=\S)")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is exported: `papers` are the records of what is cited, as far as the library still has them."""

    title: str
    turns: Sequence[Turn]
    papers: Mapping[str, Paper]

    def cited(self) -> "list[Paper | Source]":
        """Each cited paper once, in the order in which they are first cited."""
        sources = [source for turn in self.turns for source in cited(turn.answer)]
        return [self.papers.get(id, source) for id, source in {one.paper_id: one for one in reversed(sources)}.items()][
            ::-1
        ]


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of file: what the web calls it, and how it is written."""

    media_type: str
    write: Callable[[Conversation], bytes]


def export_conversation(title: str, turns: Sequence[Turn], kind: str, papers: Mapping[str, Paper]) -> bytes:
    """The conversation as a file; `kind` is a key of EXPORTS, `papers` what the library has of the cited ones."""
    return EXPORTS[kind].write(Conversation(title, turns, papers))


# -- an answer ---------------------------------------------------------------------------------------------------------


def as_text(answer: Answer) -> str:
    """The answer without markup, and below it the papers it cites: authors, year, title, address."""
    lines = [plain_text(answer)]
    if sources := cited(answer):
        lines += ["", "References", *(f"[{source.n}] {reference(source)}" for source in sources)]
    return "\n".join(lines)


def plain_text(answer: Answer) -> str:
    lines: list[str] = []
    for block in parts_of(answer):
        if lines and block.kind in ("paragraph", "heading"):
            lines.append("")
        for place, pieces in enumerate(block.lines, 1):
            lead = {"bullets": "- ", "numbered": f"{place}. "}.get(block.kind, "")
            lines.append(lead + plain_line(pieces))
        lines += [("" if block.has_head else "- ") + plain_row(row, block) for row in block.rows]
    return "\n".join(lines)


def plain_row(row: Sequence[Line], block: Block) -> str:
    return (" | " if block.has_head else ": ").join(map(plain_line, row))


def plain_line(pieces: Line) -> str:
    return "".join(plain_run(run) for piece in pieces for run in piece.runs).strip()


def plain_run(run: Run) -> str:
    return f" [{run.text}]" if run.kind == "number" else run.text


# -- Markdown ----------------------------------------------------------------------------------------------------------


def as_markdown(title: str, turns: Sequence[Turn]) -> str:
    """A conversation, the references of each answer as footnotes. Its own markup stays, everything else is escaped."""
    parts = [f"# {markdown_line(title)}", ""]
    for turn in turns:
        answer = turn.answer
        parts += [f"## {markdown_line(answer.question)}", "", markdown_answer(answer, turn.number), ""]
        parts += [f"> Not supported by what is cited: {markdown_line(told)}\n" for told in unsupported(answer)]
        for source in cited(answer):
            lead, name, address = reference_parts(source)
            shown = (escape_markdown(lead), escape_markdown(name), address and f"<{address}>")
            parts.append(f"[^{turn.number}-{source.n}]: {' '.join(filter(None, shown))}")
        parts += ["", f"*Answered by {escape_markdown(answer.model)}.*", ""]
    return "\n".join(parts)


def markdown_line(text: str) -> str:
    return "".join(markdown_run(run, 0) for run in inline(text))


def markdown_answer(answer: Answer, turn: int) -> str:
    made: list[str] = []
    for block in parts_of(answer):
        if block.kind == "table":
            made.append(markdown_table(block, turn))
            continue
        lead = {"bullets": "- ", "numbered": "1. ", "heading": "### "}.get(block.kind, "")
        made.append("\n".join(lead + markdown_pieces(pieces, turn) for pieces in block.lines))
    return "\n\n".join(made)


def markdown_table(block: Block, turn: int) -> str:
    """A table without names of its columns has a head of empty cells: Markdown knows no other."""
    columns = max(map(len, block.rows))
    head, *rows = [[markdown_pieces(cell, turn) for cell in row] for row in block.rows]
    lines = [head, *rows] if block.has_head else [[""] * columns, head, *rows]
    made = [f"| {' | '.join(row)} |" for row in lines]
    return "\n".join([made[0], "|" + " --- |" * columns, *made[1:]])


def markdown_pieces(pieces: Iterable[Piece], turn: int) -> str:
    return "".join(markdown_run(run, turn) for piece in pieces for run in piece.runs).strip()


def markdown_run(run: Run, turn: int) -> str:
    match run.kind:
        case "number":
            return f" [^{turn}-{run.text}]"
        case "strong":
            return f"**{escape_markdown(run.text)}**"
        case "emphasis":
            return f"*{escape_markdown(run.text)}*"
        case "code":
            return f"`{run.text}`"
        case "link":
            return f"<{run.text}>"
    return escape_markdown(run.text)


def as_footnote(source: "Source") -> str:
    """The reference in Markdown, where no character of a title has a meaning of its own."""
    lead, title, address = reference_parts(source)
    return " ".join(filter(None, (escape_markdown(lead), escape_markdown(title), f"<{address}>" if address else "")))


def escape_markdown(text: str) -> str:
    """The text as it will be read. An asterisk alone is harmless; two that could be a pair (2*3*4) are escaped."""
    text = MARKDOWN_SPECIAL.sub(r"\\\g<0>", text)
    return STAR.sub(r"\\*", text) if len(STAR.findall(text)) > 1 else text


# -- other files -------------------------------------------------------------------------------------------------------


def as_html(conversation: Conversation) -> str:
    """A page of its own, with its style, that needs no network."""
    return render("exported.html", talk=conversation, reference=reference_parts, cited=cited, unsupported=unsupported)


def as_word(conversation: Conversation) -> bytes:
    from ui.history.word import write_word  # python-docx with lxml: 150 ms

    return write_word(conversation.title, conversation.turns)


def as_references(papers: "Iterable[Paper | Hit | Source]", format: str) -> str:
    """The papers in a format of `index.EXPORTS`, in the order given, without abstracts."""
    return "".join(export_papers(map(as_reference, papers), format))


def as_bibtex(papers: "Iterable[Paper | Hit | Source]") -> str:
    """One entry a paper, in the order given, without abstracts; keys are unique."""
    return as_references(papers, "bibtex")


def as_reference(paper: "Paper | Hit | Source") -> Paper:
    """What a list of references says of it. Addresses that are none of the web are left out."""
    url = web_address(paper.url)
    if isinstance(paper, Paper):
        return replace(paper, abstract="", url=url)
    return Paper(paper.paper_id, paper.title, "", paper.authors, paper.year, url)


EXPORTS: dict[str, Export] = {
    "md": Export("text/markdown; charset=utf-8", lambda talk: as_markdown(talk.title, talk.turns).encode()),
    "html": Export("text/html; charset=utf-8", lambda talk: as_html(talk).encode()),
    "docx": Export("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    "rdf": Export("application/rdf+xml", lambda talk: write_rdf(talk.turns)),
    "bib": Export("application/x-bibtex; charset=utf-8", lambda talk: as_references(talk.cited(), "bibtex").encode()),
    "ris": Export(
        "application/x-research-info-systems; charset=utf-8", lambda talk: as_references(talk.cited(), "ris").encode()
    ),
}
"""Suffix -> what is written under it."""
