"""An abstract becomes passages of whole sentences that lose nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper, split_sentences
from index.chunking import embedded_text, split_passages
from index.tokens import count_tokens

texts = st.text(st.sampled_from("ab1 .?!,\n(é漢"), max_size=400) | st.text(max_size=300)


def test_passages_are_whole_sentences_up_to_the_limit(papers: list[Paper]) -> None:
    for paper in papers:
        ends = {end for _, end in split_sentences(paper.abstract)}
        passages = split_passages(paper, 128)
        assert len(passages) >= 1
        for passage in passages:
            assert passage.end in ends
            assert count_tokens(passage.text) <= 140


def test_an_abstract_within_the_limit_is_one_passage(papers: list[Paper]) -> None:
    (passage,) = split_passages(papers[0], 2048)
    assert passage.text == papers[0].abstract
    assert passage.id == f"{papers[0].id}#0"


@given(texts, st.integers(16, 64))
def test_passages_follow_each_other_and_hold_everything_but_blanks(text: str, limit: int) -> None:
    passages = split_passages(Paper("p", "Title", text), limit)
    position = 0
    for number, passage in enumerate(passages):
        assert passage.number == number
        assert passage.text == text[passage.start : passage.end]
        assert not text[position : passage.start].strip()
        assert passage.end > passage.start
        position = passage.end
    assert not text[position:].strip()


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = "word " * 1000 + "end."
    passages = split_passages(Paper("p", "Title", text), 100)
    assert len(passages) >= 10
    assert all(set(passage.text.split()) <= {"word", "end."} for passage in passages)


def test_a_huge_word_is_cut_too_and_takes_no_time() -> None:
    passages = split_passages(Paper("p", "Title", "x" * 100_000), 100)
    assert sum(len(passage.text) for passage in passages) == 100_000


def test_the_title_goes_before_the_passage_for_the_model_only(papers: list[Paper]) -> None:
    passage = split_passages(papers[0], 128)[0]
    assert embedded_text(papers[0].title, passage.text) == f"{papers[0].title}. {passage.text}"
    assert not passage.text.startswith(papers[0].title)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("地衣减少了热损失[1]。摘要没有提到成本[0]。", ["地衣减少了热损失[1]。", "摘要没有提到成本[0]。"]),
        ("他说“好。”然后走了。再见！", ["他说“好。”然后走了。", "再见！"]),
        ("これは良い。「はい。」と言った。", ["これは良い。", "「はい。」と言った。"]),
        ("यह अच्छा है। वह आया॥ ठीक।", ["यह अच्छा है।", "वह आया॥", "ठीक।"]),
        ("كم عدد المشاركين؟ كانوا عشرة.", ["كم عدد المشاركين؟", "كانوا عشرة."]),
        ("Այո։ Ոչ։", ["Այո։", "Ոչ։"]),
        ("ጥሩ ነው።አዎ።", ["ጥሩ ነው።", "አዎ።"]),
        (
            "Η μέθοδος είναι γρήγορη. Γιατί; Λόγω της μνήμης.",
            ["Η μέθοδος είναι γρήγορη.", "Γιατί;", "Λόγω της μνήμης."],
        ),
        (
            "It is fast; it depends on α; we fix Δτ; it is small.",
            ["It is fast; it depends on α; we fix Δτ; it is small."],
        ),
        ("მეთოდი სწრაფია. შედეგი კარგია.", ["მეთოდი სწრაფია.", "შედეგი კარგია."]),
        ("วิธีนี้เร็ว [1] ผลลัพธ์ดี [2][3]", ["วิธีนี้เร็ว [1]", "ผลลัพธ์ดี [2][3]"]),
        ("វិធីនេះលឿន [1] លទ្ធផលល្អ។", ["វិធីនេះលឿន [1]", "លទ្ធផលល្អ។"]),
        ("ᱱᱚᱶᱟ ᱞᱚᱜᱚᱱ᱾ ᱵᱷᱟᱜᱮ᱾", ["ᱱᱚᱶᱟ ᱞᱚᱜᱚᱱ᱾", "ᱵᱷᱟᱜᱮ᱾"]),
        ("Es ist z. B. schnell, d. h. gut. Mehr nicht.", ["Es ist z. B. schnell, d. h. gut.", "Mehr nicht."]),
    ],
)
def test_sentences_end_as_their_script_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences
