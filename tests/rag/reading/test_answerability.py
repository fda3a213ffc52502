"""Knowing what the abstracts do not say, and saying it so that it helps."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import IndexSettings, PaperIndex
from rag.answer import Evidence
from rag.answering import refusal_text, unanswered_text
from rag.llm import REFUSAL
from rag.reading.answerability import Judgement, answerable, judge_answerability, load_fit
from rag.reading.evidence_model import EvidenceModel
from rag.reading.sentence_ranking import read_evidence
from rag.search import make_retriever, number_evidence
from rag.settings import RagSettings
from rag.understanding import make_plan

Decide = Callable[[str], tuple[Judgement, tuple[Evidence, ...]]]
SETTINGS = RagSettings()


@pytest.fixture(scope="module")
def decide(catalogue_index: Path) -> Iterator[Decide]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        reader, retriever = EvidenceModel(), make_retriever(index, SETTINGS.retrieval)

        def decide(question: str) -> tuple[Judgement, tuple[Evidence, ...]]:
            retrieval = retriever.retrieve(question, 8)
            evidence = number_evidence(retrieval)
            return judge_answerability(
                read_evidence(make_plan(question, (), index).question, evidence, retrieval, index), reader, SETTINGS
            ), evidence

        yield decide


@pytest.mark.parametrize("question", ["???", "…", "[] (!)"])
def test_a_question_without_words_is_refused_and_told_so(decide: Decide, question: str) -> None:
    judgement, _ = decide(question)
    assert judgement.answerable == 0
    assert "no words" in judgement.reason


@pytest.mark.parametrize(
    "question",
    [
        "What AUC does ICHPro reach under five-fold cross-validation?",
        "Which paper dresses a person in chosen garments seen from the side or from behind?",
        "Which papers compress the KV cache?",
        "medusa",
        "MoA",
        "wat persentage of storge dose jinna colbrt v2 saev",
    ],
)
def test_what_the_abstracts_answer_is_not_refused(decide: Decide, question: str) -> None:
    judgement, _ = decide(question)
    assert judgement.answerable >= SETTINGS.refuse_below
    assert judgement.confidence != "not in these abstracts"


@pytest.mark.parametrize(
    "question",
    [
        "How long should pizza dough rest in the fridge?",
        "Will it rain in Lyon this weekend?",
        "How does RetNet's retention replace attention?",
    ],
)
def test_what_the_library_has_nothing_on_is_refused(decide: Decide, question: str) -> None:
    judgement, _ = decide(question)
    assert judgement.answerable < SETTINGS.refuse_below
    assert judgement.confidence == "not in these abstracts"


def test_a_refusal_says_what_is_missing_and_shows_what_comes_nearest(decide: Decide) -> None:
    question = "By how much does EliteKV beat RetNet?"
    judgement, evidence = decide(question)
    text = refusal_text(evidence, judgement)
    assert text.startswith(REFUSAL)
    assert "RetNet" in text
    shown = {int(n) for n in re.findall(r"\[(\d+)\]", text)}
    assert shown
    assert shown <= {one.n for one in evidence}


def test_without_evidence_everything_is_refused(decide: Decide) -> None:
    judgement = Judgement(0.0, "not in these abstracts", "No paper was found.")
    assert refusal_text((), judgement) == f"{REFUSAL} No paper was found."


def test_the_judgement_is_a_probability_made_of_figures_that_can_be_shown(decide: Decide) -> None:
    judgement, _ = decide("What AUC does ICHPro reach?")
    assert 0 <= judgement.answerable <= 1
    assert judgement.features
    assert decide("What AUC does ICHPro reach?")[0] == judgement


def test_the_fit_belongs_to_the_evidence_model_that_ships() -> None:
    assert load_fit().evidence_model == EvidenceModel().facts["sha256"], "run `python train/refusal.py`"


def test_what_speaks_for_an_answer_counts_for_it_and_what_is_missing_against_it() -> None:
    fit = load_fit()
    assert all(fit.weights[name] > 0 for name in ("holds_answer", "standing_out"))
    assert all(fit.weights[name] < 0 for name in ("vague", "off_topic"))
    unsure = dict.fromkeys(fit.weights, 0.0)
    assert (
        answerable({**unsure, "holds_answer": 3.0}, fit)
        > answerable(unsure, fit)
        > answerable({**unsure, "off_topic": 1.0}, fit)
    )


def test_nothing_is_called_near_that_is_not(decide: Decide) -> None:
    judgement, evidence = decide("How long should pizza dough rest in the fridge?")
    assert judgement.nearest is None
    assert len(refusal_text(evidence, judgement).splitlines()) == 1


def test_of_a_question_that_asks_two_things_the_missing_one_is_named(decide: Decide) -> None:
    judgement, _ = decide("What AUC does ICHPro reach, and how many GPUs was it trained on?")
    assert judgement.confidence == "partly answered"
    assert unanswered_text(judgement) == "The abstracts do not say: how many GPUs was it trained on?"
    whole, _ = decide("What AUC does ICHPro reach, and how was it validated?")
    assert unanswered_text(whole) == ""
