"""Questions of SQuAD and their answers as claims: "Who wrote it?" with "Ana" becomes "Ana wrote it".

What nothing answers has a plausible answer there, which makes a false claim in the words of the paragraph.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from index import split_sentences
from train.examples import Example, Span, covering

SUBJECT = re.compile(
    r"^(?:who|what|which(?: \w+){1,3}|what (?:group|country|type of \w+|kind of \w+|person|city|state|company)) "
    r"(?!(?:did|do|does|is|are|was|were|can|could|has|have|had|will|would) (?:the|a|an|he|she|it|they|[A-Z])\b)"
    r"(?P<rest>\w+ .+)$",
    re.IGNORECASE,
)
COPULA = re.compile(r"^(?:who|what) (?P<verb>is|are|was|were) (?P<rest>the .+)$", re.IGNORECASE)
OBJECT = re.compile(
    r"^(?P<prep>in |on |at |by |from |to |with |for )?(?:what|which|when|where|who|whom|how many|how much)"
    r"(?P<noun>(?: [a-z]+){0,3}?) "
    r"(?P<verb>did|does|do|was|were|is|are|can|could|has|had|have|will|would) "
    r"(?P<subject>(?:the |a |an )?[\w'-]+(?: of (?:the )?[\w'-]+)?) (?P<rest>.+)$",
    re.IGNORECASE,
)
PLACES = {"when": "in", "where": "in"}


def read_squad_claims(file: Path) -> Iterator[Example]:
    """A claim a question, where its form allows; true and false ones in the same forms."""
    rng = random.Random(7)
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            text, title = paragraph["context"], article["title"].replace("_", " ")
            sentences = split_sentences(text)
            known = sorted({row["answers"][0]["text"] for row in paragraph["qas"] if row["answers"]})
            for row in paragraph["qas"]:
                is_true = bool(row["answers"])
                given = row["answers"] or row.get("plausible_answers") or []
                if not given:
                    continue
                best = min(given, key=lambda one: len(one["text"]))
                span = (best["answer_start"], best["answer_start"] + len(best["text"]))
                support = covering(sentences, span)
                if claim := as_claim(row["question"], best["text"]):
                    yield as_example(claim, title, text, is_true, support)
                others = [one for one in known if one != best["text"] and one[0].isdigit() == best["text"][0].isdigit()]
                if (
                    is_true
                    and others
                    and rng.random() < 0.5
                    and (claim := as_claim(row["question"], rng.choice(others)))
                ):
                    yield as_example(claim, title, text, False, support)


def as_example(claim: str, title: str, text: str, is_true: bool, support: Span) -> Example:
    return Example(claim, title, text, float(is_true), None, "squad", support=support, supported=True)


def as_claim(question: str, answer: str) -> str:
    """The question as a statement that holds the answer; empty where its form is not one of those known."""
    asked = question.strip().rstrip("?").strip()
    if len(answer.split()) > 12:
        return ""
    if match := COPULA.match(asked):
        return finished(f"{match['rest']} {match['verb']} {answer}")
    if match := OBJECT.match(asked):
        word = re.split(r"\s+", asked.casefold())[0]
        prep = match["prep"] or (
            f"{PLACES[word]} " if word in PLACES and not re.match(r"(?:in|on|at|from)\b", answer) else ""
        )
        noun = match["noun"] if word == "how" else ""
        return finished(f"{match['subject']} {match['verb']} {match['rest']} {prep}{answer}{noun}")
    if match := SUBJECT.match(asked):
        return finished(f"{answer} {match['rest']}")
    return ""


def finished(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
