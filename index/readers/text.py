"""Bytes into text, whatever the file was written with."""

import codecs
from pathlib import Path
from typing import BinaryIO

from index.errors import ReadError

BEGINNING = 8192
CONTROL = bytes(set(range(32)) - {*b"\t\n\r\f\x1b"})


def find_encoding(stream: BinaryIO, name: Path) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else Latin-1, which any bytes can be.

    Raises ReadError for a file that isn't text.
    """
    beginning = stream.read(BEGINNING)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # A stray control character is dropped later; a file full of them holds something else than text.
    if len(beginning.translate(None, CONTROL)) < 0.98 * len(beginning):
        raise ReadError(
            f"{name} is not a text file. Give paperchat a JSON Lines, JSON, CSV, TSV or plain text file of papers."
        )
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        decoder.decode(beginning)
        while part := stream.read(1 << 20):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def clean(text: str) -> str:
    """One line without what can't be shown or stored: control characters, halves of characters, surplus blanks."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(sign if sign.isprintable() or sign.isspace() else "" for sign in whole).split())
