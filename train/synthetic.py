"""Invented abstracts in the manner of machine learning, with questions whose answers are known exactly.

Real questions on real abstracts are few; here the same question is asked of an abstract that states the fact, one
that only hints at it and one that leaves it out, thousands of times over. The wording is ours (`invented.yaml`), the
papers do not exist, and no name, figure or text of a real paper's abstract is in them.
"""

import dataclasses
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from train.examples import Example, Span

TOPIC_NEEDS = ("{d1}", "{m1}", "{mech}")
"""Questions by topic that hold one of these fit only an abstract that mentions it."""


@dataclass(frozen=True, slots=True)
class Invented:
    """An abstract with the sentence in which each stated fact stands, and the facts it only hints at."""

    names: Mapping[str, str]
    title: str
    text: str
    stated: Mapping[str, Span]
    hinted: frozenset[str]
    opposite: tuple[int, Span] | None

    def mentions(self, name: str) -> bool:
        return self.names[name] in f"{self.title} {self.text}"


@cache
def wording() -> dict[str, Any]:
    """The whole of invented.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).resolve().parent / "invented.yaml").read_text("utf-8"))
    return loaded


def invented_examples(count: int, rng: random.Random) -> Iterator[Example]:
    """Examples of `count` invented papers, about eight each."""
    before: Invented | None = None
    for _ in range(count):
        paper = invent(rng)
        yield from asked_of(paper, rng)
        if before:
            yield from asked_of_other(paper, before, rng)
        before = paper


def invent(rng: random.Random) -> Invented:
    """Four to seven facts, each stated or hinted at, in random order after an opening and the proposal."""
    facts, names = wording()["facts"], fill_names(rng)
    chosen = rng.sample(sorted(facts), rng.randint(4, 7))
    stated = [fact for fact in chosen if rng.random() < 0.55]
    body = [(rng.choice(facts[fact]["stated" if fact in stated else "hinted"]), fact) for fact in chosen]
    opposite = rng.randrange(len(wording()["opposites"])) if rng.random() < 0.4 else None
    if opposite is not None and set(chosen) & set(wording()["opposites"][opposite].get("clashes", ())):
        opposite = None
    if opposite is not None:
        body.append((wording()["opposites"][opposite]["sentence"], "opposite"))
    body += [(filler, "") for filler in rng.sample(wording()["fillers"], rng.randint(0, 2))]
    rng.shuffle(body)
    head = [(rng.choice(wording()["openings"]), "")] if rng.random() < 0.8 else []
    head.append((rng.choice(wording()["proposals"]), ""))
    parts: list[str] = []
    places: dict[str, Span] = {}
    position = 0
    for template, fact in head + body:
        if not template:
            continue
        sentence = template.format_map(names)
        if not template.startswith("{n}"):
            sentence = sentence[0].upper() + sentence[1:]
        places[fact] = (position, position + len(sentence))
        parts.append(sentence)
        position += len(sentence) + 1
    return Invented(
        names,
        rng.choice(wording()["titles"]).format_map(names),
        " ".join(parts),
        {fact: places[fact] for fact in stated},
        frozenset(chosen) - frozenset(stated),
        None if opposite is None else (opposite, places["opposite"]),
    )


def fill_names(rng: random.Random) -> dict[str, str]:
    """A value for every name that templates use; those with 8 or 9 stand for other papers' things."""
    words = wording()

    def two(kind: str) -> list[Any]:
        return rng.sample(words[kind], 2)

    own, other, third, *rivals = rng.sample([invented_name(rng) for _ in range(60)], 10)
    (task, task2), (task9, _) = two("tasks")
    (mechanism, mechanism2), (mechanism9, _) = two("mechanisms")
    measures = rng.sample(words["measures"], 3)
    data = rng.sample(words["datasets"], 7)
    names = {"n": own, "n8": third, "n9": other, "task": task, "task2": task2, "task9": task9}
    names |= {"Task": task[0].upper() + task[1:], "mech": mechanism, "mech2": mechanism2, "mech9": mechanism9}
    names |= {"m1": measures[0][0], "m2": measures[1][0], "m9": measures[2][0], "reason": rng.choice(words["reasons"])}
    names |= {f"d{number}": name for number, name in zip((1, 2, 3, 4, 5, 8, 9), data, strict=True)}
    names |= {f"b{number}": name for number, name in zip((1, 2, 3, 4, 5, 9), rivals, strict=False)}
    for name, kind in {"unit": "units", "part": "parts", "chal": "challenges"}.items():
        names[name], names[f"{name}9"] = two(kind)
    for name, kind in {"s": "sizes", "bb": "backbones", "hw": "hardware"}.items():
        names[f"{name}1"], names[f"{name}9"] = two(kind)
    names |= {"item": rng.choice(words["items"]), "loss1": rng.choice(words["losses"])}
    names["ds"] = invented_name(rng) + rng.choice(("-Bench", "-1K", " Corpus", "QA", "Set"))
    names["url"] = f"https://github.com/{own.lower().replace('+', '')}/{own}"
    return names | fill_numbers(rng, str(measures[0][1]))


