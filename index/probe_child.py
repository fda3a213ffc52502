"""The child process of `probe`: opens the files and searches them, and may die of it."""

import json
import sys
from pathlib import Path

import tantivy

from index.chroma import open_client
from index.settings import IndexSettings
from index.words import open_index

TRIES = 200
"""Vectors, or words, that are searched for."""


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
    index, schema = open_index(folder)
    searcher = index.searcher()
    for word, _ in searcher.terms_with_prefix("names", "")[:TRIES]:
        for field in ("names", "text"):
            query = tantivy.Query.term_query(schema, field, word, "freq")
            for _, address in searcher.search(query, limit=10, count=False).hits:
                searcher.doc(address).get_first("id")


def search_vectors(folder: Path, collection: str) -> None:
    client = open_client(folder, IndexSettings())
    if collection not in [each.name for each in client.list_collections()]:
        return
    found = client.get_collection(collection, embedding_function=None)
    size = found.count()
    some = found.get(limit=TRIES, include=["embeddings"])["embeddings"]
    for vector in some if some is not None else ():
        found.query(query_embeddings=[vector], n_results=min(10, size), include=["distances"])
