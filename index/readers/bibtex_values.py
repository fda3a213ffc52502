"""What stands behind the `=` of a BibTeX field, and its LaTeX, as text."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

LONGEST_LATEX = 100_000
"""Characters. Twice the longest abstract; what is longer stays as it is and is refused later."""
LONGEST_FORMULA = 500

SIGN = re.compile(r'[{}"]')
BLANKS = re.compile(r"\s+")
WORD = re.compile(r"[^\s#,{}\"=]+")
NEXT_FIELD = re.compile(r"\s*([A-Za-z][\w:.-]*)\s*=\s*(?=\S)")
AND = re.compile(r"\s+and\s+", re.IGNORECASE)
URL = re.compile(r"\\url\s*\{([^{}]*)\}")

LATEX = re.compile(r"[\\{}$~]|``|''|--")
ESCAPED = re.compile(r"\\([%&#_${}]|~(?!\s*\{?\\?[A-Za-z]))")
r"""Of `\~` only what stands for itself: `\~a` and `\~{a}` are letters."""
FORMULA = rf"\$(?! )[^$]{{1,{LONGEST_FORMULA}}}(?<! )\$(?!\d)"
GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\}"
COMMAND = rf"\\(?:[A-Za-z]+\*?(?:\[[^][{{}}]{{0,80}}\])?(?:{GROUP})*+|[^A-Za-z\s](?:{GROUP}|\\?[A-Za-z])?)"
FRAGMENT = re.compile(rf"{FORMULA}|\{{\\(?:[^{{}}]|{GROUP})*+\}}|{COMMAND}")
ABOUT = re.compile(r"(?<![^\s(\[])~(?=\d)")
"""What people write for "about": ~5 mg. Any other `~` is a blank."""
SIGNS = "%&#_${}~^"
NAMED_SIGNS = (("\\textasciitilde{}", "~"), ("\\textasciicircum{}", "^"))
HIDE = {ord(sign): chr(0xF8C0 + place) for place, sign in enumerate(SIGNS)}
SHOW = {0xF8C0 + place: sign for place, sign in enumerate(SIGNS)}
"""Signs that stand for themselves, as characters that mean nothing to LaTeX, and back."""
PLAIN = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("{", ""), ("}", ""), ("~", " "))


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
    start = counted = depth = 0
    for gap in AND.finditer(text):
        depth += text.count("{", counted, gap.start()) - text.count("}", counted, gap.start())
        counted = gap.start()
        if depth <= 0:
            yield text[start : gap.start()].strip()
            start, depth = gap.end(), 0
    if (last := text[start:].strip()).casefold() != "others":
        yield last


def as_text(latex: str) -> str:
    r"""What LaTeX shows: accents, signs, `$\alpha$`, without the braces that protect capitals.

    A `%` is no comment and a `$` no formula where people write 38% and $5. What can't be parsed loses its braces only.
    """
    if not LATEX.search(latex) or len(latex) > LONGEST_LATEX:
        return latex
    text = ESCAPED.sub(lambda sign: HIDE[ord(sign[1])], URL.sub(r"\1", latex))
    for command, sign in NAMED_SIGNS:
        text = text.replace(command, HIDE[ord(sign)])
    text = ABOUT.sub(HIDE[ord("~")], text).replace("%", HIDE[ord("%")]).replace("&", HIDE[ord("&")])
    # pylatexenc takes a second for 100,000 characters: it is shown only what is LaTeX.
    text = FRAGMENT.sub(lambda fragment: show(fragment[0]), text)
    for sign, shown in PLAIN:
        text = text.replace(sign, shown)
    return text.replace("\\", "").translate(SHOW).replace("\xa0", " ")


@lru_cache(maxsize=4096)
def show(fragment: str) -> str:
    # It takes more than 20 ms to import.
    from pylatexenc.latexwalker import LatexWalkerError

    try:
        text: str = converter().latex_to_text(fragment)
        return text
    except (LatexWalkerError, RecursionError, ValueError, IndexError, KeyError, TypeError, AttributeError):
        return fragment


@lru_cache(maxsize=1)
def converter() -> "LatexNodes2Text":
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


def as_address(latex: str) -> str:
    r"""A web address or DOI: escapes (`\_`) and braces go, `~` and `%20` stay."""
    return re.sub(r"\\([%&#_$~{}])|[{}]", r"\1", URL.sub(r"\1", latex)).strip()
