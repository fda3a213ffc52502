"""A row of named values, under whatever names a source uses, into a paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.paper import DOI, Paper, make_id
from index.readers.text import clean

NAMES = {
    "title": ("title", "paper_title", "document_title", "article_title", "ti"),
    "abstract": ("abstract", "summary", "abstract_note", "abstract_text", "ab"),
    "id": ("id", "paper_id", "key", "arxiv_id", "arxiv", "doi"),
    "authors": ("authors", "author", "creators", "au"),
    "year": ("year", "publication_year", "date", "published", "publication_date", "update_date", "py"),
    "url": ("url", "link", "entry_id", "abs_url", "pdf_url"),
    "topics": ("topics", "keywords", "categories", "tags", "subjects", "manual_tags"),
}
"""What sources call the fields of a paper; of several that a row has, the first that holds something counts."""

NAME_PARTS = (("first", "firstname", "first_name", "given"), ("last", "lastname", "last_name", "family"))

LONGEST_ABSTRACT = 50_000
"""Characters. Anything longer is a whole document in the wrong place."""

Trouble = tuple[int, str]
"""A line, counted from 1, and what is wrong with it."""

BARE_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}")
ARXIV_URL = re.compile(rf"arxiv\.org/(?:abs|pdf)/({BARE_ARXIV_ID.pattern})(?:v\d+)?", re.IGNORECASE)
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
ARXIV_TOPIC = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in a file for one paper: its first line, counted from 1 (0 when unknown), and its values by name."""

    line: int
    values: Mapping[str, Any]


def make_paper(row: Row) -> Paper | str:
    """The paper, or in words why there is none."""
    values = {field_name(name): value for name, value in row.values.items()}
    title, abstract = pick(values, "title"), pick(values, "abstract")
    for name, value in (("title", title), ("abstract", abstract)):
        if value is None:
            return f"There is no {name}."
        if not isinstance(value, str):
            return f"The {name} is a {type(value).__name__}, not a text."
    title, abstract = clean(title), clean(abstract)
    if not title or not abstract:
        return f"There is no {'abstract' if title else 'title'}."
    if len(abstract) > LONGEST_ABSTRACT:
        return f"The abstract has {len(abstract):,} characters: is it a whole document, or a quote that isn't closed?"
    url = read_url(pick(values, "url"))
    id = read_id(values, url) or make_id(title)
    return Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=read_authors(pick(values, "authors")),
        year=read_year(pick(values, "year")),
        url=url or page_of(id),
        topics=read_topics(pick(values, "topics")),
    )


def field_name(name: object) -> str:
    return re.sub(r"\W+", "_", str(name).strip().casefold()).strip("_")


def pick(values: Mapping[str, Any], field: str) -> Any:
    """The first value under a name of `field` that holds something."""
    for name in NAMES[field]:
        value = values.get(name)
        if value or value == 0:
            return value
    return None


def read_id(values: Mapping[str, Any], url: str) -> str:
    value = pick(values, "id")
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        id = clean(str(value))
        if (arxiv := ARXIV_URL.search(id)) or (doi := DOI.search(id)) is None:
            return arxiv[1] if arxiv else id
        return doi[0]
    found = ARXIV_URL.search(url)
    return found[1] if found else ""


def page_of(id: str) -> str:
    """Where a paper with this id is shown, if the id is of a kind that tells."""
    if BARE_ARXIV_ID.fullmatch(id):
        return f"https://arxiv.org/abs/{id}"
    if DOI.fullmatch(id):
        return f"https://doi.org/{id}"
    return ""


def read_url(value: Any) -> str:
    """Web addresses only: what a file holds is shown as a link."""
    if isinstance(value, list):
        value = next(iter(value), "")
    url = clean(value) if isinstance(value, str) else ""
    return url if re.match(r"https?://[^\s\"'<>]+$", url) else ""


def read_year(value: Any) -> int | None:
    found = YEAR.search(str(value)) if isinstance(value, (str, int, float)) else None
    return int(found[0]) if found else None


def read_authors(value: Any) -> tuple[str, ...]:
    """A list of names, of {name: ...} or of {first..., last...}; or a text with `;` or `and` between the names."""
    if isinstance(value, str):
        value = split_names(value)
    if not isinstance(value, list):
        return ()
    names = [clean(name) for name in map(author_name, value)]
    return tuple(name for name in names if name)


def author_name(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = {field_name(key): part for key, part in value.items() if isinstance(part, str)}
        first, last = (next((parts[name] for name in names if name in parts), "") for names in NAME_PARTS)
        return parts.get("name") or f"{first} {last}"
    return value if isinstance(value, str) else ""


def split_names(text: str) -> list[str]:
    if ";" in text:
        return text.split(";")
    names = re.split(r",?\s+and\s+|\s+&\s+", text)
    # Commas part names (Ann Lee, Bo Sun) unless they turn one around (Lee, Ann).
    return [
        part
        for name in names
        for part in (name.split(",") if all(" " in piece.strip() for piece in name.split(",")) else [name])
    ]


def read_topics(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        blanks = value.split()
        if all("." in topic and ARXIV_TOPIC.fullmatch(topic) for topic in blanks):
            value = blanks
        else:
            value = re.split(r"[;|,]" if not (";" in value or "|" in value) else r"[;|]", value)
    if not isinstance(value, list):
        return ()
    topics = [clean(topic) for topic in value if isinstance(topic, str)]
    return tuple(dict.fromkeys(topic for topic in topics if topic))
