"""Opens a search engine's files in a process of its own: damaged ones may end it by a signal, and say so on stderr."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from index.errors import IndexDamaged
from index.settings import IndexSettings

TRIES = 200
"""Vectors, or words, that are searched for."""
PATIENCE = 300.0

START = "import sys; sys.path[:] = {path!r}; from index.probe import main; main()"


def probe_words(folder: Path) -> None:
    """Raises IndexDamaged when the word index can't be searched."""
    run("words", folder, IndexSettings())


def probe_vectors(folder: Path, settings: IndexSettings) -> None:
    """Raises IndexDamaged when Chroma can't be opened and searched. The folder's lock must be held."""
    run("vectors", folder, settings)


def run(part: str, folder: Path, settings: IndexSettings) -> None:
    asked = {"part": part, "folder": str(folder.absolute()), "collection": settings.collection}
    command = [sys.executable, "-c", START.format(path=sys.path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            command, input=json.dumps(asked), capture_output=True, text=True, errors="replace", timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise IndexDamaged(f"it did not answer within {PATIENCE:.0f} seconds") from None
    if done.returncode:
        raise IndexDamaged(reason(done))


def reason(done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode < 0:
        return f"reading it ended in {signal.Signals(-done.returncode).name}"
    return done.stdout.strip() or f"reading it ended with exit code {done.returncode}"


def main() -> None:
    """The child: exit code 1 and a reason on stdout when the files can't be used."""
    asked = json.load(sys.stdin)
    search = {"words": search_words, "vectors": search_vectors}[asked["part"]]
    try:
        search(Path(asked["folder"]), asked["collection"])
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must not meet it
        print(" ".join(str(error).split())[:300] or type(error).__name__)
        raise SystemExit(1) from None


def search_words(folder: Path, collection: str) -> None:
    from index.words import open_index

    index, schema = open_index(folder)
    import tantivy

    searcher = index.searcher()
    for word, _ in searcher.terms_with_prefix("names", "")[:TRIES]:
        for field in ("names", "text"):
            query = tantivy.Query.term_query(schema, field, word, "freq")
            for _, address in searcher.search(query, limit=10, count=False).hits:
                searcher.doc(address).get_first("id")


def search_vectors(folder: Path, collection: str) -> None:
    from index.vectors import open_client

    client = open_client(folder, IndexSettings())
    if collection not in [each.name for each in client.list_collections()]:
        return
    found = client.get_collection(collection, embedding_function=None)
    size = found.count()
    some = found.get(limit=TRIES, include=["embeddings"])["embeddings"]
    for vector in some if some is not None else ():
        found.query(query_embeddings=[vector], n_results=min(10, size), include=["distances"])
