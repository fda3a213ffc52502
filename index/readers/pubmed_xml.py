"""A record of PubMed's XML: an article, or a book or chapter of a book."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from index.readers.json_shapes import year_in
from index.readers.xml_records import child, children, first_text, inside, text_of

NO_TITLE = ("[Not Available].", "[Not Available]", "")


def from_pubmed(record: Element, language: str) -> dict[str, object]:
    """The year is that of the issue, else of the electronic article, never that of a revision of the record."""
    citation = child(record, "MedlineCitation") if child(record, "MedlineCitation") is not None else record
    document = child(record, "BookDocument")
    if document is not None:
        return from_book(document, record)
    article = child(citation, "Article")
    journal = child(article, "Journal")
    pmid = first_text(citation, "PMID")
    title = first_text(article, "ArticleTitle")
    date = text_of(child(journal, "JournalIssue", "PubDate"))
    return {
        "id": pmid,
        "title": first_text(article, "VernacularTitle") if title in NO_TITLE else title,
        "abstract": abstract_of(child(article, "Abstract")) or abstract_of(child(citation, "OtherAbstract")),
        "authors": people(children(child(article, "AuthorList"), "Author")),
        "date": date,
        "year": year_in(date) or year_in(text_of(child(article, "ArticleDate"))),
        "doi": doi_of(article, child(record, "PubmedData")),
        "pmid": pmid,
        "url": page_of(pmid),
        "journal": first_text(journal, "Title", "ISOAbbreviation"),
        "keywords": [text_of(word) for word in inside(child(citation, "KeywordList"), "Keyword")],
        "topics": [text_of(word) for word in inside(child(citation, "MeshHeadingList"), "DescriptorName")],
        "type": type_of(inside(child(article, "PublicationTypeList"), "PublicationType")),
        "language": first_text(article, "Language") or language,
    }


def from_book(document: Element, record: Element) -> dict[str, object]:
    book = child(document, "Book")
    pmid = first_text(document, "PMID")
    date = text_of(child(book, "PubDate")) or text_of(child(document, "ContributionDate"))
    lists = [*children(document, "AuthorList"), *children(book, "AuthorList")]
    lists.sort(key=lambda one: one.get("Type") == "editors")
    return {
        "id": pmid,
        "title": first_text(document, "ArticleTitle") or first_text(book, "BookTitle"),
        "abstract": abstract_of(child(document, "Abstract")),
        "authors": people(children(lists[0], "Author")) if lists else [],
        "date": date,
        "year": year_in(date),
        "doi": doi_of(document, child(record, "PubmedBookData")),
        "pmid": pmid,
        "url": page_of(pmid),
        "journal": first_text(book, "BookTitle") if first_text(document, "ArticleTitle") else "",
        "keywords": [text_of(word) for word in inside(child(document, "KeywordList"), "Keyword")],
        "type": type_of(children(document, "PublicationType")),
        "language": first_text(document, "Language"),
    }


def page_of(pmid: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else ""


def abstract_of(abstract: Element | None) -> str:
    """Its parts with their labels; the copyright stands beside them and is left."""
    parts = ((part.get("Label", ""), text_of(part)) for part in children(abstract, "AbstractText"))
    return " ".join(f"{label}: {text}" if label and label != "UNLABELLED" else text for label, text in parts if text)


def people(authors: Iterable[Element]) -> list[str]:
    names = (
        f"{first_text(one, 'ForeName', 'Initials')} {first_text(one, 'LastName')} {first_text(one, 'Suffix')}".strip()
        or first_text(one, "CollectiveName")
        for one in authors
        if one.get("ValidYN", "Y") == "Y"
    )
    return [" ".join(name.split()) for name in names if name]


def doi_of(article: Element | None, data: Element | None) -> str:
    """Of the article itself, not of what it cites."""
    own = [one for one in children(article, "ELocationID") if one.get("EIdType") == "doi" and one.get("ValidYN") != "N"]
    listed = [
        *children(child(data, "ArticleIdList"), "ArticleId"),
        *children(child(article, "ArticleIdList"), "ArticleId"),
    ]
    dois = [*own, *(one for one in listed if one.get("IdType") == "doi")]
    return text_of(dois[0]) if dois else ""


def type_of(types: list[Element]) -> str:
    """The first, or that it is retracted or a retraction, which matters more."""
    names = [text_of(one) for one in types]
    return next((name for name in names if "retract" in name.casefold()), names[0] if names else "")
