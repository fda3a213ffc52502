"""JSON that is too large to parse at once: its objects one by one, where it is a list of them."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

CHUNK = 1 << 20
"""Characters read at a time."""
LARGEST_VALUE = 20_000_000
"""Characters of one object: no record of a paper comes near."""
DEEPEST = 3
"""Lists and objects around a record."""


def stream_objects(stream: TextIO) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each object that stands in a list, with the names of what it is in. Raises ValueError where it isn't JSON."""
    window = Window(stream)
    yield from objects_in(window, ())
    if window.peek():
        raise ValueError("more follows behind the end")


class Window:
    """The part of a text that is being looked at."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._text = ""
        self._at = 0
        self._has_ended = False
        self._decoder = json.JSONDecoder()

    def peek(self) -> str:
        """The next sign that is no blank, empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill(CHUNK):
                return ""

    def take(self, sign: str) -> bool:
        """Whether the next sign is this one; then it is passed."""
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise ValueError(f"{sign} is missing")

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            size = len(self._text) - self._at
            flaw = ValueError("an object is too large")
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except ValueError as error:
                flaw = error
            else:
                # A number may go on behind what has been read.
                if end < len(self._text) or self._has_ended:
                    self._at = end
                    return found
            if self._has_ended or size > LARGEST_VALUE:
                raise flaw
            # What is there is doubled, so that a long value is not parsed too often.
            self._fill(max(CHUNK, size))

    def _fill(self, size: int) -> bool:
        more = self._stream.read(size)
        self._text = self._text[self._at :] + more
        self._at = 0
        self._has_ended = not more
        return bool(more)


def objects_in(window: Window, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if window.take("["):
        while not window.take("]"):
            if window.peek() == "[" and len(path) < DEEPEST:
                yield from objects_in(window, (*path, ""))
            else:
                yield path, window.value()
            if not window.take(",") and window.peek() != "]":
                raise ValueError("a list is not closed")
    elif window.take("{"):
        while not window.take("}"):
            name = str(window.value())
            window.expect(":")
            if window.peek() in ("[", "{") and len(path) < DEEPEST:
                yield from objects_in(window, (*path, name))
            else:
                window.value()
            if not window.take(",") and window.peek() != "}":
                raise ValueError("an object is not closed")
    else:
        raise ValueError("it is neither a list nor an object")
