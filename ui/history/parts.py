"""What every export needs of an answer: its parts, what it cites, what nothing supports."""

from typing import TYPE_CHECKING

from rag import Answer
from ui.html import web_address

if TYPE_CHECKING:
    from index import Paper
    from rag import Source


def cited(answer: Answer) -> "list[Source]":
    return [source for source in answer.sources if source.cited]


def unsupported(answer: Answer) -> list[str]:
    """What a reader elsewhere must know: which sentences nothing cited supports, each with the reason."""
    return [f"{one.text} ({one.reason})" for one in answer.sentences if one.verdict == "unsupported"]


def reference(source: "Source | Paper") -> str:
    """`Ada Lovelace (2025). A Title. https://…`; what is unknown is left out."""
    lead, title, address = reference_parts(source)
    return " ".join(filter(None, (lead, title, address)))


def reference_parts(source: "Source | Paper") -> tuple[str, str, str]:
    """Authors and year, title, address."""
    year = f"({source.year})" if source.year else ""
    if not source.authors:
        return "", f"{source.title} {year}".strip() + ("." if year else ""), web_address(source.url)
    title = source.title if source.title.endswith((".", "?", "!")) else f"{source.title}."
    return f"{', '.join(source.authors)} {year}".strip() + ".", title, web_address(source.url)


def storable(text: str) -> str:
    """Without what XML can't hold: control characters and half characters."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(
        c if c in "\n\t" or c.isprintable() or c.isspace() else " " for c in whole if c not in "\ufffe\uffff"
    )
