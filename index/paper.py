"""What goes in: a paper. What is found: a passage of it."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Any

DETAILS = ("journal", "doi", "pmid", "keywords", "type", "language")
"""Fields of a paper that are kept together, as one column."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A title and an abstract, and what is known about where they come from.

    `id` is what the source calls the paper (an arXiv id, a DOI, a key), else one made from the title by
    `make_id`. `url` is the paper's page. `topics` are the classes and tags of the source, `keywords` those of the
    authors. `doi` is in lower case without an address, `pmid` digits, `language` a code of ISO 639-1. What is unknown
    is empty.
    """

    id: str
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    url: str = ""
    topics: tuple[str, ...] = ()
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    keywords: tuple[str, ...] = ()
    type: str = ""
    language: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the paper is about, to filter and to group by: topics, then keywords, each once in either case."""
        first = {subject.casefold(): subject for subject in reversed((*self.topics, *self.keywords))}
        return tuple(subject for subject in (*self.topics, *self.keywords) if first.pop(subject.casefold(), None))

    @property
    def details(self) -> dict[str, str | tuple[str, ...]]:
        """What later layouts added, by name, where it is known."""
        return {name: value for name in DETAILS if (value := getattr(self, name))}

    @property
    def content_hash(self) -> str:
        """Changes when anything that is stored, shown or searched changes.

        Unknown details don't count, so that papers kept before there were any have the hash they had.
        """
        # Not `asdict`, which copies each value: 47 µs rather than 15, and bringing a paper in asks five times.
        fields = {name: getattr(self, name) for name in self.__slots__ if name not in DETAILS}
        content = json.dumps(fields | self.details, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of an abstract: `text == abstract[start:end]`, the `number`-th (from 0) of the paper `paper_id`."""

    paper_id: str
    number: int
    start: int
    end: int
    text: str
    id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.paper_id}#{self.number}")


def paper_of(passage_id: str) -> str:
    """The id of the paper, from `Passage.id`."""
    return passage_id.rpartition("#")[0]


ARXIV_ID = re.compile(r"(?:arxiv:\s*|10\.48550/arxiv\.)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?")
DOI = re.compile(r"10\.\d{4,9}/\S+")


def id_key(id: str) -> str:
    """The same for one id however it is written: arXiv ids come with versions, DOIs in capitals. Others stay."""
    folded = id.casefold()
    if arxiv := ARXIV_ID.fullmatch(folded):
        return arxiv[1]
    return folded if DOI.fullmatch(folded) else id


def storable(paper: Paper) -> Paper:
    """The paper as it can be written to a file: half characters (surrogates) are replaced."""

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode("utf-8")
        return tuple(map(clean, value)) if isinstance(value, tuple) else value

    cleaned = Paper(**{name: clean(value) for name, value in asdict(paper).items()})
    return paper if cleaned == paper else cleaned


def fold_title(title: str) -> str:
    """The title as a key: letters and digits in lower case, one blank between words."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", title)).strip().casefold()


def make_id(title: str) -> str:
    """An id for a paper whose source gives none: the same title always yields the same id."""
    return "t" + hashlib.sha256(fold_title(title).encode()).hexdigest()[:12]
