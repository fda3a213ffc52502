"""What names a paper everywhere: DOI, arXiv id, PubMed id; its page, and the year that dates and ids tell."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from index.readers.text import clean

DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}|]+", re.IGNORECASE)
DOI_URL = re.compile(
    r"https?://(?:(?:dx\.|www\.)?doi\.org/|\S{0,2000}?(?:[?&/=:]doi[=:]|/doi/(?:(?:abs|full|pdf|epdf)/)?))"
    r"(?P<doi>10\.[^\s?&#]+)",
    re.IGNORECASE,
)
"""An address that says that it names a DOI; in others, more may follow it: .../10.1000/x.pdf, /full."""
ARXIV_ID = r"(?:\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z][a-z-]+(?:\.[A-Z]{2})?/\d{7})"
ARXIV = re.compile(rf"(?:arxiv\s*[:.]\s*|arxiv\.org/\w+/)({ARXIV_ID})(?:v\d+)?(?!\d)", re.IGNORECASE)
ARXIV_ALONE = re.compile(rf"({ARXIV_ID})(?:v\d+)?", re.IGNORECASE)
PMID = re.compile(r"(?:.*(?:pubmed|pmid|medline)\D{0,40})?(\d{1,9})(?:\.0)?/?", re.IGNORECASE)
PUBMED_URL = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{1,9})")
PMCID = re.compile(r"(?:PMC)?(\d{4,9})|.*\b(?:PMC)(\d{4,9})\b.*", re.IGNORECASE)
BEFORE_URL = re.compile(r"(?<![\s;|])[\s;|]++(?=https?://|$)")
"""A run of signs is looked at once, from its beginning: from each of its signs would cost a square of its length."""
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Empty where unknown. `doi` in lower case without an address, `arxiv` without a version, `pmid` digits."""

    doi: str = ""
    arxiv: str = ""
    pmid: str = ""
    pmcid: str = ""

    @property
    def id(self) -> str:
        """What the paper is called when its source has no name of its own for it."""
        return self.arxiv or self.doi or (f"pmid:{self.pmid}" if self.pmid else "")

    @property
    def page(self) -> str:
        """Where the paper is shown; empty when nothing tells."""
        if self.doi and not self.doi.startswith("10.48550/arxiv."):
            return f"https://doi.org/{self.doi}"
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/" if self.pmcid else ""


def read_identifiers(doi: Any, arxiv: Any, pmid: Any, pmcid: Any, hints: Iterable[str]) -> Identifiers:
    """From the fields made for them, and from `hints`, texts such as the address and the source's id."""
    own_doi, own_arxiv, own_pmid, own_pmcid = map(as_text, (doi, arxiv, pmid, pmcid))
    known = list(hints)
    alone = ARXIV_ALONE.fullmatch(own_arxiv)
    named = (found[1] for text in (own_arxiv, own_doi, *known) if (found := ARXIV.search(text)))
    in_page = next((found[1] for text in known if (found := PUBMED_URL.search(text))), "")
    digits = PMID.fullmatch(own_pmid)
    central = PMCID.fullmatch(own_pmcid)
    return Identifiers(
        doi=next((doi for text in (own_doi, *known) if (doi := find_doi(text))), ""),
        arxiv=alone[1] if alone else next(named, ""),
        pmid=(digits[1] if digits else in_page).lstrip("0"),
        pmcid=f"PMC{central[1] or central[2]}" if central else "",
    )


def find_doi(text: str) -> str:
    """The first DOI of a text, in lower case, without an address before it or a sentence's end behind it."""
    text = text.replace("%2F", "/").replace("%2f", "/")
    if text.lstrip()[:4].casefold() == "http":
        text = named["doi"] if (named := DOI_URL.search(text)) else ""
    found = DOI.search(text)
    if not found:
        return ""
    doi = found[0].casefold().rstrip(".,;:'")
    while doi.endswith((")", "]")) and doi.count("(") + doi.count("[") < doi.count(")") + doi.count("]"):
        doi = doi[:-1].rstrip(".,;:'")
    return doi


def as_text(value: Any) -> str:
    if isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return clean(str(value))


def read_url(value: Any) -> str:
    """Web addresses only: what a file holds is shown as a link. Of several the first."""
    if isinstance(value, (list, tuple)):
        return next((url for each in value if (url := read_url(each))), "")
    if isinstance(value, Mapping):
        return read_url([part for name, part in value.items() if str(name).casefold() in ("url", "href", "value")])
    for part in BEFORE_URL.split(clean(value)) if isinstance(value, str) else ():
        if re.fullmatch(r"https?://[^\s\"'<>]+", part, re.IGNORECASE):
            return part
    return ""


def read_year(dates: Iterable[Any], arxiv: str) -> int | None:
    """The first year that the dates tell, else that of the arXiv id."""
    year = next((found for date in dates if (found := year_of(date))), None)
    if year or not arxiv:
        return year
    two = int(arxiv.rpartition("/")[2][:2])
    return 2000 + two if two < 91 else 1900 + two  # arXiv began in 1991


def year_of(date: Any, depth: int = 0) -> int | None:
    """Of a number, a text, the date-parts of CSL and Crossref, or the list of versions that arXiv keeps."""
    if isinstance(date, (str, int, float)) and not isinstance(date, bool):
        found = YEAR.search(str(date))
        return int(found[0]) if found else None
    if depth > 3:
        return None
    if isinstance(date, (list, tuple)) and date:
        return year_of(date[0], depth + 1)
    if isinstance(date, Mapping):
        for name in ("date-parts", "date_parts", "year", "raw", "literal", "created", "date-time"):
            if year := year_of(date.get(name), depth + 1):
                return year
    return None
