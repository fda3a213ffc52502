"""What kind of question this is, which of its words name what, and whether it leans on the talk: a small learned head.

It reads what the packaged embedding makes of the question. `train/plan.py` fits it, `rag/weights/plan-card.md` says how
well it does on phrasings and fields that it has not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from index import PaperchatError, Span

if TYPE_CHECKING:
    from index import Encoded

Kind = Literal["small_talk", "help", "record", "fact", "find", "list", "compare", "overview", "keyword"]
"""small_talk, help: no question to the papers. record: what is known of papers without their abstracts. fact: something
an abstract says. find: which paper it is. list, compare, overview: several papers. keyword: a bare term."""

OfRecord = Literal["papers", "count", "newest", "oldest", "authors", "year", "journal", "link", "title"]
"""What of the record is asked for: which papers there are, or something of one of them."""
OfTalk = Literal["greeting", "thanks", "farewell", "chat"]
OfProgram = Literal["abilities", "papers_in"]
Asks = OfRecord | OfTalk | OfProgram
"""What exactly a question of the kind record, small_talk or help asks for."""

Tag = Literal["other", "topic", "side", "except", "person", "journal"]
"""What a word of the question is part of. `except` is what is to be left out, `side` one of what is compared."""

KINDS: tuple[Kind, ...] = get_args(Kind)
BY_KIND: Mapping[str, tuple[Asks, ...]] = {
    "record": get_args(OfRecord),
    "small_talk": get_args(OfTalk),
    "help": get_args(OfProgram),
}
ASKS: tuple[Asks, ...] = tuple(chain(*BY_KIND.values()))
TAGS: tuple[Tag, ...] = get_args(Tag)

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "plan.npz"

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A linear layer and its softmax; `apply` takes features (n, d) and gives shares (n, classes)."""

    weights: Array
    bias: Array

    def apply(self, features: Array) -> Array:
        logits = features @ self.weights + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """The layers, by what they tell; see `load_head`."""

    tag: Layer
    kind: Layer
    asks: Layer
    leans: Layer
    underspecified: Layer
    asked_back: Layer


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the head makes of a question. `kinds` and `asks` are probabilities; `spans` are (tag, start, end) of the
    words that name something; `features` is what `leans` reads besides the talk. `underspecified` is the probability
    that nobody can tell, without a talk before it, what it is about."""

    kinds: dict[Kind, float]
    asks: dict[Asks, float]
    spans: tuple[tuple[Tag, int, int], ...]
    features: Array
    underspecified: float = 0.0

    @property
    def kind(self) -> Kind:
        return max(self.kinds, key=self.kinds.__getitem__)

    def asked(self, kind: Kind) -> Asks | None:
        """What a question of this kind asks for; None for kinds of which one sort is told only."""
        return max(BY_KIND.get(kind, ()), key=self.asks.__getitem__, default=None)


@cache
def load_head() -> Head:
    """The weights that ship. Raises PaperchatError when they are missing."""
    try:
        with np.load(WEIGHTS) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in stored.files}
    except OSError as error:
        raise PaperchatError(f"The weights {WEIGHTS} can't be read ({error}). Install paperchat again.") from None
    return Head(*(Layer(arrays[f"{one.name}.weights"], arrays[f"{one.name}.bias"]) for one in fields(Head)))


def hear(question: str, encoded: "Encoded", head: Head | None = None) -> Heard:
    """Reads a question, given as the packaged model sees it."""
    head = head or load_head()
    shares = head.tag.apply(token_features(encoded))
    features = question_features(question, encoded, shares)
    return Heard(
        kinds=dict(zip(KINDS, head.kind.apply(features[None])[0].tolist(), strict=True)),
        asks=dict(zip(ASKS, head.asks.apply(features[None])[0].tolist(), strict=True)),
        spans=tuple(spans_of(question, encoded.offsets, shares)),
        features=features,
        underspecified=float(head.underspecified.apply(features[None])[0, 1]),
    )


def leaning(heard: Heard, talk: Sequence["Encoded"], head: Head | None = None) -> float:
    """The probability that the question can't be understood without the `talk`: its last question, its last answer."""
    head = head or load_head()
    return float(head.leans.apply(leaning_features(heard, talk)[None])[0, 1])


