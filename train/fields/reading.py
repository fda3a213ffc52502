"""Reads the files of this folder (its README tells their form) and says what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Span = tuple[int, int]
"""(start, end) offsets of characters in the abstract, end exclusive: words that carry the answer."""

DETAIL = frozenset(
    "number result method material population yes-no reason comparison negative definition limitation condition who "
    "when-where list-within".split()
)
MISS = frozenset("attribute entity condition relation scope".split())
TRUE = frozenset(
    "close-paraphrase free-paraphrase compression negative-finding verdict synthesis number-reformatted "
    "definition".split()
)
FALSE = frozenset(
    "wrong-number numbers-swapped unit-or-magnitude negation-flipped direction-reversed roles-swapped entity-swapped "
    "condition-changed hedge-dropped overclaim cause-from-association invented mixture".split()
)
RECORD = ("title", "authors", "year", "journal", "subject", "abstract")
PLURAL = ("list", "compare", "overview")
LIBRARY = (*PLURAL, "absent", "underspecified", "record")


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """`kind` is "detail number", "find", "keyword", "miss entity", "premise" and so on; `evidence` where it stands."""

    text: str
    kind: str
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenTalk:
    """`turns` alternate between question and answer; `question` follows. A new subject has no `standalone`."""

    turns: tuple[str, ...]
    question: str
    standalone: str
    kind: str
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that cites the paper: `evidence` is what it rests on, or what it gets wrong."""

    text: str
    is_true: bool
    kind: str
    evidence: tuple[Span, ...] = ()


@dataclass(slots=True)
class WrittenPaper:
    """An invented paper with all that was written about it."""

    id: str
    record: dict[str, str] = field(default_factory=dict)
    questions: list[WrittenQuestion] = field(default_factory=list)
    talks: list[WrittenTalk] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    twins: list[tuple[Claim, Claim]] = field(default_factory=list)
    """A true claim, and the same with one thing wrong."""

    @property
    def title(self) -> str:
        return self.record["title"]

    @property
    def abstract(self) -> str:
        return self.record["abstract"]


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """A question to all papers of a field. `papers` are the ids that belong to the answer."""

    text: str
    kind: str
    papers: tuple[str, ...] = ()


