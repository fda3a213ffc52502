"""The second look: which sentences it takes, and what a model's verdicts change."""

import re

from rag.answer import Evidence
from rag.checking import Checked, check, claims_to_verify, repair, shipped, unchecked
from rag.llm import ClaimVerdict, cited_evidence

EVIDENCE = (
    Evidence(1, "seals", "Seals and ferries", "Seals called 31% less often where ferries ran. Nights were quiet."),
    Evidence(2, "trams", "Sand on rails", "Grains of 0.8 mm shortened the braking distance most."),
)
QUOTE = "Seals called 31% less often where ferries ran [1]."
FREE = "Vocal activity of the animals fell by the shipping lane [1]."
WRONG = "Grains of 3 cm shortened the braking distance most [2]."


def checked_text(text: str) -> Checked:
    return check(text, EVIDENCE, reader=shipped())


def said(n: int, verdict: str, words: str = "", better: str = "") -> dict[int, ClaimVerdict]:
    return {n: ClaimVerdict(sentence=n, verdict=verdict, words=words, better=better)}


def test_quotes_need_no_second_look():
    checked = checked_text(f"{QUOTE} {FREE}")
    assert [claim.n for claim in claims_to_verify(checked, "auto")] == [2]
    assert [claim.n for claim in claims_to_verify(checked, "model")] == [2]
    assert claims_to_verify(checked, "packaged") == claims_to_verify(checked, "off") == []


def test_a_sentence_is_put_with_what_it_cites_and_one_without_a_number_with_all():
    cited, uncited = (
        claims_to_verify(checked_text(text), "auto") for text in (FREE, "Whales sing in the dark deep sea.")
    )
    assert [one.n for one in cited_evidence(cited, EVIDENCE)] == [1]
    assert [one.n for one in cited_evidence(uncited, EVIDENCE)] == [1, 2]


def test_a_verdict_counts_with_words_that_stand_in_the_cited_passage():
    checked = checked_text(FREE)
    words = "Seals called 31% less often"
    (sentence,) = repair(checked, said(1, "supported", words), EVIDENCE, "m", checked_text).checked.sentences
    assert (sentence.verdict, sentence.checked_by) == ("supported", "m")
    made_up = repair(checked, said(1, "supported", "Seals were entirely silent"), EVIDENCE, "m", checked_text)
    assert made_up.checked == checked
    elsewhere = repair(checked, said(1, "supported", "shortened the braking distance"), EVIDENCE, "m", checked_text)
    assert elsewhere.checked == checked


def test_the_words_are_what_the_number_opens():
    words = "Seals called 31% less often"
    repaired = repair(checked_text(FREE), said(1, "supported", words), EVIDENCE, "m", checked_text).checked
    (citation,) = repaired.citations
    assert EVIDENCE[0].passage[slice(*citation.span)] == words
    assert repaired.highlights[1]


def test_a_wrong_figure_is_cleared_by_nobody():
    checked = checked_text(WRONG)
    repaired = repair(checked, said(1, "supported", "shortened the braking distance most"), EVIDENCE, "m", checked_text)
    (sentence,) = repaired.checked.sentences
    assert (sentence.verdict, sentence.checked_by) == ("unsupported", "packaged")


def test_a_sentence_that_fails_is_put_right_in_its_place_and_checked_again():
    checked = checked_text(f"- {QUOTE}\n- {WRONG}\n\nThat is all they say of it.")
    better = "Grains of 0.8 mm shortened the braking distance most."
    repaired = repair(checked, said(2, "contradicted", better=better), EVIDENCE, "m", checked_text)
    assert (repaired.mended, repaired.withdrawn) == (1, 0)
    assert repaired.checked.text.startswith(
        f"- {QUOTE}\n- Grains of 0.8 mm shortened the braking distance most [2].\n\n"
    )
    assert [one.verdict for one in repaired.checked.sentences[:2]] == ["supported", "supported"]
    assert repaired.checked.sentences[1].checked_by == "packaged"


def test_a_repair_that_fails_again_stays_marked():
    repaired = repair(
        checked_text(WRONG), said(1, "contradicted", better="It took 9 km [2]."), EVIDENCE, "m", checked_text
    )
    assert [one.verdict for one in repaired.checked.sentences] == ["unsupported"]


def test_a_sentence_without_a_repair_is_taken_back():
    checked = checked_text(f"{WRONG} {QUOTE}")
    repaired = repair(checked, said(1, "not in it"), EVIDENCE, "m", checked_text)
    assert repaired.checked.text == QUOTE
    assert (repaired.withdrawn, repaired.is_empty) == (1, False)
    assert repair(checked_text(WRONG), said(1, "not in it"), EVIDENCE, "m", checked_text).is_empty


def test_a_repair_cites_nothing_that_was_not_shown():
    repaired = repair(
        checked_text(WRONG), said(1, "not in it", better="Sand helps trams [7]."), EVIDENCE, "m", checked_text
    )
    assert set(re.findall(r"\[(\d+)\]", repaired.checked.text)) <= {"1", "2"}


def test_where_nobody_checks_it_is_said():
    checked = unchecked(checked_text(f"{QUOTE} {WRONG}"))
    assert [one.verdict for one in checked.sentences] == ["not checked", "not checked"]
    assert not any(citation.supported for citation in checked.citations)


def test_what_is_marked_as_lacking_claims_nothing():
    lacking = "The colour of the trams stays open."
    checked = check(f"{QUOTE} {lacking}", EVIDENCE, reader=shipped(), lacking=[lacking])
    assert [one.verdict for one in checked.sentences] == ["supported", "no claim"]


def test_of_a_sentence_that_turns_what_it_turns_to_is_checked():
    text = "The abstracts do not say how loud it was, but seals called 31% less often where ferries ran [1]."
    (sentence,) = checked_text(text).sentences
    assert sentence.verdict == "supported"
    (sentence,) = checked_text(text.replace("31%", "66%")).sentences
    assert sentence.verdict == "unsupported"
