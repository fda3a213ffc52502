"""What of a question stands in the record of the papers: authors, years, journals, ids; and what is left of it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index import Span, fold_title, stem_words
from rag.text import COMMON_WORDS, content_stems
from rag.understanding.head import Heard
from rag.understanding.people import People, find_people

if TYPE_CHECKING:
    from index import Paper, PaperIndex

Years = tuple[int | None, int | None]
"""First and last, inclusive; None where a side is open."""

YEAR = re.compile(r"(?<![\d./-])((?:1[6-9]|20)\d\d)(?![\d/]|\.\d)s?\b")
FROM_ON = re.compile(r"\b(?:(?P<exclusive>after|newer than|later than)|since|from)\s+$", re.IGNORECASE)
UP_TO = re.compile(r"\b(?:(?P<exclusive>before|older than|earlier than)|until|till|up to|by)\s+$", re.IGNORECASE)
ONWARD = re.compile(r"^\s*(?:on|onwards?|and later|or later|or newer|\+)", re.IGNORECASE)
"""The prepositions of time."""

PREFIX = re.compile(
    r"^(?:https?://\S*?(?:doi\.org|arxiv\.org/\w+|pubmed\.ncbi\.nlm\.nih\.gov)/|doi:|arxiv:|pmid:?)", re.I
)
ID_FORM = re.compile(r"10\.\d{4,9}/\S+|\d{4}\.\d{4,5}(?:v\d+)?|(?:pmid:?)\d{5,9}|arxiv:\S+|pmc\d{5,9}", re.IGNORECASE)
"""DOIs, numbers of arXiv and PubMed: what is an id whether the library has it or not."""

EXCEPT = re.compile(
    r",?\s*\b(?:besides|except(?: for)?|other than|apart from|aside from|excluding|but not|not counting)\s+"
    r"(?P<left_out>[^,;?!]+)[,;]?",
    re.IGNORECASE,
)
"""The prepositions of exception, and what they leave out."""

MOSTLY = 0.6
"""Share of the words by which a paper is named that its title must have."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the record knows of a question's words.

    `people` are authors named, `years` a span, `journals` as the record writes them, `papers` ids named by id,
    `unknown` ids that no paper has, `excluded` ids to leave out, `topic` the words of the subject ("" for none).
    """

    people: People = field(default_factory=People)
    years: Years = (None, None)
    journals: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    topic: str = ""

    def passes(self, paper: "Paper") -> bool:
        """Whether the paper is by one of the authors, of the years, in the journal, and not left out."""
        first, last = self.years
        if (first or last) and paper.year is None:
            return False
        year = paper.year or 0
        return (
            (first is None or year >= first)
            and (last is None or year <= last)
            and (not self.people.authors or bool(set(paper.authors) & set(self.people.authors)))
            and not (self.people.strangers and not self.people.authors)
            and (not self.journals or paper.journal in self.journals)
            and (not self.papers or paper.id in self.papers)
            and paper.id not in self.excluded
        )

    @property
    def narrows(self) -> bool:
        """Whether authors, years or a journal tell papers apart."""
        return bool(self.people.strangers or self.is_known)

    @property
    def is_known(self) -> bool:
        """Whether it names a year, or what the record has: an author, a journal, an id."""
        return bool(self.people.authors or any(self.years) or self.journals or self.papers)


def find_in_record(question: str, heard: Heard, papers: Sequence["Paper"]) -> Found:
    """What a question to the record names; `heard` says which of its words name what."""
    spans = {
        tag: [(start, end) for kind, start, end in heard.spans if kind == tag] for tag in ("person", "journal", "topic")
    }
    ids, unknown, id_spans = find_ids(question, papers)
    authors = (name for paper in papers for name in paper.authors)
    people = find_people(question, authors, spans["person"], [paper.title for paper in papers])
    years, year_spans = find_years(question, id_spans)
    journals = find_journals(question, papers, [*spans["journal"], *spans["topic"]])
    taken = [*id_spans, *year_spans, *people.spans]
    topic = "" if journals and spans["journal"] else words_of(question, spans["topic"], taken)
    if journals and fold_title(topic) in {fold_title(one) for one in journals}:
        topic = ""
    return Found(people, years, journals, ids, unknown, (), topic)


def words_of(question: str, spans: Sequence[Span], taken: Sequence[Span]) -> str:
    """The words of the spans that are not `taken`."""
    kept = []
    for start, end in spans:
        if not any(left < end and start < right for left, right in taken):
            kept.append(question[start:end].strip())
        else:
            rest = "".join(
                " " if any(left <= at < right for left, right in taken) else question[at] for at in range(start, end)
            )
            kept.append(" ".join(rest.split()))
    words = " ".join(filter(None, kept)).strip(" ?.,;:\"'“”").split()
    # `about owls`: the head is not always right about where a subject begins and ends.
    while words and words[0].casefold() in COMMON_WORDS:
        del words[0]
    while words and words[-1].casefold() in COMMON_WORDS:
        del words[-1]
    return " ".join(words)


def find_years(question: str, elsewhere: Collection[Span] = ()) -> tuple[Years, list[Span]]:
    """The years that a question is about: `2019`, `since 2019`, `before 2019`, `2010 to 2014`."""
    found = [
        year for year in YEAR.finditer(question) if not any(left <= year.start() < right for left, right in elsewhere)
    ]
    spans = [year.span() for year in found]
    if not found:
        return (None, None), []
    years = [int(year[1]) for year in found]
    if len(found) > 1:
        return (min(years), max(years)), spans
    year, before, after = years[0], question[: found[0].start()], question[found[0].end() :]
    if found[0][0].endswith("s"):
        return (year, year + 9), spans
    if last := UP_TO.search(before):
        return (None, year - 1 if last["exclusive"] else year), spans
    first = FROM_ON.search(before)
    if first and (not first[0].casefold().startswith("from") or ONWARD.search(after)):
        return (year + 1 if first["exclusive"] else year, None), spans
    return (year, year), spans


def find_ids(question: str, papers: Sequence["Paper"]) -> tuple[tuple[str, ...], tuple[str, ...], list[Span]]:
    """Papers named by id, DOI or address; ids that no paper has; where they stand."""
    candidates = [word for word in re.finditer(r"[^\s,;()\[\]“”\"]+", question) if re.search(r"\d", word[0])]
    if not candidates:
        return (), (), []
    known = {key: paper.id for paper in papers for key in keys_of(paper)}
    ids, unknown, spans = [], [], []
    for word in candidates:
        written = word[0].rstrip(".?!:'’")
        key = plain_id(written)
        if key in known and not YEAR.fullmatch(written):
            ids.append(known[key])
        elif ID_FORM.fullmatch(written) or PREFIX.match(written):
            unknown.append(written)
        else:
            continue
        spans.append(word.span())
    return tuple(dict.fromkeys(ids)), tuple(unknown), spans


def may_hold_id(question: str) -> bool:
    """Whether a word of it has the form of an id."""
    return any(ID_FORM.fullmatch(word.strip(".?!,;:()'\"")) or PREFIX.match(word) for word in question.split())


def plain_id(written: str) -> str:
    return re.sub(r"(?<=\d)v\d+$", "", PREFIX.sub("", written.casefold()))


def keys_of(paper: "Paper") -> set[str]:
    return {plain_id(one) for one in (paper.id, paper.doi, paper.pmid, paper.url) if one}


def find_journals(question: str, papers: Sequence["Paper"], spans: Sequence[Span]) -> tuple[str, ...]:
    """Journals of the record that words of the question name in full."""
    wanted = {fold_title(question[start:end]) for start, end in spans} - {""}
    names = {paper.journal for paper in papers if paper.journal}
    return tuple(sorted(name for name in names if fold_title(name) in wanted))


def split_exception(question: str) -> tuple[str, str]:
    """The question without what it leaves out, and that: `papers on owls besides the first` → the last two words."""
    found = EXCEPT.search(question)
    if not found:
        return question, ""
    rest = f"{question[: found.start()].rstrip(' ,;')} {question[found.end() :].lstrip()}".strip()
    return rest, found["left_out"].strip()


def find_excluded(words: str, index: "PaperIndex") -> tuple[str, ...]:
    """Papers that the words name by title, name or author."""
    stems = set(content_stems(words)) if words else set()
    excluded: list[str] = []
    for paper in index.papers([id for id, _ in index.search_words(words, 8)]).values() if stems else ():
        held = re.findall(r"\w[\w-]*", f"{paper.title} {' '.join(paper.authors)}".casefold())
        if len(stems & set(stem_words(held))) >= MOSTLY * len(stems):
            excluded.append(paper.id)
    return tuple(excluded)
