"""`paperchat search`, `show` and `similar`."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_search_says_when_nothing_fits_well(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("search", "zzzzzz", "--index-dir", catalogue_index)
    assert code == 0
    assert out.startswith("Nothing fits well: no paper has any of these words. The nearest by meaning:\n")
    out = run("search", "attention", "over", "trees", "-k", 1, "--index-dir", catalogue_index)[1]
    assert "Nothing fits" not in out
    assert "Tree Cross Attention" in out


def test_a_slip_of_the_pen_still_fits(run: Run, catalogue_index: Path) -> None:
    assert "Nothing fits" not in run("search", "atention", "-k", 1, "--index-dir", catalogue_index)[1]


def test_show_prints_the_record_and_the_abstract(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("show", "2402.11307", "--index-dir", catalogue_index)
    assert code == 0
    assert out.startswith("ICHPro: Intracerebral Hemorrhage Prognosis")
    assert "year     2024\n" in out
    assert "0.9429 AUC" in out
    shown = json.loads(run("show", "2402.11307", "--json", "--index-dir", catalogue_index)[1])
    assert shown["id"] == "2402.11307"


def test_similar_lists_other_papers(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("similar", "2503.01586", "-k", 2, "--json", "--index-dir", catalogue_index)
    found = json.loads(out)
    assert (code, len(found)) == (0, 2)
    assert "2503.01586" not in [hit["paper_id"] for hit in found]


def test_an_id_that_no_paper_has_is_one_line(run: Run, catalogue_index: Path) -> None:
    for command in ("show", "similar"):
        code, out, err = run(command, "nope", "--index-dir", catalogue_index)
        assert (code, out) == (1, "")
        assert err == "Error: There is no paper nope in the library: `paperchat list` shows the ids.\n"
