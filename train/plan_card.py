"""What the card of the head says: how often it is right on phrasings and fields that the fits have not seen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index import Encoded
from rag.reading import ASKED_BACK
from rag.understanding import ASKS, BY_KIND, KINDS, TAGS, Heard, Layer, asked_back_features, kind_of
from train.plan_questions import Example, parts_of


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """An example as the packaged model sees it."""

    example: Example
    question: Encoded
    talk: tuple[Encoded, ...]


Outcome = tuple[Read, Heard, float]
"""A question, what is heard in it, and how likely it leans on the talk."""


def card(read: Sequence[Read], measured: str) -> str:
    phrasings = len({one.example.phrasing for one in read})
    return f"""# The head that tells what is asked

Five logistic regressions on what all-MiniLM-L6-v2 (int8, packaged) makes of a question: a tag for each token, the kind
of question, what of the record it asks for, whether it leans on the talk before it, whether it says too little where
there was none. A sixth weighs that against how many papers of the library have its words. `python train/plan.py` makes
them from {len(read)} questions of {phrasings} phrasings: `train/plan-questions.txt` filled with subjects, titles and
people of `train/fields/`, and the questions of those fields. No question of an evaluation file and no paper of the
shipped catalogue is among them. English only.

## On phrasings and fields that it has not seen
Fits without half of the phrasings and without three fields, asked the other half about those fields.

{measured}
"""


def report(rows: Sequence[Outcome], vagueness: Sequence[float], asked_back: Layer) -> str:
    """How often they are right, as Markdown."""
    lines = ["| kind | questions | right | taken for |", "|---|---|---|---|"]
    for kind in KINDS:
        of_kind = [(one, heard) for one, heard, _ in rows if one.example.kind == kind]
        wrong = Counter(heard.kind for one, heard in of_kind if heard.kind != kind).most_common(3)
        right = sum(heard.kind == kind for _, heard in of_kind)
        lines.append(
            f"| {kind} | {len(of_kind)} | {share(right, len(of_kind))} | "
            + ", ".join(f"{k} {n}" for k, n in wrong)
            + " |"
        )
    lines += ["", "| asked for | questions | right | taken for |", "|---|---|---|---|"]
    for asks in ASKS:
        of_asks = [heard for one, heard, _ in rows if one.example.asks == asks]
        kind = next(kind for kind, some in BY_KIND.items() if asks in some)
        told = [heard.asked(kind) for heard in of_asks]
        wrong = Counter(one for one in told if one != asks).most_common(3)
        right = told.count(asks)
        lines.append(
            f"| {asks} | {len(of_asks)} | {share(right, len(of_asks))} | "
            + ", ".join(f"{k} {n}" for k, n in wrong)
            + " |"
        )
    lines += ["", "| after a talk | questions | right |", "|---|---|---|"]
    for leans, name in ((True, "leans on it"), (False, "stands alone")):
        found = [lean > 0.5 for one, _, lean in rows if one.talk and one.example.leans == leans]
        lines.append(f"| {name} | {len(found)} | {share(sum(one == leans for one in found), len(found))} |")
    lines += ["", *lines_of_asking_back(rows, vagueness, asked_back)]
    lines += ["", *lines_of_groups(rows), "", "| words | tokens | found | right of those found |", "|---|---|---|---|"]
    pairs = Counter(pair for one, heard, _ in rows for pair in tag_pairs(one, heard))
    for tag in TAGS:
        true = sum(n for (want, _), n in pairs.items() if want == tag)
        found = sum(n for (_, got), n in pairs.items() if got == tag)
        lines.append(f"| {tag} | {true} | {share(pairs[tag, tag], true)} | {share(pairs[tag, tag], found)} |")
    return "\n".join(lines)


def lines_of_asking_back(rows: Sequence[Outcome], vagueness: Sequence[float], asked_back: Layer) -> Iterable[str]:
    yield "| without a talk | questions | asked back |"
    yield "|---|---|---|"
    features = [
        asked_back_features(heard.underspecified, vague) for (_, heard, _), vague in zip(rows, vagueness, strict=True)
    ]
    is_asked = asked_back.apply(np.stack(features))[:, 1] >= ASKED_BACK
    for lacks, name in ((True, "says too little by itself"), (False, "says enough")):
        told = [
            bool(asked and vague > 0)
            for (one, *_), asked, vague in zip(rows, is_asked, vagueness, strict=True)
            if one.example.kind == "fact" and one.example.leans == lacks
        ]
        yield f"| {name} | {len(told)} | {share(sum(told), len(told))} |"


def lines_of_groups(rows: Sequence[Outcome]) -> Iterable[str]:
    """What looks alike, side by side; its kind as the program takes it, which holds a fact for likelier."""
    yield "| alike | what it is | questions | kind | whether it leans | whether it says too little |"
    yield "|---|---|---|---|---|---|"
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for row in rows:
        groups[row[0].example.group].append(row)
    groups.pop("", None)
    for group, asked in groups.items():
        is_of_leaning = any(one.example.leans for one, *_ in asked)
        by_sort: dict[str, list[Outcome]] = defaultdict(list)
        for row in asked:
            example = row[0].example
            sort = "leans" if example.leans else "stands alone" if is_of_leaning else example.kind
            by_sort[sort].append(row)
        for sort, some in by_sort.items():
            kinds = [kind_of(heard) == one.example.kind for one, heard, _ in some]
            leans = [(lean > 0.5) == one.example.leans for one, _, lean in some if one.talk]
            lacks = [(heard.underspecified > 0.5) == one.example.leans for one, heard, _ in some]
            shares = " | ".join(share(sum(told), len(told)) for told in (kinds, leans, lacks))
            yield f"| {group} | {sort} | {len(some)} | {shares} |"


def tag_pairs(one: Read, heard: Heard) -> Iterable[tuple[str, str]]:
    if one.example.spans is not None:
        yield from zip(
            parts_of(one.question.offsets, one.example.spans),
            parts_of(one.question.offsets, heard.spans),
            strict=True,
        )


def share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
