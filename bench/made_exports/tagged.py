"""Records as tagged formats and BibTeX have them."""

import re
import textwrap
import unicodedata
from collections.abc import Sequence

from bench.made_exports.made import Made


def tagged(pairs: Sequence[tuple[str, str]], pattern: str) -> str:
    return "\n".join(pattern.format(tag, value) for tag, value in pairs if value)


def ris(made: Made) -> str:
    pairs = [
        ("TI", made.title),
        *(("AU", name) for name in made.inverted),
        ("PY", str(made.year)),
        ("T2", made.journal),
    ]
    pairs += [("AB", made.abstract), ("DO", made.doi), *(("KW", word) for word in made.keywords)]
    return f"TY  - JOUR\n{tagged(pairs, '{}  - {}')}\nER  - \n"


def old_ris(made: Made) -> str:
    pairs = [("T1", made.title), *(("A1", name) for name in made.inverted), ("Y1", f"{made.year}/03//")]
    pairs += [("JF", made.journal), ("N2", made.abstract), ("UR", f"https://doi.org/{made.doi}"), ("DO", made.doi)]
    return f"TY  - JOUR\nID  - {made.number}\n{tagged(pairs, '{}  - {}')}\nER  -\n"


def wrapped(value: str, indent: str) -> str:
    return f"\n{indent}".join(textwrap.wrap(value, 76, break_on_hyphens=False, break_long_words=False))


def medline(made: Made) -> str:
    pairs = [("PMID", str(10_000_000 + made.number)), ("TI", wrapped(made.title, " " * 6))]
    pairs += [("AB", wrapped(made.abstract, " " * 6)), ("LID", f"{made.doi} [doi]")]
    for full, short in zip(made.inverted, made.initialled, strict=True):
        pairs += [("FAU", full), ("AU", short)]
    pairs += [("DP", f"{made.year} Mar 4"), ("JT", made.journal), ("PT", "Journal Article"), ("LA", "eng")]
    return tagged(pairs, "{:4}- {}") + "\n"


def web_of_science(made: Made) -> str:
    pairs = [("AU", "\n   ".join(made.inverted)), ("AF", "\n   ".join(made.inverted))]
    pairs += [("TI", wrapped(made.title, " " * 3)), ("SO", made.journal), ("DE", "; ".join(made.keywords))]
    pairs += [("AB", wrapped(made.abstract, " " * 3)), ("PY", str(made.year)), ("DI", made.doi)]
    return f"PT J\n{tagged(pairs, '{} {}')}\nUT WOS:{made.number:015}\nER\n"


def enw(made: Made) -> str:
    pairs = [("T", made.title), *(("A", name) for name in made.inverted), ("D", str(made.year)), ("J", made.journal)]
    return f"%0 Journal Article\n{tagged([*pairs, ('X', made.abstract), ('R', made.doi)], '%{} {}')}\n"


def ovid(made: Made) -> str:
    pairs = [("Title", f"{made.title}. [Article]" if made.title else ""), ("Author", "; ".join(made.inverted))]
    pairs += [("Source", f"{made.journal}. 12(3):1-9, {made.year} Mar."), ("Abstract", wrapped(made.abstract, "  "))]
    return f"<{made.number}>\n" + tagged([*pairs, ("DOI Number", made.doi)], "{}\n  {}") + "\n"


ACCENTS = {"\u0301": "'", "\u0308": '"', "\u0300": "`", "\u0302": "^", "\u0303": "~", "\u0328": "k ", "\u0323": "d "}
COMMANDS = {
    "ß": r"{\ss}", "ø": r"{\o}", "Ø": r"{\O}", "Ł": r"{\L}", "ł": r"{\l}", "α": r"$\alpha$", "β": r"$\beta$",
    "±": r"$\pm$", "–": "--", "&": r"\&", "%": r"\%", "$": r"\$", "_": r"\_",
}  # fmt: skip


def latex(text: str) -> str:
    def write(sign: str) -> str:
        letter, *marks = list(unicodedata.normalize("NFD", sign))
        accent = ACCENTS.get(marks[0]) if len(marks) == 1 else None
        return f"{{\\{accent}{letter}}}" if accent else COMMANDS.get(sign, sign)

    return "".join(map(write, text))


def bibtex(made: Made) -> str:
    fields = {"title": made.title, "author": " and ".join(made.inverted), "abstract": made.abstract}
    fields |= {"journal": made.journal, "keywords": ", ".join(made.keywords)}
    lines = [f"  {name} = {{{latex(value)}}}," for name, value in fields.items() if value]
    return "\n".join(
        [f"@article{{made{made.number},", *lines, f"  year = {made.year},", f"  doi = {{{made.doi}}}", "}\n"]
    )


def biblatex(made: Made) -> str:
    def plain(text: str) -> str:
        return re.sub(r"([&%$_])", r"\\\1", text)

    fields = {"title": f"{{{plain(made.title)}}}" if made.title else "", "date": f"{made.year}-03-04", "doi": made.doi}
    fields |= {"author": " and ".join(made.inverted), "journaltitle": plain(made.journal)}
    fields |= {"abstract": plain(made.abstract)}
    return (
        ",\n\t".join([f"@Article{{made{made.number}", *(f"{name} = {{{value}}}" for name, value in fields.items())])
        + "\n}\n"
    )
