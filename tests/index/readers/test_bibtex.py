"""BibTeX and BibLaTeX: every entry of a file is a row or is named, and its LaTeX reads as text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.readers.bibtex_values import as_text, read_value, split_authors
from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]

GOOD = "@article{{{key},\n  title = {{{title}}},\n  abstract = {{We weighed 64 hedgehogs, 38\\% more.}}\n}}\n"


def entry(key: str = "muster2021", title: str = "Weight") -> str:
    return GOOD.format(key=key, title=title)


def titles(rows: list[Row]) -> list[str]:
    return [row.values["title"] for row in rows]


def test_an_entry_becomes_a_row(read: Read) -> None:
    content = (Path(__file__).parent / "cases" / "a01_basic.bib").read_text()
    rows, troubles = read(content, "BibTeX", "library.bib")
    assert rows == [
        Row(
            {
                "title": "Weight of hedgehogs in European parks: a naïve count",
                "abstract": "We weighed 64 hedgehogs in two parks over nine weeks. Hedgehogs near feeding stations "
                "gained 38 percent more weight. Rain made no difference to the gain.",
                "authors": ["Müster, Anna", "Beispiel, Bo"],
                "year": "2021",
                "doi": "10.5555/hh.2021.7",
                "journal": "Journal of Hedgehogs",
                "type": "article",
                "id": "muster2021",
            },
            line=2,
            record=1,
        )
    ]
    assert not troubles


def test_fields_of_biblatex_are_read_like_those_of_bibtex(read: Read) -> None:
    content = (
        "@online{b, title = {Hedgehogs}, subtitle = {A Count}, date = {2021-05-03}, journaltitle = {Parks}, "
        "eprint = {2105.00001}, eprinttype = {arxiv}, langid = {english}, keywords = {parks, rain}, "
        "url = {https://example.org/~a\\_b?c=1\\&d=%20}}"
    )
    rows, _ = read(content, "BibTeX")
    assert rows[0].values == {
        "title": "Hedgehogs: A Count",
        "year": "2021-05-03",
        "date": "2021-05-03",
        "arxiv_id": "2105.00001",
        "url": "https://example.org/~a_b?c=1&d=%20",
        "journal": "Parks",
        "keywords": ["parks", "rain"],
        "type": "online",
        "language": "english",
        "id": "b",
    }


# -- Values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("{a {B} c}", "a {B} c"),
        ('"a {"}b{"} c"', 'a {"}b{"} c'),
        ("2021", "2021"),
        ("JH", "Journal of Hedgehogs"),
        ('jh # ", " # {part } # 2', "Journal of Hedgehogs, part 2"),
        ("unknown # { x}", "unknown x"),
        ("", ""),
    ],
)
def test_a_value_is_joined_and_its_names_are_replaced(value: str, shown: str) -> None:
    assert read_value(value, {"jh": "Journal of Hedgehogs"}) == (shown, "")


def test_strings_may_be_made_of_strings_and_parentheses_serve_as_braces(read: Read) -> None:
    content = (
        '@string(j = "Journal")\n@STRING{jh = j # { of Hedgehogs}}\n@preamble{"\\newcommand{a}{b}"}\n@comment{none}\n'
        '@article(key, title = "A (small) title", journal = JH, month = may # "~3")\n'
    )
    rows, troubles = read(content, "BibTeX")
    assert [(row.values["title"], row.values["journal"], row.line) for row in rows] == [
        ("A (small) title", "Journal of Hedgehogs", 5)
    ]
    assert not troubles


def test_and_within_braces_parts_no_authors() -> None:
    text = "Muster, Anna and {Parks and Gardens} AND Beispiel, Bo\tand others"
    assert list(split_authors(text)) == ["Muster, Anna", "{Parks and Gardens}", "Beispiel, Bo"]
    assert len(list(split_authors("{Lee" + " and Sun" * 50_000))) == 1


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"S{\~a}o Jo\~{a}o, a \~5 km walk", "São João, a ~5 km walk"),
        (r"na{\"\i}ve {\O}re caf\'e \v{S}", "naïve Øre café Š"),
        (r"38\% of 5% \& {DNA}", "38% of 5% & DNA"),
        (r"$\alpha$-helix, $p < .05$, H$_2$O", "α-helix, p < .05, H_2O"),
        ("from $5 to $6 a day", "from $5 to $6 a day"),
        ("~5 mg of Fig.~2", "~5 mg of Fig. 2"),
        (r"see \url{https://a.b/c_d%20e}", "see https://a.b/c_d%20e"),
        (r"\textit{Erinaceus} and \unknown{word}", "Erinaceus and word"),
        ("{" * 5000 + "deep" + "}" * 5000, "deep"),
        ("a {brace that is open", "a brace that is open"),
    ],
)
def test_latex_reads_as_text(latex: str, shown: str) -> None:
    assert as_text(latex) == shown


# -- Nothing is lost ------------------------------------------------------------------------------------------------


def test_a_second_entry_with_the_same_key_goes_in_without_it_and_is_told(read: Read) -> None:
    rows, troubles = read(entry(title="One") + entry(title="Two"), "BibTeX")
    assert [(row.values["title"], row.values.get("id")) for row in rows] == [("One", "muster2021"), ("Two", None)]
    assert troubles == [
        Trouble(
            "The key muster2021 is that of line 1, too: read without it.",
            line=5,
            record=2,
            remedy="Give one of the two another key.",
            is_lost=False,
        )
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "@article{broken, title = {A brace too few, abstract = {Text}\n}\n",
        '@article{broken, title = "A quote too few, abstract = {Text}\n}\n',
        "@article{broken, title = {Cut off\n",
        "@article{broken title = {No comma}, abstract = {Text}}\n",
        "@article{broken, title {No sign}, abstract = {Text}}\n",
        "@article{broken, title = {" + "{" * 1_000_001 + "\n",
        "@article\n",
    ],
)
def test_an_entry_that_cannot_be_parsed_is_named_and_its_neighbours_are_read(read: Read, broken: str) -> None:
    rows, troubles = read(entry("a", "One") + broken + entry("b", "Two"), "BibTeX")
    assert titles(rows) == ["One", "Two"]
    assert [(trouble.line, trouble.record, trouble.is_lost) for trouble in troubles] == [(5, 2, True)]
    assert [row.record for row in rows] == [1, 3]


def test_the_reason_names_the_entry_and_what_to_look_for(read: Read) -> None:
    _, troubles = read("@article{broken, title = {Cut off\n" + entry("b", "Two"), "BibTeX")
    assert str(troubles[0].reason) == "The entry broken can't be parsed: a brace or quote is not closed."
    assert troubles[0].remedy == "Check its braces and commas."


def test_an_entry_with_a_brace_too_many_is_read_up_to_it_and_is_told(read: Read) -> None:
    rows, troubles = read("@article{a, title = {One}},\n  abstract = {Text}\n}\n" + entry("b", "Two"), "BibTeX")
    assert titles(rows) == ["One", "Two"]
    assert [(trouble.line, trouble.remedy, trouble.is_lost) for trouble in troubles] == [
        (1, "Is there a brace too many?", False)
    ]


def test_a_missing_comma_between_fields_loses_none(read: Read) -> None:
    rows, troubles = read("@article{a, title = {One}\n  abstract = {Text}, year = 2021}", "BibTeX")
    assert (rows[0].values["title"], rows[0].values["abstract"], rows[0].values["year"]) == ("One", "Text", "2021")
    assert [trouble.reason for trouble in troubles] == [
        "There is no comma behind the field `title`: `abstract` was read."
    ]


def test_of_a_field_that_stands_twice_the_first_is_kept(read: Read) -> None:
    rows, troubles = read("@article{a, title = {One}, title = {Two}, abstract = {Text}}", "BibTeX")
    assert titles(rows) == ["One"]
    assert [(trouble.reason, trouble.is_lost) for trouble in troubles] == [
        ("Fields stand twice in the entry (title).", False)
    ]


def test_entries_on_one_line_and_text_between_entries(read: Read) -> None:
    one_line = entry("a", "One").replace("\n", " ") + entry("b", "Two").replace("\n", " ")
    rows, troubles = read(f"% Encoding: UTF8\n{one_line}\n\nnotes of mine\n" + entry("c", "Three"), "BibTeX")
    assert titles(rows) == ["One", "Two", "Three"]
    assert not troubles


def test_an_at_sign_in_an_abstract_begins_no_entry(read: Read) -> None:
    rows, troubles = read("@article{a, title = {One}, abstract = {Write to me@park{s}.org or\n  @ {home}.}}", "BibTeX")
    assert [row.values["abstract"] for row in rows] == ["Write to me@parks.org or @ home."]
    assert not troubles


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_line_ends_and_encodings_do_not_matter(read: Read, line_end: str, encoding: str) -> None:
    rows, troubles = read(entry(title="Größe").replace("\n", line_end).encode(encoding), "BibTeX")
    assert titles(rows) == ["Größe"]
    assert not troubles
