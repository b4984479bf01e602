"""
What operators see of the API's work: figures (Prometheus) and, where OpenTelemetry is installed, spans.

Both name kinds, codes, routes and fields of the schema, which are few and ours. No text of a query, no variable, no caller, no
address, no id stands in either.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from graphql import FieldNode, GraphQLError, OperationDefinitionNode
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from directory.errors import ErrorCode, ServiceFault
from indexer.query.search import SearchEngine
from schema.errors import ApiCode

OK = "OK"
OTHER = "OTHER"
# What is counted by code: a code that nobody knows must not make a series of its own.
CODES = frozenset({OK, *(code.value for code in ApiCode), *(code.value for code in ErrorCode)})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
COSTS = (1, 5, 10, 25, 50, 100, 250, 500, 1000)
ASKED = ("search", "tally", "suggest")

# When a series was begun is of use to nobody here, and doubles their number.
disable_created_metrics()  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class Seen:
    """What is learned of an operation while it runs."""

    kind: str = "unread"
    code: str = OK
    cost: int | None = None
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Observer:
    """Counts and times, in a registry of its own, so that two servers in one process do not share figures."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    operations: Counter = field(init=False)
    operation_seconds: Histogram = field(init=False)
    operation_cost: Histogram = field(init=False)
    engine_seconds: Histogram = field(init=False)
    responses: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.operations = Counter(
            "newgrowth_operations",
            "GraphQL operations, by kind and first code.",
            ["kind", "code"],
            registry=self.registry,
        )
        self.operation_seconds = Histogram(
            "newgrowth_operation_seconds",
            "Time of an operation.",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.operation_cost = Histogram(
            "newgrowth_operation_cost",
            "Cost of an operation.",
            ["kind"],
            buckets=COSTS,
            registry=self.registry,
        )
        self.engine_seconds = Histogram(
            "newgrowth_engine_seconds",
            "Time of a question to the search engine.",
            ["call", "code"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.responses = Counter(
            "newgrowth_responses",
            "Answers over HTTP, by route and status.",
            ["route", "status"],
            registry=self.registry,
        )

    @contextmanager
    def operation(self, *, traced: bool = True) -> Iterator[Seen]:
        """One operation; what is seen of it is noted at its end.

        A subscription counts for as long as it lives, and is not `traced`: its results come in other contexts.
        """
        seen, begun = Seen(), time.perf_counter()
        with _span("graphql.operation") if traced else nullcontext() as span:
            try:
                yield seen
            finally:
                code = seen.code if seen.code in CODES else OTHER
                self.operations.labels(seen.kind, code).inc()
                self.operation_seconds.labels(seen.kind).observe(time.perf_counter() - begun)
                if seen.cost is not None:
                    self.operation_cost.labels(seen.kind).observe(seen.cost)
                _attributes(span, {"graphql.operation.type": seen.kind, "newgrowth.code": code})
                _attributes(span, {"newgrowth.cost": seen.cost, "graphql.root_fields": seen.fields})

    @contextmanager
    def question(self, call: str, engine: str) -> Iterator[None]:
        """One question to the search engine. What it raises passes."""
        code, begun = OK, time.perf_counter()
        with _span("search_engine." + call) as span:
            try:
                yield
            except ServiceFault as fault:
                code = fault.code
                raise
            except BaseException:
                code = OTHER
                raise
            finally:
                code = code if code in CODES else OTHER
                self.engine_seconds.labels(call, code).observe(time.perf_counter() - begun)
                _attributes(span, {"newgrowth.engine": engine, "newgrowth.code": code})


@cache
def _tracer() -> Any:
    """OpenTelemetry's; None where the extra `telemetry` is not installed."""
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("newgrowth")


def _span(name: str) -> AbstractContextManager[Any]:
    """A span that keeps no exception: what those say quotes values."""
    tracer = _tracer()
    if tracer is None:
        return nullcontext()
    span: AbstractContextManager[Any] = tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    )
    return span


def _attributes(span: Any, attributes: Mapping[str, object]) -> None:
    if span is not None:
        span.set_attributes({name: value for name, value in attributes.items() if value not in (None, ())})


def code_of(errors: Sequence[GraphQLError] | None) -> str:
    """The code that an operation counts under: the first of its errors."""
    return str((errors[0].extensions or {}).get("code", OTHER)) if errors else OK


def root_fields(operation: OperationDefinitionNode) -> tuple[str, ...]:
    """The fields that an operation asks the root for, by their names in the schema; those in fragments are left out."""
    selections = operation.selection_set.selections
    return tuple(sorted({each.name.value for each in selections if isinstance(each, FieldNode)}))


class _Timed:
    """A search engine whose questions are timed; all else is the engine's own."""

    def __init__(self, engine: SearchEngine, observer: Observer) -> None:
        self._engine = engine
        self._observer = observer

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._engine, name)
        return self._timed(name, found) if name in ASKED else found

    def _timed(self, name: str, ask: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def asked(*given: Any, **named: Any) -> Any:
            with self._observer.question(name, self._engine.name):
                return await ask(*given, **named)

        return asked


def timed(engine: SearchEngine, observer: Observer) -> SearchEngine:
    """The engine, its questions timed by the observer."""
    return cast("SearchEngine", _Timed(engine, observer))


class Answered:
    """Counts answers by route, a word of ours, and status; and opens the span that all others of the request are in."""

    def __init__(self, app: ASGIApp, observer: Observer, routes: frozenset[str]) -> None:
        """`routes` are the first parts of the paths that there are."""
        self._app = app
        self._observer = observer
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        first = scope["path"].removeprefix("/").partition("/")[0]
        route = f"/{first}" if first in self._routes else OTHER
        status = 500

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with _span("http.request") as span:
            try:
                await self._app(scope, receive, send_counted)
            finally:
                self._observer.responses.labels(route, str(status)).inc()
                _attributes(span, {"http.route": route, "http.response.status_code": status})
