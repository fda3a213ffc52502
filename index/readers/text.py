"""Bytes into text, whatever the file was written with, and text into one line that can be shown."""

import codecs
import io
import re
import unicodedata
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from index.errors import ReadError

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

BEGINNING = 8192
CONTROL = bytes(set(range(32)) - {*b"\t\n\r\f\x1b"})

WINDOWS = "paperchat.windows-1252"
"""The name under which `as_windows` is known to the decoders."""

BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
STRAY = re.compile("[\udc80-\udcff]")
"""What a byte that isn't UTF-8 becomes under `surrogateescape`."""

LETTER = "A-Za-zÀ-ÖØ-öø-ɏΑ-ω"
LONE_LETTER = re.compile(f"(?<![{LETTER}])(?![ÃÂÎÏâ])[{LETTER}][°±µ×÷·²³¹¼½¾£§©®™…–—‘’“”„«»‰†‡ªº]+(?![{LETTER}])")
"""A letter that stands alone before signs, as in 3 Å², is one: mojibake is found in words, or begins with Ã, Â, Î..."""

LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}


def find_encoding(stream: BinaryIO, name: Path) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with or without one, UTF-32 with one, else Windows-1252.

    A file with more characters of UTF-8 than stray bytes is UTF-8; `open_decoded` reads the stray ones.
    Raises ReadError for a file that isn't text.
    """
    beginning = stream.read(BEGINNING)
    if beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if unmarked := find_unmarked_utf_16(beginning):
        return unmarked
    # A stray control character is dropped later; a file full of them holds something else than text.
    if len(beginning.translate(None, CONTROL)) < 0.98 * len(beginning):
        raise ReadError(
            f"{name} is not a text file. Give paperchat a JSON Lines, JSON, CSV, TSV or plain text file of papers."
        )
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    characters = strays = 0
    for part in chain([beginning], iter(lambda: stream.read(1 << 20), b""), [b""]):
        text = decoder.decode(part, final=not part)
        if not text.isascii():
            strays += len(STRAY.findall(text))
            characters += len(BEYOND_ASCII.findall(text))
    return "cp1252" if strays > characters else "utf-8-sig"


def find_unmarked_utf_16(beginning: bytes) -> str:
    """UTF-16 by its zeros: every Latin letter, digit and line end has one, always on the same side."""
    for encoding, zeros, others in (
        ("utf-16-le", beginning[1::2], beginning[::2]),
        ("utf-16-be", beginning[::2], beginning[1::2]),
    ):
        if zeros.count(0) > 0.3 * len(zeros) and 0 not in others:
            return encoding
    return ""


def open_decoded(stream: BinaryIO, encoding: str, newline: str | None = None) -> TextIO:
    """The text of `stream`; bytes that don't fit the encoding are read as Windows-1252, where they mean anything."""
    return io.TextIOWrapper(stream, encoding=encoding, errors=windows_errors(), newline=newline)


def windows_errors() -> str:
    """The name of the error handler that reads what doesn't fit as Windows-1252, made known to the decoders."""
    codecs.register_error(WINDOWS, as_windows)
    return WINDOWS


def as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that could not be decoded, in Windows-1252; U+FFFD for what is no character there either."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.encoding.startswith("utf-8"):
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
    return "\ufffd", error.end


def clean(text: str) -> str:
    """One line without what can't be shown or stored: control characters, halves of characters, surplus blanks.

    Mojibake is mended, ligatures are taken apart, accents joined to their letters.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    if not whole.isascii():
        whole = unicodedata.normalize("NFC", mend(whole).translate(LIGATURES))
    if not whole.isprintable():
        whole = "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in whole)
    return " ".join(whole.split())


def mend(text: str) -> str:
    """The text with UTF-8 that was read as something else (`â€“` for a dash) put right; what may be right stays."""
    from ftfy import fix_text  # takes 0.1 s: most texts don't need it

    parts = LONE_LETTER.split(text)
    right = LONE_LETTER.findall(text)
    mended = [fix_text(part, mending()) for part in parts]
    return "".join(part + kept for part, kept in zip(mended, [*right, ""], strict=True))


@lru_cache(maxsize=1)
def mending() -> "TextFixerConfig":
    """Encodings only: quotes, widths, line ends and entities stay as they are."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        fix_surrogates=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
