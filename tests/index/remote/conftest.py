"""Services of our own on this machine, and an index that asks them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.recorded import RecordedServices

from index import IndexSettings
from index.settings import RemoteSettings


@pytest.fixture
def services() -> Iterator[RecordedServices]:
    with RecordedServices() as services:
        yield services


@pytest.fixture
def remote_settings(services: RecordedServices) -> RemoteSettings:
    names = ("arxiv", "pubmed", "openalex", "doi", "zotero")
    return RemoteSettings.model_validate({name: f"{services.base}/{name}/" for name in names})


@pytest.fixture
def settings(remote_settings: RemoteSettings, tmp_path: Path, quick_model: None) -> IndexSettings:
    return IndexSettings(folder=tmp_path / "index", remote=remote_settings)
