"""The checker: every sentence of an answer gets a verdict from the passages it cites, and from nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import Evidence
from rag.checking.citations import check
from rag.checking.support import support_of
from rag.checking.support_model import ClaimReading, Cuts
from rag.text import marker_numbers, without_markers

ROUTER = Evidence(
    1,
    "a",
    "RouterNet: Sparse Routing for Speech",
    "Speech models are slow. RouterNet sends every frame to one of 16 experts and runs 5.5-6.7x faster than the dense "
    "baseline. On LibriSpeech it reaches 2.1% word error rate with 8B parameters. It does not need a language model.",
    authors=("Ada Lovelace",),
    year=2024,
)
BRIDGE = Evidence(
    2,
    "b",
    "A Bridge Dataset for Drones",
    "We collect 1,200 flights over bridges. Orthogonal Matching Pursuit picks the frames. Accuracy rises to 93.7%.",
)
EVIDENCE = (ROUTER, BRIDGE)


def verdicts(text: str) -> list[str]:
    return [s.verdict for s in check(text, EVIDENCE).sentences]


def test_a_verbatim_sentence_is_fully_supported_and_its_place_is_known() -> None:
    checked = check("On LibriSpeech it reaches 2.1% word error rate with 8B parameters [1].", EVIDENCE)
    assert checked.citations[0].support == 1.0
    start, end = checked.highlights[1][0]
    assert ROUTER.passage[start:end] == "On LibriSpeech it reaches 2.1% word error rate with 8B parameters."


def test_a_lead_in_before_a_verbatim_sentence_does_not_hurt() -> None:
    checked = check("In *RouterNet*: it does not need a language model [1].", EVIDENCE)
    assert checked.sentences[0].support == 1.0


@pytest.mark.parametrize(
    "sentence",
    [
        "RouterNet runs 6.7x faster than the dense baseline [1].",
        "RouterNet reaches a 2.2% word error rate on LibriSpeech [1].",
        "RouterNet reaches 2.1% word error rate with 8% parameters [1].",
        "RouterNet sends every frame to one of 32 experts [1].",
        "1200 flights over bridges are collected and accuracy rises to 93.7% [1].",
    ],
)
def test_a_number_that_the_cited_passage_does_not_give_is_unsupported(sentence: str) -> None:
    checked = check(sentence, EVIDENCE)
    assert checked.sentences[0].verdict == "unsupported"
    assert checked.sentences[0].support <= 0.2
    assert "not in the cited passage" in checked.sentences[0].reason


@pytest.mark.parametrize(
    "sentence",
    [
        "RouterNet is 5.5 to 6.7 times faster than the dense baseline [1].",
        "It collects 1200 flights over bridges [2].",
        "The accuracy rises to 93.7 percent [2].",
        "OMP picks the frames of the flights [2].",
        "RouterNet, by Ada Lovelace, sends each frame to one of 16 experts [1].",
        "With 8 billion parameters RouterNet reaches 2.1% word error rate on LibriSpeech [1].",
    ],
)
def test_the_same_number_or_name_written_differently_is_supported(sentence: str) -> None:
    assert verdicts(sentence) == ["supported"]


def test_a_name_that_the_cited_passage_lacks_is_unsupported() -> None:
    checked = check("RouterNet reaches 2.1% word error rate on TED-LIUM [1].", EVIDENCE)
    assert checked.sentences[0].verdict == "unsupported"
    assert "TED-LIUM" in checked.sentences[0].reason


def test_support_comes_from_the_cited_passage_only() -> None:
    assert verdicts("Accuracy rises to 93.7% [1].") == ["unsupported"]
    assert verdicts("Accuracy rises to 93.7% [2].") == ["supported"]


def test_each_citation_of_a_sentence_is_judged_alone() -> None:
    checked = check("Accuracy rises to 93.7% [1][2].", EVIDENCE)
    assert [(c.n, c.supported) for c in checked.citations] == [(1, False), (2, True)]
    assert checked.sentences[0].verdict == "supported"


def test_an_uncited_sentence_that_a_passage_supports_gets_that_citation_marked_as_added() -> None:
    checked = check("Accuracy rises to 93.7%.", EVIDENCE)
    assert checked.text == "Accuracy rises to 93.7% [2]."
    assert [(c.n, c.added) for c in checked.citations] == [(2, True)]


def test_an_uncited_sentence_that_nothing_supports_is_shown_as_unsupported() -> None:
    checked = check("Penguins cannot fly over the Atlantic.", EVIDENCE)
    assert checked.text == "Penguins cannot fly over the Atlantic."
    assert checked.sentences[0].verdict == "unsupported"


@pytest.mark.parametrize("text", ["# Findings", "The two papers differ:", "Yes.", "Which of them?"])
def test_headings_lead_ins_and_questions_claim_nothing(text: str) -> None:
    assert verdicts(text) == ["no claim"]


def test_a_refusal_claims_nothing_but_what_it_cites() -> None:
    text = "Nothing here is about the speed of penguins. What comes nearest:\n- Accuracy rises to 93.7% [2]."
    checked = check(text, EVIDENCE, refused=True)
    assert checked.text == text
    assert [s.verdict for s in checked.sentences] == ["no claim", "no claim", "supported"]


def test_a_sentence_that_says_the_evidence_is_silent_claims_nothing() -> None:
    assert verdicts("The abstracts do not mention the training time.") == ["no claim"]


def test_sentences_of_lists_are_judged_one_by_one() -> None:
    text = "- Accuracy rises to 93.7% [2].\n- RouterNet runs 5.5-6.7x faster than the dense baseline [1]."
    assert verdicts(text) == ["supported", "supported"]


@dataclass(frozen=True)
class Finds:
    """A reader that finds every claim whose words hold one of `known` well supported, and no other."""

    known: tuple[str, ...] = ("",)
    contradicts: bool = False
    cuts: ClassVar = Cuts(supported=0.0, sure=2.0, contradicted=0.0)

    def read(self, claim: str, evidence: Sequence[Evidence]) -> ClaimReading:
        is_known = any(words in claim for words in self.known)
        return ClaimReading(3.0 if is_known else -3.0, 1.0 if self.contradicts else -1.0, (0, 23))


PARAPHRASE = "Quick recognition comes from picking an expert for every frame of speech [1]."


def test_a_paraphrase_with_few_common_words_passes_when_the_reader_finds_it_so() -> None:
    checked = check(PARAPHRASE, EVIDENCE, reader=Finds())
    assert checked.sentences[0].verdict == "supported"
    assert checked.highlights[1] == ((0, 23),)
    assert check(PARAPHRASE, EVIDENCE).sentences[0].verdict == "unsupported"


@pytest.mark.parametrize(("contradicts", "reason"), [(True, "otherwise"), (False, "does not say")])
def test_what_the_reader_does_not_find_is_unsupported_and_says_which_way(contradicts: bool, reason: str) -> None:
    (sentence,) = check(PARAPHRASE, EVIDENCE, reader=Finds((), contradicts)).sentences
    assert sentence.verdict == "unsupported"
    assert reason in sentence.reason


def test_a_quote_is_not_read_again() -> None:
    class Unread(Finds):
        def read(self, claim: str, evidence: Sequence[Evidence]) -> ClaimReading:
            raise AssertionError(claim)

    quotes = "RouterNet: Speech models are slow [1]. Accuracy rises to 93.7% [2]."
    assert {s.verdict for s in check(quotes, EVIDENCE, reader=Unread()).sentences} == {"supported"}


def test_a_clause_is_judged_by_what_is_cited_behind_it() -> None:
    text = "Frames are routed to many experts [1], whereas the drones fly over many bridges [2]."
    assert check(text, EVIDENCE, reader=Finds(("routed", "drones"))).sentences[0].verdict == "supported"
    checked = check(text, EVIDENCE, reader=Finds(("routed",)))
    assert checked.sentences[0].verdict == "unsupported"
    assert [(c.n, c.supported) for c in checked.citations] == [(1, True), (2, False)]


def test_a_figure_of_the_other_clause_does_not_bear_a_clause_out() -> None:
    text = "The experts that frames are sent to number 16 [1], and accuracy on the bridges rises to 16% [2]."
    checked = check(text, EVIDENCE, reader=Finds())
    assert [(c.n, c.supported) for c in checked.citations] == [(1, True), (2, False)]


def test_markers_that_stand_together_or_behind_scraps_are_judged_as_a_whole() -> None:
    for text in ("Both papers measure how accurate it is [1][2].", "RouterNet [1] and the drones [2] are accurate."):
        assert check(text, EVIDENCE, reader=Finds(("accurate",))).sentences[0].verdict == "supported"


def test_a_sentence_in_another_language_has_its_figures_checked_and_says_that_no_more_was() -> None:
    right = check(
        "Die Genauigkeit steigt auf 93,7 Prozent und nicht mehr [2].".replace(",", "."), EVIDENCE, reader=Finds()
    )
    assert right.sentences[0].verdict == "not checked"
    assert "not in English" in right.sentences[0].reason
    wrong = check("Die Genauigkeit steigt auf 95 Prozent und nicht mehr [2].", EVIDENCE, reader=Finds())
    assert wrong.sentences[0].verdict == "unsupported"


def test_an_uncited_sentence_gets_no_citation_that_the_reader_does_not_believe() -> None:
    assert check("Accuracy never rises to 93.7%.", EVIDENCE, reader=Finds(())).citations == ()
    assert [c.n for c in check("Accuracy truly rises to 93.7%.", EVIDENCE, reader=Finds()).citations] == [2]


PIECES = st.sampled_from(
    [
        "RouterNet ",
        "93.7% ",
        "[1]",
        "[9]",
        "[1, 9]",
        "【2】",
        "[",
        "]",
        "(1)",
        ". ",
        "\n",
        "- ",
        "et al. ",
        "https://a.b/c ",
        "i.e. ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=30).map("".join))
def test_no_text_whatever_breaks_the_checker_or_keeps_an_invalid_marker(text: str) -> None:
    checked = check(text, EVIDENCE)
    assert set(marker_numbers(checked.text)) <= {1, 2}
    for sentence in checked.sentences:
        assert checked.text[sentence.start : sentence.end] == sentence.text
        assert 0 <= sentence.support <= 1
    for citation in checked.citations:
        assert citation.n in (1, 2)
        if citation.span:
            passage = EVIDENCE[citation.n - 1].passage
            assert 0 <= citation.span[0] < citation.span[1] <= len(passage)


@given(st.lists(st.sampled_from(["RouterNet is fast", "[1]", "[2]", ". ", " and ", "93.7%"]), max_size=20).map("".join))
@settings(deadline=None)
def test_only_markers_are_added_to_the_text(text: str) -> None:
    def words(text: str) -> str:
        return "".join(without_markers(text).split())

    assert words(check(text, EVIDENCE).text) == words(text)


def test_without_evidence_nothing_is_supported_and_nothing_fails() -> None:
    checked = check("Accuracy rises to 93.7% [1].", ())
    assert checked.text == "Accuracy rises to 93.7%."
    assert checked.removed_markers == ("[1]",)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("It gains 2-3 points on COCO.", "It gains 2.3 points on COCO."),
        ("It raises accuracy by 5% in total.", "It raises accuracy by 5 in total."),
    ],
)
def test_a_figure_with_other_signs_is_another_figure(claim: str, passage: str) -> None:
    assert support_of(claim, [Evidence(1, "p", "Owls", passage)]).figure < 0.5
    assert support_of(passage, [Evidence(1, "p", "Owls", passage)]).figure == 1.0
    assert support_of(claim, [Evidence(1, "p", "Owls", f"We say: {claim} So be it.")]).figure == 1.0
