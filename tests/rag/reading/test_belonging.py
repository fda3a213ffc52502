"""Lists name every paper that belongs, however many there are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag import Assistant
from rag.reading import load_belonging

TOWNS = (
    "Aberlo Bremsund Corvino Dalmek Estry Falmer Gorsk Hadley Ilvesk Jarnow Kelby Lunden Morvan Nersk Olbia Quill "
    "Rosten Saltby Torvik Ulmen"
).split()
OWLS = [
    Paper(
        f"owls-{town}",
        f"Barn owls of {town}",
        f"Barn owls were counted in the farmland around {town}. {number + 3} pairs bred in old barns, and the number "
        "of chicks rose with the number of voles.",
    )
    for number, town in enumerate(TOWNS)
]
BEAMS = [
    Paper(
        f"beams-{town}",
        f"Steel beams of {town}",
        f"Steel beams made in {town} were bent until they broke. The load was {number + 30} kN, and rust lowered it.",
    )
    for number, town in enumerate(TOWNS[:12])
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("long") / "index"
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add([*OWLS, *BEAMS])
    with Assistant.from_config(index_dir=folder) as assistant:
        yield assistant


@pytest.mark.parametrize("question", ["Which papers are about barn owls?", "How many papers are about barn owls?"])
def test_a_list_longer_than_what_is_always_read_is_whole(assistant: Assistant, question: str) -> None:
    assert len(OWLS) > load_belonging().papers_read
    answer = assistant.ask(question)
    assert {source.paper_id for source in answer.sources if source.cited} == {paper.id for paper in OWLS}
    assert answer.text.startswith(f"{len(OWLS)} ")


def test_papers_after_the_end_of_a_list_are_not_read(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers study steel beams?")
    assert {source.paper_id for source in answer.sources if source.cited} == {paper.id for paper in BEAMS}
    assert len(answer.sources) < len(BEAMS) + len(OWLS) // 2


def test_a_list_of_nothing_names_nothing(assistant: Assistant) -> None:
    assert assistant.ask("Which papers are about tax evasion in the Renaissance?").abstained
