"""What tells that two records are of one paper: identifiers first, then titles with year and first author."""

import re
import unicodedata
from dataclasses import dataclass

from index.paper import ARXIV_ID, Paper, fold_title, make_id

REASONS = ("doi", "arxiv_id", "pmid", "title")
"""Why records are merged, the strongest first. A key is one of these, a colon, and a value."""

ARXIV_PAGE = re.compile(r"arxiv\.org/(?:abs|pdf)/(.+?)(?:\.pdf)?$", re.IGNORECASE)
DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
ARXIV_DOI = "10.48550/arxiv."
BIORXIV_DOI = re.compile(r"(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,})(?:v\d+)?")
"""bioRxiv's and medRxiv's; 10.1101 is Cold Spring Harbor's, which has journals as well."""
PREPRINT_DOIS = (
    "10.21203/rs.",
    "10.20944/preprints",
    "10.2139/ssrn.",
    "10.26434/chemrxiv",
    "10.22541/au.",
    "10.36227/techrxiv",
    "10.31234/osf.io",
    "10.31235/osf.io",
    "10.31219/osf.io",
    "10.35542/osf.io",
)
"""Research Square, Preprints.org, SSRN, ChemRxiv, Authorea, TechRxiv and the servers of OSF, as Crossref lists them."""
PREPRINT_TYPES = ("preprint", "posted-content", "posted_content")


@dataclass(frozen=True, slots=True)
class Identity:
    """`identifiers`: keys of which one in common makes two records one paper. `title` is a key as well.

    A record is a preprint when it has a preprint's identifiers only, an article when it has only those of an article.
    `own_id` is what the source calls it, where that is not made from the title.
    """

    identifiers: frozenset[str]
    title: str
    year: int | None
    family: str
    is_preprint: bool
    is_article: bool
    own_id: str

    @property
    def keys(self) -> frozenset[str]:
        return self.identifiers | {self.title}


def identity_of(paper: Paper) -> Identity:
    found = {f"doi:{doi}" for doi in (bare_doi(paper.doi), bare_doi(paper.id)) if doi}
    arxiv = {f"arxiv_id:{doi.removeprefix('doi:' + ARXIV_DOI)}" for doi in found if doi[4:].startswith(ARXIV_DOI)}
    found = {doi for doi in found if not doi[4:].startswith(ARXIV_DOI)}
    page = ARXIV_PAGE.search(paper.url)
    for text in (paper.id, page[1] if page else ""):
        if written := ARXIV_ID.fullmatch(text.strip().casefold()):
            arxiv.add(f"arxiv_id:{written[1]}")
    is_posted = paper.type.casefold() in PREPRINT_TYPES
    preprints = {doi for doi in found if is_posted or is_preprint_doi(doi[4:])}
    pmid = {f"pmid:{paper.pmid}"} if paper.pmid else set()
    return Identity(
        frozenset(found | arxiv | pmid),
        f"title:{fold_title(paper.title)}",
        paper.year,
        family_name(paper.authors[0]) if paper.authors else "",
        is_preprint=bool(arxiv or preprints) and not found - preprints,
        is_article=bool(found - preprints) and not arxiv and not preprints,
        own_id="" if paper.id == make_id(paper.title) else paper.id,
    )


def bare_doi(text: str) -> str:
    """In lower case without an address, nothing when it is none."""
    found = DOI.fullmatch(text.strip())
    doi = found[1].casefold() if found else ""
    if doi.startswith(ARXIV_DOI):
        return re.sub(r"v\d+$", "", doi)
    posted = BIORXIV_DOI.fullmatch(doi)
    return posted[1] if posted else doi


def is_preprint_doi(doi: str) -> bool:
    return bool(BIORXIV_DOI.fullmatch(doi)) or doi.startswith(PREPRINT_DOIS)


def family_name(person: str) -> str:
    """Of "Ann Lee", "Lee, Ann", "Lee A." or "LEE AB", in lower case without accents."""
    name = person.partition(",")[0] if "," in person else person
    words = name.split()
    if "," not in person and len(words) > 1:
        while len(words) > 1 and is_initials(words[-1]):
            words.pop()
        if len(words) == len(name.split()):
            words = words[-1:]
    return plain("".join(words))


def is_initials(word: str) -> bool:
    letters = word.replace(".", "").replace("-", "")
    return letters.isupper() and len(letters) <= (3 if "." in word else 2)


def plain(text: str) -> str:
    """Letters and digits only, in lower case, without accents."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())
