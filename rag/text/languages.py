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

BARE = 2
"""So few words are taken for a name or a keyword."""
FEW_WORDS = 3
SURE, SURE_OF_FEW = 0.4, 0.8
"""Share of one other language from which a text is taken for it: higher where there are few words, which are mostly
names and keywords."""
HARDLY = 0.1
"""Share of English above which a text always passes for English: an English question that is not searched as one loses
more than another that is."""

NOTICE = (
    "The offline search understands English only; for a question in another language it goes by names and shared words."
)


def is_english(text: str) -> bool:
    """Whether the text can be taken for English; bare names and keywords, which belong to no language, can.

    Of 10,302 questions and keywords of eighteen fields 99.97% are, 64% of them at a glance; of 150 in 23 other
    languages none.
    """
    text = text[:LONGEST]
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in letters)
    if latin < 0.7 * len(letters):
        return False
    words = [word.casefold() for word in LETTERS.findall(text)]
    little = [word for word in words if word in ENGLISH_ONLY]
    if (
        len(words) <= BARE
        or (words[0] in OPENINGS and not WITHIN.isdisjoint(words[1:]))
        or (len(set(little)) > 1 and len(little) >= ENOUGH * len(words))
    ):
        return True
    shares: dict[str, float] = dict(identifier().rank(text))
    other = max(shares[language] for language in OTHERS if language in shares)
    return shares["en"] >= HARDLY or other < (SURE if len(words) > FEW_WORDS else SURE_OF_FEW)


@cache
def identifier() -> LanguageIdentifier:
    """The n-gram model of py3langid, for English and the languages above."""
    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([label for label in found.labels if label in {"en", *OTHERS}])
    return found
