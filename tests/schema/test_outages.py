"""What callers see when the record or the engine fails: a code and a reference, and nothing of the cause."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from directory.access import Role
from directory.errors import RecordUnavailable, SearchBusy, SearchUnavailable
from directory.handling import Directory
from directory.ports import Reader, UnitOfWork
from schema.app import make_app
from schema.node import global_id
from schema.root import SCHEMA
from schema.services import IndexState
from tests.factories import NOW, make_firm
from tests.rulebooks import RULEBOOK
from tests.schema.serving import Served

SECRET = "SELECT owner FROM firms; /srv/record.db; password=hunter2"
LITERALS = {
    "Date": '"2026-01-31"',
    "String": '"x"',
    "ID": '"x"',
    "Int": "1",
    "USCC": '"x"',
    "Boolean": "true",
    "DateTime": '"2026-01-01T00:00Z"',
}


class BrokenRecord:
    """A record that fails whenever it is used, as a bug or a lost disk would."""

    def __init__(self, cause: Callable[[], Exception]) -> None:
        self._cause = cause

    def reader(self) -> AbstractAsyncContextManager[Reader]:
        """Fails."""
        raise self._cause()

    def unit_of_work(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Fails."""
        raise self._cause()


class BrokenEngine:
    """An engine that fails whatever it is asked."""

    name = "broken"

    def __init__(self, cause: Callable[[], Exception]) -> None:
        self._cause = cause

    def __getattr__(self, asked: str) -> Callable[..., Any]:
        async def fail(*_: Any, **__: Any) -> None:
            raise self._cause()

        return fail


def broken(served: Served, record: Callable[[], Exception], engine: Callable[[], Exception]) -> Served:
    """The same API over a record and an engine that fail."""
    failing: Any = BrokenRecord(record)
    failing_engine: Any = BrokenEngine(engine)

    async def index_state() -> Any:
        raise engine()

    services = replace(
        served.services,
        record=failing,
        search=failing_engine,
        index_state=index_state,
        directory=Directory(failing, RULEBOOK, {}),
    )
    return replace(served, app=make_app(services), services=services)


def literal(type_: Any) -> str:
    """The smallest value of an input type, as written in a query."""
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type)
    if isinstance(type_, GraphQLList):
        return f"[{literal(type_.of_type)}]"
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    if isinstance(type_, GraphQLInputObjectType):
        needed = {
            name: field
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined
        }
        return "{" + ", ".join(f"{name}: {literal(field.type)}" for name, field in needed.items()) + "}"
    return LITERALS[type_.name]


def root_queries() -> Iterator[tuple[str, str]]:
    """Every field of the query root, with the least that makes it run."""
    query = SCHEMA._schema.query_type
    assert query is not None
    for name, field in query.fields.items():
        needed = {
            argument: value
            for argument, value in field.args.items()
            if isinstance(value.type, GraphQLNonNull) and value.default_value is Undefined
        }
        given = ", ".join(f"{argument}: {literal(value.type)}" for argument, value in needed.items())
        shape = get_named_type(field.type)
        inside = "" if is_leaf_type(shape) else "{ __typename }"
        if isinstance(shape, GraphQLObjectType) and "totalCount" in shape.fields:
            inside = "{ totalCount nodes { __typename } }"
        yield name, f"{{ {name}{f'({given})' if given else ''} {inside} }}"


QUERIES = dict(root_queries())


@pytest.mark.parametrize("field", QUERIES)
async def test_a_failure_shows_nothing_of_its_cause(served: Served, field: str) -> None:
    """Whatever breaks behind whichever field: no path, no SQL, no class, only a reference to the log."""
    failing = broken(served, lambda: RuntimeError(SECRET), lambda: KeyError(SECRET))

    answer = await failing.ask(QUERIES[field], token=served.tokens.issue(Role.SUPERVISOR))

    assert set(answer.codes) <= {"INTERNAL", "BAD_USER_INPUT", "INVALID", "REQUIRED", "NOT_FOUND"}
    assert "hunter2" not in str(answer.content)
    assert "RuntimeError" not in str(answer.content)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ changes { nodes { kind } } }", "UNAVAILABLE"),
        ("{ firms { nodes { name } } }", "SEARCH_UNAVAILABLE"),
        ("{ indexStatus { engine } }", "SEARCH_UNAVAILABLE"),
    ],
)
async def test_an_outage_has_a_code_of_its_own(served: Served, query: str, code: str) -> None:
    """So that a client can say: try again later."""
    failing = broken(served, lambda: RecordUnavailable(SECRET), lambda: SearchUnavailable(SECRET))

    answer = await failing.ask(query, token=served.tokens.issue(Role.SUPERVISOR))

    assert answer.codes == [code]
    assert "hunter2" not in str(answer.content)


async def test_a_busy_engine_tells_when_to_ask_again(served: Served) -> None:
    """A code of its own, with the seconds to wait: the engine works, and has too much to do."""
    failing = broken(served, lambda: RecordUnavailable(SECRET), lambda: SearchBusy(SECRET, 7))

    answer = await failing.ask("{ firms { nodes { name } } }")

    assert answer.codes == ["BUSY"]
    assert answer.content["errors"][0]["extensions"]["retryAfter"] == 7
    assert "hunter2" not in str(answer.content)


