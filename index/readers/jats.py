"""An article in JATS, the XML of PubMed Central, preprint servers and publishers: what stands at its front."""

from xml.etree.ElementTree import Element

from index.readers.json_shapes import year_in
from index.readers.xml_records import child, children, first_text, inside, local, text_of

OTHER_ABSTRACTS = (
    "graphical", "teaser", "toc", "precis", "plain-language-summary", "key-points", "executive-summary", "video",
    "author-highlights", "highlights", "short",
)  # fmt: skip
DATES = ("ppub", "collection", "epub", "pub")
"""Kinds of dates, the one by which an article is cited first."""


def from_article(article: Element, language: str) -> dict[str, object]:
    meta = child(article, "front", "article-meta")
    journal = child(article, "front", "journal-meta")
    ids = {one.get("pub-id-type", ""): text_of(one) for one in children(meta, "article-id")}
    date = date_of(children(meta, "pub-date"))
    return {
        "id": ids.get("pmcid") or ids.get("pmc") or ids.get("doi") or next(iter(ids.values()), ""),
        "title": title_of(child(meta, "title-group")),
        "abstract": abstract_of(meta),
        "authors": people(meta),
        "year": year_in(date),
        "date": date,
        "doi": ids.get("doi", ""),
        "pmid": ids.get("pmid", ""),
        "arxiv_id": ids.get("arxiv", ""),
        "url": f"https://doi.org/{ids['doi']}" if ids.get("doi") else "",
        "journal": next((text for one in inside(journal, "journal-title") if (text := text_of(one))), ""),
        "keywords": [text_of(word) for group in own_groups(meta) for word in inside(group, "kwd")],
        "topics": [text_of(one) for one in inside(child(meta, "article-categories"), "subject")],
        "type": article.get("article-type", ""),
        "language": language,
    }


def title_of(group: Element | None) -> str:
    title, subtitle = text_of(child(group, "article-title")), text_of(child(group, "subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title


def abstract_of(meta: Element | None) -> str:
    """The abstract proper, else one in another language."""
    own = [one for one in children(meta, "abstract") if one.get("abstract-type") not in OTHER_ABSTRACTS]
    found = next(iter([*own, *children(meta, "trans-abstract")]), None)
    return " ".join(labelled(found)) if found is not None else ""


def labelled(part: Element) -> list[str]:
    """Paragraphs, those of a section behind its title."""
    found: list[str] = []
    title = ""
    for one in part:
        if local(one) == "title":
            title = text_of(one).rstrip(":. ")
            title = "" if title.casefold() in ("abstract", "summary") else title
        elif local(one) not in ("label", "object-id", "fig"):
            found += labelled(one) if local(one) == "sec" else [text_of(one)]
    found = [text for text in found if text]
    return [f"{title}: {found[0]}", *found[1:]] if title and found else found


def people(meta: Element | None) -> list[str]:
    authors = [
        one
        for group in children(meta, "contrib-group")
        for one in children(group, "contrib")
        if one.get("contrib-type", "author") == "author"
    ]
    names = (name_of(one) for one in authors)
    return [name for name in names if name]


def name_of(contributor: Element) -> str:
    name = next(iter([*inside(contributor, "name"), *inside(contributor, "string-name")]), None)
    given, family, suffix = (first_text(name, part) for part in ("given-names", "surname", "suffix"))
    if not family:
        return text_of(name) or first_text(contributor, "collab")
    return " ".join(part for part in (given, family, suffix) if part)


def date_of(dates: list[Element]) -> str:
    def rank(date: Element) -> int:
        kind = date.get("pub-type") or date.get("date-type") or ""
        return DATES.index(kind) if kind in DATES else len(DATES)

    with_year = sorted((one for one in dates if first_text(one, "year")), key=rank)
    return first_text(with_year[0], "year") if with_year else ""


def own_groups(meta: Element | None) -> list[Element]:
    """Keywords of the authors, in the language of the article."""
    groups = children(meta, "kwd-group")
    return [
        one
        for one in groups
        if one.get("kwd-group-type", "author") in ("author", "author-keywords", "author-generated")
    ]
