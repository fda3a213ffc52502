"""Questions that look alike and are not: none of these phrasings is one that the head learned from."""

from collections.abc import Iterator

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag.ask import Message
from rag.understanding import Kind, Plan, make_plan

PAPERS = (
    Paper("owl1", "Owls and barns", "Barn owls breed in boxes. " * 3, ("Ana Ruiz", "T. K. Mbeki"), 2017),
    Paper("owl2", "Mercury in owls", "Owls carry mercury. " * 3, ("Ana Ruiz",), 2021),
    Paper("tides", "Tides of the Wadden Sea", "Tides move sand. " * 3, ("Bengt Åström",), 2019),
)

LISTED = (
    Message("user", "Which papers are about owls?"),
    Message("assistant", "- Mercury in owls [1].\n- Owls and barns [2].", ("owl2", "owl1")),
)
ANSWERED = (
    Message("user", "How strongly does mercury delay the breeding of owls?"),
    Message("assistant", "By nine days in females with more than two milligrams [1].", ("owl2",)),
)


TAKEN_FOR_ANOTHER = pytest.mark.xfail(reason="the head takes it for a question of another kind", strict=False)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("alike"))) as opened:
        opened.add(PAPERS)
        yield opened


def plan(question: str, index: PaperIndex, *history: Message) -> Plan:
    return make_plan(question, history, index)


@pytest.mark.parametrize(
    "question",
    [
        "Only the ones from before 2018, please.",
        "could I get just the ones after 2018?",
        "the newer ones only then",
        "none before 2018 please",
        "just the ones by Mbeki, thanks",
        "but no reviews, please",
        "keep only the field experiments",
    ],
)
def test_half_a_sentence_that_narrows_the_list_leans_on_it(question: str, index: PaperIndex) -> None:
    assert plan(question, index, *LISTED).question.leans_on_history


def test_what_narrows_by_years_is_asked_among_those_listed(index: PaperIndex) -> None:
    asked = plan("Only the ones from before 2018, please.", index, *LISTED)
    assert (asked.kind, asked.asks, asked.within) == ("record", "papers", ("owl2", "owl1"))
    assert asked.found.years == (None, 2017)


@pytest.mark.parametrize(
    "question",
    [
        "only papers on sea grass before 2010, please",
        "Just studies of honey bees since 2015, thanks.",
        "articles about glacier melt, but only after 2000",
        "only reviews of gene drives please",
    ],
)
def test_a_list_with_a_subject_of_its_own_stands_alone_however_narrow(question: str, index: PaperIndex) -> None:
    assert not plan(question, index, *LISTED).question.leans_on_history


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which paper links road noise to blood pressure?", "find"),
        ("What is the paper that tests seaweed as feed for cattle?", "find"),
        pytest.param("where did I read that crows remember faces", "find", marks=TAKEN_FOR_ANOTHER),
        pytest.param("in which study were eels followed with transmitters", "find", marks=TAKEN_FOR_ANOTHER),
        ("Which papers link road noise to blood pressure?", "list"),
        ("What are the papers that test seaweed as feed for cattle?", "list"),
        ("which studies followed eels with transmitters", "list"),
    ],
)
def test_which_paper_wants_one_and_which_papers_all(question: str, kind: Kind, index: PaperIndex) -> None:
    assert plan(question, index).kind == kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How do I unclog my shower drain?", "fact"),
        ("can you heat soup in a thermos", "fact"),
        ("how do i get to the nearest pharmacy", "fact"),
        ("Could you tell me how to sew on a button?", "fact"),
        ("how can I get my car through the winter", "fact"),
        ("how do I put my own articles in here?", "help"),
        ("can you open pdf files", "help"),
        ("How do I upload my abstracts?", "help"),
        ("what can I ask you", "help"),
        ("how do I search this library", "help"),
    ],
)
def test_what_is_asked_of_the_program_is_help_and_what_of_the_household_is_not(
    question: str, kind: Kind, index: PaperIndex
) -> None:
    assert plan(question, index).kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "Now bridges: how often does steel have to be inspected for rust?",
        "Next, what causes the bleaching of corals?",
        "ok so how does shift work affect sleep",
        "Switching to volcanoes: which gases come before an eruption?",
        "Another thing: does a tax on sugar lower its sale?",
    ],
)
def test_a_subject_of_its_own_is_new_however_it_is_brought_up(question: str, index: PaperIndex) -> None:
    assert not plan(question, index, *ANSWERED).question.leans_on_history


@pytest.mark.parametrize(
    "question",
    [
        "Now, how was that measured?",
        "ok so did it last?",
        "Another thing: who funded it?",
        "next: what did they conclude",
    ],
)
def test_a_question_on_the_same_goes_on_however_it_begins(question: str, index: PaperIndex) -> None:
    assert plan(question, index, *ANSWERED).question.leans_on_history


@pytest.mark.parametrize(
    ("question", "with_its_subject"),
    [
        ("Which arm had the better outcome?", "Which arm had the better outcome in the trial of knee braces?"),
        ("What dosage did they use?", "What dosage of vitamin D did they use against rickets?"),
        (
            "Was the change statistically significant?",
            "Was the change in lake phosphorus after dredging statistically significant?",
        ),
        ("How long were the patients followed?", "How long were patients followed after hip replacement?"),
        ("what did the last experiment reveal", "what did the last experiment on pigeon navigation reveal"),
        ("how many samples were taken?", "how many peat samples were taken for lead in the Harz?"),
    ],
)
def test_a_question_says_too_little_where_it_names_no_subject(
    question: str, with_its_subject: str, index: PaperIndex
) -> None:
    assert plan(question, index).question.underspecified > 0.5 > plan(with_its_subject, index).question.underspecified


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("In the heather trial, how did burnt and unburnt plots differ?", "fact"),
        ("Did boys and girls differ in the chess study?", "fact"),
        ("in the paper on tinnitus, how did the two groups differ after therapy", "fact"),
        ("How do wind power and tidal power differ in cost?", "compare"),
        pytest.param("Which needs less water, almonds or walnuts?", "compare", marks=TAKEN_FOR_ANOTHER),
        ("how does home schooling differ from boarding school", "compare"),
    ],
)
def test_two_groups_of_one_study_are_a_fact_and_two_subjects_are_compared(
    question: str, kind: Kind, index: PaperIndex
) -> None:
    assert plan(question, index).kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "And pigs?",
        "what about salmon",
        "same for the males?",
        "And at sea?",
        "how about hawks",
        "does that go for eggs too",
    ],
)
def test_the_same_asked_of_something_else_leans_on_the_talk(question: str, index: PaperIndex) -> None:
    assert plan(question, index, *ANSWERED).question.leans_on_history


@pytest.mark.parametrize(
    "question",
    ["And what is the effect of road salt on amphibians?", "what about the link between sleep and obesity?"],
)
def test_and_before_a_subject_of_its_own_does_not(question: str, index: PaperIndex) -> None:
    assert not plan(question, index, *ANSWERED).question.leans_on_history
