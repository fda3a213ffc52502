"""BibTeX, with keys made from family name, year and first word of the title."""

from collections.abc import Iterable, Iterator

from index.exporting.persons import split_name
from index.identity import identity_of, plain
from index.paper import Paper

ESCAPES = {char: f"\\{char}" for char in "&%$#_"} | {
    "{": "\\{",
    "}": "\\}",
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
SKIPPED = {"a", "an", "the", "on", "in", "of", "for", "to", "and"}
"""First words of a title that say nothing of it."""
TYPES = {"article", "book", "inproceedings", "incollection", "phdthesis", "techreport", "misc"}
ARXIV = "arxiv_id:"


def write_bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    keys: set[str] = set()
    for paper in papers:
        made = citation_key(paper)
        key, count = made, 1
        while key in keys:
            count += 1
            key = f"{made}-{count}"
        keys.add(key)
        yield entry(paper, key)


def citation_key(paper: Paper) -> str:
    """`zhou2025elitekv`."""
    family = ascii_only(plain(split_name(paper.authors[0])[0])) if paper.authors else ""
    words = [ascii_only(plain(word)) for word in paper.title.split()]
    first = next((word for word in words if word and word not in SKIPPED), "")
    return f"{family}{paper.year or ''}{first}" or "paper"


def ascii_only(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


def entry(paper: Paper, key: str) -> str:
    arxiv = sorted(key for key in identity_of(paper).identifiers if key.startswith(ARXIV))
    values = {
        # Twice in braces: styles must not change its capitals.
        "title": f"{{{escape(paper.title)}}}",
        "author": " and ".join(map(name_of, paper.authors)),
        "year": str(paper.year or ""),
        "journal": escape(paper.journal),
        "doi": verbatim(paper.doi),
        "pmid": paper.pmid,
        "eprint": arxiv[0].removeprefix(ARXIV) if arxiv else "",
        "archiveprefix": "arXiv" if arxiv else "",
        "url": verbatim(paper.url),
        "keywords": escape(", ".join(word.replace(",", " ") for word in (paper.keywords or paper.topics))),
        "language": paper.language,
        "abstract": escape(paper.abstract),
    }
    kind = paper.type.casefold() if paper.type.casefold() in TYPES else "article" if paper.journal else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in values.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n\n"


def name_of(person: str) -> str:
    family, given = map(escape, split_name(person))
    # A name with "and" in it is not two.
    if " and " in f" {family} {given} ":
        return f"{{{escape(person)}}}"
    return f"{family}, {given}" if given else family


def escape(text: str) -> str:
    return "".join(ESCAPES.get(char, char) for char in " ".join(text.split()))


def verbatim(text: str) -> str:
    """Addresses are not typeset; only what would end the value is written otherwise."""
    return text.replace("{", "%7B").replace("}", "%7D")
