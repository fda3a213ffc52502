"""The answer that needs no model: what it quotes from the catalogue that ships, and how it is laid out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import IndexSettings, PaperIndex
from rag.answer import Evidence
from rag.answering.phrasing import quote
from rag.answering.quoting import QuotedDraft, draft_from
from rag.reading import EvidenceScore, PaperSentences, Reading, SentenceSupport, read_evidence
from rag.search import make_retriever, number_evidence
from rag.settings import RetrievalSettings
from rag.understanding import make_plan

Ask = Callable[[str], tuple[QuotedDraft, tuple[Evidence, ...]]]


@pytest.fixture(scope="module")
def index(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        yield index


@pytest.fixture(scope="module")
def ask(index: PaperIndex) -> Ask:
    retriever = make_retriever(index, RetrievalSettings())

    def ask(question: str) -> tuple[QuotedDraft, tuple[Evidence, ...]]:
        retrieval = retriever.retrieve(question, 8)
        evidence = number_evidence(retrieval)
        return draft_from(read_evidence(make_plan(question, (), index).question, evidence, retrieval, index)), evidence

    return ask


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", re.sub(r"\[\d+\]", "", text)).strip().casefold()


def test_a_fact_is_quoted_from_the_paper_that_is_named(ask: Ask) -> None:
    draft, evidence = ask("What AUC does ICHPro reach under five-fold cross-validation?")
    assert "0.9429" in draft.text
    assert {evidence[n - 1].paper_id for part in draft.parts for n in part.numbers} == {"2402.11307"}
    assert len(draft.parts) <= 3


def test_every_sentence_carries_a_number_of_the_evidence(ask: Ask) -> None:
    for question in ("How does EliteKV shrink the cache?", "Which papers compress the KV cache?", "medusa"):
        draft, evidence = ask(question)
        for part in draft.parts:
            assert part.numbers
            assert set(part.numbers) <= {one.n for one in evidence}
            assert all(f"[{n}]" in part.text for n in part.numbers)


def test_what_is_quoted_stands_word_for_word_in_the_abstract(ask: Ask) -> None:
    draft, evidence = ask("Which datasets was VideoLights tested on?")
    abstract = folded(evidence[draft.parts[0].numbers[0] - 1].passage)
    for part in draft.parts:
        assert folded(re.sub(r"^In \*.+?\*: ", "", part.text)) in abstract


def test_the_same_question_gets_the_same_answer(ask: Ask) -> None:
    question = "Which papers reduce hallucinations of vision-language models?"
    assert ask(question)[0] == ask(question)[0]


def test_a_looked_for_paper_is_answered_with_its_title_and_what_it_is(ask: Ask) -> None:
    draft, _ = ask("Is there a paper that dresses a person in chosen garments seen from the side or from behind?")
    assert draft.form == "find"
    assert draft.text.startswith("**MV-VTON: Multi-View Virtual Try-On with Diffusion Models**")
    assert "virtual try-on" in draft.text.casefold()


def test_a_comparison_gets_one_line_for_each_named_paper(ask: Ask) -> None:
    draft, _ = ask("How do OAT and GazeXplain differ?")
    assert [part.text.split("**")[1] for part in draft.parts] == ["OAT", "GazeXplain"] or [
        part.text.split("**")[1] for part in draft.parts
    ] == ["GazeXplain", "OAT"]
    assert all(line.startswith("- ") for line in draft.text.split("\n"))


def test_as_many_papers_are_listed_as_the_question_speaks_of(ask: Ask) -> None:
    draft, _ = ask("Compare the three approaches to extracting entities and relations jointly.")
    assert len(draft.parts) == 3
    assert len({part.numbers for part in draft.parts}) == 3


def test_a_bare_name_of_two_papers_is_told_of_both(ask: Ask) -> None:
    draft, _ = ask("medusa")
    assert draft.form == "keyword"
    assert len(draft.parts) == 2
    assert "medical image" in draft.text.casefold()


def test_misspelt_words_are_understood(ask: Ask) -> None:
    draft, _ = ask("wat persentage of storge dose jinna colbrt v2 saev")
    assert "50%" in draft.text


def test_code_is_mentioned_only_when_it_is_asked_for(ask: Ask) -> None:
    assert "http" not in ask("How does Dodrio show attention?")[0].text
    assert "http" in ask("Where is the code of ICHPro?")[0].text


def test_without_evidence_there_is_no_answer(index: PaperIndex) -> None:
    nothing = make_retriever(index, RetrievalSettings()).retrieve("What is attention?", 8)
    assert draft_from(read_evidence(make_plan("What is attention?", (), index).question, (), nothing, index)).text == ""


def test_where_there_are_no_token_vectors_words_decide(index: PaperIndex) -> None:
    question = "What AUC does ICHPro reach under five-fold cross-validation?"
    found = make_retriever(index, RetrievalSettings()).retrieve(question, 8)
    bare = tuple(replace(one, content=replace(one.content, read_vectors=dict)) for one in found.candidates)
    by_words = replace(found, candidates=bare)
    reading = read_evidence(make_plan(question, (), index).question, number_evidence(found), by_words, index)
    assert "0.9429" in draft_from(reading).text


def read(index: PaperIndex, question: str) -> Reading:
    found = make_retriever(index, RetrievalSettings()).retrieve(question, 8)
    return read_evidence(make_plan(question, (), index).question, number_evidence(found), found, index)


def scored(paper: PaperSentences, answerable: float, supporting: int = -1) -> EvidenceScore:
    """What the evidence model might say of a paper: the sentence at the place `supporting` holds the answer."""
    return EvidenceScore(
        answerable,
        answerable,
        tuple(
            SentenceSupport(one.start, one.end, 0.99 if one.place == supporting else 0.01) for one in paper.sentences
        ),
    )


def test_the_sentence_that_the_evidence_model_points_at_is_quoted(index: PaperIndex) -> None:
    reading = read(index, "What AUC does ICHPro reach under five-fold cross-validation?")
    first = reading.papers[0]
    second = quote(sorted(first.sentences, key=lambda one: -one.probability)[1].text)
    assert folded(second) not in folded(draft_from(reading).text)
    (place,) = [one.place for one in first.sentences if quote(one.text) == second]
    after = draft_from(reading.read_by({first.n: scored(first, 4.0, place)}))
    assert folded(second) in folded(after.text)


def test_the_sentence_that_holds_the_answer_comes_first(index: PaperIndex) -> None:
    reading = read(index, "What AUC does ICHPro reach under five-fold cross-validation?")
    first = reading.papers[0]
    unsure = replace(
        first,
        sentences=tuple(
            replace(one, probability=0.5 if one is first.sentences[2] else 0.3 if one.place == 0 else 0.0)
            for one in first.sentences
        ),
    )
    draft = draft_from(replace(reading, papers=(unsure,)))
    places = [
        one.place for part in draft.parts for one in first.sentences if folded(quote(one.text)) in folded(part.text)
    ]
    assert places == [2, 0]


def test_of_several_papers_the_one_that_holds_the_answer_is_quoted(index: PaperIndex) -> None:
    reading = read(index, "By how much is the memory reduced?")
    third = reading.papers[2]
    draft = draft_from(reading.read_by({one.n: scored(one, 3.0 if one is third else -3.0) for one in reading.papers}))
    assert {n for part in draft.parts for n in part.numbers} == {third.n}


def test_a_sentence_of_the_last_answer_is_given_again_only_where_it_holds_this_one_too(index: PaperIndex) -> None:
    reading = read(index, "What AUC does ICHPro reach under five-fold cross-validation?")
    first = reading.papers[0]
    said = quote(first.likeliest.text)
    assert folded(said) in folded(draft_from(reading).text)
    elsewhere = next(one.place for one in first.sentences if one.place != first.likeliest.place)
    again = draft_from(reading.read_by({first.n: scored(first, 2.0, elsewhere)}), said)
    assert folded(said) not in folded(again.text)
    holding = draft_from(reading.read_by({first.n: scored(first, 2.0, first.likeliest.place)}), said)
    assert folded(said) in folded(holding.text)
