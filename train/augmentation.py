"""More examples from the same questions: sentences taken away, entities swapped, other papers, short queries, typos.

Every function takes the random source it draws from, so an epoch is the same each time it is made from its number.
"""

import dataclasses
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from index import split_sentences
from train.examples import Collection, Document, Example, Question, Span, as_example

WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]+|\d[\d.,]*")
NUMBER = re.compile(r"\b\d+(?:[.,]\d+)*\b")
NAME = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b")
STOPWORDS = frozenset(
    "a an and are as at be by can could do does for from had has have how in into is it its of on or our than that the "
    "their there these this to was were what when where which who why will with after before between during among "
    "using use study studies patients paper effect effects analysis results new".split()
)
METHOD = re.compile(r"\b(?=[\w+-]*[A-Z][\w+-]*[A-Z0-9])[A-Za-z][\w+-]{2,}")
FACT_KINDS = frozenset({"detail", "paraphrase", "squad", "talk"})
ANYWHERE_KINDS = frozenset({"detail", "paraphrase", "find", "keyword", "squad", "talk"})


def words_of(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text) if word.lower() not in STOPWORDS]


class Neighbours:
    """Documents of the same family that share rare words with a text: papers a retriever would confuse."""

    def __init__(self, collection: Collection, family: str) -> None:
        self.names = collection.families[family]
        self.postings: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            document = collection.documents[name]
            for word in set(words_of(f"{document.title} {document.text}")):
                self.postings[word].append(number)

    def nearest(self, text: str, count: int, without: str = "") -> list[str]:
        scores: Counter[int] = Counter()
        for word in sorted(set(words_of(text))):
            found = self.postings.get(word, ())
            for number in found:
                scores[number] += math.log(1 + len(self.names) / len(found))  # type: ignore[assignment]
        return [self.names[number] for number, _ in scores.most_common(count + 1) if self.names[number] != without][
            :count
        ]


def remove_sentences(document: Document, spans: Sequence[Span]) -> str:
    """The text without the sentences that any of `spans` touches."""
    kept = [
        document.text[start:end]
        for start, end in split_sentences(document.text)
        if not any(start < last and first < end for first, last in spans)
    ]
    return " ".join(kept)


def without_answer(question: Question, document: Document) -> Example | None:
    """The same question with the answering sentence taken away: unanswerable, and as near a miss as can be."""
    if not question.answerable or question.kind not in FACT_KINDS or question.support is None:
        return None
    text = remove_sentences(document, [question.support])
    if len(text) < 120:
        return None
    if question.answer:
        words = document.text[slice(*question.answer)].casefold()
        if words in text.casefold():
            return None
    example = as_example(question, document)
    return dataclasses.replace(
        example, text=text, answerable=0.0, support=None, supported=True, answer=None, kind="removed"
    )


def shortened(example: Example, rng: random.Random, longest: int) -> Example:
    """Sentences taken away at random until at most `longest` characters are left; the label stays true.

    It keeps the sentence that answers and the one most like the question, which is what makes a near miss near. Short
    texts are quick to learn from, and a gap in a text comes to mean nothing.
    """
    sentences = split_sentences(example.text)
    asked = set(words_of(example.question))
    likeness = [len(asked & set(words_of(example.text[start:end]))) for start, end in sentences]
    kept = {number for number, span in enumerate(sentences) if example.support and overlap(span, example.support)}
    kept.add(max(range(len(sentences)), key=lambda number: likeness[number], default=0))
    room = longest - sum(end - start for number, (start, end) in enumerate(sentences) if number in kept)
    for number in rng.sample(range(len(sentences)), len(sentences)):
        start, end = sentences[number]
        if number not in kept and end - start <= room:
            kept.add(number)
            room -= end - start
    return only(example, [span for number, span in enumerate(sentences) if number in kept])


