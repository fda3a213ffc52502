"""The support check that ships: small, quick to pass over quotes, able to tell what a passage says."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import PaperchatError
from rag import Evidence, check_support
from rag.checking.support_model import FACTS, SupportModel, shipped
from rag.reading import MODELS

SPARROWS = Evidence(
    1,
    "a",
    "Counting sparrows on farmland from the air",
    "Sparrows are hard to count on farmland. We flew drones over 40 farms in spring. Nests were more frequent in wide "
    "hedges than in narrow ones. Mowing early reduced the number of chicks. Lamps may have kept some birds away.",
)
OWLS = Evidence(2, "b", "Owls and barns", "Owls hunt at night. In barns with boxes they raised twice as many young.")


def test_it_is_small_enough_to_ship_and_its_cuts_are_in_order() -> None:
    facts = json.loads((MODELS / FACTS).read_text("utf-8"))
    assert (MODELS / facts["model"]).stat().st_size == facts["bytes"] <= 25_000_000
    assert shipped().cuts.sure >= shipped().cuts.supported


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("Broad hedges held more nests than narrow ones.", "Narrow hedges held more nests than broad ones."),
        ("Early mowing lowered the number of chicks.", "Early mowing raised the number of chicks."),
        ("The farms were surveyed with drones.", "The farms were surveyed with satellites."),
    ],
)
def test_what_the_passage_says_scores_above_what_it_does_not(claim: str, wrong: str) -> None:
    assert check_support(claim, [SPARROWS]).score > check_support(wrong, [SPARROWS]).score


def test_a_claim_of_another_paper_is_not_supported() -> None:
    found = check_support("Ketchup is sold in bottles of glass.", [SPARROWS])
    assert not found.supported
    assert found.reason


def test_a_quote_is_supported_surely() -> None:
    found = check_support("Nests were more frequent in wide hedges than in narrow ones [1].", [SPARROWS])
    assert (found.score, found.supported, found.finding, found.is_sure) == (1.0, True, "supported", True)


def test_a_wrong_figure_is_never_supported_however_like_the_passage_it_reads() -> None:
    found = check_support("We flew drones over 14 farms in spring.", [SPARROWS])
    assert not found.supported
    assert "14" in found.reason


def test_a_claim_may_rest_on_several_passages() -> None:
    assert 0 <= check_support("Sparrows nest in hedges; owls raise young in barns.", [SPARROWS, OWLS]).score <= 1
    assert check_support("Owls hunt at night.", [SPARROWS, OWLS]).score == 1.0


def test_the_sentence_that_carries_a_claim_is_marked() -> None:
    span = shipped().read("Early mowing lowered the number of chicks.", [SPARROWS]).span
    assert span is not None
    assert "Mowing early" in SPARROWS.passage[slice(*span)]


def test_threads_may_share_it() -> None:
    claims = [f"Nests were found on farm {letter}" for letter in "abcdefgh"]
    alone = [shipped().read(claim, [SPARROWS]) for claim in claims]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda claim: shipped().read(claim, [SPARROWS]), claims)) == alone


@pytest.mark.parametrize("passage", ["", "?", "One sentence only.", "word " * 3000, "鳥の巣。" * 50])
def test_any_passage_can_be_read(passage: str) -> None:
    assert 0 <= check_support("Sparrows nest in hedges.", [Evidence(1, "x", "", passage)]).score <= 1


def test_a_missing_model_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(PaperchatError, match="Install paperchat again"):
        SupportModel(tmp_path).read("Sparrows nest in hedges.", [SPARROWS])