async def test_reference_data_outlives_the_record(served: Served) -> None:
    """What needs no read is answered while nothing can be read."""
    failing = broken(served, lambda: RecordUnavailable(SECRET), lambda: SearchUnavailable(SECRET))

    assert (await failing.ask("{ policies { code } agencies { name } viewer { roles } }")).data


async def test_a_server_without_its_record_is_not_ready(served: Served) -> None:
    """503, with the reason; alive all the same."""
    failing = broken(served, lambda: RecordUnavailable(SECRET), lambda: SearchUnavailable(SECRET))

    ready = await failing.send("", method="GET", path="/readyz")
    alive = await failing.send("", method="GET", path="/healthz")

    assert (ready.status, ready.content) == (503, {"status": "unavailable", "reasons": ["UNAVAILABLE"]})
    assert alive.status == 200


async def test_a_server_without_its_engine_is_ready_and_says_so(served: Served) -> None:
    """Commands still work."""

    async def index_state() -> Any:
        raise SearchUnavailable(SECRET)

    services = replace(served.services, index_state=index_state)
    without = replace(served, app=make_app(services), services=services)

    ready = await without.send("", method="GET", path="/readyz")

    assert (ready.status, ready.content["reasons"]) == (200, ["SEARCH_UNAVAILABLE"])


@pytest.mark.parametrize(
    ("most", "lag", "status"), [(None, 1e6, 200), (30.0, 30.0, 200), (30.0, 30.5, 503), (30.0, None, 503)]
)
async def test_a_server_is_ready_only_while_its_index_is_near_enough(
    served: Served, most: float | None, lag: float | None, status: int
) -> None:
    """Where the operator has set how far behind it may be; an engine that cannot be asked is too far."""

    async def index_state() -> IndexState:
        if lag is None:
            raise SearchUnavailable(SECRET)
        return IndexState("embedded", 9, 3, lag, 2, 0)

    settings = replace(served.services.settings, ready_lag_seconds=most)
    services = replace(served.services, index_state=index_state, settings=settings)
    behind = replace(served, app=make_app(services), services=services)

    ready = await behind.send("", method="GET", path="/readyz")

    assert (ready.status, ready.content["status"]) == (status, "ready" if status == 200 else "unavailable")
    assert ready.content["reasons"] == ([] if status == 200 else ["SEARCH_UNAVAILABLE"])


@pytest.mark.parametrize(
    ("most", "age", "status", "reasons"),
    [(None, 30.0, 200, []), (None, 31.0, 200, ["LOG_HELD_UP"]), (20.0, 25.0, 503, ["SEARCH_UNAVAILABLE"])],
)
async def test_a_log_that_is_held_up_is_told(
    served: Served, most: float | None, age: float, status: int, reasons: list[str]
) -> None:
    """An index that has all of a log that stands still is not up to date; commands are taken all the same."""

    async def index_state() -> IndexState:
        return IndexState("embedded", 9, 9, 0.0, 2, 0, unsealed_seconds=age)

    settings = replace(served.services.settings, ready_lag_seconds=most)
    services = replace(served.services, index_state=index_state, settings=settings)
    held_up = replace(served, app=make_app(services), services=services)

    ready = await held_up.send("", method="GET", path="/readyz")
    answer = await held_up.ask(
        "{ indexStatus { unsealedSeconds } }", token=served.tokens.issue(Role.OPERATOR)
    )

    assert (ready.status, ready.content["reasons"]) == (status, reasons)
    assert ready.content["unsealedSeconds"] == age
    assert answer.data["indexStatus"]["unsealedSeconds"] == age


@pytest.mark.parametrize("reasons", [("SCHEMA_OUTDATED",), ("SCHEMA_OUTDATED", "UNSAFE_VERSION")])
async def test_a_server_that_may_not_serve_is_not_ready(served: Served, reasons: tuple[str, ...]) -> None:
    """With every reason, though record and engine answer."""

    async def unfit() -> tuple[str, ...]:
        return reasons

    services = replace(served.services, unfit=unfit)
    ready = await replace(served, app=make_app(services), services=services).send(
        "", method="GET", path="/readyz"
    )

    assert (ready.status, ready.content["reasons"]) == (503, list(reasons))


async def test_a_crash_outside_graphql_is_masked_too(served: Served) -> None:
    """An answer in the usual shape, with the security headers."""
    failing = broken(served, lambda: RuntimeError(SECRET), lambda: RuntimeError(SECRET))

    answer = await failing.send("", method="GET", path="/readyz")

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "hunter2" not in str(answer.content)


async def test_many_ids_are_one_read(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of fifty entries by id opens the record once, not fifty times."""
    firms = [make_firm() for _ in range(50)]
    async with served.record.unit_of_work() as uow:
        for firm in firms:
            await uow.firms.add(firm, kind="firm:listed", actor="reviewer", at=NOW)
    opened: list[int] = []
    original = served.record.reader

    def counted() -> Any:
        opened.append(1)
        return original()

    monkeypatch.setattr(served.record, "reader", counted)
    ids = [global_id("Firm", firm.id) for firm in firms]

    answer = await served.ask(
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Firm { name } } }", {"ids": ids}
    )

    assert len(answer.data["nodes"]) == 50
    assert all(answer.data["nodes"])
    assert len(opened) == 1
