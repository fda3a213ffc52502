"""What one JSON object says of a paper, in the shapes that services and programs give it."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Values = dict[str, Any]

JATS_TITLE = re.compile(r"<(?:jats:)?title\b[^>]*>(.*?)</(?:jats:)?title>", re.DOTALL)
JATS_TAG = re.compile(r"</?jats:[^>]*>")
NEW_ARXIV_ID = re.compile(r"(?:arxiv:)?(\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?", re.IGNORECASE)
OLD_ARXIV_ID = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?/(\d\d)\d{5}(?:v\d+)?", re.IGNORECASE)
FIRST_OLD_YEAR = 91
"""arXiv began in 1991: two digits from there on are of the last century."""
LONGEST_INDEX = 200_000
"""Words of an inverted abstract: more are no abstract."""


def shape(entry: Mapping[str, Any]) -> Values:
    """The values under our names when the shape is known, else as they are."""
    return next((read(entry) for fits, read in SHAPES if fits(entry)), dict(entry))


def is_openalex(entry: Mapping[str, Any]) -> bool:
    return "abstract_inverted_index" in entry or ("authorships" in entry and "display_name" in entry)


def from_openalex(entry: Mapping[str, Any]) -> Values:
    place = member(entry, "primary_location")
    id = text(entry.get("id"))
    return {
        "id": id.removeprefix("https://openalex.org/"),
        "title": entry.get("title") or entry.get("display_name"),
        "abstract": straighten(entry.get("abstract_inverted_index")) or entry.get("abstract"),
        "authors": [
            text(member(one, "author").get("display_name")) or text(one.get("raw_author_name"))
            for one in members(entry, "authorships")
        ],
        "year": entry.get("publication_year"),
        "date": entry.get("publication_date"),
        "doi": entry.get("doi"),
        "pmid": text(member(entry, "ids").get("pmid")).rsplit("/", 1)[-1],
        "url": place.get("landing_page_url") or entry.get("doi") or id,
        "journal": member(place, "source").get("display_name"),
        "keywords": texts(entry.get("keywords"), "display_name", "keyword"),
        "topics": texts(entry.get("topics"), "display_name") or texts(entry.get("concepts"), "display_name"),
        "type": entry.get("type"),
        "language": entry.get("language"),
    }


def straighten(index: Any) -> str:
    """The text of an inverted index: word -> its places."""
    if not isinstance(index, Mapping):
        return ""
    if isinstance(index.get("InvertedIndex"), Mapping):
        index = index["InvertedIndex"]
    placed = [
        (place, str(word))
        for word, places in index.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(placed)) if len(placed) <= LONGEST_INDEX else ""


def is_semantic_scholar(entry: Mapping[str, Any]) -> bool:
    return "paperId" in entry and "title" in entry


def from_semantic_scholar(entry: Mapping[str, Any]) -> Values:
    ids = member(entry, "externalIds")
    return {
        "id": entry["paperId"],
        "title": entry["title"],
        "abstract": entry.get("abstract"),
        "authors": texts(entry.get("authors"), "name"),
        "year": entry.get("year"),
        "date": entry.get("publicationDate"),
        "doi": ids.get("DOI") or entry.get("doi"),
        "pmid": ids.get("PubMed"),
        "arxiv_id": ids.get("ArXiv") or entry.get("arxivId"),
        "url": entry.get("url"),
        "journal": member(entry, "journal").get("name") or entry.get("venue"),
        "topics": texts(entry.get("fieldsOfStudy")) or texts(entry.get("s2FieldsOfStudy"), "category"),
        "type": next(iter(texts(entry.get("publicationTypes"))), ""),
    }


def is_s2orc(entry: Mapping[str, Any]) -> bool:
    return "paper_id" in entry and "title" in entry and ("mag_id" in entry or "s2_url" in entry or "pubmed_id" in entry)


def from_s2orc(entry: Mapping[str, Any]) -> Values:
    return {
        "id": entry["paper_id"],
        "title": entry["title"],
        "abstract": entry.get("abstract"),
        "authors": [person(one) for one in members(entry, "authors")],
        "year": entry.get("year"),
        "doi": entry.get("doi"),
        "pmid": entry.get("pubmed_id"),
        "arxiv_id": entry.get("arxiv_id"),
        "url": entry.get("s2_url"),
        "journal": entry.get("journal") or entry.get("venue"),
        "topics": texts(entry.get("mag_field_of_study")),
    }


def is_cord19(entry: Mapping[str, Any]) -> bool:
    return "paper_id" in entry and isinstance(entry.get("metadata"), Mapping) and "title" in entry["metadata"]


def from_cord19(entry: Mapping[str, Any]) -> Values:
    """One of the files of full texts: only its title, authors and abstract."""
    parts = entry.get("abstract")
    about = entry["metadata"]
    return {
        "id": entry["paper_id"],
        "title": about.get("title"),
        "abstract": " ".join(texts(parts, "text")) if isinstance(parts, list) else parts,
        "authors": [person(one) for one in members(about, "authors")],
        "year": about.get("year"),
        "doi": about.get("doi"),
    }


def is_arxiv(entry: Mapping[str, Any]) -> bool:
    return "authors_parsed" in entry or ("update_date" in entry and "categories" in entry)


def from_arxiv(entry: Mapping[str, Any]) -> Values:
    """A line of arXiv's dump. The year is that of the first version: `update_date` is about the record."""
    id = text(entry.get("id"))
    versions = members(entry, "versions")
    created = text(versions[0].get("created")) if versions else ""
    categories = entry.get("categories")
    return {
        "id": id,
        "arxiv_id": id,
        "title": entry.get("title"),
        "abstract": entry.get("abstract"),
        "authors": arxiv_authors(entry.get("authors_parsed")) or entry.get("authors"),
        "year": year_in(created) or arxiv_year(id),
        "doi": entry.get("doi"),
        "url": f"https://arxiv.org/abs/{id}" if id else "",
        "journal": entry.get("journal-ref"),
        "topics": categories.split() if isinstance(categories, str) else texts(categories),
    }


