"""Claims made by program: false ones differ from the passage in one thing, true ones in their words alone."""

import json
import random
from pathlib import Path

import pytest

from train.claim_changes import (
    Around,
    change_unit,
    changed,
    claim_cause,
    drop_hedge,
    flip_negation,
    swap_figures,
    swap_roles,
    turn_round,
)
from train.claim_rewordings import as_passive, move_beginning, reworded, rewrite_figures, turn_twice
from train.claims import PAIRS, Claims
from train.squad_claims import as_claim
from train.support_claims import Mix, SupportClaims

ABSTRACT = Around(
    (
        "Hedges were removed from 84 farms in Wales.",
        "Nest density was higher in wide hedges than in narrow hedges.",
        "Owls may avoid roads, which was associated with noise.",
    ),
    ("Bats were rare near lamps, and insects gathered there in July.",),
)


def first(change: object, text: str) -> str | None:
    return change(text, ABSTRACT, random.Random(1))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("change", "text", "expected"),
    [
        (swap_figures, "It fell by 71% here and 46% there.", "It fell by 46% here and 71% there."),
        (change_unit, "Rods of 12 mm broke.", "Rods of 12 cm broke."),
        (flip_negation, "Owls did not nest there.", "Owls did nest there."),
        (turn_round, "Density rose with width.", "Density fell with width."),
        (drop_hedge, "Owls may avoid roads.", "Owls will avoid roads."),
        (claim_cause, "Width was associated with nests.", "Width caused nests."),
        (as_passive, "We counted owls in barns.", "Owls were counted in barns."),
        (move_beginning, "In May, owls were rare.", "Owls were rare in May."),
        (rewrite_figures, "Of 12 owls, three left.", "Of twelve owls, three left."),
        (
            turn_twice,
            "Losses were larger for sons than for daughters.",
            "Losses were smaller for daughters than for sons.",
        ),
    ],
)
def test_one_thing_is_changed(change: object, text: str, expected: str) -> None:
    assert first(change, text) == expected


def test_roles_are_swapped_where_one_is_set_against_another() -> None:
    text = "Density was higher in hedges than in fields."
    assert first(swap_roles, text) == "Density was higher in fields than in hedges."


def test_a_false_claim_is_never_word_for_word_in_the_abstract() -> None:
    for seed in range(200):
        made = changed(ABSTRACT.sentences[1], ABSTRACT, random.Random(seed))
        assert made is not None
        assert made[1].strip(".") not in ABSTRACT.text


def test_a_reworded_claim_keeps_the_figures() -> None:
    for seed in range(50):
        assert "84" in reworded(ABSTRACT.sentences[0], ABSTRACT, random.Random(seed))[1]


@pytest.mark.parametrize(
    ("question", "answer", "claim"),
    [
        ("Who wrote the song?", "Ana", "Ana wrote the song."),
        ("When did the war end?", "1918", "The war did end in 1918."),
        ("What is the capital of Peru?", "Lima", "The capital of Peru is Lima."),
    ],
)
def test_a_question_and_its_answer_become_a_claim(question: str, answer: str, claim: str) -> None:
    assert as_claim(question, answer) == claim


FIELD = """== birds-001
title: Hedges and sparrows
abstract: Hedges were removed from farms in Wales. We saw nests in 84 hedges of four widths in May. Density rose by 12%.
true free-paraphrase: Broader hedges held more homes. => Density rose by 12%
false direction-reversed: Density fell by 12%. => Density rose by 12%
== birds-002
title: Owls in barns
abstract: Owls were counted in barns over two long winters. They took few of the boxes that were put up for them.
true verdict: Boxes do not help much. => They took few of the boxes
"""


def test_an_epoch_is_the_same_each_time_and_has_true_and_false_claims_of_each_paper(tmp_path: Path) -> None:
    (tmp_path / "fields").mkdir()
    (tmp_path / "fields" / "birds.txt").write_text(FIELD, "utf-8")
    mix = Mix(joined=4, others=2)
    epoch = SupportClaims(tmp_path, tmp_path, mix, 1).epoch(0)
    assert epoch == SupportClaims(tmp_path, tmp_path, mix, 1).epoch(0)
    assert {one.answerable for one in epoch} == {0.0, 1.0}
    (right,) = [one for one in epoch if one.kind == "put right"]
    assert right.question == "Density rose by 12%."
    assert all(one.support is None or one.text[slice(*one.support)] for one in epoch)


PAIR = {"claim": "Owls avoid roads.", "passage": "Owls avoid roads at night.", "label": "supported"}


def test_of_pairs_that_are_held_out_nothing_is_learned(tmp_path: Path) -> None:
    for name in PAIRS:
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(PAIR | {"claim": name}) + "\n", "utf-8")
    mix = Mix(sentences=0, joined=0, others=0, squad=0, pairs=9)

    def learned(*held_out: str) -> list[set[str]]:
        every = (Claims(tmp_path, tmp_path, 1, held_out), SupportClaims(tmp_path, tmp_path, mix, 1, held_out))
        return [{one.question for one in epochs.epoch(0)} for epochs in every]

    assert learned() == [set(PAIRS)] * 2
    assert learned("citation-integrity", "nli-pairs") == [{"fever-pairs"}] * 2
