"""Words find papers by stems, by exact names, and past slips of the keyboard."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from index import IndexDamaged, Paper
from index.spelling import Vocabulary, nearest_words
from index.words import Words

PAPERS = [
    Paper("moa", "MoA: Mixtures of Attention", "Spans of attention differ, and attention is costly at O(n^2)."),
    Paper("moas", "A study of moas", "The moa was a flightless bird. Attention to birds is rare."),
    Paper("branch", "E-Branchformer for Speech", "A branch former merges two branches; E-Branchformer is its name."),
    Paper("former", "Branchformers", "Branchformer models e speech with a branch and a former."),
    Paper("tvqa", "TVQA+: Questions about Video", "We extend TVQA with boxes. BLEU-4 rises by 4.2."),
    Paper(
        "plain", "TVQA: Video", "Video questions with subtitles. Gaussian kernels adapt; their importance is a factor."
    ),
    Paper("memory", "Self-attention without Memory", "Memory of O(log n) suffices where O(n) was used."),
]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    words = Words(tmp_path_factory.mktemp("words"))
    words.write(PAPERS)
    return words


def best(words: Words, query: str, **options: bool) -> str:
    hits = words.search(query, 3, **options)
    return hits[0][0] if hits else ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("E-Branchformer", "branch"),
        ("e-branchformer?", "branch"),
        ("What does Branchformer do?", "former"),
        ("TVQA+", "tvqa"),
        ("(TVQA+)", "tvqa"),
        ("BLEU-4", "tvqa"),
        ("O(n^2)", "moa"),
        ("memory O(log n)", "memory"),
        ("extending videos with a box", "tvqa"),
    ],
)
def test_stems_and_exact_names_are_found(words: Words, query: str, expected: str) -> None:
    assert best(words, query) == expected


def test_scores_are_positive_and_fall(words: Words) -> None:
    hits = words.search("attention memory video", 10)
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_nothing_is_found_when_no_word_occurs(words: Words) -> None:
    assert words.search("zebra crossing", 5) == []
    assert words.search("", 5) == []
    assert words.search("video", 0) == []


def test_a_query_of_function_words_alone_is_still_searched(words: Words) -> None:
    assert words.search("what is it", 5)


def test_the_search_can_be_narrowed_without_changing_scores(words: Words) -> None:
    whole = dict(words.search("video questions", 10))
    narrowed = words.search("video questions", 10, paper_ids={"plain", "moa"})
    assert narrowed == [("plain", pytest.approx(whole["plain"]))]
    assert words.search("video", 10, paper_ids=[]) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("guasian kernles", "plain"), ("facter subtitels", "plain"), ("flihgtless", "moas"), ("eBranchformr", "former")],
)
def test_mistyped_words_are_guessed_on_request(words: Words, typed: str, expected: str) -> None:
    assert words.search(typed, 3) == []
    assert best(words, typed, fuzzy=True) == expected


def test_guesses_name_what_was_typed_and_what_may_be_meant(words: Words) -> None:
    assert words.guess("the kernles of attention") == {"kernles": ["kernels"]}


def test_written_papers_replace_earlier_ones_and_removed_ones_are_gone(tmp_path: Path) -> None:
    words = Words(tmp_path)
    words.write([Paper("a", "Zebra", "One."), Paper("b", "Zebra", "Two.")])
    words.write([Paper("a", "Lion", "One.")], removed=["b"])
    assert words.search("zebra", 5) == []
    assert best(words, "lion") == "a"
    assert Words(tmp_path).count() == 1


def test_a_folder_that_cannot_be_read_names_the_command_that_mends_it(tmp_path: Path) -> None:
    Words(tmp_path).write(PAPERS)
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexDamaged, match="paperchat doctor --repair"):
        Words(tmp_path)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.sampled_from('attention video AND OR NOT +-"~*:()[]{}^/\\&|<>é漢') | st.characters(), max_size=40))
def test_no_character_of_a_query_has_a_special_meaning(words: Words, query: str) -> None:
    for fuzzy in (False, True):
        assert all(score > 0 for _, score in words.search(query, 5, fuzzy=fuzzy))


@pytest.mark.parametrize("slip", ["storag", "storrage", "storige", "sotrage"])
def test_a_letter_more_less_or_other_and_two_swapped_are_one_slip_each(slip: str) -> None:
    assert nearest_words(slip, ["storage", "st" + slip]) == ["storage"]


@pytest.mark.parametrize(("word", "known"), [("nut", "net"), ("imeg", "image"), ("atenshun", "attention")])
def test_a_short_word_or_one_with_many_slips_is_left_alone(word: str, known: str) -> None:
    assert nearest_words(word, [known]) == []


def test_the_nearest_words_come_by_slips_then_by_how_common_they_are() -> None:
    vocabulary = Vocabulary({"storage": 2, "store": 9, "strange": 1, "cat": 5})
    assert vocabulary.nearest("storge") == ["store", "storage"]
    assert vocabulary.nearest("stroage") == ["storage"]
    assert vocabulary.nearest("cart") == ["cat"]
    assert vocabulary.nearest("cot") == []
    assert Vocabulary({}).nearest("storage") == []