def arxiv_authors(value: Any) -> list[str]:
    """[family, given, suffix, affiliation...] each."""
    people = [list(map(text, one[:3])) for one in value if isinstance(one, list)] if isinstance(value, list) else []
    return [" ".join(part for part in (*one[1:2], *one[:1], *one[2:]) if part) for one in people]


def arxiv_year(id: str) -> int | None:
    """The year in an arXiv id of either form."""
    if found := NEW_ARXIV_ID.fullmatch(id):
        return 2000 + int(found[1])
    if found := OLD_ARXIV_ID.fullmatch(id):
        year = int(found[1])
        return (1900 if year >= FIRST_OLD_YEAR else 2000) + year
    return None


def year_in(date: str) -> int | None:
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", date)
    return int(found[0]) if found else None


def is_csl(entry: Mapping[str, Any]) -> bool:
    """CSL-JSON as reference managers write it, and Crossref's works, which are of the same family."""
    return "title" in entry and ("DOI" in entry or "container-title" in entry or isinstance(entry.get("issued"), dict))


def from_csl(entry: Mapping[str, Any]) -> Values:
    names = ("issued", "published", "published-print", "published-online", "created")
    dates = [date for name in names if (date := first_date(entry.get(name)))]
    return {
        "id": entry.get("id") or entry.get("DOI"),
        "title": first(entry.get("title")),
        "abstract": plain_jats(entry.get("abstract")),
        "authors": [person(one) for one in members(entry, "author")],
        "date": dates[0] if dates else "",
        "year": year_in(dates[0]) if dates else None,
        "doi": entry.get("DOI"),
        "pmid": entry.get("PMID"),
        "url": entry.get("URL"),
        "journal": first(entry.get("container-title")),
        "keywords": entry.get("keyword"),
        "topics": texts(entry.get("subject")),
        "type": entry.get("type"),
        "language": entry.get("language"),
    }


