"""A plain hybrid retriever for measuring: stemmed BM25 and MiniLM's cosine, fused by scores as the product does."""

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import tantivy
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from train.network import EvidenceNetwork, packaged, pretrained

Paper = tuple[str, str]
COSINE_SHARE, WORDS_SHARE = 0.7, 0.3


def read_papers(file: Path) -> list[Paper]:
    """Titles and abstracts: JSON Lines, or a listing whose first paper's title follows a line of page furniture."""
    text = file.read_text("utf-8")
    if file.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
        return [(row["title"], row["abstract"]) for row in rows]
    lines = text.split("\n")[2:]
    lines[0] = lines[0].removeprefix("Subscribe")
    return [(lines[number], lines[number + 1]) for number in range(0, len(lines) - 1, 2)]


class Retriever:
    """Ranks `papers` for a question by 0.7 x cosine + 0.3 x BM25 / its maximum."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.papers = papers
        self._tokenizer = Tokenizer.from_file(str(packaged("tokenizer.json")))
        self._tokenizer.enable_truncation(256)
        self._tokenizer.no_padding()
        self._network: EvidenceNetwork = pretrained().eval()
        self._vectors = np.stack([self._embed(f"{title}. {abstract}") for title, abstract in papers])

    def search(self, question: str, count: int) -> list[tuple[int, float]]:
        cosine = self._vectors @ self._embed(question)
        words = self._bm25(question)
        fused = COSINE_SHARE * cosine + WORDS_SHARE * words / max(float(words.max()), 1e-9)
        order = np.argsort(-fused, kind="stable")[:count]
        return [(int(number), float(fused[number])) for number in order]

    def _embed(self, text: str) -> NDArray[np.float32]:
        encoding = self._tokenizer.encode(text)
        network = self._network
        with torch.no_grad():
            tokens = torch.tensor([encoding.ids])
            places = torch.arange(tokens.shape[1])
            hidden = network.norm(
                network.words(tokens) + network.positions(places) + network.segments(torch.zeros_like(tokens))
            )
            for layer in network.layers:
                hidden = layer(hidden, None)
            vector = hidden[0].mean(0).numpy()
        result: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return result

    @cached_property
    def _words(self) -> tantivy.Index:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
        schema.add_integer_field("number", stored=True)
        index = tantivy.Index(schema.build())
        writer = index.writer(15_000_000, 1)
        for number, (title, abstract) in enumerate(self.papers):
            writer.add_document(tantivy.Document(text=f"{title} {abstract}", number=number))
        writer.commit()
        index.reload()
        return index

    def _bm25(self, question: str) -> NDArray[np.float32]:
        scores = np.zeros(len(self.papers), dtype=np.float32)
        cleaned = " ".join("".join(sign if sign.isalnum() else " " for sign in question).split()).lower()
        if not cleaned:
            return scores
        searcher = self._words.searcher()
        query = self._words.parse_query(cleaned, ["text"])
        for score, address in searcher.search(query, len(self.papers)).hits:
            scores[searcher.doc(address)["number"][0]] = score
        return scores
