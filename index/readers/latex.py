"""LaTeX in a title or an abstract, as a reader of the page would see it."""

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pylatexenc.latex2text import LatexNodes2Text

COMMANDS = {"ie": "i.e.", "eg": "e.g.", "etc": "etc.", "etal": "et al.", "cf": "cf.", "wrt": "w.r.t.", "vs": "vs."} | {
    "times": "×", "pm": "±", "sim": "~", "approx": "≈", "leq": "≤", "geq": "≥", "le": "≤", "ge": "≥", "rightarrow": "→",
    "to": "→", "infty": "∞", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ",
    "mu": "μ", "sigma": "σ", "theta": "θ", "tau": "τ", "ldots": "…", "dots": "…", "cdot": "·", "left": "", "right": "",
    "xspace": "", "textless": "<", "textgreater": ">",
}  # fmt: skip

STYLED = re.compile(
    r"\\(?:textit|textbf|texttt|textsc|textrm|textsf|textup|textnormal|text|emph|underline|mathrm|mathbf|mathit|mathsf|"
    r"mathcal|mathbb|boldsymbol|bm|mbox|url|ensuremath|uline|textcolor\{[^{}]*\})\s*\{([^{}]*)\}"
)
SYMBOL = re.compile(r"\\([A-Za-z]+)(?:\{\})?(\.?)")
COMMAND = re.compile(r"\\([A-Za-z]+)(\.?)")
ESCAPED = re.compile(r"\\([%&#_$^~{}\\])")
FACTOR = re.compile(r"(?<=\d)times(?![A-Za-z])|(?<=\d )times(?= \d)")
BRACKETS = re.compile(r"\b([A-Za-z])left\((.*?)right\)")
GLUED = re.compile(r"~(?=https?://)")

