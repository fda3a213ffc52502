"""Names of methods, models and data sets, as questions and titles write them, and what a paper is called by."""

import re
from collections.abc import Iterable, Iterator

from index import PART, WORD
from rag.text.languages import is_english
from rag.text.words import COMMON_WORDS

QUOTED = re.compile(r"“([^”]{3,160})”|\"([^\"]{3,90})\"|(?<!\w)'([^']{3,90})'(?!\w)|(?<!\w)‘([^’]{3,90})’(?!\w)")
POSSESSIVE = re.compile(r"['’]s$")
SENTENCE_START = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘(]*")
FIRST_WORD = re.compile(rf"{SENTENCE_START.pattern}(?P<word>[A-Z][a-z]+(?:-[a-z]+)*) ")


def is_name(word: str) -> bool:
    """Whether a word by itself is written as only names are, with capitals or digits within: EliteKV, CLIP, GPT-2."""
    has_inner_capital = any(letter.isupper() for letter in word[1:])
    return has_inner_capital or (word[:1].isalpha() and any(letter.isdigit() for letter in word))


def name_words(text: str) -> list[str]:
    """The words of a text that are names: `Is Reformer faster than GPT-2?` -> Reformer, GPT-2.

    Where capitals mark names, in English and not at the beginning of a sentence, a capital makes one.
    """
    return [name for name, _, _ in find_name_words(text)]


def find_name_words(text: str) -> Iterator[tuple[str, int, int]]:
    """`name_words` with the place of each, (word, start, end), without the `'s` of a possessive."""
    is_capital_telling = is_english(text)
    starts = {match.end() for match in SENTENCE_START.finditer(text)}
    for found in WORD.finditer(text):
        word = POSSESSIVE.sub("", found[0])
        has_capital = is_capital_telling and word[:1].isupper() and word.casefold() not in COMMON_WORDS
        if is_name(word) or (has_capital and found.start() not in starts):
            yield word, found.start(), found.start() + len(word)


def names_in(text: str) -> list[str]:
    """The names in a text, in order: `Does X-Pool use CLIP as in 'Frozen in Time'?` -> X-Pool, CLIP, Frozen in Time.

    Words with capitals side by side are one name, Star Attention, also at the beginning of a sentence.
    """
    quoted = [(match.start(), match.end()) for match in QUOTED.finditer(text)]
    names = [(start, text[start + 1 : end - 1]) for start, end in quoted]
    after_first = {match.end(): match for match in FIRST_WORD.finditer(text)}
    spans: list[tuple[int, int]] = []
    is_open = False
    for word, start, end in find_name_words(text):
        if any(left <= start < right for left, right in quoted):
            continue
        first = after_first.get(start)
        if is_open and text[spans[-1][1] : start] == " ":
            spans[-1] = spans[-1][0], end
            continue
        is_open = not is_name(word)
        begins_name = first and is_open and first["word"].casefold() not in COMMON_WORDS
        spans.append((first.start("word") if first and begins_name else start, end))
    names += [(start, text[start:end]) for start, end in spans]
    return list(dict.fromkeys(name for _, name in sorted(names) if len(name) > 2))


