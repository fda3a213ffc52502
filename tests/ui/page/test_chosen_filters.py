"""What narrows a question, as chips; which suggestions fit on a chip."""

import pytest

from rag import Answer, Filters, Source
from ui.page.chosen_filters import Narrowing
from ui.page.examples import follow_ups


def test_each_thing_that_narrows_is_a_chip_of_its_own() -> None:
    narrowing = Narrowing.of(("2019", "", ["vision"], ["Zhou", "Lee"]))
    assert [chip.label for chip in narrowing.chips()] == ["from 2019", "vision", "by Zhou", "by Lee"]
    assert [chip.label for chip in Narrowing.of(("2019", "2019", None, None)).chips()] == ["2019"]
    assert Narrowing.of(("", None, None, [])).chips() == []


def test_a_chip_that_is_taken_away_widens() -> None:
    narrowing = Narrowing(2019, 2020, ("vision",), ("Zhou", "Lee"))
    for chip in narrowing.chips():
        narrowing = narrowing.without(chip.kind, chip.value)
    assert narrowing == Narrowing()
    assert Narrowing.of(Narrowing(2019, 2020, ("a",)).fields()) == Narrowing(2019, 2020, ("a",))


def test_years_in_the_wrong_order_are_told() -> None:
    assert Narrowing(2019, 2016).problem.startswith("No year is from 2019 to 2016")
    assert Narrowing(2016, 2019).problem == Narrowing(2019).problem == ""


def test_what_is_chosen_becomes_a_filter() -> None:
    assert Narrowing(2019, None, ("a",), ("b",)).as_filters(("p",)) == Filters((2019, None), ("a",), ("b",), ("p",))
    assert not Narrowing().as_filters()


@pytest.mark.parametrize(
    ("suggestion", "fits"),
    [
        ("How does EliteKV work?", True),
        ("How does Barnacle adhesion under cyclic load work?", False),
        ("How do EliteKV and A study of owls at night in … differ?", False),
        ("Why was Barnacle adhesion needed?", True),
        ("What does it say of " + "everything and " * 6 + "more?", False),
    ],
)
def test_a_suggestion_never_carries_a_title(suggestion: str, fits: bool) -> None:
    titles = ("Barnacle adhesion under cyclic load: a field study", "EliteKV: Scalable KV Cache Compression")
    sources = tuple(Source(n, str(n), title, "", (), 2020, (), "", (), 1.0, True) for n, title in enumerate(titles, 1))
    answer = Answer("Q", "Q", "So [1].", False, "answered", sources, (), (), "offline", suggestions=(suggestion,) * 5)
    assert [chip.question for chip in follow_ups(answer)] == ([suggestion] if fits else [])


def test_of_papers_that_may_be_meant_three_at_most_are_offered_by_titles_that_are_cut() -> None:
    titles = [
        f"Owls of the {place} and the mice that they hunt by night in winter"
        for place in "north south east west".split()
    ]
    sources = tuple(Source(n, str(n), title, "", (), 2020, (), "", (), 1.0, False) for n, title in enumerate(titles, 1))
    choices = tuple(f"How many owls, in “{title}”?" for title in titles)
    answer = Answer("Q", "Q", "Which one?", True, "not in these abstracts", sources, (), (), "offline", choices=choices)
    chips = follow_ups(answer)
    assert [chip.question for chip in chips] == list(choices[:3])
    assert chips[1].label == "In “Owls of the south and the mice that they hunt …”"
