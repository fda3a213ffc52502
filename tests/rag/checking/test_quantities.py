"""Figures of a claim against a passage: value, unit, sign, and what each is said of."""

import pytest

from rag.checking.quantities import wrong_figures

PASSAGE = (
    "We counted nests in 84 hedges of four widths from 1998 to 2016. Density fell by 71% under white light and by 46% "
    "under amber light. Rods of 2.6 cm were pulled for three weeks. The effect was -0.34 at 12 sites, and 22 of "
    "31 farmers agreed."
)


@pytest.mark.parametrize(
    "claim",
    [
        "Nests in eighty-four hedges were counted.",
        "Density fell by 71 percent under white light.",
        "Under white light density fell by about 70%.",
        "Under amber light the density was 54% of what it had been.",
        "The rods were 26 mm long.",
        "The pulling took 21 days.",
        "The counts span 18 years.",
        "Some 71% of the farmers agreed.",
        "An effect of -0.34 was found.",
        "Three in four farmers agreed.",
        "Two things were done.",
    ],
)
def test_a_figure_that_is_given_in_another_form_or_can_be_reckoned_is_right(claim: str) -> None:
    assert wrong_figures(claim, PASSAGE) == []


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("Nests in 48 hedges were counted.", "48"),
        ("Nests in thirteen hedges were counted.", "thirteen"),
        ("Density fell by 17% under white light.", "17%"),
        ("The rods were 2.6 mm long.", "2.6 mm"),
        ("The pulling took five weeks.", "five weeks"),
        ("The pulling took 3 days.", "3 days"),
        ("The effect was -0.43.", "-0.43"),
        ("At sites 84% of the nests were found.", "84%"),
    ],
)
def test_another_value_or_unit_is_wrong(claim: str, wrong: str) -> None:
    assert wrong_figures(claim, PASSAGE) == [wrong.lstrip("-")]


@pytest.mark.parametrize(
    "claim",
    [
        "Density fell by 46% under white light and by 71% under amber light.",
        "Under white light the density fell by 46%.",
    ],
)
def test_a_figure_of_something_else_is_wrong(claim: str) -> None:
    assert wrong_figures(claim, PASSAGE)


def test_a_negative_figure_needs_a_negative_one() -> None:
    assert wrong_figures("The effect was -12 in all.", PASSAGE) == ["12"]
    assert wrong_figures("The effect was 0.34 below.", PASSAGE) == []


@pytest.mark.parametrize("text", ["", "%", "1,", "--3", "0 of 0", "½ of it", "1e9 and 10^6", "٣ things", "9" * 400])
def test_nothing_breaks_it(text: str) -> None:
    assert isinstance(wrong_figures(text, PASSAGE), list)
    assert isinstance(wrong_figures(PASSAGE, text), list)
