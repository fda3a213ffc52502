"""`/api` keeps what its OpenAPI description promises, whatever is sent."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.server import PageServer
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="needs the package schemathesis (pip install '.[dev]')")

EXAMPLES = 8
"""Requests a route."""


@pytest.fixture
def described_server(small_index: Path, secrets_of: dict[str, str], tmp_path: Path) -> Iterator[PageServer]:
    """Over a library of its own, since whatever is sent may be a paper."""
    shutil.copytree(small_index.parent, tmp_path / "doors")
    index = tmp_path / "doors" / small_index.name
    with PageServer(index, USERS="ada:lovelace,bob:builder", UI__REQUESTS_PER_MINUTE="100000") as running:
        yield running


def test_answers_are_as_described(described_server: PageServer, secrets_of: dict[str, str]) -> None:
    from schemathesis import checks
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    headers = {"authorization": f"Bearer {secrets_of['ada-write']}"}
    held = [
        checks.not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    described = schemathesis.openapi.from_url(f"{described_server.address}api/openapi.json", headers=headers)
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def hold(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=held, timeout=60)

        hold()
