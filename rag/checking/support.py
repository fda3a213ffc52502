"""How far passages carry a sentence: quotes by their words, all else read by a model, figures and names exactly.

The figure is between 0 and 1:
    1.0         the sentence stands in the passage word for word
    <= 0.2      a figure of the sentence is not in the passage, is of another unit or of something else
    <= 0.4      a name is missing, or the sentence is in a language that the model does not read
    otherwise   what the model makes of it, .5 where claims of fields that it never saw are best told apart
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index import PART, Span, split_sentences, stem_words
from rag.answer import Evidence
from rag.checking.quantities import wrong_figures
from rag.checking.support_model import ClaimReader, as_figure, shipped
from rag.text import COMMON_WORDS, is_english, name_words, without_markers

MISSING_QUANTITY = 0.2
MISSING_NAME = 0.4
NOT_CHECKED = 0.4
STRETCH = 3
"""Sentences in a row that may carry one sentence together."""

Finding = Literal["supported", "contradicted", "not enough", "not checked"]


@dataclass(frozen=True, slots=True)
class Support:
    """`figure` 0..1; `span` of the passage that carries the sentence (None when nothing does); `reason` if it fails.

    `finding` says what the passages make of the sentence; `is_sure`, that it stands and needs no second opinion: of
    held-out wrong claims at most three in a hundred get so far. `is_vetoed`: a figure, unit or sign is wrong, which no
    second opinion changes.
    """

    figure: float
    span: Span | None
    reason: str = ""
    finding: Finding = "not enough"
    is_sure: bool = False
    is_vetoed: bool = False


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """What `check_support` finds: `score` 0..1, whether that is enough, and why not."""

    score: float
    supported: bool
    reason: str
    finding: Finding
    is_sure: bool


def check_support(claim: str, evidence: Sequence[Evidence], threshold: float = 0.5) -> CheckedClaim:
    """Whether all of `evidence` together bears `claim` out, by the check that ships. Markers in it don't matter."""
    found = support_of(claim, evidence, shipped())
    return CheckedClaim(found.figure, found.figure >= threshold, found.reason, found.finding, found.is_sure)


def support_of(sentence: str, evidence: Sequence[Evidence], reader: ClaimReader | None = None) -> Support:
    """Support of `sentence` (markers allowed) by all of `evidence` together; the span is in `evidence[0].passage`.

    Deterministic. Without a `reader`, as for quotes, the share of its words that the passages hold decides.
    """
    claim = strip_markdown(without_markers(sentence))
    if not evidence:
        return Support(0.0, None, "no passage is cited")
    if exact := find_verbatim(claim, evidence[0].passage):
        return Support(1.0, exact, finding="supported", is_sure=True)
    if any(find_verbatim(claim, other.passage) for other in evidence[1:]):
        return Support(1.0, None, finding="supported", is_sure=True)
    cited_text = " ".join(
        f"{e.title}. {e.passage} {' '.join(e.authors)} {e.year or ''} {e.url} {' '.join(e.topics)}" for e in evidence
    )
    coverage, span = best_stretch(claim, evidence)
    if wrong := wrong_figures(claim, cited_text):
        reason = f"{', '.join(wrong)} is not in the cited passage, or not of this"
        return Support(min(MISSING_QUANTITY, coverage), span, reason, is_vetoed=True)
    if missing := names_left_out(claim, cited_text):
        reason = f"{', '.join(missing)} is not named in the cited passage"
        return Support(min(MISSING_NAME, coverage), span, reason)
    if not is_english(claim):
        reason = "Not checked: only figures and names were, which agree; the sentence is not in English"
        return Support(NOT_CHECKED, None, reason, "not checked")
    return read_claim(claim, evidence, reader) if reader else by_words(coverage, span)


def by_words(coverage: float, span: Span | None) -> Support:
    """The verdict on what was quoted and only reads a little differently."""
    if coverage >= 0.5:
        return Support(round(coverage, 3), span, finding="supported")
    return Support(round(coverage, 3), span, "the cited passage says little of this")


