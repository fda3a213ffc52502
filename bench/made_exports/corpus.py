"""The papers of the made corpus, and its files with them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.made_exports.defects import EVERYWHERE, ODD_FILES, SPECIAL, Defect, Kind
from bench.made_exports.layouts import LAYOUTS, LISTINGS
from bench.made_exports.made import Layout, Made

SEED = 20
PER_FILE = 50
SHARED = 20
"""Papers that stand in a second file as well, their DOI in capitals."""

GIVEN = ("Anna", "Bo", "Zoë", "José", "Søren", "Ümit", "Chloé", "Ivo", "Jean-Luc", "Mária")
FAMILY = ("Muster", "Beispiel", "García", "O'Tool", "van der Berg", "Groß", "Lindqvist", "Åkesson", "Öztürk", "Müller")
ANIMALS = ("hedgehogs", "dormice", "otters", "lynxes", "storks", "salamanders", "voles", "martens")
PLACES = ("parks of Köln", "the Po delta", "alpine meadows", "São Miguel", "old orchards")
TOPICS = ("Weight", "Sleep", "Diet", "Gait", "Voice", "Fear", "Play", "Memory")
SENTENCES = (
    "We weighed {n} {animal} – 12–18% of all – at 5 °C ± 2.",
    "Growth was {b} = 0.{n} (p < 0.05) & fell by {n}%, at a cost of $5 a day.",
    "Naïve {animal} preferred “tea” to R&D staff; the group didn't.",
    'A 5" tube of type x_{n}, as in Müller et al. (2011), held them; none escaped.',
    "The {animal} of café gardens, n > 30, were followed for {n} days; results differ, however, by year.",
    "If a<b and c>d then {n} of them slept.",
)
LABELS = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")


@dataclass(slots=True)
class Corpus:
    """`papers` are those that should go in, each with the layout that it was written in first."""

    papers: list[tuple[Made, Layout]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    shared: int = 0
    records: int = 0
    """Good and bad."""


def make_paper(number: int, is_western: bool, chance: random.Random) -> Made:
    """`is_western`: Windows-1252 can write it."""
    animal = chance.choice(ANIMALS)
    families = chance.sample(FAMILY if is_western else (*FAMILY, "Nguyễn", "Świątek", "Łoś", "Dvořák"), 4)
    texts = chance.sample(SENTENCES, 4)
    return Made(
        number,
        f"{chance.choice(TOPICS)} & voice of {animal} in {chance.choice(PLACES)}: survey {number}",
        tuple(
            (
                label if number % 3 == 0 else "",
                text.format(n=chance.randint(10, 99), animal=animal, b="b" if is_western else "β"),
            )
            for label, text in zip(LABELS, texts, strict=True)
        ),
        tuple((chance.choice(GIVEN), family) for family in families[: chance.randint(1, 4)]),
        chance.randint(2000, 2025),
        f"10.5555/made.{number}",
        f"Journal of {animal}",
        (animal, "field study"),
    )


def make_corpus(folder: Path) -> Corpus:
    """Writes the files into the folder: the same each time."""
    chance = random.Random(SEED)
    corpus = Corpus()
    number = 0
    for at, layout in enumerate(LAYOUTS):
        kinds: list[Kind | None] = [None] * PER_FILE
        if layout not in LISTINGS:
            kinds += [EVERYWHERE[(3 * at + step) % len(EVERYWHERE)] for step in range(3)]
        kinds += [kind for kind in SPECIAL.get(layout.name, ()) if not kind.is_last]
        chance.shuffle(kinds)
        # The first is good: others are compared with it.
        kinds.insert(0, kinds.pop(kinds.index(None)))
        kinds += [kind for kind in SPECIAL.get(layout.name, ()) if kind.is_last]
        papers = [
            make_paper(number + place, "cp1252" in (layout.encoding, kind.encoding if kind else ""), chance)
            for place, kind in enumerate(kinds, 1)
        ]
        number += len(kinds)
        more = again(corpus, layout)
        corpus.defects += write(folder, layout, papers, kinds, more)
        corpus.records += len(papers) + len(more)
        corpus.papers += [
            (paper, layout) for paper, kind in zip(papers, kinds, strict=True) if not kind or kind.is_kept
        ]
    for name_of_kind, name, content, says in ODD_FILES:
        (folder / name).write_bytes(content)
        corpus.defects.append(Defect(name_of_kind, name, says))
    return corpus


def again(corpus: Corpus, layout: Layout) -> list[Made]:
    """A paper of an earlier file that this one has, too."""
    if not corpus.papers or layout.lacks or layout.encoding == "cp1252" or corpus.shared == SHARED:
        return []
    corpus.shared += 1
    known = next(paper for paper, where in reversed(corpus.papers) if not where.has_initials)
    return [replace(known, doi=known.doi.upper())]


def write(
    folder: Path, layout: Layout, papers: Sequence[Made], kinds: Sequence[Kind | None], more: Sequence[Made]
) -> list[Defect]:
    """The file of the layout with a record for each paper, wrong as its kind says; what is wrong with it."""
    defects: list[Defect] = []
    records: list[tuple[str, str]] = [(layout.record(paper), "") for paper in more]
    before = ""
    for paper, kind in zip(papers, kinds, strict=True):
        record = layout.record(kind.change(paper) if kind else paper)
        if kind:
            record = kind.edit(record, before)
            first = layout.first + len(records)
            last = first
            if layout.is_by_line:
                first = (layout.head + "".join(text + layout.between for text, _ in records)).count("\n") + 1
                last = first + record.rstrip("\n").count("\n")
            defects.append(Defect(kind.name, layout.name, kind.says, first, last))
        else:
            before = record
        records.append((record, kind.encoding if kind else ""))
    tail = "" if kinds and kinds[-1] and kinds[-1].is_last else layout.tail
    (folder / layout.name).write_bytes(encode(layout, records, tail))
    return defects


def make_file(layout: Layout, papers: Sequence[Made]) -> bytes:
    """A file without a fault."""
    return encode(layout, [(layout.record(paper), "") for paper in papers], layout.tail)


def encode(layout: Layout, records: Sequence[tuple[str, str]], tail: str) -> bytes:
    """The bytes of a file; some records may have an encoding of their own."""
    own = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(layout.encoding, layout.encoding)
    pieces = [("\ufeff" if own != layout.encoding else "", ""), (layout.head, "")]
    for place, record in enumerate(records):
        pieces += [record, (layout.between if place + 1 < len(records) else tail, "")]
    whole = b"".join(text.replace("\n", layout.line_end).encode(encoding or own) for text, encoding in pieces)
    return layout.pack(whole) if layout.pack else whole