def first_date(value: Any) -> str:
    """As ISO writes it, of `date-parts`, or the words that stand for it."""
    if not isinstance(value, Mapping):
        return text(value)
    parts = first(value.get("date-parts"))
    numbers = [str(part) for part in parts if part] if isinstance(parts, list) else []
    return "-".join(part.zfill(2) for part in numbers) or text(value.get("literal")) or text(value.get("raw"))


def plain_jats(value: Any) -> Any:
    """Without JATS tags; titles of sections become labels, the one that says "Abstract" goes."""
    if not isinstance(value, str) or "<" not in value:
        return value

    def label(found: re.Match[str]) -> str:
        name = JATS_TAG.sub("", found[1]).strip().rstrip(":")
        return "" if name.casefold() in ("abstract", "summary", "") else f" {name}: "

    return JATS_TAG.sub(" ", JATS_TITLE.sub(label, value)).strip()


def is_zotero(entry: Mapping[str, Any]) -> bool:
    return "itemType" in entry


def from_zotero(entry: Mapping[str, Any]) -> Values:
    """Better BibTeX JSON, and the items of Zotero's interface."""
    creators = members(entry, "creators")
    authors = [one for one in creators if one.get("creatorType") in ("author", None)] or creators
    kinds = ("publicationTitle", "bookTitle", "proceedingsTitle", "repository", "university", "conferenceName")
    return {
        "id": entry.get("citationKey") or entry.get("citekey") or entry.get("key") or entry.get("itemKey"),
        "title": entry.get("title"),
        "abstract": entry.get("abstractNote"),
        "authors": [person(one) for one in authors],
        "date": entry.get("date"),
        "year": year_in(text(entry.get("date"))),
        "doi": entry.get("DOI"),
        "pmid": entry.get("PMID"),
        "url": entry.get("url"),
        "journal": next((entry[kind] for kind in kinds if entry.get(kind)), ""),
        "topics": texts(entry.get("tags"), "tag"),
        "type": entry["itemType"],
        "language": entry.get("language"),
    }


SHAPES: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], Values]], ...] = (
    (is_zotero, from_zotero),
    (is_openalex, from_openalex),
    (is_semantic_scholar, from_semantic_scholar),
    (is_cord19, from_cord19),
    (is_s2orc, from_s2orc),
    (is_arxiv, from_arxiv),
    (is_csl, from_csl),
)


def person(value: Mapping[str, Any]) -> str:
    """Given names, particles, family name, suffix; or the name that stands for all of them."""
    whole = text(value.get("literal")) or text(value.get("name"))
    given = text(value.get("given")) or text(value.get("firstName")) or text(value.get("first"))
    middle = " ".join(texts(value.get("middle")))
    family = text(value.get("family")) or text(value.get("lastName")) or text(value.get("last"))
    particles = (text(value.get("dropping-particle")), text(value.get("non-dropping-particle")))
    parts = (given, middle, *particles, family, text(value.get("suffix")))
    return " ".join(part for part in parts if part) or whole


def text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def first(value: Any) -> Any:
    return next(iter(value), "") if isinstance(value, list) else value


def member(entry: Any, name: str) -> Mapping[str, Any]:
    """The object of this name, an empty one when there is none."""
    found = entry.get(name) if isinstance(entry, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def members(entry: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = entry.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def texts(value: Any, *names: str) -> list[str]:
    """A list of texts, or what stands under one of `names` in a list of objects; one text is a list of it."""
    many: Iterable[Any] = value if isinstance(value, list) else [value]
    found = [
        next((text(one[name]) for name in names if one.get(name)), "") if isinstance(one, Mapping) else text(one)
        for one in many
    ]
    return [one for one in found if one]