def read_claim(claim: str, evidence: Sequence[Evidence], reader: ClaimReader) -> Support:
    """The model's verdict, which is about the words: figures and names were looked at before."""
    reading, cuts = reader.read(claim, evidence), reader.cuts
    figure = round(as_figure(reading, cuts), 3)
    if reading.supported >= cuts.supported:
        return Support(figure, reading.span, finding="supported", is_sure=reading.supported >= cuts.sure)
    if reading.contradicted >= cuts.contradicted:
        return Support(figure, reading.span, "the cited passage seems to say otherwise", "contradicted")
    return Support(figure, reading.span, "the cited passage does not say this")


def strip_markdown(text: str) -> str:
    """The words a reader sees: no list bullets, emphasis, heading signs; link texts in place of links."""
    text = re.sub(r"^\s*(?:[-*+•]\s+|\d{1,2}[.)]\s+|#+\s+|>\s+)+", "", text)
    text = re.sub(r"\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)
    return re.sub(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`", "", text).strip()


def find_verbatim(claim: str, passage: str) -> Span | None:
    """Where `claim`, or what follows its lead-in ("In *EliteKV*: ..."), stands in `passage`.

    Case does not matter, nor do signs but those of figures.
    """
    _, colon, rest = claim.partition(": ")
    for wanted in (claim, rest) if colon else (claim,):
        words = [m[0].casefold() for m in PART.finditer(wanted)]
        if len(words) < 3:
            continue
        in_passage = list(PART.finditer(passage))
        folded = [m[0].casefold() for m in in_passage]
        for start in range(len(folded) - len(words) + 1):
            if folded[start] == words[0] and folded[start : start + len(words)] == words:
                end = in_passage[start + len(words) - 1].end()
                while end < len(passage) and passage[end] in "%.)!?”\"'":
                    end += 1
                span = in_passage[start].start(), end
                if signs_of_figures(wanted) == signs_of_figures(passage[span[0] : end]):
                    return span
    return None


def signs_of_figures(text: str) -> list[str]:
    """Figures with the signs in and after them, which matter: 2-3 is not 2.3, 5 is not 5%."""
    return [re.sub(r"\s", "", found).rstrip(".,") for found in re.findall(r"[-−–]?\d[\d.,\s–−-]*%?", text)]


def best_stretch(claim: str, evidence: Sequence[Evidence]) -> tuple[float, Span | None]:
    """The run of up to three sentences that holds most of the claim's words: (share, span in the first)."""
    wanted = stem_set(claim)
    if not wanted:
        return 0.0, None
    best: tuple[float, Span | None] = (0.0, None)
    for place, each in enumerate(evidence):
        in_title = stem_set(f"{each.title} {' '.join(each.authors)} {each.year or ''}")
        spans = split_sentences(each.passage)
        by_sentence = [stem_set(each.passage[start:end]) for start, end in spans]
        for first in range(len(spans)):
            for last in range(first, min(first + STRETCH, len(spans))):
                words = in_title.union(*by_sentence[first : last + 1])
                # A longer stretch must bring more than a little, so that the highlight stays short.
                share = len(wanted & words) / len(wanted) - 0.02 * (last - first)
                if share > best[0]:
                    best = (share, (spans[first][0], spans[last][1]) if place == 0 else None)
    return best


def stem_set(text: str) -> set[str]:
    """The stems of the words that say what a text is about."""
    return set(stem_words(word for word in PART.findall(text.casefold()) if word not in COMMON_WORDS))


def names_left_out(claim: str, cited_text: str) -> list[str]:
    """Names of the claim (capitals or digits within, or a capital inside the sentence) that the passages lack."""
    folded = cited_text.casefold()
    glued = re.sub(r"[\W_]+", "", folded)
    missing = []
    for name in name_words(claim):
        bare = name.casefold().removesuffix("s")
        if bare not in folded and re.sub(r"[\W_]+", "", bare) not in glued and not initials(name, cited_text):
            missing.append(name)
    return missing


def initials(name: str, cited_text: str) -> bool:
    """Whether a name in capitals abbreviates consecutive words of the passages: `OMP`, Orthogonal Matching Pursuit."""
    if not name.isupper() or not 3 <= len(name) <= 6:
        return False
    return name.casefold() in "".join(word[0].casefold() for word in PART.findall(cited_text))
