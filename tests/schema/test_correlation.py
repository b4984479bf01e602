"""Each request has one name: in its answer, and in what is logged about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from directory.access import Role
from directory.errors import RecordUnavailable
from schema import app, masking
from schema.app import make_app
from tests.schema.serving import Served

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
JSON = ("content-type", "application/json")
QUERY = '{"query": "{ changes { nodes { kind } } }"}'


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is logged, with what is bound to the request."""
    captured = LogCapture()
    logger = structlog.wrap_logger(None, processors=[structlog.contextvars.merge_contextvars, captured])
    monkeypatch.setattr(masking, "log", logger)
    monkeypatch.setattr(app, "log", logger)
    return captured


def failing(served: Served, error: Exception) -> Served:
    """An API whose record answers with the error."""

    class Broken:
        def reader(self) -> Any:
            raise error

    services = replace(served.services, record=Broken())  # type: ignore[arg-type]
    return replace(served, app=make_app(services), services=services)


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        ([("x-request-id", "proxy-4711.a_b")], "proxy-4711.a_b"),
        ([("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01")], TRACE),
        ([("x-request-id", "proxy-4711"), ("traceparent", f"00-{TRACE}-00f067aa0ba902b7-01")], "proxy-4711"),
    ],
)
async def test_a_sane_name_is_taken_over(served: Served, headers: list[tuple[str, str]], named: str) -> None:
    """From a proxy's own header, or from the trace that the caller is in."""
    answer = await served.send("", method="GET", path="/healthz", headers=headers)
    assert answer.headers["x-request-id"] == named


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("x-request-id", "short")],
        [("x-request-id", "x" * 65)],
        [("x-request-id", 'a"}{"forged":"line')],
        [("x-request-id", "twelve chars")],
        [("traceparent", f"00-{'0' * 32}-00f067aa0ba902b7-01")],
        [("traceparent", f"00-{TRACE.upper()}-00f067aa0ba902b7-01")],
        [("traceparent", TRACE)],
    ],
)
async def test_any_other_name_gives_way_to_a_new_one(served: Served, headers: list[tuple[str, str]]) -> None:
    """Nobody writes into the log or the answer what he likes."""
    answers = [await served.send("", method="GET", path="/healthz", headers=headers) for _ in range(2)]
    first, second = (answer.headers["x-request-id"] for answer in answers)
    assert first != second
    assert len(first) == len(second) == 32
    assert set(first + second) <= set("0123456789abcdef")


async def test_what_is_logged_about_a_request_carries_its_name(served: Served, log: Any) -> None:
    """And the digest of its query, never the text."""
    token = served.tokens.issue(Role.SUPERVISOR)
    answer = await failing(served, RecordUnavailable("down")).send(
        QUERY, headers=[JSON, ("authorization", f"Bearer {token}"), ("x-request-id", "proxy-4711")]
    )
    assert answer.headers["x-request-id"] == "proxy-4711"
    (line,) = [entry for entry in log.entries if entry["event"] == "service_unavailable"]
    assert line["request_id"] == "proxy-4711"
    assert len(line["query"]) == 16
    assert "nodes" not in str({**line, "path": None, "exc_info": None})


async def test_a_crash_carries_the_name_too(served: Served, log: Any) -> None:
    """Its answer is made outside of everything else."""
    answer = await failing(served, RuntimeError("nobody foresaw this")).send(
        "", method="GET", path="/readyz", headers=[("x-request-id", "proxy-4711")]
    )
    assert (answer.status, answer.headers["x-request-id"]) == (500, "proxy-4711")
    (line,) = [entry for entry in log.entries if entry["event"] == "request_failed"]
    assert line["request_id"] == "proxy-4711"