def chance_to_ask_back(underspecified: float, vagueness: float, head: Head | None = None) -> float:
    """The probability that a question says too little, by what its wording says (0..1) and by how many papers of the
    library have its words (0..1, `vagueness` of a reading)."""
    head = head or load_head()
    return float(head.asked_back.apply(asked_back_features(underspecified, vagueness)[None])[0, 1])


FADING = 0.8
"""What is left, a token on, of the share that a token has in what stands before the next."""


# -- what the layers read ---------------------------------------------------------------------------------------------


def token_features(encoded: "Encoded") -> Array:
    """(tokens, 4d): each token with its neighbours, and with all that stands before it, the nearer the more."""
    tokens = encoded.tokens
    if not len(tokens):
        return np.zeros((0, 4 * tokens.shape[1]), np.float32)
    edge = np.zeros_like(tokens[:1])
    before, after = np.concatenate([edge, tokens[:-1]]), np.concatenate([tokens[1:], edge])
    so_far = np.zeros_like(tokens)
    for at in range(1, len(tokens)):
        so_far[at] = FADING * so_far[at - 1] + (1 - FADING) * tokens[at - 1]
    return np.concatenate([tokens, before, after, so_far], axis=1)


def question_features(question: str, encoded: "Encoded", shares: Array) -> Array:
    """The question as a whole, how it begins, and its words of asking: those that name nothing."""
    tokens, width = encoded.tokens, len(encoded.vector)
    first = tokens[0] if len(tokens) else np.zeros(width, np.float32)
    asking = (shares[:, :1] * tokens).sum(axis=0) if len(tokens) else np.zeros(width, np.float32)
    asking = asking / max(float(np.linalg.norm(asking)), 1e-9)
    named = shares.sum(axis=0) / max(len(shares), 1)
    form = [np.log1p(len(tokens)) / 3, "?" in question, len(tokens) < 4, any(map(str.isdigit, question))]
    return np.concatenate([encoded.vector, first, asking, named, np.array(form)]).astype(np.float32)


def leaning_features(heard: Heard, talk: Sequence["Encoded"]) -> Array:
    """The question's features, and how near it is to each part of the talk as a whole and by its nearest words."""
    question = heard.features[: talk[0].vector.shape[0]]
    near = [float(part.vector @ question) for part in talk]
    words = [float((part.tokens @ question).max()) if len(part.tokens) else 0.0 for part in talk]
    return np.concatenate([heard.features, np.array([*near, *words])]).astype(np.float32)


def asked_back_features(underspecified: float, vagueness: float) -> Array:
    """(2,): the log-odds of the wording, and the vagueness."""
    chance = min(max(underspecified, 1e-4), 1 - 1e-4)
    return np.array([np.log(chance / (1 - chance)), vagueness], np.float32)


def spans_of(question: str, offsets: Sequence[Span], shares: Array) -> list[tuple[Tag, int, int]]:
    """Runs of words with one tag; a word is what its first token is."""
    words: list[tuple[Tag, int, int]] = []
    for (start, end), share in zip(offsets, shares, strict=True):
        if (
            words
            and question[words[-1][2] : start].strip() == ""
            and start == words[-1][2]
            and is_inside(question, start)
        ):
            words[-1] = words[-1][0], words[-1][1], end
        else:
            words.append((TAGS[int(share.argmax())], start, end))
    runs = ((tag, list(run)) for tag, run in groupby(words, key=lambda word: word[0]))
    return [(tag, run[0][1], run[-1][2]) for tag, run in runs if tag != "other"]


def is_inside(question: str, at: int) -> bool:
    """Whether a word goes on there: `sub` `##sidence`, `X-` `Pool`."""
    return at > 0 and (question[at - 1 : at + 1].isalnum() or question[at - 1] in "-–’'" or question[at] in "-–’'")