def fill_numbers(rng: random.Random, unit: str) -> dict[str, str]:
    """v scores, k factors, p percentages, i and c counts, g gigabytes."""

    def between(low: float, high: float, digits: int) -> str:
        return f"{rng.uniform(low, high):.{digits}f}"

    numbers = {"v1": rng.choice((between(20, 99, 1), between(20, 99, 2), between(0.2, 0.99, 3))) + unit}
    numbers |= {"v2": between(0.2, 9, 1), "v3": between(0.3, 7, 1)}
    numbers |= {"k1": rng.choice((between(1.2, 12, 1), between(2, 40, 0))), "k2": between(2, 16, 0)}
    numbers |= {"i1": rng.choice((between(0.3, 30, 1), between(3, 900, 0))), "i2": between(3, 900, 0)}
    numbers |= {"i3": between(12, 240, 0), "g1": between(30, 80, 0), "g2": between(4, 28, 0)}
    thousands = f"{rng.randint(2, 900)},{rng.randint(100, 999)}"
    numbers["c1"] = rng.choice((thousands, between(2, 900, 0) + "k", between(200, 9999, 0)))
    numbers["c2"] = rng.choice(("two", "four", "eight", "16", "32", "64", "128", "256", between(3, 99, 0)))
    numbers |= {"c3": between(9, 120, 0), "c4": rng.choice(("64", "128", "256", "512", between(5, 99, 0)))}
    return numbers | {f"p{number}": between(1, 95, 0) for number in range(1, 6)}


def invented_name(rng: random.Random) -> str:
    starts, ends, style = wording()["name_starts"], wording()["name_ends"], rng.random()
    if style < 0.6:
        return str(rng.choice(starts) + rng.choice(("", "", "-")) + rng.choice(ends))
    if style < 0.85:
        letters = "".join(rng.choice("ABCDEFGHILMNOPRSTUV") for _ in range(rng.randint(3, 4)))
        return letters + rng.choice(("", "", "-2", "Net", "++"))
    return str(rng.choice(starts).capitalize() + rng.choice(("a", "o", "ix", "ion", "ara")))


def asked_of(paper: Invented, rng: random.Random) -> Iterator[Example]:
    """Questions about the paper itself: stated facts, hinted ones, missing ones, wrong ones."""
    facts = wording()["facts"]
    stated = sorted(paper.stated)
    hinted = [fact for fact in sorted(paper.hinted) if is_unknown(paper, fact)]
    for fact in rng.sample(stated, min(len(stated), 3)):
        yield example(paper, rng.choice(facts[fact]["asked"]), paper.stated[fact], "invented_detail")
    for fact in rng.sample(hinted, min(len(hinted), 2)):
        yield example(paper, rng.choice(facts[fact]["asked"]), None, "invented_hinted")
    for fact in rng.sample(stated + hinted, min(len(stated + hinted), 2)):
        template = rng.choice(facts[fact]["wrong"])
        found = example(paper, template, None, "invented_wrong")
        yield dataclasses.replace(found, relevance=0.0 if "{n9}" in template else 1.0)
    if rng.random() < 0.4:
        missing = sorted(set(facts) - set(paper.stated) - paper.hinted)
        fact = rng.choice([fact for fact in missing if is_unknown(paper, fact)])
        yield example(paper, rng.choice(facts[fact]["asked"] + facts[fact]["wrong"]), None, "invented_missing")
    if paper.opposite:
        number, span = paper.opposite
        yield example(paper, wording()["opposites"][number]["asks"], span, "invented_detail")
        yield example(paper, wording()["opposites"][number]["denies"], None, "invented_premise")
    if rng.random() < 0.5 and paper.mentions("mech"):
        yield as_a_whole(paper, rng.choice(wording()["find"]), "invented_find")
    if rng.random() < 0.25:
        template = rng.choice(wording()["topic"])
        if all(paper.mentions(need[1:-1]) for need in TOPIC_NEEDS if need in template):
            yield as_a_whole(paper, template, "invented_topic")


def is_unknown(paper: Invented, fact: str) -> bool:
    """Whether a fact that was not stated cannot be read from another sentence or the title either."""
    if fact == "idea":
        return not paper.mentions("mech")
    if fact == "benchmarks":
        return not any(paper.mentions(f"d{number}") for number in range(1, 6))
    return True


def asked_of_other(paper: Invented, other: Invented, rng: random.Random) -> Iterator[Example]:
    """A question about `other` put to `paper`, sometimes one that differs in the method alone."""
    words = wording()
    facts = words["facts"]
    to_find = rng.random() < 0.5
    template = rng.choice(words["find"] if to_find else facts[rng.choice(sorted(facts))]["asked"] + words["topic"][:5])
    names = dict(other.names)
    if to_find and rng.random() < 0.5:
        names.update(task=paper.names["task"], task2=paper.names["task2"])
    if names["mech"] == paper.names["mech"] or (names["task"] == paper.names["task"] and not to_find):
        return
    if "{d1}" in template and names["d1"] in paper.text:
        return
    yield Example(template.format_map(names), paper.title, paper.text, 0.0, 0.0, "invented_elsewhere", supported=True)


def as_a_whole(paper: Invented, template: str, kind: str) -> Example:
    """A question that the paper as a whole answers: no single sentence is marked."""
    return Example(template.format_map(paper.names), paper.title, paper.text, 1.0, 1.0, kind)


def example(paper: Invented, template: str, support: Span | None, kind: str) -> Example:
    question = template.format_map(paper.names)
    answerable = float(support is not None)
    return Example(question, paper.title, paper.text, answerable, 1.0, kind, support=support, supported=True)
