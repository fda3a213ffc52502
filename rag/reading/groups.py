"""The papers of an overview in groups by what they are about, each called by the words that its papers share."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.reading.sentence_ranking import PaperGroup, PaperSentences, Rarity, Reading
from rag.text import content_stems

if TYPE_CHECKING:
    from rag.search import Retrieval

FEWEST = 6
"""Papers below which a list is read at a glance, without groups."""
A_GROUP = 3
"""Papers for which there is a group; at most MOST_GROUPS of them."""
MOST_GROUPS = 4

SHARED, OWN = 0.6, 0.35
"""A word names a group when at least such a share of its papers has it, by so much more than of the others."""

RARE = math.log(10)
"""A word in a tenth of the library's papers or more says little of a group; see `PaperIndex.rarity`."""

WORDS = 2
"""Of a group's name."""

Vector = NDArray[np.float32]


def group_papers(reading: Reading, retrieval: "Retrieval", rarity: Rarity) -> Reading:
    """The reading of an overview with its papers in groups; as it is where they are few or no words tell them apart."""
    if reading.form != "overview" or len(reading.belonging) < FEWEST:
        return reading
    papers = {paper.n: paper for paper in reading.papers if paper.n in reading.belonging}
    contents = {one.content.paper.id: one.content for one in retrieval.candidates}
    vectors: dict[int, Vector] = {}
    for n, paper in papers.items():
        content = contents.get(paper.evidence.paper_id)
        sentences = [one.vector for one in content.vectors.sentences] if content else []
        if not sentences:
            return reading
        vectors[n] = np.mean(sentences, axis=0)
    members = cluster(vectors, min(MOST_GROUPS, len(vectors) // A_GROUP))
    asked = set(content_stems(reading.question.text))

    def is_telling(stem: str, word: str) -> bool:
        return stem not in asked and (rarity(word) or 0.0) >= RARE

    names = [name_of_group([papers[n] for n in some], papers.values(), is_telling) for some in members]
    if not all(names):
        return reading
    best = {n: place for place, n in enumerate(reading.belonging)}
    found = (
        PaperGroup(name, tuple(sorted(some, key=best.__getitem__))) for name, some in zip(names, members, strict=True)
    )
    return replace(reading, groups=tuple(sorted(found, key=lambda group: best[group.papers[0]])))


def cluster(vectors: Mapping[int, Vector], count: int) -> list[list[int]]:
    """Average linkage down to `count` groups: of two groups the mean cosine of their members."""
    unit = {n: vector / max(float(np.linalg.norm(vector)), 1e-9) for n, vector in vectors.items()}
    groups = [[n] for n in vectors]
    while len(groups) > count:
        pairs = [(a, b) for b in range(len(groups)) for a in range(b)]
        near = [float(np.mean([unit[x] @ unit[y] for x in groups[a] for y in groups[b]])) for a, b in pairs]
        a, b = pairs[int(np.argmax(near))]
        groups[a] += groups.pop(b)
    return groups


def name_of_group(
    group: Sequence[PaperSentences], every: Iterable[PaperSentences], is_telling: Callable[[str, str], bool]
) -> str:
    """The telling words (stem, word) that its papers share and the others lack; "" when there are none."""
    others = [paper for paper in every if paper not in group]
    inside, outside = (Counter(chain.from_iterable(words_of(one) for one in some)) for some in (group, others))
    word_of = {stem: word for paper in reversed(group) for stem, word in words_of(paper).items()}
    worth = {
        stem: n / len(group) - outside[stem] / max(len(others), 1)
        for stem, n in inside.items()
        if n >= SHARED * len(group)
    }
    shared = sorted((stem for stem, by in worth.items() if by >= OWN), key=lambda stem: (-worth[stem], stem))
    telling = (word_of[stem] for stem in shared if is_telling(stem, word_of[stem]))
    return ", ".join(islice(telling, WORDS))


def words_of(paper: PaperSentences) -> dict[str, str]:
    """Stem → word of title and abstract."""
    return content_stems(f"{paper.evidence.title} {paper.evidence.passage}")
