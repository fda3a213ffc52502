"""`paperchat eval` as a user meets it: report, terminal, files, and what is said when something is amiss."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser

from index import catalogue_path
from rag import EvaluationError
from rag.evaluation import Found, JudgedSentence, Outcome, Question, compare, figures, latencies, read_result
from ui.cli.evaluate import evaluate, probability, spread

ABOUT = {
    "questions": "questions.jsonl",
    "asked": 4,
    "papers": 2,
    "model": "offline",
    "answered_by": {"offline": 4},
    "tokens": 0,
    "cost": None,
    "embedding": "packaged",
    "rerank": "none",
    "top_k": 8,
    "refuse_below": 0.5,
    "support_threshold": 0.5,
    "date": "2026-01-02T03:04+00:00",
}
Eval = Callable[..., Result]


def outcome(qid: str, type_: str = "detail", **more: object) -> Outcome:
    question = Question(qid, type_, f"How fast is {qid}?", () if type_ == "unanswerable" else ("a",))
    made = Outcome(
        question=question,
        standalone_question=question.question,
        text="It runs at 72 fps [1].",
        abstained=False,
        confidence="answered",
        ranking=(Found("a", "Paper A"), Found("b", "Paper B")),
        sources=(Found("a", "Paper A"),),
        cited=("a",),
        sentences=(JudgedSentence("It runs at 72 fps [1].", "supported", 1, 1),),
        markers=1,
        timings={"retrieve": 12.0, "retrieve.words": 1.0, "total": 30.0},
        answerable=0.9,
    )
    return replace(made, **more)  # type: ignore[arg-type]


OUTCOMES = [
    outcome("a1"),
    outcome("a2", ranking=(Found("b", "Paper B"),)),
    outcome("u1", "unanswerable", answerable=0.2, abstained=True, sentences=(), markers=0),
    outcome("f1", "followup", searches={"as asked": (Found("b", "Paper B"),), "rewritten": (Found("a", "Paper A"),)}),
]


def page(outcomes: list[Outcome], before: list[Outcome] | None = None, about: Mapping[str, object] = ABOUT) -> str:
    pytest.importorskip("matplotlib", reason="plots need the extra `report`")
    from ui.reports import report

    changes = compare(before, outcomes) if before else []
    return report(about, figures(outcomes), latencies(outcomes), changes, outcomes)


class Balance(HTMLParser):
    """Fails on a tag that is closed in the wrong place; `texts` are what a reader sees."""

    VOID = frozenset({"meta", "link", "br", "img", "path", "use", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_report_is_whole_html_with_every_id_once() -> None:
    reader = Balance()
    reader.feed(page(OUTCOMES, OUTCOMES[:2]))
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))


def test_the_report_loads_nothing_from_elsewhere() -> None:
    text = page(OUTCOMES)
    assert not re.search(r"""(?:src|href)=["'](?!#)|url\((?!#)|@import""", text)


def test_the_report_shows_figures_plots_and_the_worst_questions() -> None:
    text = page(OUTCOMES)
    assert text.count("<svg") == 5, "found, refused, calibrated, followed, quick; nothing could be checked for facts"
    assert "none of its papers is among the first five" in text
    assert re.search(r"<summary>.*How fast is a2\?", text, re.DOTALL)
    assert "How fast is a1?" not in text, "a question that went well is not among the worst"


def test_plots_take_their_colours_from_the_page() -> None:
    drawings = re.findall(r"<svg.*?</svg>", page(OUTCOMES), re.DOTALL)
    for drawing in drawings:
        assert not re.search(r"#[0-9a-f]{6}", re.sub(r'"#\w+"|url\(#\w+\)', "", drawing))
        assert "font-family" not in drawing


def test_the_same_run_makes_the_same_report() -> None:
    assert page(OUTCOMES) == page(OUTCOMES)


def test_a_comparison_is_shown_with_its_test() -> None:
    before = [replace(each, timings={"total": 90.0}) for each in OUTCOMES]
    text = page(OUTCOMES, before)
    assert "Against the earlier run" in text
    assert "total p50, ms" in text
    assert "Against the earlier run" not in page(OUTCOMES)


def test_answers_of_a_fallback_are_not_passed_off_as_the_models() -> None:
    about = ABOUT | {"model": "openai/gpt", "answered_by": {"openai/gpt": 3, "offline": 1}, "tokens": 1200, "cost": 0.5}
    text = page(OUTCOMES, about=about)
    assert "1 of the answers are by offline" in text
    assert "for 1,200 tokens and $0.50" in text


def test_what_others_wrote_is_escaped() -> None:
    bad = "<script>alert('$x$')</script>"
    nasty = replace(OUTCOMES[1], text=bad, question=Question(bad, bad, bad, ("a",), must_include=((bad,),)))
    text = page([*OUTCOMES, nasty])
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_a_run_without_answerable_or_unanswerable_questions_makes_a_report() -> None:
    assert "<svg" in page(OUTCOMES[:1])
    assert "<svg" in page(OUTCOMES[2:3])


