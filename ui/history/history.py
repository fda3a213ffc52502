"""Conversations, kept in one SQLite file. Everything asked for is checked against its owner."""

import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

from pydantic import TypeAdapter

from rag import Answer
from ui.history.kept_file import KeptFile
from ui.history.layout import MIGRATIONS

TITLE_LENGTH = 80


PATH = """
    WITH RECURSIVE path (id) AS (
        SELECT shown FROM conversations WHERE id = ? AND owner = ?
        UNION ALL SELECT parent FROM turns JOIN path USING (id) WHERE parent IS NOT NULL
    )
"""
"""The ids of the turns in view, the last first."""

VERSIONS = """
    (SELECT group_concat(id) FROM (
        SELECT id FROM turns other
        WHERE other.conversation = turns.conversation AND other.parent IS turns.parent ORDER BY id
    ))
"""
"""The ids of what stands, or once stood, in the place of a turn."""

NEWEST_BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT ? UNION ALL SELECT (SELECT MAX(id) FROM turns WHERE parent = below.id) FROM below WHERE below.id NOTNULL
    ) SELECT MAX(id) FROM below
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A line of the list. `updated` is in seconds since 1970; `share` the name under which others read it, or ""."""

    id: str
    title: str
    updated: float
    turns: int
    is_pinned: bool = False
    share: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer. `rating` is 1, -1 or 0 for none; numbers start at 1.

    `id` is its own; `versions` are the ids of all that was asked at this place, its own among them, oldest first.
    `beside` is the answer of the version before it, of the first that of the second; None where there is no other.
    """

    number: int
    answer: Answer
    rating: int = 0
    reason: str = ""
    id: int = 0
    versions: tuple[int, ...] = ()
    beside: Answer | None = None

    @property
    def beside_id(self) -> int:
        """The id of the version whose answer is `beside`; 0 where there is no other."""
        at = self.versions.index(self.id) if self.id in self.versions else 0
        return self.versions[at - 1 if at else 1] if len(self.versions) > 1 else 0


