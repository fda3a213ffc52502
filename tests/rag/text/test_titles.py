"""What a paper is called."""

import pytest

from rag.text.names import are_named, name_of, short_title, whole_title


@pytest.mark.parametrize(
    ("title", "abstract", "name"),
    [
        ("EliteKV: Scalable Compression", "", "EliteKV"),
        ("Prognosis by Fusion", "We propose a cross-modal network termed ICHPro that fuses scans.", "ICHPro"),
        ("Looking Again", "We introduce Visual Attention Redistribution (VAR), a method.", "VAR"),
        ("Titans: Learning to Memorize", "From these two modules, Titans are built.", "Titans"),
        ("Argus: Seeing", "Argus looks twice. See https://a.io/argus.", "Argus"),
        ("Attention: Is It All?", "The attention mechanism is studied. Attention is old.", ""),
        ("A Study of Networks", "We propose a CNN and a Multi-Head layer in 3D.", ""),
    ],
)
def test_a_paper_is_called_by_the_name_its_authors_gave(title: str, abstract: str, name: str) -> None:
    assert name_of(title, abstract) == name


def test_a_long_title_is_shortened_and_a_subtitle_left_out() -> None:
    assert short_title("Frozen in Time: A Joint Encoder") == "Frozen in Time"
    assert short_title("One Two Three Four Five Six Seven Eight Nine Ten Eleven").endswith(" …")
    assert whole_title("Does It Help? A Study") == "Does It Help?"


def test_a_name_counts_only_as_the_paper_writes_it() -> None:
    title = "FAST: Factorizable Attention"
    assert are_named([(title, "FAST is cheap.")], "How does FAST work?") == [True]
    assert are_named([(title, "FAST is cheap.")], "how does fast work?") == [True]
    assert are_named([(title, "FAST is cheap.")], "How fast is Hymba?") == [False]
    assert are_named([("Frozen in Time: An Encoder", "")], "What does Frozen in Time solve?") == [True]
