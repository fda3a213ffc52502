"""A follow-up is asked of the papers that were spoken of, and of those that its own words find."""

from collections.abc import Iterator

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag import Assistant, Settings

PAPERS = [
    Paper(
        "trout",
        "Spawning grounds below a dam",
        "We counted brown trout in Lake Orrin for twelve years. Numbers fell by a third within five years of the dam. "
        "They came back only where gravel was added to the river bed, nine years after the dam was closed.",
    ),
    Paper(
        "plants",
        "Lake Orrin recovers: water plants and how they return later",
        "Water plants of Lake Orrin died in the dry summer of 1998. We mapped the shore of Lake Orrin each June. "
        "Pondweeds recovered first, and the other plants of Lake Orrin recovered later, after three wet years.",
    ),
    Paper(
        "mines",
        "Old mines around Lake Orrin",
        "Lead was mined at Lake Orrin until 1911. Sediment cores show when each shaft was closed.",
    ),
]
TALK = [
    {"role": "user", "content": "Did brown trout become fewer in Lake Orrin when the dam was built?"},
    {"role": "assistant", "content": "Numbers fell by a third within five years of the dam [1]."},
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = IndexSettings(folder=tmp_path_factory.mktemp("lake"))
    with PaperIndex.open(settings) as index:
        index.add(PAPERS)
        yield Assistant(index, Settings(index=settings))


def test_the_paper_that_was_spoken_of_is_found_though_another_has_more_of_the_words(assistant: Assistant) -> None:
    answer = assistant.ask("Did they recover later?", history=TALK)
    assert answer.sources[answer.citations[0].n - 1].paper_id == "trout"
    assert "gravel" in answer.text


def test_a_paper_that_was_not_spoken_of_is_found_by_the_words_of_the_follow_up(assistant: Assistant) -> None:
    answer = assistant.ask("And the pondweeds?", history=TALK)
    assert answer.sources[answer.citations[0].n - 1].paper_id == "plants"
