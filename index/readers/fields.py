"""A row of named values, under whatever names a source uses, into a paper."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.paper import Paper, make_id
from index.readers.cleaning import clean_abstract, clean_title, is_unknown, why_no_abstract
from index.readers.identifiers import Identifiers, as_text, find_doi, read_identifiers, read_url, read_year
from index.readers.languages import language_code
from index.readers.people import read_list, read_people
from index.readers.row import Row, Trouble
from index.readers.text import clean

NAMES = {
    "title": (
        "title", "paper_title", "document_title", "article_title", "item_title", "primary_title", "titles", "ti", "t1",
        "display_name", "title_en", "original_title", "papertitle", "articletitle",
    ),
    "abstract": (
        "abstract", "summary", "abstract_note", "abstractnote", "abstract_text", "abstracts", "ab", "n2",
        "abstract_en", "original_abstract", "paper_abstract", "dc_description_abstract", "description_abstract",
        "abstracttext", "paperabstract", "article_abstract",
    ),
    "id": (
        "id", "paper_id", "key", "paperid", "citation_key", "citationkey", "cord_uid", "lens_id", "eid",
        "accession_number", "ut", "ut_unique_wos_id", "openalex_id",
    ),
    "arxiv_id": ("arxiv_id", "arxiv", "arxivid", "eprint", "externalids_arxiv", "ids_arxiv"),
    "doi": (
        "doi", "di", "doi_link", "digital_object_identifier", "do", "externalids_doi", "doi_url",
        "digitalobjectidentifier", "ids_doi",
    ),
    "pmid": (
        "pmid", "pubmed_id", "pubmedid", "pm", "ids_pmid", "medline_pmid", "externalids_pubmed", "pubmed",
    ),
    "pmcid": ("pmcid", "pmc", "pmc_id", "ids_pmcid", "externalids_pubmedcentral"),
    "authors": (
        "af", "authors", "author", "author_s", "author_names", "author_full_names", "au", "creators", "creator", "a1",
        "authors_parsed", "authorships", "authorships_author_display_name", "author_list", "inventors",
        "authorships_raw_author_name", "authorlist", "author_name", "authorstring", "author_string",
    ),
    "year": (
        "year", "publication_year", "py", "pubyear", "pub_year", "year_published", "year_of_publication", "y1",
        "yearpublished", "published_year", "publicationyear",
    ),
    "date": (
        "issued", "publish_time", "published", "published_date", "publication_date", "date_published", "cover_date",
        "coverdate", "prism_coverdate", "pub_date", "pubdate", "date", "da", "pd", "dp", "release_date",
        "publicationdate", "published_print", "published_online", "date_of_publication", "conference_date", "versions",
        "issue_date", "publish_date", "online_date",
    ),
    "url": (
        "url", "link", "links", "entry_id", "abs_url", "ur", "l2", "article_url", "html_url", "source_urls",
        "external_url", "document_url", "documenturl", "landing_page_url", "pdf_url", "pdf_link", "open_url_link",
        "s2_url", "urls", "primary_location_landing_page_url",
    ),
    "journal": (
        "journal", "journal_name", "journal_title", "source_title", "publication_title", "container_title", "so", "jo",
        "jf", "t2", "venue", "publication_name", "journal_book", "pubtitle", "full_journal_name",
        "primary_location_source_display_name", "booktitle", "conference_name", "journal_iso", "ji", "ta",
        "publication", "secondary_title", "journal_ref", "journaltitle",
    ),
    "keywords": (
        "author_keywords", "keywords", "keyword", "de", "kw", "ot", "identifier_keywords", "identifiers",
        "keywords_plus", "keywords_display_name",
    ),
    "topics": (
        "topics", "categories", "tags", "subjects", "subject", "manual_tags", "fields_of_study", "fieldsofstudy",
        "mesh_terms", "mh", "wc", "sc", "index_keywords", "ieee_terms", "concepts", "primary_topic_display_name",
        "research_areas", "emtree_medical_index_terms_major_focus", "emtree_medical_index_terms",
        "web_of_science_categories", "subject_headings", "classification", "mesh", "topics_display_name",
        "subject_terms", "subjectterms", "index_terms",
    ),
    "type": (
        "type", "document_type", "publication_type", "type_of_reference", "item_type", "ty", "dt", "pt", "source_type",
        "reference_type", "publicationtypes", "itemtype", "articletype", "publicationtype",
    ),
    "language": (
        "language", "languages", "la", "lang", "lg", "language_of_original_document", "article_language",
    ),
}  # fmt: skip
"""What sources call the fields of a paper; of several that a row has, the first that holds something counts.

