"""What an evaluation measures, on answers made up by hand so that every figure can be checked by eye."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from rag.answer import Answer, Evidence, Hit, Source
from rag.checking import check
from rag.errors import EvaluationError
from rag.evaluation.evaluating import (
    compare,
    figures,
    groups,
    latencies,
    recall_curve,
    refusal_curve,
    reliability,
    run,
)
from rag.evaluation.measures import measures
from rag.evaluation.outcome import Outcome, observe
from rag.evaluation.question_file import Question
from rag.evaluation.result_file import read_result, result
from rag.evaluation.run_file import RunFile
from rag.evaluation.shortcomings import shortcomings, worst

FAST = "ReJSHand runs at 72 frames per second on FreiHand."
SMALL = "EliteKV shrinks the cache by 75% with 0.6% of the training data."
EVIDENCE = (
    Evidence(1, "hand", "Real-Time Hand Pose Estimation", f"{FAST} It predicts hand gestures from images."),
    Evidence(2, "cache", "KV Cache Compression", f"{SMALL} Keys and values are compressed together."),
)


def answer_of(question: str, text: str, *, abstained: bool = False, answerable: float = 0.9) -> Answer:
    """An answer as the checker leaves it."""
    checked = check(text, EVIDENCE)
    sources = tuple(
        Source(
            e.n, e.paper_id, e.title, "", (), None, (), e.passage, (), 1.0, any(c.n == e.n for c in checked.citations)
        )
        for e in EVIDENCE
    )
    return Answer(
        question=question,
        standalone_question=question,
        text=checked.text,
        abstained=abstained,
        confidence="not in these abstracts" if abstained else "answered",
        sources=sources,
        citations=checked.citations,
        sentences=checked.sentences,
        model="scripted",
        timings={"retrieve": 5.0, "total": 20.0},
        removed_markers=checked.removed_markers,
        answerable=answerable,
    )


@dataclass
class Scripted:
    """An assistant that says what it was told to, and remembers what it was asked."""

    answers: Mapping[str, Answer]
    rankings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        self.asked.append(question)
        return self.answers[question]

    def search(self, query: str, k: int = 10) -> Sequence[Hit]:
        return [Hit(id_, f"Title of {id_}", "", 1.0, "") for id_ in self.rankings.get(query, ("hand", "cache"))][:k]


def question(text: str = "How fast?", **more: object) -> Question:
    values = {"qid": text, "type": "detail", "question": text, "gold": ("hand",), "must_include": (("72",),)}
    return Question(**(values | more))  # type: ignore[arg-type]


def outcome_of(asked: Question, text: str, ranking: Sequence[str] = ("hand", "cache"), **more: object) -> Outcome:
    scripted = Scripted({asked.question: answer_of(asked.question, text, **more)}, {asked.question: ranking})  # type: ignore[arg-type]
    return observe(scripted, asked)


def unanswerable(text: str = "Which wine?", **more: object) -> Question:
    return question(text, **({"type": "unanswerable", "gold": (), "must_include": (), "kind": "off_topic"} | more))


def test_a_gold_paper_on_second_place_counts_as_the_books_say() -> None:
    found = measures(outcome_of(question(gold=("cache",)), f"{FAST} [1]"))
    assert found["recall@1"] == (0.0, 1.0)
    assert found["recall@5"] == (1.0, 1.0)
    assert found["mrr@10"] == (0.5, 1.0)
    assert found["ndcg@10"][0] == pytest.approx(0.6309, abs=1e-4)


def test_recall_is_the_share_of_the_gold_papers() -> None:
    found = measures(outcome_of(question(gold=("hand", "cache", "third")), f"{FAST} [1]"))
    assert found["recall@1"][0] == pytest.approx(1 / 3)
    assert found["recall@5"][0] == pytest.approx(2 / 3)


def test_an_empty_ranking_found_nothing() -> None:
    assert measures(outcome_of(question(), f"{FAST} [1]", ranking=()))["ndcg@10"] == (0.0, 1.0)


def test_gold_titles_match_whatever_the_ids_are() -> None:
    asked = question(gold=("p072",), gold_titles=("title of  HAND",))
    assert measures(outcome_of(asked, f"{FAST} [1]"))["recall@1"] == (1.0, 1.0)


def test_a_right_answer_holds_one_variant_of_every_fact() -> None:
    asked = question(must_include=(("72 fps", "72 frames"), ("freihand",)))
    assert measures(outcome_of(asked, f"{FAST} [1]"))["correct"] == (1.0, 1.0)
    assert measures(outcome_of(asked, "ReJSHand runs at 72 frames per second. [1]"))["correct"] == (0.0, 1.0)


def test_a_marker_is_not_a_fact_and_a_refusal_is_never_right() -> None:
    asked = question(must_include=(("1",),))
    assert measures(outcome_of(asked, "ReJSHand runs on FreiHand [1]."))["correct"] == (0.0, 1.0)
    assert measures(outcome_of(question(), f"{FAST} [1]", abstained=True))["correct"] == (0.0, 1.0)


def test_citations_of_supported_sentences_are_precise() -> None:
    found = measures(outcome_of(question(), f"{FAST[:-1]} [1]. {SMALL[:-1]} [2]."))
    assert found["citation precision"] == (1.0, 1.0)
    assert found["citation recall"] == (1.0, 1.0)
    assert found["cites gold"] == (1.0, 1.0)
    assert found["sentences with a marker"] == (2.0, 2.0)


def test_a_needless_citation_costs_precision_but_not_recall() -> None:
    found = measures(outcome_of(question(), f"{FAST[:-1]} [1][2]."))
    assert found["citation precision"] == (0.5, 1.0)
    assert found["citation recall"] == (1.0, 1.0)


def test_two_citations_that_carry_a_sentence_only_together_are_both_needed() -> None:
    both = "ReJSHand runs at 72 frames per second on FreiHand and EliteKV shrinks the cache by 75% [1][2]."
    found = measures(outcome_of(question(), both))
    assert found["citation recall"] == (1.0, 1.0)
    assert found["citation precision"] == (1.0, 1.0)


def test_an_unsupported_sentence_has_no_precise_citation() -> None:
    found = measures(outcome_of(question(), "ReJSHand runs at 90 frames per second on FreiHand [1]."))
    assert found["citation precision"] == (0.0, 1.0)
    assert found["citation recall"] == (0.0, 1.0)


def test_markers_that_name_nothing_are_counted_before_and_after_the_check() -> None:
    found = measures(outcome_of(question(), f"{FAST[:-1]} [1][7]."))
    assert found["markers removed"] == (1.0, 2.0)
    assert found["markers that name nothing"] == (0.0, 1.0)
    unchecked = replace(answer_of("How fast?", f"{FAST} [1]"), text=f"{FAST} [1][7]")
    left = measures(observe(Scripted({"How fast?": unchecked}), question()))
    assert left["markers that name nothing"] == (1.0, 2.0)


def test_refusals_are_counted_on_both_sides() -> None:
    outcomes = [
        outcome_of(unanswerable("Which wine?"), "The abstracts don't say.", abstained=True, answerable=0.1),
        outcome_of(unanswerable("What weather?"), f"{FAST} [1]", answerable=0.8),
        outcome_of(question("How fast?"), f"{FAST} [1]", answerable=0.9),
        outcome_of(question("How small?"), "The abstracts don't say.", abstained=True, answerable=0.4),
    ]
    found = {(f.name, f.group): f.interval.value for f in figures(outcomes)}
    assert found["refusal recall", "all"] == 0.5
    assert found["refusal precision", "all"] == 0.5
    assert found["false refusals", "detail"] == 0.5
    assert found["brier score", "all"] == pytest.approx((0.01 + 0.64 + 0.01 + 0.36) / 4)
    assert ("refusal precision", "detail") not in found


def test_questions_are_grouped_by_type_and_kind_in_the_files_order() -> None:
    outcomes = [
        outcome_of(question("a", type="multi"), FAST),
        outcome_of(unanswerable("b"), FAST),
        outcome_of(unanswerable("c", kind="absent"), FAST),
    ]
    assert list(groups(outcomes)) == ["all", "multi", "unanswerable", "unanswerable: absent", "unanswerable: off_topic"]


def test_a_follow_up_is_searched_in_three_ways() -> None:
    asked = question(
        "How fast is it?", type="followup", history=(("user", "ReJSHand?"),), standalone="How fast is ReJSHand?"
    )
    rankings = {"How fast is it?": ["x", "y"], "How fast is ReJSHand?": ["hand"]}
    found = measures(observe(Scripted({asked.question: answer_of(asked.question, f"{FAST} [1]")}, rankings), asked))
    assert found["recall@5 as asked"] == (0.0, 1.0)
    assert found["recall@5 rewritten"] == (1.0, 1.0)
    assert found["recall@5 standalone"] == (1.0, 1.0)
    assert found["recall@1"] == (1.0, 1.0), "the ranking of a follow-up is that of its sources"


def test_the_refusal_curve_runs_from_refusing_nothing_to_refusing_everything() -> None:
    outcomes = [
        outcome_of(unanswerable(), FAST, answerable=0.2),
        outcome_of(question("a"), FAST, answerable=0.6),
        outcome_of(question("b"), FAST, answerable=0.9),
    ]
    curve = refusal_curve(outcomes)
    assert (curve[0].recall, curve[0].false_refusals) == (0.0, 0.0)
    half = next(point for point in curve if point.threshold == 0.5)
    assert (half.recall, half.precision, half.false_refusals) == (1.0, 1.0, 0.0)
    assert curve[-1].false_refusals == 1.0
    assert refusal_curve(outcomes[1:]) == [], "one sort of question makes no curve"


def test_reliability_bins_hold_every_question_once() -> None:
    chances = [0.0, 0.05, 0.55, 1.0]
    outcomes = [outcome_of(question(str(n)), FAST, answerable=chance) for n, chance in enumerate(chances)]
    bins = reliability(outcomes)
    assert [b.n for b in bins] == [2, 1, 1]
    assert all(b.observed == 1.0 for b in bins)


def test_recall_never_falls_as_more_papers_are_looked_at() -> None:
    asked = question(gold=("b", "c"))
    curve = recall_curve([outcome_of(asked, FAST, ranking=["a", "b", "x", "c"])])["detail"]
    assert curve[:4] == [0.0, 0.5, 0.5, 1.0]
    assert len(curve) == 10


def test_latencies_are_told_by_step_with_the_total_last() -> None:
    found = latencies([outcome_of(question(), f"{FAST} [1]")])
    assert [(f.group, f.name, f.interval.value) for f in found] == [
        ("retrieve", "p50", 5.0),
        ("retrieve", "p95", 5.0),
        ("total", "p50", 20.0),
        ("total", "p95", 20.0),
    ]


def test_two_runs_are_compared_over_the_questions_they_share() -> None:
    asked = [question(f"q{n}") for n in range(20)]
    before = [outcome_of(q, "ReJSHand runs on FreiHand [1].") for q in asked]
    after = [outcome_of(q, f"{FAST} [1]") for q in [*asked[:15], question("new")]]
    changes = {(c.name, c.group): c for c in compare(before, after)}
    correct = changes["correct", "all"]
    assert (correct.before, correct.after, correct.difference.n) == (0.0, 1.0, 15)
    assert correct.difference.p < 0.001
    assert changes["recall@1", "all"].difference.p == 1.0
    assert compare(before, [outcome_of(question("new"), FAST)]) == []


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    asked = [question(f"q{n}") for n in range(3)]
    answers = {q.question: answer_of(q.question, f"{FAST} [1]") for q in asked}
    dying = Scripted({q.question: answers[q.question] for q in asked[:2]})
    with RunFile(tmp_path / "run.jsonl", "same") as kept, pytest.raises(KeyError):
        run(dying, asked, kept)
    with (tmp_path / "run.jsonl").open("a") as file:
        file.write('{"qid": "q2", "key": "cut o')
    told: list[tuple[int, int]] = []
    second = Scripted(answers)
    with RunFile(tmp_path / "run.jsonl", "same") as kept:
        outcomes = run(second, asked, kept, on_progress=lambda done, total, _: told.append((done, total)))
    assert second.asked == ["q2"]
    assert [outcome.question.qid for outcome in outcomes] == ["q0", "q1", "q2"]
    assert told == [(1, 3), (2, 3), (3, 3)]
    third = Scripted(answers)
    with RunFile(tmp_path / "run.jsonl", "same") as kept:
        assert run(third, asked, kept) == outcomes
        kept.remove()
    assert third.asked == []
    assert not (tmp_path / "run.jsonl").exists()


@pytest.mark.parametrize("changed", ["question", "conditions"])
def test_an_answer_is_not_used_again_for_another_question_or_other_settings(tmp_path: Path, changed: str) -> None:
    asked = question("q")
    with RunFile(tmp_path / "run.jsonl", "settings") as kept:
        kept.append(outcome_of(asked, f"{FAST} [1]"))
    conditions = "other settings" if changed == "conditions" else "settings"
    with RunFile(tmp_path / "run.jsonl", conditions) as kept:
        assert kept.get(replace(asked, gold=("cache",)) if changed == "question" else asked) is None


def test_an_outcome_survives_being_kept(tmp_path: Path) -> None:
    asked = question(history=(("user", "Hi"),), type="followup", must_include=(("72", "72 fps"), ("hand",)))
    outcome = outcome_of(asked, f"{FAST} [1]")
    with RunFile(tmp_path / "run.jsonl", "same") as kept:
        kept.append(outcome)
    with RunFile(tmp_path / "run.jsonl", "same") as kept:
        assert kept.get(asked) == outcome


def test_a_result_can_be_read_again_and_holds_no_nan(tmp_path: Path) -> None:
    outcomes = [outcome_of(question(), f"{FAST} [1]")]
    made = {"model": "scripted", "date": "2026-01-02", "papers": 2}
    content = result(made, figures(outcomes), latencies(outcomes), [], outcomes)
    file = tmp_path / "run.json"
    file.write_text(json.dumps(content, allow_nan=False))
    about, read = read_result(file)
    assert about == made
    assert read == outcomes


RUN = '{"format": "paperchat evaluation 1", "about": {"model": "m", "date": "today"}, "outcomes": '


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "Invalid JSON"),
        ("[]", "file: "),
        ('{"format": "other"}', "format: "),
        ('{"format": "paperchat evaluation 1"}', "about: Field required"),
        (RUN.replace(', "date": "today"', "") + "[]}", "about.date: Field required"),
        (RUN + '[{"text": "t"}]}', "outcomes.0.question: Field required"),
        ("\udcff", "Invalid JSON"),
    ],
)
def test_another_file_is_refused_as_an_earlier_run_and_what_is_wrong_is_said(
    tmp_path: Path, content: str, says: str
) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(EvaluationError, match="--json") as error:
        read_result(file)
    assert str(file) in str(error.value)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_the_worst_questions_come_first_and_say_why() -> None:
    well = outcome_of(question("well"), f"{FAST[:-1]} [1].")
    lost = outcome_of(question("lost"), f"{FAST[:-1]} [1].", ranking=["x"])
    invented = outcome_of(unanswerable("wine"), f"{FAST[:-1]} [1].")
    refused = outcome_of(question("refused"), "The abstracts don't say.", ranking=["x"], abstained=True)
    assert shortcomings(well) == []
    found = worst([well, lost, invented, refused])
    assert [outcome.question.question for outcome, _ in found] == ["refused", "wine", "lost"]
    assert "none of its papers" in found[2][1][0].message
    assert worst([well, lost, invented, refused], most=1)[0][0] is refused


def test_a_missing_fact_is_named() -> None:
    (found,) = shortcomings(outcome_of(question(must_include=(("90 fps", "90"),)), f"{FAST[:-1]} [1]."))
    assert found.message == "lacks “90 fps”"
