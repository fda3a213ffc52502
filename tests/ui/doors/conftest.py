"""A small made-up library and a server over it, quick to make."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser.server import PageServer
from servers.small_library import PAPERS

from index import IndexSettings, ingest
from ui.doors import Store


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an index over PAPERS, which tests may add to."""
    folder = tmp_path_factory.mktemp("doors")
    file = folder / "papers.json"
    file.write_text(json.dumps(PAPERS), "utf-8")
    assert ingest([file], IndexSettings(folder=folder / "index")).added == len(PAPERS)
    return folder / "index"


@pytest.fixture(scope="session")
def secrets_of(small_index: Path) -> dict[str, str]:
    """Tokens: Ada may read or write, Bob writes, Eve is no user."""
    store = Store(small_index)
    return {
        name: store.new_token(name.split("-")[0], may_write="write" in name)[1]
        for name in ("ada-read", "ada-write", "bob-write", "eve-write")
    }


@pytest.fixture(scope="session")
def guarded(small_index: Path, secrets_of: dict[str, str]) -> Iterator[PageServer]:
    """A server for Ada and Bob."""
    with PageServer(small_index, USERS="ada:lovelace,bob:builder", UI__REQUESTS_PER_MINUTE="100000") as running:
        yield running


@pytest.fixture(scope="session")
def ada(guarded: PageServer, secrets_of: dict[str, str]) -> Iterator[httpx.Client]:
    """A program of Ada's that may do everything."""
    headers = {"authorization": f"Bearer {secrets_of['ada-write']}"}
    with httpx.Client(base_url=guarded.address, headers=headers, timeout=60) as client:
        yield client
