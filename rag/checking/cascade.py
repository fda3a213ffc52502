"""The second look: sentences that the packaged check does not surely clear, verified and put right by a model.

Quotes, and what the packaged check clears surely, need no more. A model's verdict counts where the words that it gives
for it stand in a passage that the sentence cites; the exact checks of figures, units and signs are not overruled.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import Citation, Evidence, Sentence
from rag.checking.citations import Checked, highlights_of, with_marker
from rag.checking.support import Support, find_verbatim
from rag.llm import ClaimToVerify, ClaimVerdict
from rag.settings import Verify
from rag.text import marker_numbers

QUOTED = 1.0
"""Support of a sentence that stands in its passage word for word."""

SWITCHED_OFF = "Not checked: checking is switched off (rag.verify: off)"


@dataclass(frozen=True, slots=True)
class Repaired:
    """An answer after the second look, with the numbers of sentences put right and taken back."""

    checked: Checked
    mended: int = 0
    withdrawn: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether all that the answer claimed was taken back."""
        return bool(self.withdrawn) and all(one.verdict == "no claim" for one in self.checked.sentences)


def claims_to_verify(checked: Checked, verify: Verify) -> list[ClaimToVerify]:
    """The sentences that need a second look, numbered by their place in the answer, from 1."""
    return [
        ClaimToVerify(n, sentence.text, sentence.numbers, sentence.reason)
        for n, (sentence, support) in enumerate(zip(checked.sentences, checked.supports, strict=True), 1)
        if sentence.verdict != "no claim" and needs_look(support, verify)
    ]


def needs_look(support: Support, verify: Verify) -> bool:
    return support.figure < QUOTED if verify == "model" else verify == "auto" and not support.is_sure


def repair(
    checked: Checked,
    verdicts: Mapping[int, ClaimVerdict],
    evidence: Sequence[Evidence],
    author: str,
    check: Callable[[str], Checked],
) -> Repaired:
    """The answer with the verdicts of `author`, by the place of the sentence, from 1.

    A sentence that is not borne out is put right or taken back; what was put right is checked again by `check`, and
    keeps that verdict.
    """
    better = {n: replacement(checked.sentences[n - 1], verdict) for n, verdict in verdicts.items() if fails(verdict)}
    changed = checked if not better else check(with_repairs(checked, better))
    by_text = {checked.sentences[n - 1].text: verdict for n, verdict in verdicts.items() if n not in better}
    mended = sum(map(bool, better.values()))
    return Repaired(with_verdicts(changed, by_text, evidence, author), mended, len(better) - mended)


def fails(verdict: ClaimVerdict) -> bool:
    return verdict.verdict in ("contradicted", "not in it")


def only_lacks(checked: Checked, verdicts: Mapping[int, ClaimVerdict]) -> bool:
    """Whether, to the model, an answer says only what the evidence does not tell: a refusal that nobody recognised.

    Asked of the whole answer only: believed of one sentence it would clear a claim without a proof.
    """
    claims = [n for n, sentence in enumerate(checked.sentences, 1) if sentence.verdict != "no claim"]
    return bool(claims) and all(n in verdicts and verdicts[n].verdict == "lacking" for n in claims)


def replacement(sentence: Sentence, verdict: ClaimVerdict) -> str:
    """The sentence put right, with its numbers where the model forgot them; "" to take it back."""
    better = verdict.better
    if better and not marker_numbers(better):
        for n in sentence.numbers:
            better = with_marker(better, n)
    lead = re.match(r"\s*(?:[-*+•]\s+|\d{1,2}[.)]\s+)?", sentence.text)
    return f"{lead[0] if lead else ''}{better}" if better else ""


def with_repairs(checked: Checked, better: Mapping[int, str]) -> str:
    """The text of the answer with these sentences in place of those at their places; "" takes one out."""
    text, place = "", 0
    for n, sentence in enumerate(checked.sentences, 1):
        text += checked.text[place : sentence.start] + better.get(n, sentence.text)
        place = sentence.end
    text += checked.text[place:]
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^[ \t]+$|(?<=\S)[ \t]{2,}(?=\S)", " ", text)).strip()


def with_verdicts(
    checked: Checked, verdicts: Mapping[str, ClaimVerdict], evidence: Sequence[Evidence], author: str
) -> Checked:
    """The sentences, found by their texts, with the model's verdict in place of the packaged one, where it counts."""
    numbered = {one.n: one for one in evidence}
    sentences, citations = list(checked.sentences), list(checked.citations)
    for place, (sentence, support) in enumerate(zip(checked.sentences, checked.supports, strict=True)):
        verdict = verdicts.get(sentence.text)
        if verdict is None or verdict.verdict != "supported" or support.is_vetoed:
            continue
        carrying = next((n for n in sentence.numbers if find_verbatim(verdict.words, numbered[n].passage)), None)
        if carrying is None:
            continue
        sentences[place] = replace(sentence, support=QUOTED, verdict="supported", reason="", checked_by=author)
        span = find_verbatim(verdict.words, numbered[carrying].passage)
        citations = [
            replace(one, supported=True, support=QUOTED, span=span) if is_of(one, sentence, carrying) else one
            for one in citations
        ]
    highlights = highlights_of(citations)
    return replace(checked, sentences=tuple(sentences), citations=tuple(citations), highlights=highlights)


def unchecked(checked: Checked) -> Checked:
    """The answer with each claim marked as not checked, where nobody is to check."""
    sentences = [
        one
        if one.verdict == "no claim"
        else replace(one, support=0.0, verdict="not checked", reason=SWITCHED_OFF, checked_by="")
        for one in checked.sentences
    ]
    citations = [replace(one, support=0.0, supported=False, span=None) for one in checked.citations]
    return replace(checked, sentences=tuple(sentences), citations=tuple(citations), highlights={})


def is_of(citation: Citation, sentence: Sentence, n: int) -> bool:
    return citation.sentence == sentence.text and citation.n == n