def only(example: Example, sentences: Sequence[Span]) -> Example:
    """The example with these sentences of its text alone, its marked spans moved to where they stand now."""
    parts: list[str] = []
    position = 0
    support: Span | None = None
    answer: Span | None = None
    for start, end in sentences:
        shift = position - start
        if example.support and overlap((start, end), example.support):
            first = position if support is None else support[0]
            support = (first, position + end - start)
        if example.answer and start <= example.answer[0] < end:
            answer = (example.answer[0] + shift, example.answer[1] + shift)
        parts.append(example.text[start:end])
        position += end - start + 1
    if example.answer and (answer is None or answer[1] > position):
        return example
    return dataclasses.replace(example, text=" ".join(parts), support=support, answer=answer)


def overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def with_other(question: Question, document: Document, kind: str = "elsewhere") -> Example:
    """The question with a paper it is not about."""
    return Example(
        question.text, document.title, document.text, 0.0, 0.0, kind, supported=True, spanned=question.kind == "squad"
    )


def swapped(question: Question, document: Document, names: Sequence[str], rng: random.Random) -> Example | None:
    """A number or a name of the question changed to one that the text does not hold: nothing answers it now."""
    if not question.answerable or question.kind not in FACT_KINDS:
        return None
    numbers = [match for match in NUMBER.finditer(question.text) if match[0] in document.text]
    found = [match for match in NAME.finditer(question.text) if match[0] in document.text]
    if numbers and rng.random() < 0.5:
        match = rng.choice(numbers)
        digits = [rng.choice("123456789") if sign.isdigit() else sign for sign in match[0]]
        other = "".join(digits)
    elif found:
        match = rng.choice(found)
        other = rng.choice(names)
    else:
        return None
    if other.casefold() in f"{document.title} {document.text}".casefold():
        return None
    text = question.text[: match.start()] + other + question.text[match.end() :]
    example = as_example(question, document)
    return dataclasses.replace(
        example,
        question=text,
        answerable=0.0,
        relevance=None,
        support=None,
        supported=True,
        answer=None,
        kind="swapped",
    )


def renamed(question: Question, document: Document, methods: Sequence[str], rng: random.Random) -> Example | None:
    """The question with the paper's own method called like another paper's: it asks for a paper that is not there."""
    own = [match for match in METHOD.finditer(question.text) if match[0] in document.title]
    other = rng.choice(methods)
    if not own or other.casefold() in f"{document.title} {document.text}".casefold():
        return None
    text = question.text.replace(own[0][0], other)
    return Example(text, document.title, document.text, 0.0, 0.0, "renamed", supported=True)


def keyword_query(document: Document, rarity: Counter[str], rng: random.Random) -> str:
    """One to four rare words of the title, as people type them into a search box."""
    words = [word for word in WORD.findall(document.title) if word.lower() not in STOPWORDS]
    if not words:
        return document.title
    words.sort(key=lambda word: rarity[word.lower()])
    chosen = words[: rng.choice((1, 2, 2, 3, 4))]
    rng.shuffle(chosen)
    return " ".join(chosen)


def mistyped(text: str, rng: random.Random, rate: float = 0.5) -> str:
    """Swapped, doubled, lost and wrong letters in about `rate` of the longer words."""
    words = text.lower().rstrip("?").split()
    for number, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and rng.random() < rate:
            place = rng.randrange(1, len(word) - 1)
            change = rng.randrange(4)
            if change == 0:
                word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
            elif change == 1:
                word = word[:place] + word[place + 1 :]
            elif change == 2:
                word = word[:place] + word[place] + word[place:]
            else:
                word = word[:place] + rng.choice("aeiourstnl") + word[place + 1 :]
            words[number] = word
    return " ".join(words)


def reworded(example: Example, rng: random.Random) -> Example:
    """Now and then the question as hasty people type it."""
    luck = rng.random()
    if luck < 0.10:
        return dataclasses.replace(example, question=example.question.lower().rstrip("?. "))
    if luck < 0.14:
        return dataclasses.replace(example, question=mistyped(example.question, rng))
    return example
