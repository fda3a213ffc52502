"""Conversations, kept in one SQLite file. Everything asked for is checked against its owner."""

import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

from pydantic import TypeAdapter

from rag import Answer
from ui.history.kept_file import KeptFile
from ui.history.layout import MIGRATIONS

TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Conversation:
    """A line of the list. `updated` is in seconds since 1970."""

    id: str
    title: str
    updated: float
    turns: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. `rating` is 1, -1 or 0 for none; numbers start at 1."""

    number: int
    answer: Answer
    rating: int = 0
    reason: str = ""


class History:
    """The conversations of everyone. An id that isn't the owner's behaves like one that doesn't exist.

    Raises PaperIndexError, with what to do about it, when the file can't be read or written (a full disk, say).
    """

    def __init__(self, file: Path) -> None:
        """Opens the file, or makes it; see `KeptFile`."""
        self._kept = KeptFile(file, "The file of conversations", MIGRATIONS)
        self.file = self._kept.file

    def conversations(self, owner: str) -> list[Conversation]:
        """The owner's conversations, latest first."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT id, title, updated, (SELECT COUNT(*) FROM turns WHERE conversation = id) "
                "FROM conversations WHERE owner = ? ORDER BY updated DESC",
                (owner,),
            )
            return [Conversation(*row) for row in rows]

    def turns(self, owner: str, conversation: str) -> list[Turn]:
        """The turns in order; none for an unknown conversation."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT number, answer, rating, reason FROM turns JOIN conversations ON id = conversation "
                "WHERE id = ? AND owner = ? ORDER BY number",
                (conversation, owner),
            )
            return [Turn(number, read_answer(answer), rating, reason) for number, answer, rating, reason in rows]

    def append(self, owner: str, conversation: str, answer: Answer, replaces: int | None = None) -> str:
        """Adds a turn and returns the conversation's id: a new one if `conversation` isn't one of the owner's.

        The turn `replaces`, and all after it, make room for it.
        """
        with self.connect() as connection:
            is_owned = owns(connection, owner, conversation)
            if is_owned and replaces is not None:
                connection.execute("DELETE FROM turns WHERE conversation = ? AND number >= ?", (conversation, replaces))
            if not is_owned:
                conversation = secrets.token_urlsafe(12)
                title = shorten(answer.question)
                connection.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?)", (conversation, owner, title, time.time())
                )
            connection.execute(
                "INSERT INTO turns (conversation, number, answer) "
                "SELECT ?, COALESCE(MAX(number), 0) + 1, ? FROM turns WHERE conversation = ?",
                (conversation, storable_text(json.dumps(answer.to_dict(), ensure_ascii=False)), conversation),
            )
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (time.time(), conversation))
        return conversation

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives it another title; an empty one changes nothing."""
        if title.strip():
            with self.connect() as connection:
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?",
                    (shorten(title), conversation, owner),
                )

    def delete(self, owner: str, conversation: str) -> None:
        with self.connect() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner))

    def rate(self, owner: str, conversation: str, number: int, rating: int, reason: str = "") -> None:
        """Stores what the reader thinks of an answer: 1, -1, or 0 to take it back."""
        with self.connect() as connection:
            if owns(connection, owner, conversation):
                connection.execute(
                    "UPDATE turns SET rating = ?, reason = ? WHERE conversation = ? AND number = ?",
                    (max(-1, min(1, rating)), storable_text(reason[:500]), conversation, number),
                )

    def connect(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection for one piece of work: committed when it ends well."""
        return self._kept.connect()


def messages_of(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The conversation so far in the form that the assistant takes."""
    said: list[dict[str, Any]] = []
    for turn in turns:
        numbered = [source.paper_id for source in turn.answer.sources]
        said.append({"role": "user", "content": turn.answer.question})
        said.append({"role": "assistant", "content": turn.answer.text, "sources": numbered})
    return said


def owns(connection: sqlite3.Connection, owner: str, conversation: str) -> bool:
    query = "SELECT 1 FROM conversations WHERE id = ? AND owner = ?"
    return connection.execute(query, (conversation, owner)).fetchone() is not None


def storable_text(text: str) -> str:
    """Without half characters (surrogates), which a file can't hold and a page can't be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


def shorten(title: str) -> str:
    """One line that shows as it is: no control characters, and none that turn the direction of what follows."""
    title = storable_text("".join(c if c.isprintable() or category(c) == "Cs" else " " for c in title))
    title = " ".join(title.split())
    return title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1].rstrip() + "…"


def read_answer(text: str) -> Answer:
    """The inverse of `json.dumps(answer.to_dict())`; what a newer or older version has besides is left out.

    Raises pydantic's ValidationError for what was never written so.
    """
    return answer_adapter().validate_json(text)


@cache
def answer_adapter() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)
