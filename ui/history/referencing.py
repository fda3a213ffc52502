"""A reference as the styles of journals have it, written by citeproc after the rules in `styles/` (CSL)."""

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import export_papers
from ui.history.export import as_bibtex, as_reference

if TYPE_CHECKING:
    from index import Paper
    from rag import Source

CITATION_STYLES = {"apa": "APA", "ieee": "IEEE", "bibtex": "BibTeX"}
"""Style -> its name."""

DOUBLED_STOP = re.compile(r"([?!.])\.(?!\.)")
"""What comes of a title that ends as a sentence does."""

QUOTE_END = re.compile(r"([?!])?”([,.])")
"""In American English the comma stands before the mark of quotation; after ? and ! there is none."""


def cite(paper: "Paper | Source", style: str) -> str:
    """The reference as plain text. Raises KeyError for a style that is not one of CITATION_STYLES."""
    if CITATION_STYLES[style] == CITATION_STYLES["bibtex"]:
        return as_bibtex([paper]).strip()
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter  # 50 ms
    from citeproc.source.json import CiteProcJSON

    (item,) = json.loads("".join(export_papers([as_reference(paper)], "csl")))
    # Names of its own, since a paper's id can be anything.
    source = CiteProcJSON([item | {"id": "paper"}])
    made = CitationStylesBibliography(rules(style), source, formatter.plain)
    made.register(Citation([CitationItem("paper")]))
    (text,) = made.bibliography()
    text = DOUBLED_STOP.sub(r"\1", " ".join(str(text).split()))
    return QUOTE_END.sub(lambda end: f"{end[1] or end[2]}”", text)


@cache
def rules(style: str) -> Any:
    from citeproc import CitationStylesStyle

    return CitationStylesStyle(str(Path(__file__).parent / "styles" / f"{style}.csl"), validate=False)