def test_without_matplotlib_the_error_is_the_command_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(EvaluationError, match=r"pip install 'paperchat\[report\]'"):
        evaluate.main(["--html", "report.html"], standalone_mode=False)


def test_a_few_questions_are_spread_over_all_types() -> None:
    questions = [Question(str(n), "detail" if n < 5 else "multi", "?", ("a",)) for n in range(10)]
    assert [question.qid for question in spread(questions, 4)] == ["0", "2", "5", "7"]
    assert spread(questions, 99) == questions


def test_a_tiny_p_is_not_called_zero() -> None:
    assert probability(0.0002) == "p<0.001"
    assert probability(0.0491) == "p=0.049"


@pytest.fixture
def run_eval(catalogue_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Eval:
    """Runs `paperchat eval ARGS` over the shipped catalogue; answers in progress are kept in run.jsonl."""
    monkeypatch.chdir(tmp_path)

    def run_eval(*arguments: str) -> Result:
        options = ["--index-dir", str(catalogue_index), "--run-file", "run.jsonl"]
        return CliRunner().invoke(evaluate, [*arguments, *options], catch_exceptions=False)

    return run_eval


def test_the_shipped_questions_are_asked_and_the_run_compared_with_itself(run_eval: Eval, tmp_path: Path) -> None:
    first = run_eval("--limit", "6", "--json", "before.json")
    assert first.exit_code == 0
    assert re.search(r"recall@5 +\d\.\d\d \(\d\.\d\d–\d\.\d\d\)", first.stdout)
    about, outcomes = read_result(tmp_path / "before.json")
    assert (about["asked"], about["model"]) == (6, "offline")
    assert about["answered_by"] == {"offline": sum(not each.abstained for each in outcomes)}, "refusals have no author"
    assert {each.question.type for each in outcomes} == {"known_item", "detail", "multi", "unanswerable", "followup"}
    assert all(each.unknown_markers == 0 for each in outcomes)
    assert not (tmp_path / "run.jsonl").exists(), "a complete run leaves nothing to go on with"

    again = run_eval("--limit", "6", "--compare", "before.json")
    assert "Against offline" in again.stdout
    assert "recall@5" not in again.stdout.split("Against offline")[1], "what did not change is not listed"


def test_a_stopped_run_goes_on_with_the_same_command(run_eval: Eval, tmp_path: Path) -> None:
    from rag.evaluation import observe

    asked = 0

    def stop_after_two(*arguments: object) -> Outcome:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise KeyboardInterrupt
        return observe(*arguments)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.evaluation.evaluating.observe", stop_after_two)
        stopped = run_eval("--limit", "3")
    assert stopped.exit_code != 0
    assert "Not finished: the same command goes on from here." in stopped.stderr
    assert len((tmp_path / "run.jsonl").read_text().splitlines()) == 2
    second = run_eval("--limit", "3")
    assert second.exit_code == 0
    assert "Going on after 2 of 3 questions." in second.stderr


def test_questions_about_other_papers_are_refused_with_the_remedy(run_eval: Eval, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps({"qid": "1", "type": "detail", "question": "?", "gold": ["elsewhere"]}))
    with pytest.raises(EvaluationError, match="paperchat index PATH"):
        run_eval(str(file))


def test_gold_papers_that_are_missing_are_named(run_eval: Eval, tmp_path: Path) -> None:
    known = json.loads(catalogue_path().read_text("utf-8").splitlines()[0])["id"]
    row = {"qid": "1", "type": "detail", "question": "What AUC does ICHPro reach?", "gold": [known, "elsewhere"]}
    (tmp_path / "mine.jsonl").write_text(json.dumps(row))
    assert "Gold papers that are not in the index count as not found (1): elsewhere" in run_eval("mine.jsonl").stderr


def test_a_folder_that_does_not_exist_is_told_before_anything_is_asked(run_eval: Eval) -> None:
    with pytest.raises(EvaluationError, match="There is no folder"):
        run_eval("--json", "nowhere/run.json")


def test_help_shows_examples() -> None:
    text = CliRunner().invoke(evaluate, ["--help"]).stdout
    assert "paperchat eval questions.jsonl --compare before.json" in text
    assert '"must_include"' in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_fits_a_desk_and_a_phone(browser: Browser, tmp_path: Path, scheme: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(page(OUTCOMES, OUTCOMES[:2]), "utf-8")
    complaints: list[str] = []
    for width in (1280, 400):
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("request", lambda request: complaints.append(request.url))
        tab.goto(file.as_uri())
        complaints.remove(file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        text, ground = tab.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
        assert (luminance(text) > luminance(ground)) == (scheme == "dark")
        tab.close()
    assert complaints == []


def luminance(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
