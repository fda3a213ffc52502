"""An entry of an Atom feed, as arXiv's interface answers with."""

from xml.etree.ElementTree import Element

from index.readers.json_shapes import year_in
from index.readers.xml_records import child, children, first_text, text_of


def from_entry(entry: Element, language: str) -> dict[str, object]:
    """The year is that of `published`, the first version: `updated` is the last."""
    id = first_text(entry, "id")
    links = children(entry, "link")
    page = next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), id)
    published = first_text(entry, "published", "issued")
    names = (text_of(child(author, "name")) for author in children(entry, "author"))
    return {
        "id": id.rsplit("/abs/", 1)[-1],
        "arxiv_id": id.rsplit("/abs/", 1)[1] if "arxiv.org/abs/" in id else "",
        "title": first_text(entry, "title"),
        "abstract": first_text(entry, "summary", "content"),
        "authors": [name for name in names if name],
        "date": published,
        "year": year_in(published),
        "doi": first_text(entry, "doi"),
        "url": page,
        "journal": first_text(entry, "journal_ref"),
        "topics": [term for category in children(entry, "category") if (term := category.get("term", ""))],
        "language": language,
    }
