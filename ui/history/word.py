"""A conversation as a Word file."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from ui.history.history import Turn
from ui.history.parts import cited, reference_parts, storable, unsupported
from ui.html import Block, Line, Run, parts_of

STYLES = {"bullets": "List Bullet", "numbered": "List Number", "heading": "Heading 2", "paragraph": None}
LINK_BLUE = "0563C1"


def write_word(title: str, turns: Sequence[Turn]) -> bytes:
    """The bytes of a .docx: each question a heading, its answer, and the references it cites, with links."""
    document = Document()
    document.core_properties.title = storable(title)[:250]
    document.core_properties.author = "paperchat"
    document.add_heading(storable(title), 0)
    for turn in turns:
        add_turn(document, turn)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_turn(document: Any, turn: Turn) -> None:
    answer = turn.answer
    document.add_heading(storable(answer.question), 1)
    for block in parts_of(answer):
        for pieces in block.lines:
            add_line(document.add_paragraph(style=STYLES[block.kind]), pieces)
        if block.rows:
            add_table(document, block)
    for told in unsupported(answer):
        document.add_paragraph().add_run(storable(f"Not supported by what is cited: {told}")).italic = True
    for source in cited(answer):
        lead, name, address = reference_parts(source)
        paragraph = document.add_paragraph()
        paragraph.add_run(storable(f"[{source.n}] {lead} "))
        paragraph.add_run(storable(name)).italic = True
        if address:
            paragraph.add_run(" ")
            add_link(paragraph, storable(address))
    document.add_paragraph().add_run(storable(f"Answered by {answer.model}.")).italic = True


def add_table(document: Any, block: Block) -> None:
    table = document.add_table(rows=0, cols=max(map(len, block.rows)), style="Table Grid")
    for row in block.rows:
        for cell, pieces in zip(table.add_row().cells, row, strict=False):
            add_line(cell.paragraphs[0], pieces)


def add_line(paragraph: Any, pieces: Line) -> None:
    for piece in pieces:
        for run in piece.runs:
            add_run(paragraph, run)


def add_run(paragraph: Any, run: Run) -> None:
    if run.kind == "link":
        add_link(paragraph, storable(run.text))
        return
    added = paragraph.add_run(storable(f"[{run.text}]" if run.kind == "number" else run.text))
    added.bold = run.kind == "strong" or None
    added.italic = run.kind == "emphasis" or None
    if run.kind == "number":
        added.font.superscript = True
    elif run.kind == "code":
        added.font.name = "Consolas"


def add_link(paragraph: Any, address: str) -> None:
    """python-docx reads links but has no call that makes one."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(address)
    run.font.underline = True
    colour = OxmlElement("w:color")
    colour.set(qn("w:val"), LINK_BLUE)
    run._r.get_or_add_rPr().append(colour)
    link.append(run._r)
    paragraph._p.append(link)