MATHS = re.compile(
    r"(?<![\\$])\$\$(?P<display>[^$]{1,2000})\$\$|"
    # No blank inside the signs: it would be money.
    r"(?<![\\$])\$(?P<inline>(?![\s$])(?:[^$\\]|\\.){0,600}?(?:[^$\\\s]|\\.))(?<!\\)\$|"
    r"\\\((?P<round>.{1,600}?)\\\)|\\\[(?P<square>.{1,2000}?)\\\]",
    re.DOTALL,
)
FORMULA = re.compile(r"[\\^_{=<>]")
"""What only a formula has; without it, and with words, what stands between two $ is about money."""
LATEX = re.compile(r"\\[A-Za-z]|[\^_]")
LONG_WORD = re.compile(r"[^\W\d_]{3}")
ACCENT = re.compile(
    r"\{\s*\\[`'^\"~=.]\s*(?:\{\s*\\?[A-Za-z]\s*\}|\\?[A-Za-z])\s*\}|\\[`'^\"~=.]\s*\{\s*\\?[A-Za-z]\s*\}|"
    r"\\[`'^\"~=.](?:\\[ij](?![A-Za-z])\s?|[A-Za-z])|"
    r"\{\s*\\[cvuHkrbdt]\s*(?:\{\s*\\?[A-Za-z]\s*\}|\s[A-Za-z])\s*\}|\\[cvuHkrbdt]\s*\{\s*\\?[A-Za-z]\s*\}|"
    r"\{\s*\\(?:ss|ae|oe|aa|AE|OE|AA|o|O|l|L|i|j|dh|DH|th|TH)\s*\}|"
    r"\\(?:ss|ae|oe|aa|AE|OE|AA|o|O|l|L|dh|DH|th|TH)(?:\{\}|\s(?=[a-z])|(?![A-Za-z]))"
)
APOSTROPHE = re.compile(r"(?<=[A-Za-z])\\'(?=(?:s|t|re|ll|ve|d|m)\b)")
ESCAPED_QUOTE = re.compile(r'\\"(?![{\\A-Za-z])')
DROPPED = re.compile(
    r"[ ~]?\\(?:cite[a-z]*|ref|eqref|label|autoref|cref|footnote|footnotemark|index|thanks|vspace|hspace)\*?"
    r"\s*(?:\[[^][]*\]\s*){0,2}\{[^{}]*\}"
)
LINK = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
QUANTITY = re.compile(r"\\(?:SI|qty)\s*\{([^{}]*)\}\s*\{([^{}]*)\}|\\(?:num|si|unit)\s*\{([^{}]*)\}")
BLOCK = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}|\\(?:item|par|newline|noindent|smallskip|medskip|bigskip)(?![A-Za-z])"
)
LINE_END = re.compile(r"\\\\(?:\[[^][]*\])?(?=\s|$)")
SWITCH = re.compile(r"\{\\(?:em|it|bf|tt|sc|rm|sl|sf)(?:\s+|series\s*|family\s*|shape\s*)([^{}]*)\}")
TIE = re.compile(r"(?<=[A-Za-z.,])~(?=[\w\\$(\[])")
QUOTES = re.compile(r"``([^`']{1,300})''")
DASHES = re.compile(r"(?<=[\d\s])(---?)(?=[\d\s])")
"""Between numbers or blanks; elsewhere they may be the options of a program."""
THIN = re.compile(r"(?<=\d)\\,(?=\d)")
SPACE = re.compile(r"\\[,;:! /](?=\S|$)|\\ ")
GROUP = re.compile(r"(?<![\w^}\\])\{([^{}\\]*)\}|(?<=[a-z-])\{([A-Z]+)\}")
PLAIN = re.compile(r"[\w .,:;<>=+*/()|-]*(?<!_)")
ALONE = re.compile(r"_\{?(?P<lowered>\d+)\}?|\^\{?(?:\\\w+\{)?(?P<ending>st|nd|rd|th)\}{0,2}")
"""A formula that only lowers a digit, H$_2$O, or raises an ending, 3$^{rd}$."""
INDEX = re.compile(r"([_^])\s*\{([^{}]*)\}")
FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}\s*\{([^{}]*)\}|(\d)\s*(\d))")
LOOSE = re.compile(r"\\[dtc]?frac(?!\s*\{)")
SINGLE = re.compile(r"[+-]?[\w.]+|\\[A-Za-z]+|\W|")
DEEP = re.compile(r"(?:\{[^{}]*){8}")
"""Groups in groups: pylatexenc's time doubles with each."""
SHADOW = re.compile("[\U0001d400-\U0001d7ff\u2102-\u2133]")
"""Letters as formulas shape them (bold, script, double): read, and searched for, as letters."""


def untangle(text: str) -> str:
    r"""What pages leave of LaTeX: `\ie` i.e., `\%` %, `\textit{x}` x, `40times` 40×; others lose their `\`."""
    while (plain := STYLED.sub(r"\1", text)) != text:
        text = plain
    text = ESCAPED.sub(r"\1", COMMAND.sub(show, text))
    text = BRACKETS.sub(r"\1(\2)", FACTOR.sub("×", text))
    return GLUED.sub("", text)


def show(command: re.Match[str]) -> str:
    shown = COMMANDS.get(command[1], command[1])
    return shown if shown.endswith(".") else shown + command[2]


