"""What the support check learns from: claims on an abstract, true and false ones made of the same sentences."""

import dataclasses
import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from index import split_sentences
from rag.text import without_markers
from train.augmentation import Neighbours, remove_sentences, shortened
from train.claim_changes import NOT_SAID, Around, changed, flip_negation, swap_figures, turn_round
from train.claim_patterns import NUMBER, opposites
from train.claim_rewordings import other_words, reworded
from train.claims import PAIRS, read_pairs
from train.examples import Collection as Documents
from train.examples import Document, Example, Span, read_abstracts
from train.field_questions import HELD_OUT, sentences_of
from train.fields import Claim, WrittenPaper, read_fields
from train.squad_claims import read_squad_claims

FEWEST_LETTERS, MOST_LETTERS = 40, 260
"""Of a sentence that claims are made of: shorter ones are headings, longer ones no answer's."""
UNSURE = frozenset({"overclaim", "hedge-dropped", "cause-from-association", "mixture"})
"""Contradicted, or only not said? It can be seen either way: no target, no harm."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How many examples of which sort an epoch has, and how long their passages are (characters, drawn at random)."""

    lengths: tuple[int, ...] = (180, 260, 340, 440)
    sentences: int = 4
    """Of each abstract, from each of which one true and one false claim is made."""
    joined: int = 700
    others: int = 700
    squad: int = 2200
    pairs: int = 1200
    talks: int = 0
    twins: bool = False
    """With the true claims of `fields/twins`, and the same with one thing wrong."""


@dataclass(frozen=True, slots=True)
class Written:
    """A claim of `fields/` with its paper."""

    document: Document
    claim: Claim
    support: Span | None


