"""What the readers yield of real exports, and what they refuse by name, adds up to what was counted without them."""

from pathlib import Path

import pytest

from bench.record_counts import count_json, count_json_lines, count_table, count_xml
from index import ReadError
from index.readers.json_files import read_json, read_lines
from index.readers.row import Row
from index.readers.source_file import SourceFile
from index.readers.table import read_table
from index.readers.xml_files import read_xml

EXPORTS = Path(__file__).resolve().parents[4] / "shared" / "files"

NO_ABSTRACTS = "asreview-generic_labels_no_abs.csv"
"""It has no column of abstracts and is refused as a whole."""

BY_SUFFIX = {
    ".csv": (count_table, read_table),
    ".json": (count_json, read_json),
    ".jsonl": (count_json_lines, read_lines),
    ".xml": (count_xml, read_xml),
}


@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the folder of real exports lies outside of the repository")
@pytest.mark.parametrize("name", sorted(file.name for file in EXPORTS.glob("*") if file.suffix in BY_SUFFIX))
def test_the_readers_yield_what_real_exports_hold(name: str) -> None:
    file = EXPORTS / name
    count, read = BY_SUFFIX[file.suffix]
    if name == NO_ABSTRACTS:
        with pytest.raises(ReadError, match="no column holds titles, or none abstracts"):
            list(read(SourceFile.on_disk(file)))
        return
    found = list(read(SourceFile.on_disk(file)))
    assert sum(isinstance(one, Row) or one.is_lost for one in found) == count(file.read_bytes())
