"""What the models made of the passages, kept: a vector for each passage, and one for each of its tokens.

Making them takes time, or money, so Chroma, which can be lost, is filled from here. Token vectors serve late
interaction, and sentence vectors without a model run; their rows are int8 with a scale each: 384 bytes a token, about
57 KB a passage, cosine to the exact row above .9999.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from index.embedding import Encoded, Vector
from index.errors import REPAIR
from index.sentences import Span
from index.sqlite_file import MANY, connect, explained, storable_only

SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (passage TEXT PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    passage TEXT PRIMARY KEY, vector BLOB NOT NULL, rows BLOB NOT NULL, scales BLOB NOT NULL, offsets BLOB NOT NULL
);
"""


class Encodings:
    """Passage id -> vector, and passage id -> `Encoded`. Safe to use from several threads and processes.

    Raises IndexDamaged when the file can't be read.
    """

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        self._file = file
        self._lock = threading.RLock()
        with self._readable():
            self._connection = connect(file, read_only=read_only)
        if read_only:
            return
        try:
            with self._readable():
                # Pages of this size keep a passage in few of them: reading is twice as fast.
                self._connection.execute("PRAGMA page_size = 16384")
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.executescript(SCHEMA)
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def _readable(self) -> Iterator[None]:
        with explained(self._file, "The vectors in", REPAIR):
            try:
                yield
            except (ValueError, TypeError) as error:
                raise sqlite3.DataError(f"a vector is spoiled: {error}") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def count_vectors(self) -> int:
        return self._number("SELECT count(*) FROM vectors")

    def has_more_vectors_than(self, number: int) -> bool:
        """Counts no further than that."""
        return self._number("SELECT count(*) FROM (SELECT 1 FROM vectors LIMIT ?)", number + 1) > number

    def count_tokens(self) -> int:
        """Passages that have token vectors."""
        return self._number("SELECT count(*) FROM tokens")

    def write(self, vectors: Mapping[str, Vector], tokens: Mapping[str, Encoded]) -> None:
        """Adds these passages, in place of earlier ones with their ids."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(id, vector.astype(np.float32).tobytes()) for id, vector in vectors.items()],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?)",
                [(id, *pack_tokens(encoded)) for id, encoded in tokens.items()],
            )

    def remove(self, passage_ids: Iterable[str]) -> None:
        ids = [(id,) for id in passage_ids]
        with self._transaction():
            self._connection.executemany("DELETE FROM vectors WHERE passage = ?", ids)
            self._connection.executemany("DELETE FROM tokens WHERE passage = ?", ids)

    def clear(self) -> None:
        with self._transaction():
            self._connection.execute("DELETE FROM vectors")
            self._connection.execute("DELETE FROM tokens")

    def vectors(self, passage_ids: Collection[str]) -> dict[str, Vector]:
        """The vectors of those passages that are there."""
        rows = self._among("SELECT passage, vector FROM vectors WHERE passage IN", passage_ids)
        with self._readable():
            return {id: np.frombuffer(vector, np.float32) for id, vector in rows}

    def without_tokens(self, limit: int) -> list[str]:
        """Some of the passages that have a vector and no token vectors."""
        query = "SELECT passage FROM vectors WHERE passage NOT IN (SELECT passage FROM tokens) LIMIT ?"
        with self._lock, self._readable():
            return [id for (id,) in self._connection.execute(query, (limit,))]

    def check(self) -> None:
        """Reads the whole file. Raises IndexDamaged when a part of it is unreadable."""
        with self._lock, self._readable():
            if (found := self._connection.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
                raise sqlite3.DatabaseError(found)

    def ids(self) -> set[str]:
        """The passages that have anything here."""
        with self._lock, self._readable():
            rows = self._connection.execute("SELECT passage FROM vectors UNION SELECT passage FROM tokens").fetchall()
        return {id for (id,) in rows}

    def all_vectors(self) -> tuple[list[str], Vector]:
        """Every passage id, and the vectors (n, d) in the same order."""
        with self._lock, self._readable():
            rows = self._connection.execute("SELECT passage, vector FROM vectors").fetchall()
        with self._readable():
            return [id for id, _ in rows], as_matrix([vector for _, vector in rows])

    def each_vector(self, size: int) -> Iterator[tuple[list[int], list[str], Vector]]:
        """Every vector, `size` at once: places, passage ids, and the vectors (n, d) in the same order."""
        last = -1
        while True:
            with self._lock, self._readable():
                rows = self._connection.execute(
                    "SELECT rowid, passage, vector FROM vectors WHERE rowid > ? ORDER BY rowid LIMIT ?", (last, size)
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            with self._readable():
                matrix = as_matrix([vector for *_, vector in rows])
            yield [place for place, *_ in rows], [id for _, id, _ in rows], matrix

    def vectors_at(self, places: Sequence[int]) -> tuple[list[str], Vector]:
        """The passage ids and vectors (n, d) that are at these places (see `each_vector`), in their order."""
        found: dict[int, tuple[str, bytes]] = {}
        for first in range(0, len(places), MANY):
            some = places[first : first + MANY]
            query = f"SELECT rowid, passage, vector FROM vectors WHERE rowid IN ({', '.join('?' * len(some))})"  # noqa: S608
            with self._lock, self._readable():
                found |= {place: (id, vector) for place, id, vector in self._connection.execute(query, some)}
        there = [found[place] for place in places if place in found]
        with self._readable():
            return [id for id, _ in there], as_matrix([vector for _, vector in there])

    def tokens(self, passage_ids: Collection[str]) -> dict[str, Encoded]:
        """The tokens of those passages that are there, in the order asked for."""
        rows = self._among("SELECT * FROM tokens WHERE passage IN", passage_ids)
        with self._readable():
            found = {row[0]: unpack_tokens(*row[1:]) for row in rows}
        return {id: found[id] for id in passage_ids if id in found}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, self._readable():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # SQLite has done so itself after some errors, a full disk among them.
                with suppress(sqlite3.OperationalError):
                    self._connection.execute("ROLLBACK")
                raise

    def _number(self, query: str, *values: int) -> int:
        with self._lock, self._readable():
            return int(self._connection.execute(query, values).fetchone()[0])

    def _among(self, query: str, values: Collection[str]) -> list[tuple]:  # type: ignore[type-arg]
        """The rows of `query`, which ends in IN, for any number of values."""
        listed = storable_only(values)
        rows = []
        for first in range(0, len(listed), MANY):
            some = listed[first : first + MANY]
            with self._lock, self._readable():
                rows += self._connection.execute(f"{query} ({', '.join('?' * len(some))})", some).fetchall()
        return rows


def as_matrix(vectors: Sequence[bytes]) -> Vector:
    matrix = np.frombuffer(b"".join(vectors), np.float32)
    return matrix.reshape(len(vectors), -1) if vectors else np.empty((0, 0), np.float32)


def pack_tokens(encoded: Encoded) -> tuple[bytes, bytes, bytes, bytes]:
    largest = np.abs(encoded.tokens).max(axis=1, initial=1e-12)
    rows = np.rint(encoded.tokens * (127 / largest[:, None])).astype(np.int8)
    # The scale gives the rounded row the length 1 again, rather than the length it had by chance.
    scales = 1 / np.maximum(np.linalg.norm(rows.astype(np.float32), axis=1), 1)
    offsets = np.array(encoded.offsets, dtype=np.int32)
    return (
        encoded.vector.astype(np.float32).tobytes(),
        rows.tobytes(),
        scales.astype(np.float32).tobytes(),
        offsets.tobytes(),
    )


def unpack_tokens(vector: bytes, rows: bytes, scales: bytes, offsets: bytes) -> Encoded:
    scale = np.frombuffer(scales, np.float32)
    whole = np.frombuffer(vector, np.float32)
    tokens = np.frombuffer(rows, np.int8).reshape(len(scale), len(whole)) * scale[:, None]
    spans: list[Span] = [(start, end) for start, end in np.frombuffer(offsets, np.int32).reshape(-1, 2).tolist()]
    return Encoded(whole, tokens, spans)
