"""Small talk, help, and answers from the record: without a word of an abstract."""

from collections.abc import Iterator, Sequence

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag import Answer, Assistant, Settings
from rag.reading import EvidenceScore

PAPERS = (
    Paper("owl1", "Owls and barns", "Barn owls breed in boxes.", ("Ana Ruiz", "T. K. Mbeki"), 2017, "https://a.b/1"),
    Paper("owl2", "Mercury in owls", "Owls carry mercury.", ("Ruiz, Ana",), 2021, journal="Birds and Boxes"),
    Paper("sea1", "Tides of the Wadden Sea", "Tides move sand.", ("Bengt Åström",), 2019),
    Paper("sea2", "Sand and seagrass", "Seagrass holds sand.", ()),
)


class OwlReader:
    """Takes papers that speak of owls for those that are meant."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]:
        return [EvidenceScore(3.0, 3.0) if "wls" in text else EvidenceScore(-3.0, -3.0) for _, text in passages]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    index = PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("record")))
    index.add(PAPERS)
    with Assistant(index, Settings(), reader=OwlReader()) as opened:
        yield opened


def cited(answer: Answer) -> set[str]:
    return {source.paper_id for source in answer.sources if source.cited}


@pytest.mark.parametrize(
    "question", ["hello", "thank you very much", "goodbye", "what can you do?", "how do I add papers?"]
)
def test_what_is_not_about_papers_is_answered_without_any(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained
    assert answer.sources == answer.citations == ()
    assert all(sentence.verdict == "no claim" for sentence in answer.sentences)


def test_help_names_questions_that_this_library_answers(assistant: Assistant) -> None:
    text = assistant.ask("what can you do?").text
    assert "4 papers" in text
    assert "Owls and barns" in text
    assert text.count("\n- ") == 3


def test_the_papers_of_an_author_are_counted_and_cited(assistant: Assistant) -> None:
    answer = assistant.ask("papers by Ana Ruiz")
    assert answer.text.startswith("2 of the 4 papers")
    assert cited(answer) == {"owl1", "owl2"}


def test_nobody_of_that_name_is_said_truthfully(assistant: Assistant) -> None:
    answer = assistant.ask("papers by Zeno Quill")
    assert answer.abstained
    assert "Zeno Quill" in answer.text
    assert "Nothing in this library" not in answer.text


def test_the_whole_library_is_counted(assistant: Assistant) -> None:
    assert "4 papers" in assistant.ask("How many papers are there?").text


def test_papers_of_a_year_are_counted(assistant: Assistant) -> None:
    answer = assistant.ask("how many papers are from 2019?")
    assert answer.text.startswith("1 of the 4 papers is from 2019")
    assert cited(answer) == {"sea1"}


def test_a_count_of_none_is_an_answer(assistant: Assistant) -> None:
    answer = assistant.ask("how many papers are from 1950?")
    assert not answer.abstained
    assert "None of the 4 papers" in answer.text


def test_the_newest_and_the_oldest_are_found_among_those_with_a_year(assistant: Assistant) -> None:
    assert cited(assistant.ask("which is the newest paper?")) == {"owl2"}
    assert cited(assistant.ask("which is the oldest paper?")) == {"owl1"}
    assert "1 without a year" in assistant.ask("which is the oldest paper?").text


def test_a_subject_and_a_year_must_both_hold(assistant: Assistant) -> None:
    assert cited(assistant.ask("papers from 2021 about owls")) == {"owl2"}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who wrote “Owls and barns”?", "Ana Ruiz and T. K. Mbeki"),
        ("when was the paper Owls and barns published?", "2017"),
        ("give me the link for Owls and barns", "https://a.b/1"),
        ("in which journal did Mercury in owls appear", "Birds and Boxes"),
    ],
)
def test_what_is_known_of_a_paper_is_told(question: str, said: str, assistant: Assistant) -> None:
    assert said in assistant.ask(question).text


def test_the_plan_is_part_of_the_answer(assistant: Assistant) -> None:
    plan = assistant.ask("papers by Ana Ruiz since 2018").to_dict()["plan"]
    assert (plan["kind"], plan["asks"]) == ("record", "papers")
    assert plan["filters"]["years"] == (2018, None)


def test_what_the_record_lacks_of_a_paper_is_no_answer(assistant: Assistant) -> None:
    answer = assistant.ask("In which journal did Owls and barns appear?")
    assert answer.abstained
    assert answer.text == "**Owls and barns** [1] has no journal in its record."


@pytest.fixture(scope="module")
def of_methods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Papers that are called by the names of their methods, beside others that are as near by their words."""
    index = PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("methods")))
    index.add(
        (
            Paper("mus", "Music Transformer", "Memory for relative timing grows with the length of a song.", (), 2018),
            Paper("viz", "Atlas: A Transformer One Can Watch", "The Transformer shows owls its heads.", (), 2021),
            Paper("link", "TPLinker: Pairs of Tokens", "Entities are linked.", ("Ana Ruiz",), 2020),
            Paper("tide", "Tides by Night", "Tides move owls.", ("Adeen Flinker",), 2015),
        )
    )
    with Assistant(index, Settings(), reader=OwlReader()) as opened:
        yield opened


@pytest.mark.parametrize(
    "question", ["When did the Music Transformer paper come out?", "What year is the Music Transformer paper from?"]
)
def test_a_paper_called_by_its_name_is_the_one_that_is_meant(question: str, of_methods: Assistant) -> None:
    assert cited(of_methods.ask(question)) == {"mus"}


def test_a_word_of_a_title_is_no_author_whose_name_has_a_slip(of_methods: Assistant) -> None:
    assert cited(of_methods.ask("in what year was TPLinker published?")) == {"link"}
    assert cited(of_methods.ask("papers by Adeen Flincker")) == {"tide"}
