"""Authors, in whatever form a source writes them, into a list of names as one says them."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.readers.cleaning import clean_title, is_unknown

GIVEN = ("given", "first", "firstname", "first_name", "forename", "forenames", "given_name", "givennames", "initials")
FAMILY = ("family", "last", "lastname", "last_name", "surname", "family_name")
WHOLE = ("name", "literal", "display_name", "full_name", "fullname", "author_name", "author", "raw_author_name")

GROUP = re.compile(r"\{\{([^{}]+)\}\}|(?<![^\s;,])\{([^{}\\]{0,300} [^{}\\]{0,300})\}(?![^\s;,])")
"""What BibTeX keeps together: the name of a group, `and` included."""
HELD = re.compile("⟦(\\d+)⟧")
ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]|<[^<>]*>|https?://\S+|[^\s@]{1,100}@\S+|\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b")
"""Affiliations, ids, addresses."""
MARKS = re.compile(r"[\d*†‡§¶#∗⁎⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:\s*,\s*[\d*†‡§¶]+)*")
OTHERS = re.compile(
    r"[,;]?\s*(?:\b(?:and|&)\s+)?(?:\bet\s+al\b\.?|\band\s+others\b|\bothers\b|…|\.\.\.)\s*$", re.IGNORECASE
)
AND = re.compile(r",?\s+(?:and|&)\s+", re.IGNORECASE)
NOBODY = re.compile(r"\W*(?:anon(?:ymous)?|no authors?(?: \w+)*|others|et\s+al)\W*", re.IGNORECASE)
SUFFIX = re.compile(r"(?:jr|sr|[iv]{2,3})\.?", re.IGNORECASE)
DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.[-‐ ]?)+")
"""Initials: D.G., J.-P., Yu."""
BARE = re.compile(r"[A-ZÀ-ÖØ-Þ]{1,3}(?:-[A-ZÀ-ÖØ-Þ])?")
"""Initials without dots, as PubMed writes them."""
LONGEST = 1_000_000
"""Characters: the longest lists of authors, of large experiments, have a twentieth of that."""


def read_people(value: Any) -> tuple[str, ...]:
    """The names, each once, "Given Surname" where it is known which is which; none of what is no list of persons.

    Takes a text (`Lee, Ann; Sun, Bo`, `Ann Lee and Bo Sun`, `Lee, A.B., Sun, B.`, `Lee AB, Sun B`, a list of Python or
    JSON) or a list of texts, of mappings (given and family, first and last, name) or of [family, given, suffix].
    """
    names = (name_person(each) for each in listed(value))
    return tuple(dict.fromkeys(name for name in names if name and not NOBODY.fullmatch(name) and not is_unknown(name)))


def listed(value: Any) -> Iterator[Any]:
    if isinstance(value, str):
        value = read_list(value) or list(split_names(value))
    elif isinstance(value, Mapping):
        value = [value]
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from split_names(each, is_list=True) if isinstance(each, str) else [each]


def read_list(text: str) -> list[Any] | None:
    """A list that Python or JSON wrote as text."""
    if not text.lstrip().startswith("[") or not text.rstrip().endswith("]") or len(text) > LONGEST:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return value if isinstance(value, list) else None
    return None


def split_names(text: str, is_list: bool = False) -> Iterator[str]:
    """One name after the other, as the source writes each; of a list, an entry is one name unless `;` parts it."""
    groups: list[str] = []

    def hold(found: re.Match[str]) -> str:
        groups.append(found[1] or found[2])
        return f"⟦{len(groups) - 1}⟧"

    # Long runs of blanks would cost the patterns below a square of their length.
    text = "\n".join(" ".join(line.split()) for line in text[:LONGEST].splitlines() if line.strip())
    text = GROUP.sub(hold, text.replace("⟦", "").replace("⟧", ""))
    text = OTHERS.sub("", clean_title(text.replace("\n", ";") if "," in text and "\n" in text.strip() else text))
    text = " ".join(ASIDE.sub(" ", text).split())
    if ";" in text:
        parts = text.split(";")
    elif "|" in text:
        parts = text.split("|")
    elif is_list:
        parts = [text]
    else:
        parts = split_sentence(text)
    for part in parts:
        if held := HELD.search(part):
            yield f"⟦{clean_title(groups[int(held[1])])}"
        elif name := OTHERS.sub("", part).strip():
            yield name


def split_sentence(text: str) -> list[str]:
    """Names between `and` and commas, where a comma may also turn one name around."""
    parts = AND.split(text)
    if len(parts) > 1 and all(part.count(",") == 1 for part in parts):
        return parts
    return [name for part in parts for name in split_commas(part)]


def split_commas(text: str) -> list[str]:
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    if len(pieces) < 2 or (len(pieces) == 3 and SUFFIX.fullmatch(pieces[1])):
        return [text]
    has_initials = DOTTED.fullmatch(pieces[0].split()[-1])  # Cruz A.B., Lee G. are two
    if len(pieces) == 2 and (
        any(" " not in piece for piece in pieces) or (pieces[0][0].islower() and not has_initials)
    ):
        return [text]
    families, givens = pieces[::2], pieces[1::2]
    if len(pieces) % 2 == 0 and (
        all(DOTTED.fullmatch(given) or BARE.fullmatch(given) for given in givens)
        or not any(" " in family for family in families)
    ):
        return [f"{family}, {given}" for family, given in zip(families, givens, strict=True)]
    if len(pieces) == 3 and SUFFIX.fullmatch(pieces[2]) and " " not in pieces[0]:
        return [text]
    names: list[str] = []
    for piece in pieces:
        if SUFFIX.fullmatch(piece) and names:
            names[-1] = f"{names[-1]} {piece}"
        else:
            names.append(piece)
    return names


def name_person(value: Any) -> str:
    if isinstance(value, str):
        return value[1:] if value.startswith("⟦") else turn(value)
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value[:3]) and len(value) > 1:
        family, given, *more = (clean_title(part) for part in value[:3])
        return join(given, family, more[0] if more else "")
    if not isinstance(value, Mapping):
        return ""
    parts = {re.sub(r"\W+", "_", str(key)).casefold(): part for key, part in value.items()}
    texts = {key: clean_title(part) for key, part in parts.items() if isinstance(part, str)}
    given, family = (next((texts[name] for name in names if texts.get(name)), "") for names in (GIVEN, FAMILY))
    if family:
        particle = texts.get("dropping_particle") or texts.get("non_dropping_particle") or texts.get("prefix") or ""
        return join(given, f"{particle} {family}".strip(), texts.get("suffix", ""))
    whole = next((texts[name] for name in WHOLE if texts.get(name)), given)
    if not whole and isinstance(inner := parts.get("author"), Mapping) and inner is not value:
        whole = next((inner[name] for name in WHOLE if isinstance(inner.get(name), str)), "")
    return turn(ASIDE.sub(" ", whole)) if whole else ""


def turn(name: str) -> str:
    """`Lee, Ann` Ann Lee; `Adler D.G.` D.G. Adler; `Lee AB` A.B. Lee; what begins with the given name stays."""
    name = re.sub(r"\s*,\s*", ", ", " ".join(MARKS.sub(" ", name).replace("{", "").replace("}", "").split())).strip(
        " ,;"
    )
    family, *rest = name.split(", ")
    if rest:
        suffixes = [part for part in rest if SUFFIX.fullmatch(part)]
        given = " ".join(part for part in rest if part not in suffixes)
        return join(dot(given, family), family, suffixes[0] if suffixes else "")
    words = name.split()
    if len(words) < 2:
        return name
    last = len(words) - 1
    while last and (DOTTED.fullmatch(words[last]) and not SUFFIX.fullmatch(words[last])):
        last -= 1
    if last < len(words) - 1 and not DOTTED.fullmatch(words[0]):
        return join(" ".join(words[last + 1 :]), " ".join(words[: last + 1]))
    is_initials = BARE.fullmatch(words[-1]) and not SUFFIX.fullmatch(words[-1])
    if is_initials and not DOTTED.fullmatch(words[0]) and not all(word.isupper() for word in words[:-1]):
        return join(dot(words[-1], words[0]), " ".join(words[:-1]))
    return name


def dot(given: str, family: str) -> str:
    """`AB` A.B., unless capitals are how the source writes all names."""
    if not BARE.fullmatch(given) or (family.isupper() and len(family) > 2):
        return given
    return "".join("-" if sign == "-" else f"{sign}." for sign in given)


def join(given: str, family: str, suffix: str = "") -> str:
    return " ".join(part for part in (given, family, suffix) if part)
