"""Fixtures that several test folders share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.fixtures import llama_server, scripted_server

from index import IndexSettings, catalogue_path, ingest

__all__ = ["llama_server", "scripted_server"]


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own PAPERCHAT_ variables and keys must not change what tests see."""
    for name in list(os.environ):
        if name.startswith("PAPERCHAT_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What commands remember between runs is not the developer's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def catalogue_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an index over the shipped catalogue, made once. Tests only read it."""
    folder = tmp_path_factory.mktemp("catalogue-index")
    report = ingest([catalogue_path()], IndexSettings(folder=folder))
    assert report.added == 238
    return folder
