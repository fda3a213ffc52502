"""Commands in processes of their own: one that hangs fails its test, and the next one runs."""

from pathlib import Path

import pytest

from bench.commands import Commands
from index import IndexSettings, Paper, PaperIndex


def test_a_command_that_does_not_end_is_ended_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PaperIndex.open(IndexSettings(folder=tmp_path)) as index:
        index.add([Paper("p1", "Owls", "Owls see at night.")])
    monkeypatch.setenv("PAPERCHAT_OPEN", "0")
    with Commands() as commands:
        with pytest.raises(TimeoutError, match="paperchat serve"):
            commands.run("serve", "--port", 0, "--index-dir", tmp_path, patience=2)
        assert commands.run("doctor", "--index-dir", tmp_path).code == 0
