"""XML read record by record: what was read is forgotten, what is too large is refused, entities are refused."""

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from index.errors import ReadError
from index.readers.source_file import SourceFile

LARGEST_RECORD = 50_000_000
"""Bytes: whole articles with their figures stay below."""
MOST_ELEMENTS = 200_000
"""Of one record."""
MOST_LEVELS = 500
"""Elements within elements."""


def read_elements(
    file: SourceFile, names: Collection[str], without: Collection[str] = ()
) -> Iterator[tuple[Element, str]]:
    """Each outermost element of one of these local names, with the language it is in; valid until the next one.

    Elements in it that are named in `without` come empty. Raises ReadError when the file is broken, declares
    entities, or has a record that is too large; what stood before has been yielded.
    """
    try:
        with file.open() as stream:
            yield from elements_of(Counted(stream), names, without)
    except TooLarge as error:
        raise ReadError(f"{file.name}: {error}. What stood before it was read.") from None
    except DefusedXmlException:
        raise ReadError(
            f"{file.name} declares entities, which can fill the memory or reach other files, and is refused for that. "
            "Export it anew, or take the DOCTYPE out if you trust it."
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(f"{file.name} is broken XML ({error}). What stood before was read. Export it anew.") from None


class TooLarge(Exception):
    """More than one record holds."""


class Counted:
    """A stream that gives up when too much was read since `mark`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._read = 0
        self._has_begun = False

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(size)
        if not self._has_begun:
            # An empty line before the declaration is an error to the parser, and common in exports.
            part = part.lstrip(b" \t\r\n") or part
            self._has_begun = True
        self._read += len(part)
        if self._read > LARGEST_RECORD:
            raise TooLarge(f"there are more than {LARGEST_RECORD // 1_000_000} MB without a record that ends")
        return part

    def mark(self) -> None:
        self._read = 0


def elements_of(stream: Counted, names: Collection[str], without: Collection[str]) -> Iterator[tuple[Element, str]]:
    path: list[Element] = []
    record: Element | None = None
    language, elements = "", 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=False):
        name = local(element)
        if event == "start":
            path.append(element)
            if record is None and name in names:
                record, elements = element, 0
                language = element.get("{http://www.w3.org/XML/1998/namespace}lang", "")
            elements += 1
            if elements > MOST_ELEMENTS or len(path) > MOST_LEVELS:
                raise TooLarge(f"a record has more than {MOST_ELEMENTS:,} parts or {MOST_LEVELS} levels")
            continue
        path.pop()
        if record is not None and element is record:
            record = None
            yield element, language
            stream.mark()
        if record is None:
            elements = 0
            # Forgotten, and taken from its parent, which may hold millions.
            if path:
                path[-1].clear()
        elif name in without:
            element.clear()


def local(element: Element) -> str:
    """The name without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along these local names."""
    for name in path:
        element = next((one for one in element if local(one) == name), None) if element is not None else None
    return element


def children(element: Element | None, name: str) -> list[Element]:
    return [one for one in element if local(one) == name] if element is not None else []


def inside(element: Element | None, name: str) -> list[Element]:
    """All descendants of this local name."""
    return [one for one in element.iter() if local(one) == name] if element is not None else []


LEFT_OUT = ("fn", "annotation", "tex-math", "xref-group", "object-id")
APART = ("p", "title", "sec", "br", "break", "list-item", "AbstractText", "mfrac")
"""Elements that stand apart from what is around them."""


def text_of(element: Element | None) -> str:
    """What is written in it, without tags; `10<sup>-3</sup>` becomes 10^-3, for it would else be another number."""
    return " ".join("".join(pieces(element)).split()) if element is not None else ""


def pieces(element: Element) -> Iterator[str]:
    name = local(element)
    if name not in LEFT_OUT and isinstance(element.tag, str):
        apart = " " if name in APART else ""
        yield apart
        yield element.text or ""
        before = (element.text or "")[-1:]
        for one in element:
            if local(one) in ("sup", "msup") and before.isdigit() and text_of(one)[:1] in tuple("-−–+0123456789"):
                yield "^"
            yield from pieces(one)
            yield one.tail or ""
            before = ((one.tail or "") or before)[-1:]
        yield apart


def first_text(element: Element | None, *names: str) -> str:
    """The text of the first child with one of these names that has any."""
    found = (text_of(child(element, name)) for name in names)
    return next((text for text in found if text), "")