def mentions(text: str, name: str) -> bool:
    """Whether the text holds the name as whole words, without regard to case."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None


MAX_TITLE_WORDS = 8

FEW_WORDS = 3
"""A title of no more words may stand in a question without being meant."""

NAMING = re.compile(
    r"\b(?:termed|named|called|dubbed|coined|namely|propos\w+|introduc\w+|present\w*|develop\w*|design\w*)"
    r"(?: (?:the|our|as))*,? [\"“'‘]?(?P<name>[A-Za-z0-9][\w+./-]*\w\+*)"
)
"""No name follows `a`: `we propose a CNN` speaks of one of many."""

ABBREVIATED = re.compile(r"\((?P<name>[A-Za-z0-9][\w+-]*[A-Z0-9][\w+-]*)\)")


def name_of(title: str, abstract: str) -> str:
    """What readers call the paper: its method's name where title or abstract gives one, else "".

    `EliteKV: Scalable KV Cache...` is called EliteKV; an abstract that says "a network termed ICHPro" likewise.
    """
    head, colon, _ = title.partition(":")
    head = head.strip()
    if colon and len(head.split()) <= 3 and "?" not in head:
        named = any(is_name(word) for word in head.split())
        # A common word is a name only where the abstract always writes it with a capital.
        if named or (len(head.split()) == 1 and head in abstract and not in_lower_case(head, abstract)):
            return head
    for pattern in (NAMING, ABBREVIATED):
        for match in pattern.finditer(abstract):
            name = match["name"]
            if is_coined(name) and (pattern is NAMING or is_own(name, title, abstract[: match.start()])):
                return name
    return ""


def in_lower_case(word: str, text: str) -> bool:
    """Whether the text has the word without a capital, but for addresses (`github.io/argus`)."""
    return re.search(rf"(?<![\w/.-]){re.escape(word.lower())}\b", text) is not None


def are_named(papers: Iterable[tuple[str, str]], question: str) -> list[bool]:
    """For each (title, abstract), whether the question calls the paper by its name or its title.

    A name must be written as the paper writes it (FAST is not "fast", Efficient Attention not "efficient attention"),
    unless the question has no capitals at all.
    """
    folded = fold_words(question)
    return [is_named(title, abstract, question, folded) for title, abstract in papers]


def is_named(title: str, abstract: str, question: str, folded: str) -> bool:
    if len(title.split()) > FEW_WORDS and fold_words(title) in folded:
        return True
    names = {name_of(title, abstract), short_title(title)} - {""}
    if question == question.lower():
        names = {name.lower() for name in names}
    return any(re.search(rf"(?<!\w){re.escape(name)}(?![\w-])", question) for name in names)


def fold_words(text: str) -> str:
    """The words of a text in lower case with one blank between them: for comparing names and titles."""
    return " ".join(PART.findall(text.casefold()))


def is_coined(name: str) -> bool:
    """Whether this looks like what authors call their method, not a common term (3D, Multi-Head, sEntiment)."""
    parts = re.split(r"[-./]", name)
    unusual = any(any(letter.isupper() for letter in part[1:]) for part in parts) or name[-1:] == "+"
    return unusual and sum(letter.isalpha() for letter in name) > 2 and name[:1].isupper()


def is_own(name: str, title: str, before: str) -> bool:
    """Whether an abbreviation in brackets is the paper's own: the title begins with it, or the authors made it."""
    sentence = re.split(r"[.;] ", before)[-1]
    in_title = title.casefold().startswith(name.casefold())
    made = re.search(
        r"\b(?:we|this (?:paper|work)|our)\b.*\b(?:propos|introduc|present|develop|design|build|call)(?!\w* by\b)",
        sentence,
        re.I,
    )
    is_event = re.search(r"\b(?:challenge|competition|workshop|conference|task) $", sentence, re.I)
    return in_title or bool(made and not is_event)


def short_title(title: str) -> str:
    """The title up to its colon when that says enough, at most some eight words."""
    title = whole_title(title)
    head = title.partition(":")[0].strip()
    if len(head.split()) < 2:
        head = title.strip()
    words = head.split()
    return head if len(words) <= MAX_TITLE_WORDS + 2 else " ".join(words[:MAX_TITLE_WORDS]).rstrip(",;:") + " …"


def whole_title(title: str) -> str:
    """The title, up to its question mark if it goes on after one: no sentence shall end within it."""
    return re.split(r"(?<=[?!.]) +(?=[A-Z(])", " ".join(title.split()))[0]


def label(title: str, abstract: str) -> str:
    """The paper's name, else its short title."""
    return name_of(title, abstract) or short_title(title)
