"""Records of exports are counted without the readers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.record_counts import count_json, count_json_lines, count_table, count_workbook, count_xml

CASES = Path(__file__).parents[1] / "index" / "readers" / "cases"


@pytest.mark.parametrize(
    ("count", "content", "expected"),
    [
        (count_table, b'Exported by hand\n\ntitle;abstract\nOne;"a\nb"\n\nTwo;c\n', 2),
        (count_table, b'PT\tAU\tTI\r\nJ\tA\t"One\r\nJ\tB\tTwo\r\n', 2),
        (count_json_lines, b'{"title": "One"}\n\n{"title": "Two"}\n', 2),
        (count_json, b'{"message": {"items": [{"title": ["One"]}, {"title": ["Two"]}], "facets": []}}', 2),
        (count_json, b'{"title": "One"}', 1),
        (count_json, b'{"url": "", "body": "<?xml version=\'1.0\'?><feed><entry ></entry></feed>"}', 1),
        (count_xml, b"<PubmedArticleSet><PubmedArticle></PubmedArticle><PubmedBookArticle>", 2),
        (count_xml, b"<xml><records><record><x/></record><record></record></records></xml>", 2),
        (count_workbook, (CASES / "a23.xlsx").read_bytes(), 1),
    ],
)
def test_records_are_counted(count: Callable[[bytes], int], content: bytes, expected: int) -> None:
    assert count(content) == expected