class SupportClaims:
    """Epochs of claims. `answerable` says whether the passage bears the claim out, `relevance` whether it contradicts
    it, `support` where that stands."""

    def __init__(self, data: Path, own: Path, mix: Mix, seed: int, held_out: Collection[str] = ()) -> None:
        self.mix = mix
        self.seed = seed
        fields = [one for one in read_fields(own / "fields") if one.name not in HELD_OUT]
        papers = [(one.name, paper) for one in fields for paper in one.papers.values()]
        documents = {f"{name}:{paper.id}": as_document(name, paper) for name, paper in papers}
        self.written = [
            Written(documents[f"{name}:{paper.id}"], claim, sentences_of(paper, claim.evidence))
            for name, paper in papers
            for claim in paper.claims
        ]
        self.twins = [
            Written(documents[f"{name}:{paper.id}"], claim, sentences_of(paper, claim.evidence))
            for name, paper in papers
            for pair in paper.twins
            for claim in pair
        ]
        self.talks = [
            (documents[f"{name}:{paper.id}"], without_markers(turn))
            for name, paper in papers
            for talk in paper.talks
            for turn in talk.turns[1::2]
        ]
        abstracts = data / "answerability-documents.jsonl"
        more = [*sorted(own.glob("invented-*-papers.jsonl")), *([abstracts] if abstracts.is_file() else [])]
        documents.update({document.name: document for file in more for document in read_abstracts(file)})
        collection = Documents(documents, ())
        self.documents = list(documents.values())
        self.by_name = documents
        self.neighbours = {family: Neighbours(collection, family) for family in collection.families}
        squad = data / "squad2-part.json"
        self.squad = list(read_squad_claims(squad)) if squad.is_file() else []
        self.pairs = list(read_pairs(data, [name for name in PAIRS if name not in held_out]))
        self.made: dict[int, list[Example]] = {}

    def epoch(self, number: int, limit: int | None = None) -> list[Example]:
        """The examples of epoch `number`, shuffled; with `limit` only so many of them."""
        if number not in self.made:
            self.made = {number: self.make(random.Random(f"{self.seed}-{number}"))}
        return self.made[number][:limit]

    def make(self, rng: random.Random) -> list[Example]:
        examples = [
            *self.from_written(rng),
            *(self.from_twins(rng) if self.mix.twins else ()),
            *self.from_sentences(rng),
            *(self.of_two(rng) for _ in range(self.mix.joined)),
            *self.elsewhere(rng),
            *rng.sample(self.squad, min(self.mix.squad, len(self.squad))),
        ]
        examples = [self.cut(one, rng) for one in examples]
        examples += rng.sample(self.pairs, min(self.mix.pairs, len(self.pairs)))
        for document, said in rng.sample(self.talks, min(self.mix.talks, len(self.talks))):
            if len(said.split()) >= 6:
                examples.append(Example(said, document.title, document.text, 1.0, 0.0, "talk"))
        rng.shuffle(examples)
        return examples

    def cut(self, example: Example, rng: random.Random) -> Example:
        """The passage shortened, and now and then without its title."""
        longest = rng.choice(self.mix.lengths)
        if example.kind != "two papers" and len(example.text) > longest:
            example = shortened(example, rng, longest)
        return dataclasses.replace(example, title="") if rng.random() < 0.3 else example

    def around(self, document: Document, rng: random.Random) -> Around:
        near = self.neighbours[document.family].nearest(f"{document.title} {document.text}", 6, document.name)
        other = self.by_name[rng.choice(near)] if near else document
        return Around(sentences_in(document), sentences_in(other))

    def from_written(self, rng: random.Random) -> Iterator[Example]:
        """The written claims; true ones with one thing changed, or in other words; false ones put right again."""
        for one in self.written:
            claim, around = one.claim, None
            yield example(one.document, claim.text, claim.is_true, claim.kind, one.support)
            if claim.is_true:
                around = self.around(one.document, rng)
                if rng.random() < 0.75 and (made := changed(claim.text, around, rng)):
                    yield example(one.document, made[1], False, made[0], one.support)
                if rng.random() < 0.4 and (text := other_words(claim.text, around, rng)):
                    yield example(one.document, text, True, claim.kind, one.support)
            elif text := put_right(one, rng):
                yield example(one.document, text, True, "put right", one.support)

    def from_twins(self, rng: random.Random) -> Iterator[Example]:
        """As they are written, or in other words: chance decides alike for the true and the false ones."""
        for one in self.twins:
            claim = one.claim
            text = other_words(claim.text, Around(()), rng) if rng.random() < 0.3 else None
            yield example(one.document, text or claim.text, claim.is_true, claim.kind, one.support)

    def from_sentences(self, rng: random.Random) -> Iterator[Example]:
        """True and false claims made of the same sentences of abstracts."""
        for document in self.documents:
            spans = [
                (start, end)
                for start, end in split_sentences(document.text)
                if FEWEST_LETTERS <= end - start <= MOST_LETTERS
            ]
            around = self.around(document, rng)
            for span in rng.sample(spans, min(self.mix.sentences, len(spans))):
                sentence = document.text[slice(*span)]
                kind, text = reworded(sentence, around, rng)
                yield example(document, text, True, kind, self.place(document, span, text, around))
                basis = sentence if rng.random() < 0.4 else reworded(sentence, around, rng)[1]
                if rng.random() < 0.85 and (made := changed(basis, around, rng)):
                    yield example(document, made[1], False, made[0], self.place(document, span, basis, around))

    def place(self, document: Document, span: Span, text: str, around: Around) -> Span | None:
        """Where a claim of one sentence stands; of two joined, unless they are neighbours, no place is known."""
        joined = [
            s for s in around.sentences if s[:25].casefold() in text.casefold() and s not in document.text[slice(*span)]
        ]
        return None if joined else span

    def of_two(self, rng: random.Random) -> Example:
        """A claim on two papers together: both sentences right, or one of them changed, or said of the other paper."""
        one = rng.choice(self.documents)
        near = self.neighbours[one.family].nearest(f"{one.title} {one.text}", 4, one.name)
        other = self.by_name[rng.choice(near)] if near else one
        parts, texts = [], []
        is_true = rng.random() < 0.5
        wrong = rng.randrange(2)
        for place, document in enumerate((one, other)):
            around = self.around(document, rng)
            sentences = [s for s in around.sentences if FEWEST_LETTERS <= len(s) <= 160] or around.sentences
            sentence = rng.choice(sentences)
            text = reworded(sentence, around, rng)[1]
            if not is_true and place == wrong:
                made = changed(text, around, rng)
                text = made[1] if made else "None of this was found."
            parts.append(text.rstrip(". "))
            kept = shortened(
                Example(sentence, "", document.text, None, None, ""), rng, rng.choice(self.mix.lengths) // 2
            )
            texts.append(kept.text if sentence in kept.text else f"{sentence} {kept.text}")
        claim = f"{parts[0]}{rng.choice((', whereas ', '; ', ', and ', ', while '))}{parts[1]}."
        return Example(claim, one.title, f"{texts[0]} {other.title}. {texts[1]}", float(is_true), None, "two papers")

    def elsewhere(self, rng: random.Random) -> Iterator[Example]:
        """True claims on a paper like theirs, and on their own without the sentence that bears them out."""
        true = [one for one in self.written if one.claim.is_true]
        for one in rng.sample(true, min(self.mix.others, len(true))):
            near = self.neighbours[one.document.family].nearest(one.claim.text, 3, one.document.name)
            if near:
                other = self.by_name[near[0]]
                yield Example(one.claim.text, other.title, other.text, 0.0, 0.0, "other-paper", supported=True)
        for one in rng.sample(true, min(self.mix.others, len(true))):
            if one.support and one.claim.kind not in ("verdict", "synthesis", "compression"):
                left = remove_sentences(one.document, [one.support])
                yield Example(one.claim.text, one.document.title, left, 0.0, 0.0, "removed", supported=True)


