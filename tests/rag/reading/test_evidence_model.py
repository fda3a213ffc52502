"""The shipped evidence model: loads, is what it claims to be, and tells a stated fact from a missing one."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import PaperchatError
from rag.reading.evidence_model import FACTS, MODELS, EvidenceModel, logistic

TITLE = "Counting sparrows on farmland from the air"
ABSTRACT = (
    "Sparrows are hard to count on farmland. We present FeatherNet, which finds their nests in drone pictures. "
    "FeatherNet reaches 81.4% recall on FarmNest. It is also fast. Code will be released."
)
OTHER = (
    "Cracks in steel bridges",
    "Bridges were inspected for cracks after winter. De-icing salt did most of the harm.",
)


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    return EvidenceModel()


def test_it_is_small_enough_to_ship() -> None:
    facts = json.loads((MODELS / FACTS).read_text("utf-8"))
    assert (MODELS / facts["model"]).stat().st_size == facts["bytes"] <= 25_000_000


def test_a_stated_fact_scores_above_a_missing_one(model: EvidenceModel) -> None:
    stated, missing = (
        model.score(question, [(TITLE, ABSTRACT)])[0].answerable
        for question in (
            "What recall does FeatherNet reach on FarmNest?",
            "At which conference was FeatherNet published?",
        )
    )
    assert stated > 0 > missing


def test_the_right_paper_is_more_relevant_than_another(model: EvidenceModel) -> None:
    right, wrong = model.score("Which paper counts birds from drones?", [(TITLE, ABSTRACT), OTHER])
    assert right.relevance > wrong.relevance
    assert right.answerable > wrong.answerable


def test_the_sentence_that_answers_has_most_support(model: EvidenceModel) -> None:
    score = model.score("What recall does FeatherNet reach on FarmNest?", [(TITLE, ABSTRACT)])[0]
    best = max(score.sentences, key=lambda sentence: sentence.score)
    assert ABSTRACT[best.start : best.end] == "FeatherNet reaches 81.4% recall on FarmNest."


def test_a_score_does_not_depend_on_what_else_is_asked(model: EvidenceModel) -> None:
    passages = [(TITLE, ABSTRACT), OTHER, ("", ""), ("Long", "It rained all day again. " * 300)]
    together = model.score("How many nests were found?", passages)
    assert together == [model.score("How many nests were found?", [passage])[0] for passage in passages]


def test_threads_may_share_it(model: EvidenceModel) -> None:
    questions = [f"How many nests were found in {year}?" for year in range(2000, 2012)]
    alone = [model.score(question, [(TITLE, ABSTRACT)]) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda question: model.score(question, [(TITLE, ABSTRACT)]), questions)) == alone


@pytest.mark.parametrize("question", ["", "?", "word " * 3000, "鳥の巣はいくつ見つかりましたか。", "a" * 5000])
def test_any_question_gets_a_score(model: EvidenceModel, question: str) -> None:
    score = model.score(question, [(TITLE, ABSTRACT)])[0]
    assert 0 <= logistic(score.answerable) <= 1


def test_no_passages_give_no_scores(model: EvidenceModel) -> None:
    assert model.score("anything", []) == []


def test_the_model_is_read_once() -> None:
    model = EvidenceModel()
    assert model.load() is model.load()


def test_a_damaged_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    shutil.copy(MODELS / FACTS, tmp_path)
    (tmp_path / "evidence.onnx").write_bytes(b"not a model")
    with pytest.raises(PaperchatError, match="Install paperchat again"):
        EvidenceModel(tmp_path).load()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PaperchatError, match=r"evidence\.json"):
        EvidenceModel(tmp_path).load()


def test_importing_it_does_not_load_the_runtime() -> None:
    code = "import sys, rag.reading; sys.exit('onnxruntime' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_probability_never_overflows() -> None:
    assert logistic(0) == 0.5
    assert logistic(-5000) == 0
    assert logistic(5000) == 1
