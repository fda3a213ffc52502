"""What stands behind the `=` of a BibTeX field, and its LaTeX, as text."""

import re
from collections.abc import Iterator, Mapping

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

LONGEST_LATEX = 100_000
"""Characters. Twice the longest abstract; what is longer stays as it is and is refused later."""
DEEPEST = 60
"""Braces within braces that pylatexenc, which calls itself for each, is given."""

SIGN = re.compile(r'[{}"]')
BLANKS = re.compile(r"\s+")
WORD = re.compile(r"[^\s#,{}\"=]+")
NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w:.-]*)\s*=\s*(?=\S)")
LATEX = re.compile(r"[\\{}$~]|``|''|--")
ABOUT = re.compile(r"(?<![^\s(\[])~(?=\d)")
"""What people write for "about": ~5 mg. Any other `~` is a blank."""
COMMENT = re.compile(r"(?<!\\)%")
DOLLAR = re.compile(r"\\\$|\$(?! )((?:[^$\\]|\\.){1,500}?)(?<! )\$(?!\d)|\$")
URL = re.compile(r"\\url\s*\{([^{}]*)\}")
AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def read_value(text: str, strings: Mapping[str, str]) -> tuple[str, str]:
    """A value, `#` joined and names of strings replaced, and what stands behind it where only a comma should.

    A name that no `@string` defines is its own value. LaTeX is left as it is.
    """
    parts: list[str] = []
    at = skip_blanks(text, 0)
    while True:
        if text[at : at + 1] in ("{", '"'):
            end = find_end(text, at)
            parts.append(text[at + 1 : end])
            at = end + 1
        elif word := WORD.match(text, at):
            parts.append(strings.get(word[0].casefold(), word[0]))
            at = word.end()
        at = skip_blanks(text, at)
        if text[at : at + 1] != "#":
            return "".join(parts), text[at:]
        at = skip_blanks(text, at + 1)


def skip_blanks(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return found.end() if found else at


def find_end(text: str, start: int) -> int:
    """Where the brace or quote at `start` is closed; the end of the text when nowhere."""
    is_quote = text[start] == '"'
    depth = 0
    for sign in SIGN.finditer(text, start + 1):
        if text[sign.start() - 1] == "\\":
            continue
        if sign[0] == "{":
            depth += 1
        elif sign[0] == "}":
            if depth == 0 and not is_quote:
                return sign.start()
            depth = max(depth - 1, 0)
        elif is_quote and depth == 0:
            return sign.start()
    return len(text)


def split_authors(text: str) -> Iterator[str]:
    """The names between `and`, which does not part names within braces; `and others` is nobody."""
    start = 0
    for gap in AND.finditer(text):
        if text.count("{", start, gap.start()) <= text.count("}", start, gap.start()):
            yield text[start : gap.start()].strip()
            start = gap.end()
    if (last := text[start:].strip()).casefold() != "others":
        yield last


def as_text(latex: str) -> str:
    r"""What LaTeX shows: accents, signs, `$\alpha$`, without the braces that protect capitals.

    A `%` is no comment and a `$` no formula where people write 38% and $5. What can't be parsed loses its braces only.
    """
    if not LATEX.search(latex) or len(latex) > LONGEST_LATEX:
        return latex
    if depth_of(latex) > DEEPEST:
        return plain(latex)
    source = ABOUT.sub(r"\\textasciitilde{}", COMMENT.sub(r"\\%", DOLLAR.sub(keep_formula, URL.sub(r"\1", latex))))
    try:
        return str(LatexNodes2Text(math_mode="text", strict_latex_spaces=False).latex_to_text(source))
    except (LatexWalkerError, RecursionError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        return plain(latex)


def keep_formula(dollar: re.Match[str]) -> str:
    if dollar[1]:
        return dollar[0]
    return dollar[0] if dollar[0].startswith("\\") else r"\$"


def plain(latex: str) -> str:
    return re.sub(r"\\([%&#_$~{}])|[{}]", r"\1", latex)


def depth_of(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        if sign in "{[(":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "}])":
            depth = max(depth - 1, 0)
    return deepest


def as_address(latex: str) -> str:
    r"""A web address or DOI: escapes (`\_`) and braces go, `~` and `%20` stay."""
    return plain(URL.sub(r"\1", latex)).strip()
