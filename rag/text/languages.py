"""Whether a text is English, which is all that the offline search and the models that ship understand."""

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LETTERS = re.compile(r"[^\W\d_]+")
LONGEST = 400
"""Characters looked at: more tell nothing new."""

OPENINGS = frozenset("what which how why where when does did are who".split())
WITHIN = frozenset("the of and is are was were does did do in for to with that by on there has have it they".split())
"""What opens English questions, and the little words within them: with one of each, no model need be asked (it takes up
to a second to load, once), and the foreign names in between can't mislead it."""
ENGLISH_ONLY = OPENINGS | frozenset("the of and with by were there they this that these those from have has".split())
"""Little words of which no sentence in another language has two, unless it quotes English."""
ENOUGH = 1 / 3
"""Share of such words that no quotation comes to."""

OTHERS = (
    "de fr es it pt nl sv da nb no pl cs sk sl hr bs fi et lv lt hu ro vi id ms tr ca eu gl is sq af sw tl az"
).split()
"""The languages in Latin script that are told from English. The model knows more, Latin among them, as which names of
species and terms of law would be taken."""

FAMILIES = tuple(
    frozenset(family.split())
    for family in (
        "sv da nb no is", "id ms", "cs sk", "es pt gl ca it", "hr bs sl", "nl af de", "fi et", "tr az",
    )
)  # fmt: skip
"""Languages alike in so many words that a short question may be of either: their shares count together."""

BARE = 2
"""So few words are taken for a name or a keyword, unless they ask."""
FEW, FEW_ASKING = 3, 2
"""So few words are mostly names and keywords; with a question mark less often."""
HARDLY, HARDLY_OF_FEW = 0.05, 0.02
"""Share of English above which a text always passes for English: an English question that is not searched as one loses
more than another that is."""
SURE, SURE_OF_FEW = 0.4, 0.9
"""Share of other languages that are alike, from which a text is taken for one of them."""

NOTICE = (
    "The offline search understands English only; for a question in another language it goes by names and shared words."
)


def is_english(text: str) -> bool:
    """Whether the text can be taken for English; bare names and keywords, which belong to no language, can.

    Of 13,681 questions, titles and claims of eighteen fields all but one are. Of 115 short questions ("Was kostet
    das?") in 20 other languages one is; before languages that are alike were taken together, 32 were.
    """
    text = text[:LONGEST]
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in letters)
    if latin < 0.7 * len(letters):
        return False
    words = [word.casefold() for word in LETTERS.findall(text)]
    little = [word for word in words if word in ENGLISH_ONLY]
    asks = text.rstrip().endswith("?")
    if (
        (len(words) <= BARE and not asks)
        or not words
        or (words[0] in OPENINGS and not WITHIN.isdisjoint(words[1:]))
        or (len(set(little)) > 1 and len(little) >= ENOUGH * len(words))
    ):
        return True
    shares: dict[str, float] = dict(identifier().rank(text))
    alike = [sum(shares.get(language, 0.0) for language in family) for family in FAMILIES]
    other = max(*alike, *(share for language, share in shares.items() if language != "en"))
    are_few = len(words) <= (FEW_ASKING if asks else FEW)
    hardly, sure = (HARDLY_OF_FEW, SURE_OF_FEW) if are_few else (HARDLY, SURE)
    return shares["en"] >= hardly or other < sure


@cache
def identifier() -> LanguageIdentifier:
    """The n-gram model of py3langid, for English and the languages above."""
    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([label for label in found.labels if label in {"en", *OTHERS}])
    return found
