"""The plan of a question: its kind, and what it names in the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag.ask import Message
from rag.understanding import Kind, Plan, make_plan

PAPERS = (
    Paper(
        "owl1",
        "Owls and barns",
        "Barn owls breed in boxes. " * 3,
        ("Ana Ruiz", "T. K. Mbeki"),
        2017,
        doi="10.1234/owl.1",
    ),
    Paper("owl2", "Mercury in owls", "Owls carry mercury. " * 3, ("Ruiz, Ana",), 2021, journal="Birds and Boxes"),
    Paper("2101.01234", "Tides of the Wadden Sea", "Tides move sand. " * 3, ("Bengt Åström",), 2019),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("plan"))) as opened:
        opened.add(PAPERS)
        yield opened


@pytest.fixture(scope="module")
def catalogue(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What accuracy does ICHPro reach?", "fact"),
        ("Why are dense maps harder to learn?", "fact"),
        ("Which loss does STTN use?", "fact"),
        ("Is there a paper on filling holes in pictures?", "find"),
        ("How do I bake sourdough bread?", "fact"),
        ("Which papers compress the KV cache?", "list"),
        ("Give me every paper that reports fewer hallucinations.", "list"),
        ("How do OAT and GazeXplain differ?", "compare"),
        ("Compare attention sorting and focus directions.", "compare"),
        ("medusa", "keyword"),
        ("MHE attention", "keyword"),
        ("Who wrote EliteKV?", "record"),
        ("When was Hymba published?", "record"),
        ("hi there", "small_talk"),
        ("thanks, this was a help", "small_talk"),
        ("what can you do?", "help"),
        ("How many papers do you have?", "record"),
        ("What is known about attention sinks?", "overview"),
        ("Jusqu'à quel facteur Star Attention réduit-elle la mémoire ?", "fact"),
    ],
)
def test_the_kind_of_a_question_is_told(question: str, kind: Kind, catalogue: PaperIndex) -> None:
    assert make_plan(question, (), catalogue).kind == kind


def plan(question: str, index: PaperIndex, *history: Message) -> Plan:
    return make_plan(question, history, index)


@pytest.mark.parametrize(
    "question", ["papers by Ana Ruiz", "what has Ruiz written?", "papers by A. Ruiz", "papers by Ana Riuz"]
)
def test_an_author_is_found_however_the_name_is_written(question: str, index: PaperIndex) -> None:
    asked = plan(question, index)
    assert (asked.kind, asked.asks) == ("record", "papers")
    assert set(asked.found.people.authors) == {"Ana Ruiz", "Ruiz, Ana"}


def test_accents_may_be_left_out(index: PaperIndex) -> None:
    assert plan("papers by Bengt Astrom", index).found.people.authors == ("Bengt Åström",)


def test_somebody_else_of_the_same_surname_is_a_stranger(index: PaperIndex) -> None:
    people = plan("papers by Carlos Ruiz", index).found.people
    assert not people.authors
    assert people.strangers


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("papers from 2017", (2017, 2017)),
        ("papers since 2018", (2018, None)),
        ("papers published after 2018", (2019, None)),
        ("papers before 2018", (None, 2017)),
        ("papers from 2016 to 2019", (2016, 2019)),
        ("how many papers appeared between 2016 and 2019?", (2016, 2019)),
    ],
)
def test_years_are_read_as_they_are_meant(
    question: str, years: tuple[int | None, int | None], index: PaperIndex
) -> None:
    assert plan(question, index).found.years == years


@pytest.mark.parametrize("question", ["2101.01234", "what is arXiv:2101.01234v2?", "which paper is 10.1234/OWL.1"])
def test_an_id_names_its_paper(question: str, index: PaperIndex) -> None:
    assert plan(question, index).papers in (("2101.01234",), ("owl1",))


def test_a_place_in_the_last_answer_names_its_paper(index: PaperIndex) -> None:
    history = (
        Message("user", "Which papers are about owls?"),
        Message("assistant", "- Mercury in owls [1].\n- Owls and barns [2].", ("owl2", "owl1")),
    )
    assert plan("Who wrote the second one?", index, *history).papers == ("owl1",)
    assert plan("which of them is the newest?", index, *history).within == ("owl2", "owl1")


LISTED = (
    Message("user", "Which papers are about owls?"),
    Message("assistant", "- Mercury in owls [1].\n- Owls and barns [2].", ("owl2", "owl1")),
)


def test_a_comparison_of_those_that_a_place_points_at_is_made_among_them(index: PaperIndex) -> None:
    assert plan("How do the first two differ?", index, *LISTED).within == ("owl2", "owl1")


def test_others_are_asked_for_without_those_that_were_named(index: PaperIndex) -> None:
    assert plan("which other papers deal with this?", index, *LISTED).found.excluded == ("owl2", "owl1")
    assert plan("which other papers deal with this?", index, *LISTED).within == ()


def test_what_stands_after_besides_is_left_out(index: PaperIndex) -> None:
    asked = plan("which papers are about owls besides Mercury in owls?", index)
    assert asked.found.excluded == ("owl2",)
    assert asked.kind == "list"
    assert plan("besides the first, which ones are there?", index, *LISTED).found.excluded[:1] == ("owl2",)


@pytest.mark.parametrize(
    "question", ["How many participants took part?", "Was it significant?", "What was the main outcome?"]
)
def test_a_question_that_could_be_asked_of_any_paper_is_known_to_say_too_little(
    question: str, index: PaperIndex
) -> None:
    assert make_plan(question, (), index).question.underspecified > 0.5
    after = (Message("user", "What do owls eat?"), Message("assistant", "Voles [1]."))
    assert make_plan(question, after, index).question.underspecified == 0


def test_a_question_that_names_its_subject_says_enough(index: PaperIndex) -> None:
    assert make_plan("How many eggs do barn owls lay in boxes?", (), index).question.underspecified < 0.5


def test_what_is_not_surely_asked_of_the_record_may_be_something_else(index: PaperIndex) -> None:
    assert make_plan("Who wrote Owls and barns?", (), index).or_else is None
    unsure = make_plan("How many boxes were put up in the barns of the first paper?", (), index)
    assert unsure.kind == "fact" or unsure.otherwise().kind != "record"


def test_which_of_them_is_asked_among_the_papers_of_the_last_answer_though_it_was_one(index: PaperIndex) -> None:
    said = (Message("user", "What do owls carry?"), Message("assistant", "Owls carry mercury [1].", ("owl2",)))
    plan = make_plan("Which of them is newest?", said, index)
    assert (plan.kind, plan.asks, plan.within) == ("record", "newest", ("owl2",))
