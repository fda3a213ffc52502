"""Answers as notes for Zotero: the HTML that its notes are made of, and a file that it imports.

The file is Zotero's own RDF. Of the formats that Zotero reads it is the one that has notes without a paper to hang on;
an answer cites several, most of which are in the reader's library already, and a second copy is not wanted there.
"""

from collections.abc import Sequence
from xml.etree import ElementTree

from ui.history.history import Turn
from ui.history.parts import cited, reference_parts, storable, unsupported
from ui.html import parts_of, render

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
BIB = "http://purl.org/net/biblio#"
DC = "http://purl.org/dc/elements/1.1/"
EXPORT = "http://www.zotero.org/namespaces/export#"
TAG = "paperchat"


def as_note(turn: Turn) -> str:
    """The question as the note's title, the answer with its numbers as links, what nothing supports, the sources."""
    references = {source.n: reference_parts(source) for source in cited(turn.answer)}
    return render(
        "zotero_note.html",
        answer=turn.answer,
        parts=parts_of(turn.answer),
        unsupported=unsupported(turn.answer),
        references=references,
        addresses={str(source.n): reference_parts(source)[2] for source in turn.answer.sources},
    )


def write_rdf(turns: Sequence[Turn]) -> bytes:
    """A note a turn, with a tag by which they are found."""
    for prefix, name in (("rdf", RDF), ("bib", BIB), ("dc", DC), ("z", EXPORT)):
        ElementTree.register_namespace(prefix, name)
    root = ElementTree.Element(f"{{{RDF}}}RDF")
    for turn in turns:
        note = ElementTree.SubElement(root, f"{{{BIB}}}Memo", {f"{{{RDF}}}about": f"#note_{turn.number}"})
        for name, text in (
            (f"{{{EXPORT}}}itemType", "note"),
            (f"{{{RDF}}}value", as_note(turn)),
            (f"{{{DC}}}subject", TAG),
        ):
            ElementTree.SubElement(note, name).text = storable(text)
    made: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return made
