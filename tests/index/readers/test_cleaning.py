"""Titles and abstracts come out as a person reads them, and no number changes on the way."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper
from index.readers import read_papers
from index.readers.cleaning import clean_abstract, clean_title, is_unknown, why_no_abstract
from index.readers.fields import make_paper
from index.readers.markup import read_markup
from index.readers.row import Row, Trouble

CASES = Path(__file__).parent / "cases"


def only_paper(name: str) -> Paper:
    (paper,) = read_papers(CASES / name)
    assert isinstance(paper, Paper)
    return paper


# -- HTML and JATS --------------------------------------------------------------------------------------------------


def test_tags_and_entities_are_read_and_sentences_are_not_glued() -> None:
    paper = only_paper("a21_html.csv")
    assert paper.title == "Weight of Erinaceus europaeus & others"
    assert paper.abstract == "We weighed 64 hedgehogs – p<0.05. Gain was 38%."


@pytest.mark.parametrize(
    ("markup", "readable"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One.<br>Two.<br/>Three.", "One. Two. Three."),
        ("<ul><li>one<li>two</ul>", "one two"),
        ("a <b>bold</b>face", "a boldface"),
        ("10<sup>5</sup> cells, 10<sup>-3</sup> m<sup>2</sup>, 4<sup>th</sup>", "10⁵ cells, 10⁻³ m², 4th"),
        ("CO<sub>2</sub>, V<sub>max</sub>, 5<sub>2</sub>", "CO2, Vmax, 5₂"),
        ("&lt;i&gt;x&lt;/i&gt; &amp;lt;5&amp;gt; &#8211; &#150; &nbsp;&hellip;", "x <5> – – …"),
        ("AT&T, R&D; &unknown; & so", "AT&T, R&D; &unknown; & so"),
        ("p < .05, a<b, c>d, n<5", "p < .05, a<b, c>d, n<5"),
        ("if a<b and c>d, List<String>", "if a<b and c>d, List<String>"),
        ("<h4>BACKGROUND</h4>We do.<h4>METHODS:</h4>So.", "BACKGROUND: We do. METHODS: So."),
        (
            "<jats:title>Abstract</jats:title><jats:sec><jats:title>Objective</jats:title><jats:p>To weigh.</jats:p>"
            "</jats:sec><jats:sec><jats:title>Methods</jats:title><jats:p>By scale.</jats:p></jats:sec>",
            "Objective: To weigh. Methods: By scale.",
        ),
        (
            "x <mml:math><mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac><mml:mo>=</mml:mo>"
            "<mml:msup><mml:mi>y</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>",
            "x 1/2=y²",
        ),
        (
            "so <alternatives><mml:math><mml:mi>x</mml:mi></mml:math><tex-math id='m1'>\\documentclass{minimal} "
            "\\usepackage{amsmath} \\begin{document}$x<y$\\end{document}</tex-math><graphic/></alternatives> it is",
            "so x<y it is",
        ),
        ("a <!-- b <!-- c --> d <!----> e --> f <!-- g", "a d e --> f <!-- g"),
        (f"a <!-- {'b' * 3000} <!-- c --> d", f"a <!-- {'b' * 3000} d"),
    ],
)
def test_markup_reads_as_the_page_shows_it(markup: str, readable: str) -> None:
    assert clean_abstract(markup) == readable


# -- LaTeX ----------------------------------------------------------------------------------------------------------


def test_latex_reads_as_it_is_printed() -> None:
    paper = only_paper("a20_latex.jsonl")
    assert paper.title == "On α-hedgehogs & friends"
    assert paper.abstract == "We show x_i^2 ≤ 1/2 for all hedgehogs; cost is $5. Accuracy rises by 3.2%."


@pytest.mark.parametrize(
    ("latex", "readable"),
    [
        (r"12--18\% of all -- or --all", "12–18% of all – or --all"),
        (r"M{\"u}ster, B\H{o}, {\L}ukasz, \c{C}a, na\"{\i}ve, Caf\'e", "Müster, Bő, Łukasz, Ça, naïve, Café"),
        (r"$N$ runs of $k$-means, $p<0.05$, $n = 12$", "N runs of k-means, p<0.05, n = 12"),
        (r"$\mathcal{O}(n \log n)$ in $\mathbb{R}^{d}$", "O(n log n) in R^d"),
        (r"$3\frac{1}{2}$, $\frac{a+b}{c}$, $x^{n+1}$, $10^{-3}$", "3 1/2, (a+b)/c, x^(n+1), 10^-3"),
        (r"5$\times$10$^{5}$, $\le$5, 90$^\circ$, 3$^{rd}$, H$_2$O", "5×10^5, ≤5, 90°, 3rd, H2O"),
        (r"$10{,}000$ and 1\,000 at 50\%", "10,000 and 1 000 at 50%"),
        (r"\emph{all} of {\bf it} \textit{\textbf{here}} \cite{x}.", "all of it here."),
        (r"Fig.~3 \& ~5 \textless{} \ie\ so", "Fig. 3 & ~5 < i.e. so"),
        (r"``quoted''", "“quoted”"),
        (r"set \{0,1\}", "set {0,1}"),
        (r"said \"hello\" of the patient\'s", "said \"hello\" of the patient's"),
    ],
)  # fmt: skip
def test_commands_formulas_and_accents_are_read(latex: str, readable: str) -> None:
    assert clean_abstract(latex) == readable


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $10, or US$20-US$30.",
        "between $5 million and A$6 million",
        "5~10 years, y~x, {0, 1} and n^{1.5}",
        "50% of 3 & 4 #1 a_b",
    ],
)
def test_dollars_braces_and_signs_of_plain_text_stay(text: str) -> None:
    assert clean_abstract(text) == text


# -- line ends, heads and tails -------------------------------------------------------------------------------------


def test_words_divided_at_a_line_end_are_whole_again() -> None:
    text = (
        "Joint atten-\ntion is long-\nand short-term, non-\nEuropean, cross-\nmodal; cross-modal co\u00ad\noperation."
    )
    assert clean_abstract(text) == (
        "Joint attention is long- and short-term, non-European, cross-modal; cross-modal cooperation."
    )


@pytest.mark.parametrize("head", ["Abstract: ", "ABSTRACT ", "Abstract", "Summary. ", "abstract\n", "ABSTRACT\n\n"])
def test_the_word_over_an_abstract_is_left_out(head: str) -> None:
    assert clean_abstract(f"{head}We weighed hedgehogs.") == "We weighed hedgehogs."


@pytest.mark.parametrize(
    "text",
    [
        "Abstract interpretation is a theory.",
        "Abstract Syntax Trees are trees.",
        "Summary statistics are given.",
        "Objective: To weigh. Results: 38%.",
        "The NAO© robot spoke. Data published by Elsevier were used (c) by us.",
        "We studied law. Copyright law is discussed at last.",
    ],
)
def test_the_same_words_in_a_sentence_stay(text: str) -> None:
    assert clean_abstract(text) == text


@pytest.mark.parametrize(
    "tail",
    [
        " © 2020 Elsevier Ltd. All rights reserved.",
        "© The Author(s) 2020.",
        " (c) 2019 The Authors. Journal of X published by Wiley.",
        " Copyright © 2012 John Wiley & Sons, Ltd.",
        " Published by Elsevier B.V.",
        " (PsycINFO Database Record (c) 2016 APA, all rights reserved)",
    ],
)
def test_who_owns_an_abstract_is_left_out(tail: str) -> None:
    assert clean_abstract(f"Gain was 38%, p<.05.{tail}") == "Gain was 38%, p<.05."


@pytest.mark.parametrize("front", ["© 2020 Elsevier B.V. All rights reserved. ", "© 2005 Wiley Periodicals, Inc."])
def test_the_owner_may_stand_in_front(front: str) -> None:
    assert clean_abstract(f"{front}We weighed 5.2 kg. It rained.") == "We weighed 5.2 kg. It rained."


# -- what is no abstract --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "NA",
        "n/a",
        "[No abstract available]",
        "None",
        "-",
        "Abstract not available",
        "No abstract was provided.",
        "<p>N/A</p>",
        "Abstract",
        "This article has been retracted: please see the policy of the publisher.",
        "This paper has been withdrawn by the author due to an error in equation 3.",
        "Retraction notice",
        "WEIGHT OF HEDGEHOGS.",
    ],
)
def test_what_stands_in_place_of_an_abstract_is_refused_with_its_place_and_a_remedy(value: str) -> None:
    found = make_paper(Row({"title": "Weight of hedgehogs", "abstract": value}, line=7))
    assert isinstance(found, Trouble)
    assert found.line == 7
    assert "abstract" in found.reason
    assert found.remedy == "Add the abstract to the record, or leave the record out."


@pytest.mark.parametrize("abstract", ["Nanotubes.", "No abstract ideas are weighed here.", "lorem", "Na+ rises."])
def test_short_abstracts_are_abstracts(abstract: str) -> None:
    assert not why_no_abstract(abstract, "Title")


def test_missing_values_of_a_table_are_missing() -> None:
    first, second, third = read_papers(CASES / "a06_na.csv")
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert first.id != second.id
    assert (first.doi, second.doi) == ("", "")
    assert "a06_na.csv:4: There is no abstract. Add the abstract" in str(third)


# -- what holds of any text -----------------------------------------------------------------------------------------

FRAGMENTS = [
    "We found", "3.2%", "p < .05", "a<b", "12–18", "$5", "$x_1$", r"\alpha", r"3\%", "<p>", "</p>", "<i>", "</i>",
    "&lt;", "&amp;", "{x}", "Abstract:", "© 2020 X.", "10,000", "atten-\ntion", "``a''", "(n = 7)", r"\frac{1}{2}",
    r"{\'e}", "~", "^", "_", "$", "\\", "{", "}", "&amp;amp;", "é", "Â°", "â€“", "\u00ad", "Published by X.", "\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=10), st.sampled_from(["", " "]))
def test_what_is_clean_stays_as_it_is(parts: list[str], between: str) -> None:
    cleaned = clean_title(between.join(parts))
    assert clean_title(cleaned) == cleaned


@given(st.text(max_size=200))
def test_any_text_is_cleaned_once_and_for_all(text: str) -> None:
    cleaned = clean_abstract(text)
    assert clean_abstract(cleaned) == cleaned


NUMBERS = st.from_regex(
    r"\A(?:\d{1,3}(?:[.,]\d{1,3})?%?|\d{1,2}–\d{2}|\$\d{1,3}|n = \d{1,3}|p < \.\d{2}|<\d|\(\d, \d\))\Z"
)
PROSE = st.sampled_from(
    ["We", "found", "hedgehogs", "and", "naïve", "ones;", "weighed.", "<i>more</i>", "&amp;", "x-ray"]
)


@given(st.lists(NUMBERS | PROSE, min_size=1, max_size=15))
def test_no_digit_is_lost_or_made(parts: list[str]) -> None:
    text = " ".join(parts)
    assert re.findall(r"\d", clean_abstract(text)) == re.findall(r"\d", text)


@pytest.mark.parametrize(
    "text",
    ["<b>" * 9000, "&amp;" * 9000, "$x" * 9000, r"\frac{" * 90, "$" + r"\frac{" * 90 + "$", "{" * 9000, "a-\n" * 9000],
)
def test_hostile_texts_are_read_all_the_same(text: str) -> None:
    assert isinstance(clean_abstract(text), str)


@pytest.mark.parametrize(
    "noise",
    [
        "<!--" * 100_000,
        "<!-- " * 50_000 + "-->",
        "<alternatives>" * 30_000,
        "<alternatives><tex-math>x</tex-math>" * 5_000,
        "<tex-math>" + r"\documentclass\begin{document}" * 5_000,
    ],
)
def test_marks_that_nothing_ends_do_not_take_for_ever(noise: str) -> None:
    assert "Owls hear mice." in read_markup(f"{noise} Owls hear mice.")


def test_many_signs_and_a_letter_are_told_from_nothing_at_once() -> None:
    assert is_unknown("-" * 200_000)
    assert not is_unknown("-" * 200_000 + "x")
