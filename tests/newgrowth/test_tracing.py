"""Spans as a collector gets them (OTLP over HTTP): a real server sends them, one trace a request, and they name nobody."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from directory.access import Role
from directory.record.open import open_record
from newgrowth.settings import read_settings
from newgrowth.tokens import development_token
from newgrowth.tracing import SERVICE
from tests.conditions import all_indexed, eventually
from tests.crash.nursery import Nursery, exists
from tests.crash.test_kill import STOPS_WITHIN_SECONDS, environment, url_of
from tests.factories import make_firm, make_profile
from tests.record.fixtures import migrated
from tests.record.steps import keep
from tests.schema.serving import listening

NAME = "王小明"
PHONE = "13812345678"
SUBJECT = "an-analyst-by-name"
QUERY = "query Find($filter: FirmFilter) { firms(filter: $filter) { totalCount nodes { name } } }"
FROM_OUTSIDE_IN = ("http.request", "graphql.operation", "search_engine.search")


@dataclass
class Collector:
    """What was sent to it, as bytes and as spans, by the service that sent them."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    async def take(self, request: Request) -> Response:
        """Keeps what came."""
        body = await request.body()
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.services.add(named["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        taken = ExportTraceServiceResponse().SerializeToString()
        return Response(taken, media_type="application/x-protobuf")

    def of_search(self) -> list[Span]:
        """The spans of the trace in which the engine was asked."""
        asked = next(span for span in self.spans if span.name == FROM_OUTSIDE_IN[-1])
        return [span for span in self.spans if span.trace_id == asked.trace_id]


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector of this machine."""
    collector = Collector()
    app = Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])
    async with listening(app) as url:
        collector.url = f"{url}/v1/traces"
        yield collector


@pytest.fixture
def engine_settings(engine_kind: str, request: pytest.FixtureRequest) -> Mapping[str, str]:
    """The settings that name the search engine."""
    if engine_kind == "embedded":
        return {}
    return {
        "NEWGROWTH_ENGINE": "elasticsearch",
        "NEWGROWTH_ELASTICSEARCH_URL": request.getfixturevalue("elasticsearch_url"),
        "NEWGROWTH_INDEX_PREFIX": request.getfixturevalue("index_prefix"),
    }


async def with_one_entry(data_dir: Path) -> None:
    """A record in the directory, with the entry that is searched for."""
    migrated(url_of(data_dir))
    async with await open_record(url_of(data_dir)) as record:
        await keep(record, make_firm(profile=make_profile(name=f"{NAME}工作室")))


async def test_a_request_is_one_trace_from_the_request_to_the_engine(
    engine_settings: Mapping[str, str], tmp_path: Path
) -> None:
    """It is sent at the latest when the server stops, which it does without a complaint; nothing in it is personal."""
    await with_one_entry(tmp_path)
    log = tmp_path / "server.log"
    async with collecting() as collector:
        sending = {"NEWGROWTH_TRACES_TO": collector.url, "no_proxy": "127.0.0.1"}
        with Nursery({**environment(tmp_path), **engine_settings, **sending}, log) as nursery:
            server = await asyncio.to_thread(nursery.serve)
            found = await searched(server.url, tmp_path)
            os.kill(server.pid, signal.SIGTERM)
            await eventually(lambda: not exists(server.pid))

    trace = collector.of_search()
    request, operation, search = (
        next(span for span in trace if span.name == name) for name in FROM_OUTSIDE_IN
    )
    assert found == [f"{NAME}工作室"]
    assert collector.services == {SERVICE}
    assert (request.parent_span_id, operation.parent_span_id) == (b"", request.span_id)
    assert search.parent_span_id == operation.span_id
    within = [span for span in trace if span.parent_span_id == search.span_id]
    assert bool(within) == bool(engine_settings)
    sent = b"".join(collector.bodies)
    assert [word for word in (NAME, PHONE, SUBJECT, "Find", "totalCount") if word.encode() in sent] == []
    assert "shut" not in log.read_text().lower()


@asynccontextmanager
async def hanging() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A collector that takes spans and never answers: its address, and what tells that it was reached."""
    reached = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/v1/traces", reached


async def test_a_server_told_to_stop_does_not_wait_for_a_collector_that_hangs(tmp_path: Path) -> None:
    """SIGTERM while spans are on their way: the process ends, with those that nobody took."""
    await with_one_entry(tmp_path)
    async with hanging() as (url, reached):
        sending = {"NEWGROWTH_TRACES_TO": url, "no_proxy": "127.0.0.1"}
        with Nursery({**environment(tmp_path), **sending}, tmp_path / "server.log") as nursery:
            server = await asyncio.to_thread(nursery.serve)
            await searched(server.url, tmp_path)
            await reached.wait()
            os.kill(server.pid, signal.SIGTERM)
            await eventually(lambda: not exists(server.pid), within_seconds=2 * STOPS_WITHIN_SECONDS)


async def searched(url: str, data_dir: Path) -> list[str]:
    """The names that an analyst's search for a person and a number finds, once all is indexed."""
    settings = read_settings(data_dir=data_dir, demo=True)
    token = development_token(settings, subject=SUBJECT, roles=[Role.ANALYST])
    asked = {"query": QUERY, "variables": {"filter": {"text": f"{NAME} OR {PHONE}"}}}
    async with httpx2.AsyncClient(base_url=url, trust_env=False) as client:
        await eventually(lambda: all_indexed(client))
        answer = await client.post("/graphql", json=asked, headers={"authorization": f"Bearer {token}"})
    return [each["name"] for each in answer.json()["data"]["firms"]["nodes"]]