@dataclass(slots=True)
class WrittenField:
    """One file."""

    name: str
    papers: dict[str, WrittenPaper] = field(default_factory=dict)
    questions: list[LibraryQuestion] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What is wrong, as "file:line: what"."""


def read_fields(folder: Path) -> list[WrittenField]:
    """Every file `*.txt` of the folder, by name. Lines that are wrong are left out and named in `faults`."""
    return [read_field(file) for file in sorted(folder.glob("*.txt"))]


def read_field(file: Path) -> WrittenField:
    found = WrittenField(file.stem)
    paper: WrittenPaper | None = None
    late: list[tuple[int, LibraryQuestion]] = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if line.startswith("== "):
                paper = begin(line[3:].strip(), found)
            elif paper is None:
                late.append((number, as_library_question(line)))
            else:
                take(line, paper)
        except ValueError as error:
            found.faults.append(f"{file.name}:{number}: {error}")
    for number, question in late:
        unknown = [id for id in question.papers if id not in found.papers]
        if unknown or (question.kind in PLURAL and not question.papers):
            found.faults.append(f"{file.name}:{number}: unknown or missing papers: {', '.join(unknown)}")
        else:
            found.questions.append(question)
    if (twins := file.parent / "twins" / file.name).is_file():
        read_twins(twins, found)
    for one in found.papers.values():
        if missing := [name for name in ("title", "abstract") if not one.record.get(name)]:
            found.faults.append(f"{file.name}: {one.id} has no {' and no '.join(missing)}")
    return found


def read_twins(file: Path, found: WrittenField) -> None:
    """Adds the claims of `file` to the papers of a field: a line has a true one and the same with one thing wrong."""
    paper: WrittenPaper | None = None
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            if line.startswith("== "):
                paper = found.papers.get(line[3:].strip())
                if paper is None:
                    raise ValueError(f"no such paper: {line[3:].strip()}")
            elif paper is not None:
                paper.twins.append(as_twins(line, paper))
        except ValueError as error:
            found.faults.append(f"{file.parent.name}/{file.name}:{number}: {error}")


def as_twins(line: str, paper: WrittenPaper) -> tuple[Claim, Claim]:
    kinds, colon, rest = line.partition(": ")
    right, slash, wrong = kinds.partition("/")
    text, evidence = split_evidence(rest, paper, wanted=True)
    true, waves, false = (part.strip() for part in text.partition("~~"))
    if not colon or not slash or not waves or not true or not false:
        raise ValueError("twins are `kind/kind: true claim ~~ false claim => words`")
    check(right, TRUE)
    check(wrong, FALSE)
    if true == false:
        raise ValueError("both claims are the same")
    return Claim(true, True, right, evidence), Claim(false, False, wrong, evidence)


def begin(id: str, found: WrittenField) -> WrittenPaper | None:
    if id == "library":
        return None
    if id in found.papers:
        raise ValueError(f"the paper {id} is there already")
    found.papers[id] = WrittenPaper(id)
    return found.papers[id]


def as_library_question(line: str) -> LibraryQuestion:
    kind, _, rest = line.partition(":")
    if kind not in LIBRARY:
        raise ValueError(f"no kind of line for a library: {kind!r}")
    text, _, ids = rest.partition(" => ")
    return LibraryQuestion(text.strip(), kind, tuple(re.findall(r"[\w-]+", ids)))


def take(line: str, paper: WrittenPaper) -> None:
    """Adds what the line says to the paper. Raises ValueError when it is not well formed."""
    head, colon, rest = line.partition(":")
    name, _, kind = head.partition(" ")
    rest = rest.strip()
    if not colon or not rest:
        raise ValueError("no `name: value`")
    if head in RECORD:
        paper.record[head] = rest
    elif head in ("find", "keyword"):
        paper.questions.append(WrittenQuestion(rest, head))
    elif name in ("detail", "miss", "premise"):
        check(kind, {"detail": DETAIL, "miss": MISS, "premise": frozenset({""})}[name])
        text, evidence = split_evidence(rest, paper, wanted=name != "miss")
        paper.questions.append(WrittenQuestion(text, head, evidence))
    elif name in ("true", "false"):
        check(kind, TRUE if name == "true" else FALSE)
        text, evidence = split_evidence(rest, paper, wanted=name == "true")
        paper.claims.append(Claim(text, name == "true", kind, evidence))
    elif head in ("talk", "talk-miss", "turn"):
        paper.talks.append(as_talk(head, rest, paper))
    else:
        raise ValueError(f"no kind of line: {head!r}")


def check(kind: str, known: frozenset[str]) -> None:
    if kind not in known:
        raise ValueError(f"no such kind: {kind!r}; known are {', '.join(sorted(known))}")


def as_talk(kind: str, text: str, paper: WrittenPaper) -> WrittenTalk:
    text, evidence = split_evidence(text, paper, wanted=kind == "talk")
    turns = [part.strip() for part in text.split("||")]
    last, wave, standalone = turns[-1].partition("~~")
    if len(turns) < 3 or len(turns) % 2 == 0 or bool(wave) == (kind == "turn"):
        raise ValueError("a talk is `Q || A || Q2 ~~ standalone`, a turn `Q || A || Q2`")
    return WrittenTalk(tuple(turns[:-1]), last.strip(), standalone.strip(), kind, evidence)


def split_evidence(text: str, paper: WrittenPaper, *, wanted: bool) -> tuple[str, tuple[Span, ...]]:
    text, arrow, words = text.partition(" => ")
    if not arrow:
        if wanted:
            raise ValueError("`=> words of the abstract` is missing")
        return text.strip(), ()
    return text.strip(), tuple(find_words(part.strip(), paper) for part in words.split("&&"))


def find_words(words: str, paper: WrittenPaper) -> Span:
    abstract = paper.record.get("abstract", "")
    places = [match.start() for match in re.finditer(re.escape(words), abstract)]
    if len(places) != 1:
        raise ValueError(f"{words!r} occurs {len(places)} times in the abstract of {paper.id}")
    return places[0], places[0] + len(words)


def count(fields: list[WrittenField]) -> Iterator[tuple[str, str, int]]:
    """(field, kind of line, how many)"""
    for one in fields:
        kinds = [question.kind for paper in one.papers.values() for question in paper.questions]
        kinds += [talk.kind for paper in one.papers.values() for talk in paper.talks]
        kinds += [f"{claim.is_true} {claim.kind}".lower() for paper in one.papers.values() for claim in paper.claims]
        kinds += [question.kind for question in one.questions]
        kinds += [f"twins {wrong.kind}" for paper in one.papers.values() for _, wrong in paper.twins]
        for kind in sorted(set(kinds)):
            yield one.name, kind, kinds.count(kind)
