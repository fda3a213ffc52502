"""`/api` keeps what its OpenAPI description promises, whatever is sent."""

from typing import Any

import pytest
from browser.server import PageServer
from hypothesis import HealthCheck, given, settings

schemathesis = pytest.importorskip("schemathesis", reason="needs the package schemathesis (pip install '.[dev]')")

EXAMPLES = 8
"""Requests a route."""


def test_answers_are_as_described(guarded: PageServer, secrets_of: dict[str, str]) -> None:
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
    described = schemathesis.openapi.from_url(f"{guarded.address}api/openapi.json", headers=headers)
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def hold(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=held, timeout=60)

        hold()
