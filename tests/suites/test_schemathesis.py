"""
Operations that schemathesis makes of the schema, asked of this API by the public and by roles: none finds a fault.

`CASES=2000` tries as many for each caller, as the continuous integration does; otherwise it is a few. The seed is the same in
every run, and `SEED` sets another.
"""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from directory.access import Role
from schema.errors import ApiCode
from tests.journeys.stage import staged_in
from tests.schema.serving import Served, listening
from tests.strategies import usccs

CASES = int(os.environ.get("CASES", "25"))
SEED = int(os.environ.get("SEED", "20200714"))
CALLERS = [None, Role.FIRM, Role.AGENCY, Role.SUPERVISOR]
SDL = Path(__file__).parents[2] / "schema/schema.graphql"
# What a caller is told when the server failed, whatever was asked.
FAILURES = {ApiCode.INTERNAL, ApiCode.UNAVAILABLE, ApiCode.SEARCH_UNAVAILABLE, ApiCode.TIMEOUT, ApiCode.BUSY}


@cache
def operations() -> st.SearchStrategy[Any]:
    """Any operation, with values of our scalars that mean something, and others."""
    instants = st.datetimes(timezones=st.just(None)).map(lambda at: f"{at.isoformat()}+08:00")
    numbers = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str)
    any_text = st.text(max_size=40)
    for name, texts in {
        "Date": st.dates().map(str),
        "DateTime": instants,
        "Decimal": numbers,
        "JSON": any_text,
        "USCC": usccs(),
    }.items():
        schemathesis.graphql.scalar(name, (texts | any_text).map(nodes.String))
    with SDL.open(encoding="utf-8") as file:
        return schemathesis.graphql.from_file(file).as_strategy()


def headers_of(served: Served, role: Role | None) -> dict[str, str]:
    """Who asks."""
    if role is None:
        return {}
    agency = {"agency": "samr"} if role is Role.AGENCY else {}
    return {"authorization": f"Bearer {served.tokens.issue(role, **agency)}"}


def tried(url: str, headers: dict[str, str]) -> list[str]:
    """Asks every case; the queries that were answered."""
    asked: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=CASES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations())
    def ask(case: Any) -> None:
        response = client.post(f"{url}/graphql", json={"query": case.body}, headers=headers)
        asked.append(case.body)
        assert fault_of(response) is None, f"{fault_of(response)}: {case.body}"

    with httpx2.Client(timeout=60) as client:
        ask()
    return asked


def fault_of(response: httpx2.Response) -> str | None:
    """What is wrong with an answer; None where nothing is."""
    if response.status_code >= 500:
        return f"status {response.status_code}"
    content = response.json()
    errors = content.get("errors", [])
    for error in errors:
        extensions = error.get("extensions", {})
        if extensions.get("code") in FAILURES or set(extensions.get("messages", {})) != {"zh", "en"}:
            return str(error)
    return None if "data" in content or errors else "neither data nor errors"


@pytest.mark.parametrize("role", CALLERS, ids=str)
async def test_no_operation_finds_a_fault(tmp_path: Path, role: Role | None) -> None:
    """Each is answered, or refused with a code and a sentence in both languages; none breaks the server."""
    async with staged_in(tmp_path) as stage, listening(stage.served.app) as url:
        asked = await asyncio.to_thread(tried, url, headers_of(stage.served, role))

    assert len(asked) >= CASES
    assert any(each.startswith("mutation") for each in asked)


def test_a_fault_would_be_seen() -> None:
    """A server's own error, an error that says nothing, and an answer without content."""
    masked = {"errors": [{"extensions": {"code": "INTERNAL", "messages": {"zh": "", "en": ""}}}]}
    answers = [(500, {"data": {}}), (200, masked), (200, {"errors": [{"message": "boom"}]}), (200, {})]

    assert all(fault_of(httpx2.Response(status, json=content)) for status, content in answers)
    assert fault_of(httpx2.Response(200, json={"data": None})) is None
