"""The checker: every sentence of an answer gets a verdict from the passages it cites, and from nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer import Evidence
from rag.checking.citations import check
from rag.checking.support import support_of
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


@pytest.mark.parametrize("sentence", ["RouterNet is slower than the dense baseline [1].", "Accuracy never rises [2]."])
def test_the_opposite_of_the_passage_is_unsupported(sentence: str) -> None:
    assert verdicts(sentence) == ["unsupported"]


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


def test_a_paraphrase_with_few_common_words_passes_by_its_meaning() -> None:
    vectors = {"same": [1.0, 0.0]}
    text = "Quick recognition comes from picking an expert for every frame of speech [1]."
    assert check(text, EVIDENCE, embed=lambda _: vectors["same"]).sentences[0].verdict == "supported"


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