def as_document(field: str, paper: WrittenPaper) -> Document:
    return Document(f"{field}:{paper.id}", paper.title, paper.abstract, family=field)


def sentences_in(document: Document) -> list[str]:
    return [document.text[start:end] for start, end in split_sentences(document.text)]


def example(document: Document, text: str, is_true: bool, kind: str, support: Span | None) -> Example:
    contradicted = None if kind in UNSURE else float(not is_true and kind not in NOT_SAID)
    return Example(
        text, document.title, document.text, float(is_true), contradicted, kind, support=support,
        supported=support is not None,
    )  # fmt: skip


def put_right(one: Written, rng: random.Random) -> str | None:
    """A false claim made true again where the change is one that can be turned back."""
    claim, around = one.claim, Around(())
    if one.support is None:
        return None
    evidence = one.document.text[slice(*one.support)]
    if claim.kind == "direction-reversed":
        return turn_round(claim.text, around, rng) if count_turns(claim.text) == 1 else None
    if claim.kind == "negation-flipped":
        return flip_negation(claim.text, around, rng)
    if claim.kind == "numbers-swapped" and len(NUMBER.findall(claim.text)) == 2:
        return swap_figures(claim.text, around, rng)
    if claim.kind == "wrong-number":
        wrong = [found for found in NUMBER.findall(claim.text) if found not in one.document.text]
        right = [found for found in NUMBER.findall(evidence) if found not in claim.text]
        if len(wrong) == len(right) == 1:
            return claim.text.replace(wrong[0], right[0])
    return None


def count_turns(text: str) -> int:
    return sum(word.casefold().strip(".,;:") in opposites() for word in text.split())


def held_out_claims(own: Path) -> Iterator[tuple[str, Example]]:
    """(field, claim on its whole abstract) of the fields that nothing is learned from, twins among them."""
    for field in read_fields(own / "fields"):
        if field.name in HELD_OUT:
            for paper in field.papers.values():
                document = as_document(field.name, paper)
                for claim in (*paper.claims, *chain.from_iterable(paper.twins)):
                    support = sentences_of(paper, claim.evidence)
                    yield field.name, example(document, claim.text, claim.is_true, claim.kind, support)
