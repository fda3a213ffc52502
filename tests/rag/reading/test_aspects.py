"""What is asked of one paper in general is answered from the sentence that tells it, whatever the paper is about."""

import json
from collections.abc import Iterator

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag import NOT_SAID, Assistant, Filters
from rag.reading import ASPECTS, EvidenceModel, aspect_asked

LICHENS = Paper(
    "lichens",
    "Lichens on gravestones and the age of the stone",
    "Lichens grow slowly, and their size has been used to date walls. We measured the largest thallus on 412 "
    "gravestones in nine churchyards of southern Norway between 2009 and 2011. Diameter grew by 0.6 mm a year in the "
    "first century and by 0.3 mm after it. Stones that had been cleaned were taken out as far as we knew, so that "
    "some ages may be wrong.",
)
PRIMES = Paper(
    "primes",
    "A shorter proof of a bound on gaps",
    "Bounds on gaps between consecutive primes rest on sieves. We give a proof that needs no sieve and takes two "
    "pages.",
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("aspects") / "index"
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add([LICHENS, PRIMES])
    with Assistant.from_config(index_dir=folder) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("Sample size?", "sample"),
        ("How many participants?", "sample"),
        ("What method was used?", "method"),
        ("Main result?", "result"),
        ("What are the limitations?", "limitation"),
        ("How many gravestones were cleaned in Oslo?", None),
        ("What AUC does ICHPro reach?", None),
        ("Which funder paid?", None),
        ("Where is the code?", None),
    ],
)
def test_an_aspect_is_told_from_something_particular(assistant: Assistant, question: str, aspect: str | None) -> None:
    found = aspect_asked(question, lambda text: assistant.index.encode(text).vector)
    assert (found.name if found else None) == aspect


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Sample size?", "412 gravestones"),
        ("What method was used?", "We measured"),
        ("Where was the study done?", "southern Norway"),
        ("Limitations?", "some ages may be wrong"),
    ],
)
def test_a_cell_quotes_the_sentence_that_tells_of_it(assistant: Assistant, question: str, quoted: str) -> None:
    (cell,) = assistant.table([LICHENS], [question])
    assert quoted in cell.text


def test_a_paper_that_does_not_tell_of_it_leaves_the_cell_empty(assistant: Assistant) -> None:
    (cell,) = assistant.table([PRIMES], ["Sample size?"])
    assert cell.text == NOT_SAID


def test_the_same_is_answered_where_one_paper_alone_is_asked(assistant: Assistant) -> None:
    answer = assistant.ask("How many were studied?", filters=Filters(paper_ids=("lichens",)))
    assert "412 gravestones" in answer.text
    assert not assistant.ask("How many were studied?", filters=Filters(paper_ids=("primes",))).text.count("Without")


def test_it_was_fitted_with_the_evidence_model_that_ships() -> None:
    assert json.loads(ASPECTS.read_text("utf-8"))["evidence_model"] == EvidenceModel().facts["sha256"]