def read_latex(text: str) -> str:
    r"""The text with formulas, accents, commands and escapes as they are shown: `$\alpha$` α, `3.2\%` 3.2%, `{\'e}` é.

    What has neither a backslash nor a formula stays as it is, dollars and braces included.
    """
    has_formula = False

    def keep_formula(found: re.Match[str]) -> str:
        nonlocal has_formula
        formula = next(part for part in found.groups() if part is not None)
        if found["inline"] and is_money(formula, after=found.string[found.end() : found.end() + 1]):
            return found[0]
        has_formula = True
        return read_formula(formula)

    if "\\" not in text and "$" not in text and "``" not in text:
        return text
    if ESCAPED_QUOTE.search(text):  # quotes, then, and no accents
        text = text.replace('\\"', '"')
    text = APOSTROPHE.sub("'", text)
    plain = MATHS.sub(keep_formula, text)
    text = QUOTES.sub(r"“\1”", plain)
    if "\\" not in text and not has_formula:
        return text
    text = TIE.sub(" ", DASHES.sub(lambda found: "—" if len(found[1]) == 3 else "–", text))
    text = ACCENT.sub(read_accent, text)
    text = QUANTITY.sub(lambda found: " ".join(part for part in found.groups() if part), text)
    text = LINK.sub(r"\1", DROPPED.sub("", BLOCK.sub(" ", LINE_END.sub(" ", text))))
    while (plain := SWITCH.sub(r"\1", STYLED.sub(r"\1", text))) != text:
        text = plain
    text = GROUP.sub(lambda found: found[1] if found[1] is not None else found[2], SPACE.sub(" ", THIN.sub(" ", text)))
    return ESCAPED.sub(r"\1", SYMBOL.sub(show_symbol, text))


def is_money(between: str, after: str) -> bool:
    """Whether two dollars are two prices rather than the signs of a formula, by what stands between and behind them."""
    if FORMULA.search(between):
        return after.isdigit() and not LATEX.search(between)
    return after.isdigit() or " " in between or bool(LONG_WORD.search(between))


def read_accent(found: re.Match[str]) -> str:
    shown = unicodedata.normalize("NFC", convert(found[0])).strip()
    return shown if shown.isalpha() else found[0]


def read_formula(formula: str) -> str:
    if alone := ALONE.fullmatch(formula):
        return alone["lowered"] or alone["ending"]
    if PLAIN.fullmatch(formula):
        return formula
    while (plain := STYLED.sub(r"\1", formula)) != formula:
        formula = plain
    formula = INDEX.sub(lambda index: index[1] + bracket(index[2]), formula)
    while (plain := FRACTION.sub(divide, formula)) != formula:
        formula = plain
    shown = convert(LOOSE.sub(" ", re.sub(r"(?<!\\)%", r"\\%", formula)))
    shown = SHADOW.sub(lambda letter: unicodedata.normalize("NFKC", letter[0]), shown)
    return " ".join(shown.replace("∼", "~").replace("^∘", "°").split())


def divide(fraction: re.Match[str]) -> str:
    above, below = (part for part in fraction.groups() if part is not None)
    return f" {bracket(above)}/{bracket(below)}"  # 3\frac{1}{2} is not 31/2


def bracket(part: str) -> str:
    """What is raised, lowered or divided, in brackets where x^{n+1} would else read x^n+1."""
    return part.strip() if SINGLE.fullmatch(part.strip()) else f"({part.strip()})"


def convert(latex: str) -> str:
    """As pylatexenc reads it; what it can't read, or not in good time, stays."""
    if DEEP.search(latex):
        return latex
    try:
        return str(reader().latex_to_text(latex, tolerant_parsing=True))
    except Exception:  # noqa: BLE001 (it raises what it likes on input that isn't LaTeX)
        return latex


def show_symbol(command: re.Match[str]) -> str:
    shown = read_symbol(command[1])
    return shown if shown.endswith(".") else shown + command[2]


@lru_cache(maxsize=1024)
def read_symbol(name: str) -> str:
    """The sign that a command outside formulas stands for (`textless` <), or its name."""
    if name in COMMANDS:
        return COMMANDS[name]
    shown = convert(f"\\{name}")
    return shown if len(shown) == 1 else name


@lru_cache(maxsize=1)
def reader() -> "LatexNodes2Text":
    from pylatexenc.latex2text import LatexNodes2Text  # takes 20 ms: most texts don't need it

    return LatexNodes2Text(math_mode="text", strict_latex_spaces="based-on-source", keep_comments=True)
