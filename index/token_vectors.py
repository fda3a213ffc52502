"""A vector for every token of every passage: for late interaction, and for sentence vectors without a model run.

Rows are kept as int8 with a scale each: 384 bytes a token, about 57 KB a passage, cosine to the exact row above .9999.
Like words and vectors these can be made again from the library.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np

from index.embedding import Encoded, Span
from index.errors import IndexDamaged

MANY = 500


class TokenVectors:
    """Passage id -> `Encoded`. Safe to use from several threads. Raises IndexDamaged when the file can't be read."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(file, timeout=30, check_same_thread=False, isolation_level=None)
            try:
                # Pages of this size keep a passage in few of them: reading is twice as fast.
                self._connection.execute("PRAGMA page_size = 16384")
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.execute(
                    "CREATE TABLE IF NOT EXISTS encoded (passage TEXT PRIMARY KEY, vector BLOB NOT NULL, "
                    "rows BLOB NOT NULL, scales BLOB NOT NULL, offsets BLOB NOT NULL)"
                )
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.DatabaseError as error:
            raise IndexDamaged(
                f"The token vectors {file} can't be read ({error}). Run `paperchat doctor --repair`."
            ) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def count(self) -> int:
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM encoded").fetchone()[0])

    def write(self, encoded: Mapping[str, Encoded]) -> None:
        """Adds these passages, in place of earlier ones with their ids."""
        rows = [(id, *pack(one)) for id, one in encoded.items()]
        with self._lock:
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?, ?)", rows)
            self._connection.execute("COMMIT")

    def remove(self, passage_ids: Iterable[str]) -> None:
        with self._lock:
            self._connection.execute("BEGIN")
            self._connection.executemany("DELETE FROM encoded WHERE passage = ?", [(id,) for id in passage_ids])
            self._connection.execute("COMMIT")

    def clear(self) -> None:
        with self._lock:
            self._connection.execute("DELETE FROM encoded")

    def read(self, passage_ids: Collection[str]) -> dict[str, Encoded]:
        """The passages that are there, in the order asked for."""
        listed = list(passage_ids)
        found = {}
        for first in range(0, len(listed), MANY):
            some = listed[first : first + MANY]
            query = f"SELECT * FROM encoded WHERE passage IN ({', '.join('?' * len(some))})"  # noqa: S608
            with self._lock:
                rows = self._connection.execute(query, some).fetchall()
            found.update({row[0]: unpack(*row[1:]) for row in rows})
        return {id: found[id] for id in listed if id in found}


def pack(encoded: Encoded) -> tuple[bytes, bytes, bytes, bytes]:
    largest = np.abs(encoded.tokens).max(axis=1, initial=1e-12)
    scales = (largest / 127).astype(np.float32)
    rows = np.rint(encoded.tokens / scales[:, None]).astype(np.int8)
    offsets = np.array(encoded.offsets, dtype=np.int32)
    return encoded.vector.astype(np.float32).tobytes(), rows.tobytes(), scales.tobytes(), offsets.tobytes()


def unpack(vector: bytes, rows: bytes, scales: bytes, offsets: bytes) -> Encoded:
    scale = np.frombuffer(scales, np.float32)
    whole = np.frombuffer(vector, np.float32)
    tokens = np.frombuffer(rows, np.int8).reshape(len(scale), len(whole)) * scale[:, None]
    spans: list[Span] = [(start, end) for start, end in np.frombuffer(offsets, np.int32).reshape(-1, 2).tolist()]
    return Encoded(whole, tokens, spans)
