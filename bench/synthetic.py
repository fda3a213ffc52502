"""A library of any size: abstracts recombined from those that ship, and vectors drawn around real ones.

Sentences of the catalogue and of the texts written for training are mixed; authors and years are made up. The same
number and seed give the same papers in every process.
"""

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index import Encoded, PackagedEmbedding, Paper, PaperIndex, catalogue_path, split_sentences
from index.chunking import split_passages
from index.embedding import Vector, normalise
from index.library import State
from index.readers import read_papers
from train import fields
from train.fields import read_fields

FIELDS = Path(fields.__file__).parent

YEARS = tuple(range(2001, 2026))
SYLLABLES = tuple("ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bran chen dorf".split())
SPREAD = 0.6
"""Of a vector around the real ones it is drawn from: its cosine to them is about .85, as that of two passages of one
abstract. With less, every search would have one clear answer; with more, all passages would be equally far."""


def make_papers(number: int, seed: int = 0) -> Iterator[Paper]:
    """Five to eight sentences each, so one or two passages."""
    chance = random.Random(seed)
    known = [(paper.title, paper.abstract) for paper in catalogue()]
    known += [(paper.title, paper.abstract) for field in read_fields(FIELDS) for paper in field.papers.values()]
    titles = [title.split() for title, _ in known]
    sentences = [abstract[start:end] for _, abstract in known for start, end in split_sentences(abstract)]
    topics = sorted({topic for paper in catalogue() for topic in paper.topics})
    names = [name(chance) for _ in range(max(20, number // 3))]
    for count in range(number):
        one, other = chance.choice(titles), chance.choice(titles)
        yield Paper(
            id=f"made-{count}",
            # A word of its own: papers of one title and author would be merged.
            title=" ".join((*one[: len(one) // 2 + 1], *other[len(other) // 2 :], word(chance, 4))),
            abstract=" ".join(chance.sample(sentences, chance.randint(5, 8))),
            authors=tuple(chance.sample(names, chance.randint(1, 5))),
            year=chance.choice(YEARS),
            topics=tuple(chance.sample(topics, 3)),
        )


def catalogue() -> list[Paper]:
    return [paper for paper in read_papers(catalogue_path()) if isinstance(paper, Paper)]


def word(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(SYLLABLES, k=length))


def name(chance: random.Random) -> str:
    return f"{word(chance, 2).title()} {word(chance, 3).title()}"


def real_vectors() -> Vector:
    """What the packaged model makes of the titles of the catalogue's papers: a few seconds."""
    return PackagedEmbedding().embed_passages([paper.title for paper in catalogue()])


def random_vectors(number: int, dimension: int) -> Vector:
    """In place of real ones, where nothing but time and what is found is looked at."""
    return normalise(np.random.default_rng(0).normal(size=(number, dimension)))


def drawn_around(real: Vector) -> Callable[[str], Encoded]:
    """A stand-in for the packaged model: each text has a vector of its own somewhere between two of these."""

    def encode(text: str) -> Encoded:
        chance = np.random.default_rng(zlib.crc32(text.encode()))
        one, other = real[chance.integers(len(real), size=2)]
        share = chance.uniform()
        noise = normalise(chance.normal(size=real.shape[1]))
        vector = normalise(normalise(share * one + (1 - share) * other) + SPREAD * noise)
        return Encoded(vector, vector[None], [(0, len(text))])

    return encode


def fill(index: PaperIndex, papers: Sequence[Paper], encode: Callable[[str], Encoded]) -> None:
    """Writes papers, all new, to each part of an index in one go: a fifth of the time that `PaperIndex.add` takes."""
    library = index.library
    passages = {paper.id: split_passages(paper, index.settings.chunk_tokens) for paper in papers}
    with library.transaction():
        for paper in papers:
            library.record(paper, passages[paper.id])
        library.advance([paper.id for paper in papers], State.COMPLETE)
    index.words.write(papers)
    vectors = {one.id: encode(one.text).vector for some in passages.values() for one in some}
    index.encodings.write(vectors, {})
    index.meaning.vectors.write(list(vectors), np.stack(list(vectors.values())))
    index.meaning.forget()
    library.bump_generation()
