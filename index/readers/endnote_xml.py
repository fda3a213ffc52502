"""A record of EndNote's XML, which Zotero, Mendeley and Bookends write too."""

import re
from xml.etree.ElementTree import Element

from index.readers.json_shapes import year_in
from index.readers.xml_records import child, children, first_text, inside, text_of

PUBMED_PAGE = re.compile(r"(?:ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(\d+)")


def from_record(record: Element, language: str) -> dict[str, object]:
    dates = child(record, "dates")
    year = first_text(dates, "year") or text_of(child(dates, "pub-dates"))
    urls = [text_of(url) for kind in ("web-urls", "related-urls") for url in inside(child(record, "urls", kind), "url")]
    contributors = child(record, "contributors")
    people = children(child(contributors, "authors"), "author") or inside(contributors, "author")
    kind = child(record, "ref-type")
    return {
        "id": first_text(record, "label", "rec-number"),
        "title": text_of(child(record, "titles", "title")),
        "abstract": first_text(record, "abstract"),
        "authors": [name for person in people if (name := text_of(person))],
        "year": year_in(year),
        "date": year,
        "doi": first_text(record, "electronic-resource-num"),
        "pmid": pmid_of(record, urls),
        "url": urls[0] if urls else "",
        "journal": first_text(child(record, "titles"), "secondary-title")
        or text_of(child(record, "periodical", "full-title")),
        "keywords": [word for one in inside(child(record, "keywords"), "keyword") if (word := text_of(one))],
        "type": (kind.get("name") or text_of(kind)) if kind is not None else "",
        "language": first_text(record, "language") or language,
    }


def pmid_of(record: Element, urls: list[str]) -> str:
    """The accession number, where it is PubMed's: other databases have numbers of their own."""
    pages = [found[1] for url in urls if (found := PUBMED_PAGE.search(url))]
    number = first_text(record, "accession-num")
    database = first_text(record, "remote-database-name", "remote-database-provider").casefold()
    is_pubmed = number in pages or any(name in database for name in ("pubmed", "medline", "nlm"))
    return number if number.isdigit() and is_pubmed else next(iter(pages), "")
