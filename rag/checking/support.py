"""How far a passage carries a sentence: numbers and names first, then words and meaning.

The figure is between 0 and 1:
    1.0         the sentence stands in the passage word for word
    <= 0.2      a number of the sentence is not in the passage (5.5-6.7x is not 6.7x, 8% is not 8B)
    <= 0.4      a name is missing, or the passage says the opposite
    otherwise   the share of the sentence's content words that the best stretch of the passage holds, raised by the
                similarity of meaning where the wording differs
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index import PART, Span, split_sentences, stem_words
from rag.answer import Evidence
from rag.text import COMMON_WORDS, name_words, without_markers

MISSING_QUANTITY = 0.2
MISSING_NAME = 0.4
OPPOSITE = 0.4
STRETCH = 3
"""Sentences in a row that may carry one sentence together."""
BORDERLINE = (0.25, 0.7)
"""Word coverage between which the meaning is asked: outside, it would not change the verdict."""

Embed = Callable[[str], Iterable[float]]
"""Text to an L2-normalised vector."""

QUANTITY = re.compile(
    r"(?<![\w.])(?P<low>\d[\d,]*(?:\.\d+)?)\s?(?P<low_unit>%)?(?:\s?(?:-|–|—|to)\s?(?P<high>\d[\d,]*(?:\.\d+)?))?"
    r"\s?(?P<unit>%|percent\b|×|x\b|times\b|-?fold\b|[KkMBT]\b|thousand\b|million\b|billion\b|trillion\b)?",
)
UNITS = {
    "percent": "%", "×": "x", "times": "x", "fold": "x", "-fold": "x", "thousand": "k", "K": "k", "million": "M",
    "billion": "B", "trillion": "T",
}  # fmt: skip
NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
NEGATIONS = frozenset(
    "not no never none nor neither cannot without hardly fails failed unable lack lacks lacking".split()
)
OPPOSITES = [
    ({"increas", "improv", "rais", "rise", "gain", "grow"}, {"decreas", "reduc", "lower", "drop", "shrink"}),
    ({"higher", "better", "outperform", "exceed", "surpass", "superior"}, {"lower", "worse", "underperf", "inferior"}),
    ({"faster", "quicker"}, {"slower"}),
    ({"larger", "bigger"}, {"smaller"}),
]


@dataclass(frozen=True, slots=True)
class Support:
    """`figure` 0..1; `span` of the passage that carries the sentence (None when nothing does); `reason` if it fails."""

    figure: float
    span: Span | None
    reason: str = ""


def support_of(sentence: str, evidence: Sequence[Evidence], embed: Embed | None = None) -> Support:
    """Support of `sentence` (markers allowed) by all of `evidence` together; the span is in `evidence[0].passage`.

    Deterministic. `embed` is called only where words leave the verdict open.
    """
    claim = strip_markdown(without_markers(sentence))
    if not evidence:
        return Support(0.0, None, "no passage is cited")
    exact = find_verbatim(claim, evidence[0].passage)
    if exact:
        return Support(1.0, exact)
    if any(find_verbatim(claim, other.passage) for other in evidence[1:]):
        return Support(1.0, None)
    cited_text = " ".join(
        f"{e.title}. {e.passage} {' '.join(e.authors)} {e.year or ''} {e.url} {' '.join(e.topics)}" for e in evidence
    )
    coverage, span, stretch = best_stretch(claim, evidence)
    if missing := missing_quantities(claim, cited_text):
        return Support(min(MISSING_QUANTITY, coverage), None, f"{', '.join(missing)} is not in the cited passage")
    if missing := names_left_out(claim, cited_text):
        return Support(min(MISSING_NAME, coverage), span, f"{', '.join(missing)} is not named in the cited passage")
    figure = coverage
    if embed and stretch and BORDERLINE[0] <= coverage <= BORDERLINE[1]:
        figure = max(coverage, similarity(claim, stretch, embed))
    if says_opposite(claim, stretch):
        return Support(min(OPPOSITE, figure), span, "the cited passage seems to say the opposite")
    return Support(round(figure, 3), span, "" if figure >= 0.5 else "the cited passage says little of this")


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
                # Signs matter in figures: 2-3 is not 2.3, 5 is not 5%. A unit may follow after a blank.
                if not missing_quantities(wanted, f"{passage[span[0] : end]}\n{passage[span[0] : end + 3]}"):
                    return span
    return None


def best_stretch(claim: str, evidence: Sequence[Evidence]) -> tuple[float, Span | None, str]:
    """The run of up to three sentences that holds most of the claim's words: (share, span in the first, its text)."""
    wanted = stem_set(claim)
    if not wanted:
        return 0.0, None, ""
    best: tuple[float, Span | None, str] = (0.0, None, "")
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
                    start, end = spans[first][0], spans[last][1]
                    best = (share, (start, end) if place == 0 else None, each.passage[start:end])
    return best


