"""What readers give for a file, by the way that every file takes: recognised by what is in it, then read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.readers.files import recognise
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

Read = Callable[..., tuple[list[Row], list[Trouble]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(content, format, name)`: the rows and the troubles of a file that is recognised as that format."""

    def read_content(content: str | bytes, format: str, name: str = "export.txt") -> tuple[list[Row], list[Trouble]]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        source = SourceFile.on_disk(file)
        found = recognise(source)
        assert found.name == format
        records = list(found.read(source))
        return [one for one in records if isinstance(one, Row)], [one for one in records if isinstance(one, Trouble)]

    return read_content