class History:
    """The conversations of everyone. An id that isn't the owner's behaves like one that doesn't exist.

    Raises PaperIndexError, with what to do about it, when the file can't be read or written (a full disk, say).
    """

    def __init__(self, file: Path) -> None:
        """Opens the file, or makes it; see `KeptFile`."""
        self._kept = KeptFile(file, "The file of conversations", MIGRATIONS)
        self.file = self._kept.file

    def conversations(self, owner: str, query: str = "") -> list[Conversation]:
        """The owner's conversations, pinned ones first, then latest first.

        With a query, those that hold each of its words in their title, a question or an answer.
        """
        words = query.casefold().split()
        texts = (
            "(SELECT group_concat(json_extract(answer, '$.question') || ' ' || json_extract(answer, '$.text'), ' ') "
            "FROM turns WHERE conversation = conversations.id)"
        )
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT conversations.id, title, updated, COALESCE(number, 0), pinned, share, "  # noqa: S608
                f"{texts if words else 'NULL'} FROM conversations LEFT JOIN turns ON turns.id = shown "
                "WHERE owner = ? ORDER BY pinned DESC, updated DESC",
                (owner,),
            )
            return [
                Conversation(id, title, updated, turns, bool(pinned), share)
                for id, title, updated, turns, pinned, share, text in rows
                if all(word in f"{title} {text}".casefold() for word in words)
            ]

    def turns(self, owner: str, conversation: str) -> list[Turn]:
        """The turns of the branch in view, in order; none for an unknown conversation."""
        with self.connect() as connection:
            return turns_in_view(connection, owner, conversation)

    def answer(self, owner: str, turn: int) -> Answer | None:
        """The answer of the turn with this id; None where the owner has no such turn."""
        with self.connect() as connection:
            found = connection.execute(
                "SELECT answer FROM turns JOIN conversations ON conversations.id = conversation "
                "WHERE turns.id = ? AND owner = ?",
                (turn, owner),
            ).fetchone()
        return read_answer(found[0]) if found else None

    def append(self, owner: str, conversation: str, answer: Answer, replaces: int | None = None) -> str:
        """Adds a turn and returns the conversation's id: a new one if `conversation` isn't one of the owner's.

        With `replaces` it begins a branch at the place of that turn, which is kept with all after it.
        """
        with self.connect() as connection:
            if not owns(connection, owner, conversation):
                conversation, replaces = secrets.token_urlsafe(12), None
                connection.execute(
                    "INSERT INTO conversations (id, owner, title, updated) VALUES (?, ?, ?, ?)",
                    (conversation, owner, shorten(answer.question), time.time()),
                )
            earlier = connection.execute(
                f"{PATH} SELECT id, number FROM turns JOIN path USING (id) WHERE number < ? "  # noqa: S608
                "ORDER BY number DESC LIMIT 1",
                (conversation, owner, 1 << 62 if replaces is None else replaces),
            ).fetchone()
            parent, number = earlier or (None, 0)
            text = storable_text(json.dumps(answer.to_dict(), ensure_ascii=False))
            added = connection.execute(
                "INSERT INTO turns (conversation, parent, number, answer) VALUES (?, ?, ?, ?)",
                (conversation, parent, number + 1, text),
            )
            connection.execute(
                "UPDATE conversations SET updated = ?, shown = ? WHERE id = ?",
                (time.time(), added.lastrowid, conversation),
            )
        return conversation

    def show_version(self, owner: str, conversation: str, turn: int) -> None:
        """Brings the branch of the turn with this id into view, to its latest turn; an unknown one changes nothing."""
        with self.connect() as connection:
            if connection.execute(
                "SELECT 1 FROM turns JOIN conversations ON conversations.id = conversation "
                "WHERE turns.id = ? AND conversations.id = ? AND owner = ?",
                (turn, conversation, owner),
            ).fetchone():
                (last,) = connection.execute(NEWEST_BELOW, (turn,)).fetchone()
                connection.execute("UPDATE conversations SET shown = ? WHERE id = ?", (last, conversation))

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Gives it another title; an empty one changes nothing."""
        if title.strip():
            with self.connect() as connection:
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?",
                    (shorten(title), conversation, owner),
                )

    def pin(self, owner: str, conversation: str, *, is_pinned: bool) -> None:
        """Keeps it at the head of the list, or no longer."""
        with self.connect() as connection:
            connection.execute(
                "UPDATE conversations SET pinned = ? WHERE id = ? AND owner = ?", (is_pinned, conversation, owner)
            )

    def share(self, owner: str, conversation: str, *, is_shared: bool) -> None:
        """Gives it a name under which `shared` finds it, or takes that away: a later one is another."""
        with self.connect() as connection:
            connection.execute(
                "UPDATE conversations SET share = ? WHERE id = ? AND owner = ?",
                (secrets.token_urlsafe(18) if is_shared else "", conversation, owner),
            )

    def shared(self, share: str) -> tuple[str, list[Turn]] | None:
        """Title and turns of what is shared under this name, whoever asks; None for an unknown one."""
        with self.connect() as connection:
            found = connection.execute(
                "SELECT owner, id, title FROM conversations WHERE share = ? AND share != ''", (share,)
            ).fetchone()
            if found is None:
                return None
            owner, conversation, title = found
            return title, turns_in_view(connection, owner, conversation)

    def delete(self, owner: str, conversation: str) -> None:
        with self.connect() as connection:
            connection.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation, owner))

    def rate(self, owner: str, conversation: str, number: int, rating: int, reason: str = "") -> None:
        """Stores what the reader thinks of an answer: 1, -1, or 0 to take it back."""
        with self.connect() as connection:
            connection.execute(
                f"{PATH} UPDATE turns SET rating = ?, reason = ? "  # noqa: S608
                "WHERE number = ? AND id IN (SELECT id FROM path)",
                (conversation, owner, max(-1, min(1, rating)), storable_text(reason[:500]), number),
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


def turns_in_view(connection: sqlite3.Connection, owner: str, conversation: str) -> list[Turn]:
    rows = connection.execute(
        f"{PATH} SELECT number, answer, rating, reason, id, {VERSIONS} "  # noqa: S608
        "FROM turns JOIN path USING (id) ORDER BY number",
        (conversation, owner),
    )
    turns = [
        Turn(number, read_answer(answer), rating, reason, id, tuple(map(int, versions.split(","))))
        for number, answer, rating, reason, id, versions in rows.fetchall()
    ]
    return [with_beside(connection, turn) for turn in turns]


def with_beside(connection: sqlite3.Connection, turn: Turn) -> Turn:
    if not turn.beside_id:
        return turn
    (answer,) = connection.execute("SELECT answer FROM turns WHERE id = ?", (turn.beside_id,)).fetchone()
    return replace(turn, beside=read_answer(answer))


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
