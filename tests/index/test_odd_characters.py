"""Half characters, NULs and signs that turn the direction of text: kept, found and shown without an error."""

import json
from pathlib import Path

import pytest

from index import IndexSettings, Paper, PaperIndex, ingest, inspect

pytestmark = pytest.mark.usefixtures("quick_model")

ODD = ["\ud800", "\udcff", "\0", "\u202e", "\x1b[31m", "\u2028"]


@pytest.mark.parametrize("odd", ODD)
def test_papers_with_odd_characters_go_in_and_are_found(settings: IndexSettings, tmp_path: Path, odd: str) -> None:
    row = {
        "id": f"p{odd}1",
        "title": f"Owls{odd} at night",
        "abstract": f"Owls see mice.{odd} They hunt.",
        "authors": [odd],
    }
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps(row))
    report = ingest([file], settings)
    assert (report.added, report.problems) == (1, ())
    assert ingest([file], settings).unchanged == 1
    with PaperIndex.open(settings) as index:
        written = Paper(
            f"q{odd}", f"Bats{odd}", f"Bats{odd} hear.", authors=(odd,), url=f"https://x{odd}", topics=(odd,)
        )
        assert index.add([written]).added == 1
        assert index.add([written]).unchanged == 1
        (hit, _) = index.search_words(f"owls{odd}", 1)[0]
        for unknown in (f"unknown{odd}", odd):
            assert index.paper(unknown) is None
            assert index.passages([unknown]) == index.token_vectors([f"{unknown}#0"]) == {}
            assert index.search_words("owls", 5, paper_ids=[unknown]) == []
            assert index.remove([unknown]) == 0
        paper = index.paper(hit)
        assert paper
        assert f"{paper}".encode()
        assert "They hunt." in paper.abstract
    assert {finding.severity for finding in inspect(settings)} == {"ok"}