Dates of the last change, of the download and of the entry into a data base are not among them.
"""

LONGEST_ABSTRACT = 50_000
"""Characters. Anything longer is a whole document in the wrong place."""
LONGEST_TITLE = 5_000
LONGEST_RAW = 4 * LONGEST_ABSTRACT
"""Characters with all markup: beyond it nothing is cleaned."""

EMBASE_SOURCE = re.compile(r"(?P<journal>[^()]{1,200}?) \((?P<year>\d{4})\)")
"""How Embase tells journal and year: Journal of Hedgehogs (2014) 3:3 (152-160)."""
ARXIV_TOPIC = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")
PLAIN_URL = re.compile(r"https?://", re.IGNORECASE)
ADD_ABSTRACT = "Add the abstract to the record, or leave the record out."


def make_paper(row: Row) -> Paper | Trouble:
    """The paper, or why there is none and what to do about it."""

    def refuse(reason: str, remedy: str = "") -> Trouble:
        return Trouble(reason, row.line, row.record, remedy)

    values = name_fields(row.values)
    title, abstract = pick(values, "title"), pick(values, "abstract")
    for name, value, longest in (("title", title, LONGEST_TITLE), ("abstract", abstract, LONGEST_RAW)):
        if value is None:
            return refuse(f"There is no {name}.", f"Add the {name} to the record, or leave the record out.")
        if not isinstance(value, str):
            return refuse(f"The {name} is a {type(value).__name__}, not a text.")
        if len(value) > longest:
            return refuse(too_long(name, len(value)))
    title, abstract = clean_title(title), clean_abstract(abstract)
    if not title:
        return refuse("There is no title.", "Add the title to the record, or leave the record out.")
    if reason := why_no_abstract(abstract, title):
        return refuse(reason, ADD_ABSTRACT)
    if len(abstract) > LONGEST_ABSTRACT:
        return refuse(too_long("abstract", len(abstract)))
    url = read_url(pick(values, "url"))
    own_id = as_text(pick(values, "id"))
    doi, arxiv, pmid, pmcid = (pick(values, name) for name in ("doi", "arxiv_id", "pmid", "pmcid"))
    names = read_identifiers(doi, arxiv, pmid, pmcid, hints=(url, own_id))
    dates = (value for field in ("year", "date") for value in pick_all(values, field))
    id = name_paper(own_id, names) or make_id(title)
    return Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=read_people(pick(values, "authors")),
        year=read_year(dates, names.arxiv or arxiv_of(own_id)),
        url=url or names.page or read_identifiers(None, id, None, None, ()).page,
        topics=read_terms(pick(values, "topics")),
        journal=read_name(pick(values, "journal")),
        doi=names.doi,
        pmid=names.pmid,
        keywords=read_terms(pick(values, "keywords")),
        type=read_name(pick(values, "type")).casefold(),
        language=language_code(read_name(pick(values, "language"))),
    )


def too_long(name: str, length: int) -> str:
    return f"The {name} has {length:,} characters: is it a whole document, or a quote that isn't closed?"


def name_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under names in one spelling."""
    named: dict[str, Any] = {}
    for name, value in values.items():
        named.setdefault(field_name(name), value)
    if "ti" in named and "pt" in named and "id" in named:
        named["keywords_plus"] = named.pop("id")  # Web of Science's two letters for other keywords
    if isinstance(source := named.get("source"), str):
        if embase := EMBASE_SOURCE.match(source):
            named = {"journal": embase["journal"], "date": embase["year"]} | named
        elif "volume" in named:
            named.setdefault("journal", source)  # elsewhere it is the data base
    return named


def field_name(name: object) -> str:
    return re.sub(r"\W+", "_", str(name).strip().casefold()).strip("_")


def pick(values: Mapping[str, Any], field: str) -> Any:
    """The first value under a name of `field` that holds something; NA, n/a and null hold nothing."""
    return next(pick_all(values, field), None)


def pick_all(values: Mapping[str, Any], field: str) -> Iterator[Any]:
    for name in NAMES[field]:
        value = values.get(name)
        if isinstance(value, str):
            if not (len(value) < 20 and is_unknown(value)):
                yield value
        elif value == 0 or (value and not (isinstance(value, float) and math.isnan(value))):
            yield value


def name_paper(own_id: str, names: Identifiers) -> str:
    """The source's own name for the paper; an address or a DOI there is read as what it names."""
    if not own_id:
        return names.id
    if PLAIN_URL.match(own_id) or "arxiv" in own_id.casefold():
        return names.arxiv or find_doi(own_id) or own_id
    return find_doi(own_id) or own_id


def arxiv_of(id: str) -> str:
    return read_identifiers(None, id, None, None, ()).arxiv


def read_name(value: Any) -> str:
    """A text, the first of a list, or the name in a mapping; empty for anything else."""
    if isinstance(value, (list, tuple)):
        value = next(iter(value), None)
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("name", "title", "display_name", "value") if name in value), None)
    return clean_title(value) if isinstance(value, str) and len(value) <= LONGEST_TITLE else ""


def read_terms(value: Any) -> tuple[str, ...]:
    """Keywords or topics: a list, or a text with `;`, `|` or commas between them, each once."""
    if isinstance(value, str):
        value = read_list(value) or split_terms(clean(value))
    if not isinstance(value, (list, tuple)):
        return ()
    terms = (clean_title(term) for term in map(read_term, value) if term)
    return tuple(dict.fromkeys(term for term in terms if not is_unknown(term)))


def read_term(value: Any) -> str:
    if isinstance(value, Mapping):
        names = ("name", "term", "tag", "display_name", "value", "category", "keyword")
        value = next((value[name] for name in names if name in value), None)
    return value if isinstance(value, str) else ""


def split_terms(text: str) -> list[str]:
    blanks = text.split()
    if all("." in topic and ARXIV_TOPIC.fullmatch(topic) for topic in blanks):
        return blanks
    return re.split(r"[;|]" if ";" in text or "|" in text else ",", text)