def stem_set(text: str) -> set[str]:
    """The stems of the words that say what a text is about."""
    return set(stem_words(word for word in PART.findall(text.casefold()) if word not in COMMON_WORDS))


def quantities_of(text: str) -> list[tuple[str, str, str]]:
    """Each figure as (number or range, unit or "", as written); figures inside names such as GPT-4 are left out."""
    quantities = []
    for match in QUANTITY.finditer(text):
        low = match["low"].rstrip(",").replace(",", "")
        high = (match["high"] or "").rstrip(",").replace(",", "")
        unit = match["unit"] or match["low_unit"] or ""
        quantities.append((f"{low}-{high}" if high else low, UNITS.get(unit, unit), match[0].strip().rstrip(",")))
    return quantities


def missing_quantities(claim: str, cited_text: str) -> list[str]:
    """Figures of the claim that the passages don't give; a unit, where the claim has one, must agree."""
    given = [(value, unit) for value, unit, _ in quantities_of(cited_text)]
    in_words = {str(NUMBER_WORDS.index(w)) for w in re.findall(r"[a-z]+", cited_text.casefold()) if w in NUMBER_WORDS}
    missing = []
    for value, unit, written in quantities_of(claim):
        agrees = any(value == v and unit in ("", u) for v, u in given)
        if not agrees and not (not unit and value in in_words) and not is_part_of_token(written, cited_text):
            missing.append(written)
    return missing


def is_part_of_token(written: str, cited_text: str) -> bool:
    """Whether the figure stands in the passages with something glued to it: `8B`, `60fps`, `$2`, `10-20ms`."""
    return bool(re.search(rf"(?<![\d.,–-]){re.escape(written)}(?![\d%]|[.,–-]\d|\s?[–-]\s?\d)(?=[A-Za-z])", cited_text))


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


def says_opposite(claim: str, stretch: str) -> bool:
    """A negation, or a word of comparison, on one side only. Blunt on purpose: it only withholds trust."""
    ours, theirs = (re.findall(r"[a-z]+(?:n't)?", side.casefold().replace("’", "'")) for side in (claim, stretch))
    if not theirs:
        return False
    if negated(ours) and not negated(theirs):
        return True
    for up, down in OPPOSITES:
        for one, other in ((up, down), (down, up)):
            if has_any(ours, one) and not has_any(theirs, one) and has_any(theirs, other) and not has_any(ours, other):
                return True
    return False


def negated(words: Sequence[str]) -> bool:
    return any(w in NEGATIONS or w.endswith("n't") for w in words)


def has_any(words: Sequence[str], stems: set[str]) -> bool:
    return any(w.startswith(stem) for w in words for stem in stems)


def similarity(claim: str, stretch: str, embed: Embed) -> float:
    """Cosine of claim and stretch, laid on 0..1 so that paraphrases (cosine from .65 up) pass half."""
    one, other = embed(claim), embed(stretch)
    cosine = sum(float(a) * float(b) for a, b in zip(one, other, strict=True))
    return max(0.0, min(1.0, (cosine - 0.4) / 0.5))
