"""Which examples make up an epoch, and in what proportions."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from train.augmentation import (
    ANYWHERE_KINDS,
    METHOD,
    NAME,
    Neighbours,
    keyword_query,
    renamed,
    reworded,
    shortened,
    swapped,
    with_other,
    without_answer,
    words_of,
)
from train.examples import Collection, Document, Example, Question, as_example
from train.offtopic import OFF_TOPIC
from train.synthetic import invented_examples

KEYWORD_TEMPLATES = ("{}",) * 5 + (
    "Which papers deal with {}?",
    "What is written here on {}?",
    "papers about {}",
    "Is there anything on {}?",
    "Which paper is about {}?",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Shares are chances per question (or per document); `invented` counts the made-up abstracts of an epoch.

    `longest` are the characters that shortened texts may have.
    """

    squad_kept: float = 0.3
    kept: float = 0.6
    removed: float = 0.25
    removed_squad: float = 0.25
    shortened: float = 0.75
    longest: tuple[int, ...] = (220, 350, 500, 700)
    elsewhere: float = 0.3
    elsewhere_squad: float = 0.12
    swapped: float = 0.12
    renamed: float = 0.25
    keywords: float = 0.3
    found: tuple[str, ...] = ("pubmed", "cran", "cisi")
    keyword_others: float = 0.6
    off_topic: int = 120
    crossed: int = 300
    invented: int = 150


class Cook:
    """Makes epochs from a collection. Epoch n with the same seed is always the same list."""

    def __init__(self, collection: Collection, recipe: Recipe, seed: int) -> None:
        self.collection, self.recipe, self.seed = collection, recipe, seed
        self.neighbours = {
            family: Neighbours(collection, family) for family in collection.families if family != "squad"
        }
        self.articles: dict[str, list[Document]] = defaultdict(list)
        self.rarity: Counter[str] = Counter()
        names = set()
        for document in collection.documents.values():
            self.articles[document.article].append(document)
            self.rarity.update(set(words_of(f"{document.title} {document.text}")))
            names.update(NAME.findall(document.text))
        self.names = sorted(names)
        titles = [collection.documents[name].title for name in collection.families.get("invented", ())]
        self.methods = sorted({match for title in titles for match in METHOD.findall(title)}) or self.names

    def epoch(self, number: int, limit: int | None = None) -> list[Example]:
        """The examples of epoch `number`, shuffled; with `limit` only so many of them."""
        rng = random.Random(f"{self.seed}-{number}")
        examples = [self.sized(example, rng) for example in self.make(rng)]
        examples = [reworded(example, rng) for example in examples]
        rng.shuffle(examples)
        return examples[:limit]

    def sized(self, example: Example, rng: random.Random) -> Example:
        longest = rng.choice(self.recipe.longest)
        if len(example.text) <= longest or not self.chance(rng, self.recipe.shortened):
            return example
        return shortened(example, rng, longest)

    @staticmethod
    def chance(rng: random.Random, share: float) -> bool:
        return rng.random() < share

    def make(self, rng: random.Random) -> Iterator[Example]:
        for question in self.collection.questions:
            document = self.collection.documents[question.document]
            if not self.chance(rng, self.share_kept(document)):
                continue
            yield as_example(question, document)
            yield from self.misses(question, document, rng)
        written = {question.document for question in self.collection.questions if question.kind != "squad"}
        for name in sorted(written):
            yield from self.keywords(self.collection.documents[name], rng)
        documents = list(self.collection.documents.values())
        for _ in range(self.recipe.off_topic):
            document = rng.choice(documents)
            text = rng.choice(OFF_TOPIC)
            yield with_other(Question("", text, False, "off_topic"), document, "off_topic")
        for _ in range(self.recipe.crossed):
            asked, document = rng.choice(self.collection.questions), rng.choice(documents)
            if document.family != self.collection.documents[asked.document].family:
                yield with_other(asked, document, "crossed")
        yield from invented_examples(self.recipe.invented, rng)

    def share_kept(self, document: Document) -> float:
        """What we invented, in the manner of machine learning and of many fields, always counts in full."""
        if document.family == "squad":
            return self.recipe.squad_kept
        return self.recipe.kept if document.family in self.recipe.found else 1.0

    def misses(self, question: Question, document: Document, rng: random.Random) -> Iterator[Example]:
        squad = question.kind == "squad"
        if self.chance(rng, self.recipe.removed_squad if squad else self.recipe.removed):
            removed = without_answer(question, document)
            if removed:
                yield removed
        if self.chance(rng, self.recipe.swapped):
            changed = swapped(question, document, self.names, rng)
            if changed:
                yield changed
        if document.family == "invented" and self.chance(rng, self.recipe.renamed):
            stranger = renamed(question, document, self.methods, rng)
            if stranger:
                yield stranger
        share = self.recipe.elsewhere_squad if squad else self.recipe.elsewhere
        if question.answerable and question.kind in ANYWHERE_KINDS and self.chance(rng, share):
            other = self.other_document(question, document, rng)
            if other:
                yield with_other(question, other)

    def other_document(self, question: Question, document: Document, rng: random.Random) -> Document | None:
        if document.family == "squad":
            other = rng.choice(self.articles[document.article])
            answer = document.text[slice(*question.answer)].casefold() if question.answer else ""
            return None if other is document or not answer or answer in other.text.casefold() else other
        near = self.neighbours[document.family].nearest(f"{question.text} {document.title}", 8, document.name)
        return self.collection.documents[rng.choice(near)] if near else None

    def keywords(self, document: Document, rng: random.Random) -> Iterator[Example]:
        if not self.chance(rng, self.recipe.keywords):
            return
        query = keyword_query(document, self.rarity, rng)
        text = rng.choice(KEYWORD_TEMPLATES).format(query)
        yield Example(text, document.title, document.text, 1.0, 1.0, "keyword")
        if self.chance(rng, self.recipe.keyword_others):
            near = self.neighbours[document.family].nearest(query, 8, document.name)
            if not near:
                return
            other = self.collection.documents[rng.choice(near)]
            if not set(words_of(query)) <= set(words_of(f"{other.title} {other.text}")):
                yield with_other(Question("", text, True, "keyword"), other)
