"""Text as it can be stored and sent: without halves of characters."""

import codecs
from collections.abc import Callable


def encodable(text: str) -> str:
    """Without half characters, which come from cut emoji and which no client can send."""
    return text.encode("utf-8", "replace").decode()


def join_characters() -> Callable[[str], str]:
    """A function that takes text piece by piece and gives it back as it can be stored and sent.

    Halves of a character (surrogates) in two pieces are joined, a half alone is replaced, a NUL is a blank.
    """
    decoder = codecs.getincrementaldecoder("utf-16-le")("replace")
    return lambda piece: decoder.decode(piece.encode("utf-16-le", "surrogatepass")).replace("\0", " ")
