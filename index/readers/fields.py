"""A row of named values, under whatever names a source uses, into a paper."""

import re
from collections.abc import Mapping
from typing import Any

from index.paper import Paper, make_id
from index.readers.row import Row, Trouble
from index.readers.text import clean

NAMES = {
    "title": (
        "title", "paper_title", "document_title", "article_title", "primary_title", "display_name", "titles", "ti",
        "t1", "papertitle", "articletitle",
    ),
    "abstract": (
        "abstract", "summary", "abstract_note", "abstract_text", "abstracts", "description_abstract", "ab", "n2",
        "abstractnote", "abstracttext", "paper_abstract", "paperabstract", "article_abstract",
    ),
    "id": (
        "id", "paper_id", "paperid", "key", "citation_key", "citationkey", "arxiv_id", "arxiv", "doi", "cord_uid",
        "lens_id", "eid", "accession_number", "ut", "ut_unique_wos_id", "openalex_id",
    ),
    "authors": (
        "authors", "author", "creators", "author_s", "author_names", "author_full_names",
        "authorships_author_display_name", "authorships_raw_author_name", "au", "af", "a1", "author_list",
        "authorlist", "author_name", "authorstring", "author_string",
    ),
    "year": (
        "year", "publication_year", "pub_year", "pubyear", "year_published", "yearpublished", "py", "y1",
        "published_year", "publicationyear", "date", "issued", "published", "publication_date", "date_published",
        "publish_time", "publicationdate", "pubdate", "pub_date", "da", "cover_date", "issue_date", "publish_date",
        "online_date", "date_of_publication", "dp", "source",
    ),
    "url": (
        "url", "link", "entry_id", "abs_url", "pdf_url", "source_urls", "external_url", "open_url_link", "documenturl",
        "pdf_link", "ur", "s2_url", "landing_page_url", "urls", "primary_location_landing_page_url",
    ),
    "topics": (
        "topics", "keywords", "categories", "tags", "subjects", "manual_tags", "author_keywords", "fields_of_study",
        "fieldsofstudy", "primary_topic_display_name", "topics_display_name", "subject_terms", "subjectterms", "de",
        "kw", "mesh_terms", "index_terms", "keyword", "identifiers",
    ),
    "doi": (
        "doi", "digital_object_identifier", "digitalobjectidentifier", "di", "doi_link", "doi_url", "ids_doi", "do",
    ),
    "pmid": ("pmid", "pubmed_id", "pubmedid", "pm", "ids_pmid", "pubmed"),
    "arxiv_id": ("arxiv_id", "arxiv", "arxivid", "eprint", "ids_arxiv"),
    "journal": (
        "journal", "source_title", "publication_title", "journal_title", "venue", "container_title", "publication",
        "primary_location_source_display_name", "journal_name", "secondary_title", "so", "jo", "t2", "pubtitle",
        "journal_ref", "booktitle", "publication_name", "journal_book", "journaltitle",
    ),
    "keywords": (
        "keywords", "author_keywords", "de", "keyword", "kw", "keywords_display_name", "index_keywords", "identifiers",
    ),
    "type": (
        "type", "document_type", "publication_type", "item_type", "itemtype", "type_of_reference", "dt", "articletype",
        "reference_type", "publicationtype",
    ),
    "language": ("language", "language_of_original_document", "la", "languages", "lang"),
}  # fmt: skip
"""What sources call the fields of a paper; of several that a row has, the first that holds something counts."""

NAME_PARTS = (("first", "firstname", "first_name", "given"), ("last", "lastname", "last_name", "family"))

LONGEST_ABSTRACT = 50_000
"""Characters. Anything longer is a whole document in the wrong place."""

ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7}")
ARXIV_URL = re.compile(rf"arxiv\.org/(?:abs|pdf)/({ARXIV_ID.pattern})(?:v\d+)?", re.IGNORECASE)
DOI = re.compile(r"10\.\d{4,9}/\S+")
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
ARXIV_TOPIC = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")


def make_paper(row: Row) -> Paper | Trouble:
    """The paper, or why there is none."""

    def refuse(reason: str) -> Trouble:
        return Trouble(reason, row.line, row.record)

    values = {field_name(name): value for name, value in row.values.items()}
    title, abstract = pick(values, "title"), pick(values, "abstract")
    for name, value in (("title", title), ("abstract", abstract)):
        if value is None:
            return refuse(f"There is no {name}.")
        if not isinstance(value, str):
            return refuse(f"The {name} is a {type(value).__name__}, not a text.")
    title, abstract = clean(title), clean(abstract)
    if not title or not abstract:
        return refuse(f"There is no {'abstract' if title else 'title'}.")
    if len(abstract) > LONGEST_ABSTRACT:
        return refuse(
            f"The abstract has {len(abstract):,} characters: is it a whole document, or a quote that isn't closed?"
        )
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
    if ARXIV_ID.fullmatch(id):
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
