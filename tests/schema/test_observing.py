"""Figures and spans for operators: what happened, how often and how long, and nothing of whom it concerned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from directory.access import Role
from directory.errors import SearchUnavailable
from newgrowth.gauges import gauges
from schema.app import make_app
from schema.observing import CODES, Observer, timed
from tests.schema.serving import Served

TOKEN = "a-token-for-prometheus"
NAME = "王小明"
PHONE = "13812345678"
QUERY = "query Find($filter: FirmFilter) { firms(filter: $filter) { totalCount nodes { name } } }"
DOCUMENTED = Path(__file__).parents[2] / "docs/operating.md"


@pytest.fixture
def watched(served: Served) -> Served:
    """The API with a token for its figures."""
    observer = Observer()
    services = replace(
        served.services,
        observer=observer,
        search=timed(served.services.search, observer),
        gauges=lambda: gauges(served.record),
        settings=replace(served.services.settings, metrics_token=TOKEN),
    )
    return replace(served, services=services, app=make_app(services))


async def metrics(watched: Served, token: str | None = TOKEN) -> tuple[int, str]:
    """Status and text of the figures."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with watched.client() as client:
        answer = await client.get("/metrics", headers=headers)
    return answer.status_code, answer.text


async def figures(watched: Served) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Each figure by its name and labels."""
    _, text = await metrics(watched)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figure(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """A figure's key."""
    return name, frozenset(labels.items())


async def some_traffic(watched: Served) -> None:
    """A search with a person's name and number in it, a wrong query, a refused one, and an unknown path."""
    await watched.ask(
        QUERY, {"filter": {"text": f"{NAME} {PHONE}"}}, token=watched.tokens.issue(Role.ANALYST)
    )
    await watched.ask(f'{{ firms(filter: {{text: "{NAME}"}}) {{ nothing }} }}')
    await watched.ask("{ __schema { types { name } } }")
    await watched.ask(f"{{ {NAME} }}")
    await watched.send("", method="GET", path=f"/{NAME}/{PHONE}")


async def test_operations_are_counted_by_kind_and_code(watched: Served) -> None:
    """With their cost and time, and the engine's part of it."""
    await some_traffic(watched)

    found = await figures(watched)

    assert found[figure("newgrowth_operations_total", kind="query", code="OK")] == 1
    assert found[figure("newgrowth_operations_total", kind="query", code="FORBIDDEN")] == 1
    assert found[figure("newgrowth_operations_total", kind="unread", code="GRAPHQL_PARSE_FAILED")] == 1
    assert found[figure("newgrowth_operation_seconds_count", kind="query")] == 3
    assert found[figure("newgrowth_operation_cost_sum", kind="query")] > 1
    assert found[figure("newgrowth_engine_seconds_count", call="search", code="OK")] == 1
    assert found[figure("newgrowth_responses_total", route="/graphql", status="200")] >= 1
    assert found[figure("newgrowth_responses_total", route="OTHER", status="404")] == 1
    assert found[figure("newgrowth_index_lag_seconds")] == 0
    assert found[figure("newgrowth_log_unsealed_seconds")] == 0
    assert found[figure("newgrowth_record_connections", pool="write", figure="most")] == 1


async def test_no_figure_names_anybody(watched: Served) -> None:
    """No name, no number, no token, no path that a caller made up: labels are words of ours."""
    await some_traffic(watched)

    _, text = await metrics(watched)
    codes = {dict(labels).get("code", "OK") for _, labels in await figures(watched)}

    assert [word for word in (NAME, PHONE, "someone", "Find", "localhost") if word in text] == []
    assert codes <= CODES


async def test_an_engine_that_does_not_answer_is_counted_so(watched: Served) -> None:
    """Under the code that callers get."""
    await watched.services.search.close()

    assert (await watched.ask("{ firms { totalCount } }")).codes == [SearchUnavailable.code]

    count = figure("newgrowth_engine_seconds_count", call="search", code=SearchUnavailable.code)
    assert (await figures_of_observer(watched))[count] == 1


async def figures_of_observer(watched: Served) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What was counted, without asking record and engine."""
    families = watched.services.observer.registry.collect()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("token", [None, "", "another-token-of-this-length", TOKEN[:-1]])
async def test_the_figures_are_for_who_brings_the_token(watched: Served, token: str | None) -> None:
    """For all others there is no such address."""
    status, text = await metrics(watched, token)

    assert status == 404
    assert "newgrowth_" not in text


async def test_without_a_token_in_the_settings_there_are_no_figures(served: Served) -> None:
    """Nothing is public because nobody thought of it."""
    for token in (None, "", "None"):
        assert (await metrics(served, token))[0] == 404


async def test_each_figure_is_in_the_manual(watched: Served) -> None:
    """An operator finds what it means."""
    await some_traffic(watched)
    _, text = await metrics(watched)

    told = {family.name for family in text_string_to_metric_families(text)}
    manual = DOCUMENTED.read_text("utf-8")
    assert [name for name in sorted(told) if f"`{name}`" not in manual] == []


@pytest.fixture(scope="module")
def provider() -> TracerProvider:
    """The process's tracing: it can be set once only."""
    provider = TracerProvider()
    trace.set_tracer_provider(provider)
    return provider


@pytest.fixture
def exporter(provider: TracerProvider) -> Iterator[InMemorySpanExporter]:
    """Where this test's spans are kept."""
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    # Not its processor, which cannot be taken from the provider again: it would complain of each span of later tests.
    exporter.shutdown()


async def test_a_request_is_followed_to_the_engine(watched: Served, exporter: InMemorySpanExporter) -> None:
    """One trace: the request, the operation in it, the engine's question in that."""
    await watched.ask(QUERY, {"filter": {"text": NAME}}, token=watched.tokens.issue(Role.ANALYST))

    spans = {span.name: span for span in exporter.get_finished_spans()}
    request, operation, engine = (
        spans[name] for name in ("http.request", "graphql.operation", "search_engine.search")
    )
    assert parent_of(engine) == operation.context.span_id
    assert parent_of(operation) == request.context.span_id
    assert dict(operation.attributes or {})["graphql.root_fields"] == ("firms",)
    assert dict(request.attributes or {})["http.response.status_code"] == 200


def parent_of(span: ReadableSpan) -> int | None:
    """The span it is in."""
    return span.parent.span_id if span.parent else None


async def test_no_span_names_anybody(watched: Served, exporter: InMemorySpanExporter) -> None:
    """No text of a query, no variable, no message of an exception, whatever went wrong."""
    await some_traffic(watched)
    await watched.services.search.close()
    await watched.ask(QUERY, {"filter": {"text": f"{NAME} {PHONE}"}})

    told = json.dumps(
        [json.loads(span.to_json()) for span in exporter.get_finished_spans()], ensure_ascii=False
    )

    assert told.count("graphql.operation") >= 4
    assert [
        word for word in (NAME, PHONE, "someone", "totalCount", "Find", "Traceback") if word in told
    ] == []
