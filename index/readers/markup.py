"""HTML, JATS and MathML in a title or an abstract, as a reader of the page would see it."""

import html
import re

BLOCKS = frozenset(
    "abstract address article aside blockquote body br dd def-list disp-formula disp-quote div dl dt figure footer "
    "h1 h2 h3 h4 h5 h6 head header hr html label li list list-item ol p para pre sec section simple-para table "
    "tbody td th thead title tr ul abstracttext".split()
)
"""Elements that stand on lines of their own: what they part, a blank parts here."""

INLINE = frozenset(
    "a abbr alternatives b big bold caption cite code collab del dfn em email ext-link fn font i img inf ins "
    "inline-formula inline-graphic italic kbd kwd mark math monospace named-content overline q roman s samp "
    "sans-serif sc scp scr small smallcaps span strike strong styled-content sub sup target tex-math tt u underline "
    "uri var xref maction menclose merror mfenced mfrac mi mml mn mo mover mpadded mphantom mroot mrow ms mspace "
    "msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics annotation".split()
)
"""Elements within a line. The names are those of HTML 4 and 5, JATS 1.3 and MathML 3, and of publishers before them."""

HEADINGS = ("title", "h1", "h2", "h3", "h4", "h5", "h6")
VOID = frozenset("br hr img p li inline-graphic mspace".split())
"""Elements that are commonly not closed."""

TAG = re.compile(
    r"<(?P<closing>/?)(?:[A-Za-z]\w*:)?(?P<name>[A-Za-z][\w-]*)"
    r"(?P<attributes>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+))*)\s*/?>"
)
LONGEST_COMMENT = 2000
"""Characters. What nothing closes within so many is no comment, and stays."""
MARK = re.compile(r"<!\[CDATA\[|\]\]>|<\?[\w-]+ [^<>]{0,500}\?>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
ESCAPED_TWICE = re.compile(r"&(?:amp;)+(?=#?\w+;)")
OTHER = r"(?:[^<]|<(?!/?(?:\w+:)?(?:alternatives|tex-math)\b))"
TEX = re.compile(
    rf"<(?:\w+:)?alternatives>{OTHER}{{0,9000}}+<(?:\w+:)?tex-math[^<>]*>({OTHER}{{0,3000}}+)</(?:\w+:)?tex-math>"
    r"(?:[^<]|<(?!/?(?:\w+:)?alternatives>)){0,9000}+</(?:\w+:)?alternatives>"
)
"""A formula as LaTeX among its other forms. No part goes over a tag that ends it, so that each is read once."""
PREAMBLE = re.compile(
    r"\\documentclass(?:[^\\]|\\(?!documentclass|begin\{document\})){0,2000}+\\begin\{document\}"
    r"((?:[^\\]|\\(?!documentclass|end\{document\})){0,2000}+)\\end\{document\}"
)

RAISED = str.maketrans("0123456789+-−–=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
DEEPEST = 40
"""Elements within elements: deeper ones are taken for loose."""


def read_markup(text: str) -> str:
    """The text without tags and entities: blocks become lines, headings labels (`Objective: …`), 10<sup>5</sup> 10⁵.

    A `<` that begins no tag known here stays: p<.05, a<b.
    """
    for _ in range(3):  # what was escaped once or twice more shows tags when it is read
        plain = read_tags(text) if "<" in text else text
        plain = ENTITY.sub(read_entity, ESCAPED_TWICE.sub("&", plain)) if "&" in plain else plain
        if plain == text:
            break
        text = plain
    return text


def read_entity(entity: re.Match[str]) -> str:
    shown = html.unescape(entity[0])
    # A control character is no text; an unknown name stays as it is.
    return shown if shown.isprintable() or shown.isspace() else ""


def read_tags(text: str) -> str:
    text = MARK.sub("", drop_comments(text))
    if "tex-math" in text:
        text = PREAMBLE.sub(r"\1", TEX.sub(r"\1", text))
    tags = [tag for tag in TAG.finditer(text) if tag["name"].casefold() in BLOCKS or tag["name"].casefold() in INLINE]
    closed = {tag["name"].casefold() for tag in tags if tag["closing"]} | VOID
    open_elements: list[tuple[str, list[str]]] = [("", [])]
    at = 0
    for tag in tags:
        name = tag["name"].casefold()
        if name not in closed and not tag[0].endswith("/>"):
            continue  # a<b is no tag when nothing closes it
        open_elements[-1][1].append(text[at : tag.start()])
        at = tag.end()
        if tag["closing"]:
            close(open_elements, name)
        elif name in VOID or tag[0].endswith("/>"):
            open_elements[-1][1].append("\n" if name in BLOCKS else "")
        elif len(open_elements) < DEEPEST:
            open_elements.append((name, []))
    open_elements[-1][1].append(text[at:])
    while len(open_elements) > 1:
        close(open_elements, open_elements[-1][0])
    return "".join(open_elements[0][1])


def drop_comments(text: str) -> str:
    """In one pass: a pattern would look for the end anew at each of many beginnings."""
    kept: list[str] = []
    at, end = 0, 0
    start = text.find("<!--")
    while start >= 0:
        if end < start + 4:
            end = text.find("-->", start + 4)
        if end < 0:
            break
        if end - start - 4 <= LONGEST_COMMENT:
            kept.append(text[at:start])
            at = end + 3
            start = text.find("<!--", at)
        else:
            start = text.find("<!--", start + 1)
    return "".join((*kept, text[at:]))


def close(open_elements: list[tuple[str, list[str]]], name: str) -> None:
    """Ends the innermost open element of this name, and those in it that were left open; none is no harm."""
    if name in BLOCKS and all(name != each for each, _ in open_elements):
        open_elements[-1][1].append("\n")
        return
    if all(name != each for each, _ in open_elements):
        return
    while len(open_elements) > 1:
        element, parts = open_elements.pop()
        before = "".join(open_elements[-1][1][-1:])
        open_elements[-1][1].append(show(element, parts, before))
        if element == name:
            return


def show(name: str, parts: list[str], before: str) -> str:
    """What an element reads as, by its parts (texts and elements in turn) and what stands before it."""
    text = "".join(parts)
    filled = [part.strip() for part in parts if part.strip()]
    if name in HEADINGS:
        label = text.strip()
        return f"\n{label}{'' if not label or label[-1] in '.:;?!' else ':'} "
    if name in BLOCKS:
        return f"\n{text}\n"
    if name == "sup":
        return raise_text(text)
    if name in ("sub", "inf"):
        return text.translate(LOWERED) if before[-1:].isdigit() else text
    if name == "mfrac" and len(filled) == 2:
        return "/".join(part if part.isalnum() else f"({part})" for part in filled)
    if name in ("msup", "mover") and len(filled) == 2:
        raised = raise_text(filled[1])
        return filled[0] + (f"^{raised}" if raised.isalnum() and raised.isascii() else raised)
    if name == "msqrt":
        return f"√({text.strip()})"
    if name in ("mi", "mn", "mo", "mtext", "msub", "msubsup", "mrow", "math"):
        return " ".join(text.split())
    if name == "annotation":
        return ""
    return text


def raise_text(text: str) -> str:
    """10<sup>5</sup> is not 105; what has no raised form (4<sup>th</sup>) stands on the line."""
    raised = text.strip().translate(RAISED)
    return raised if raised and not any(sign.isascii() for sign in raised) else text
