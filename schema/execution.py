"""
The schema as it runs: weighed, parsed and validated from caches, errors typed or masked.

HTTP, WebSocket and in-process callers (the portal) all come through `execute` and `stream`, so the limits hold for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, cast

import strawberry
from graphql import (
    GraphQLArgument,
    GraphQLError,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    get_named_type,
)
from strawberry.extensions import SchemaExtension, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult
from strawberry.types.execution import ExecutionContext, PreExecutionError
from strawberry.types.graphql import OperationType

from schema.allowances import Purpose
from schema.context import Context
from schema.documents import fragments_of, operation_of, read_document
from schema.errors import ApiCode, ApiError, try_later
from schema.limits import (
    ALIASES,
    COST,
    COST_OF_COMMAND,
    COST_OF_SEARCH,
    DEPTH,
    DIRECTIVES,
    FIELDS,
    PAGE,
    QUERY_BYTES,
    Scale,
    Sizes,
    check,
    sizes_of,
)
from schema.masking import shown_errors
from schema.observing import OK, Seen, code_of, root_fields
from schema.plain_selections import PlainSelections
from schema.scalars import SCALARS

CACHED_VALIDATIONS = 256
CACHED_ADMISSIONS = 1024
# Also a refused operation has been read and weighed.
LEAST_COST = 1
RETRY_SECONDS = 1
WITHOUT_SUBSCRIPTIONS = frozenset({OperationType.QUERY, OperationType.MUTATION})
ALL_OPERATIONS = WITHOUT_SUBSCRIPTIONS | {OperationType.SUBSCRIPTION}


DESCRIPTION = f"""The directory of new-business growth companies (新业态成长型企业名录).

What one operation may ask for: text up to {QUERY_BYTES} bytes, {DEPTH} levels deep, {ALIASES} aliases, {DIRECTIVES} directives,
{FIELDS} fields, pages up to {PAGE}, cost up to {COST}. Cost counts the entries that may have to be read, a page as often as it is
long, {COST_OF_SEARCH} for a search and {COST_OF_COMMAND} for a mutation; every answer tells it in extensions.cost, the limit in
extensions.costLimit and, where the server limits it, what the caller has left in extensions.costLeft.

A caller (a subject, without a token an address) draws the cost of its operations, at least {LEAST_COST} each, from a bucket that
fills evenly; mutations that send in something new, exports and bad tokens have buckets of their own. What a bucket does not hold
is answered RATE_LIMITED (HTTP 429), a server without a free place BUSY and an operation that takes too long TIMEOUT (both 503),
each with the seconds to wait in extensions.retryAfter and the header Retry-After; RateLimit tells a bucket's state."""


class ContextSource(Protocol):
    """Where the operations of a long connection get their contexts."""

    def context(self) -> Context:
        """A fresh context for one operation."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation within the limits."""

    kind: OperationType
    cost: int
    creations: int
    introspects: bool
    fields: tuple[str, ...]


class DocumentFromCache(SchemaExtension):
    """Hands over the document that `admit` has read, and tells the operation's cost."""

    def on_parse(self) -> Iterator[None]:
        self.execution_context.graphql_document = read_document(self.execution_context.query)
        yield

    def get_results(self) -> dict[str, Any]:
        return _told_cost(self.execution_context.context)


class DirectoryExecution(PlainSelections):
    """The executor of one operation, as the server's settings want it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plain = cast("Context", self.context_value).services.settings.plain_selections


class DirectorySchema(strawberry.Schema):
    """Strawberry's schema behind the directory's own limits and masking."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
            execution_context_class=DirectoryExecution,
            extensions=[DocumentFromCache, lambda: ValidationCache(maxsize=CACHED_VALIDATIONS)],
            **parts,
        )
        self._admitted = lru_cache(maxsize=CACHED_ADMISSIONS)(self._admit)
        _drop_null_defaults(self._schema)
        _describe_commands(self._schema)
        self._schema.description = DESCRIPTION

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Nothing: what is worth a log line is logged where it is masked."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Context | None = None,
        root_value: None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """The operation's result; every error in it is fit for the caller's eyes. Subscriptions are refused, and other kinds
        than those that are allowed."""
        context = cast("Context", context_value)
        allowed = allowed_operation_types or WITHOUT_SUBSCRIPTIONS
        with context.services.observer.operation() as seen:
            try:
                self.admit(query, variable_values, context, operation_name, allowed, seen)
                result = await self._run(
                    query,
                    context,
                    variable_values=variable_values,
                    operation_name=operation_name,
                    operation_extensions=operation_extensions,
                )
            except GraphQLError as error:
                result = _not_run(error, context)
            seen.code = code_of(result.errors)
            return result

    async def _run(self, query: str | None, context: Context, **given: Any) -> ExecutionResult:
        """The result of a query or mutation, in a place of its own and in time; late, it is stopped where it stands."""
        seconds = context.services.settings.limits.operation_seconds
        try:
            with context.place():
                async with asyncio.timeout(seconds):
                    await context.services.standings.note(context)
                    return _shown(await super().execute(query, context_value=context, **given))
        except TimeoutError:
            late = try_later(ApiCode.TIMEOUT, "timeout", RETRY_SECONDS, limit=f"{seconds:g}")
            return _not_run(late, context)
        except GraphQLError as error:
            return _not_run(error, context)

    async def stream(self, query: str | None, **given: Any) -> AsyncGenerator[ExecutionResult, None]:  # type: ignore[override]
        """The results of an operation over a WebSocket, each fit for the caller's eyes."""
        return self._shown_stream(query, **given)

    async def _shown_stream(
        self,
        query: str | None,
        *,
        context_value: ContextSource,
        variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        **given: Any,
    ) -> AsyncGenerator[ExecutionResult, None]:
        context = context_value.context()
        with context.services.observer.operation(traced=False) as seen:
            shown = self._admitted_stream(query, context, variable_values, operation_name, seen, **given)
            async with aclosing(shown) as results:
                async for result in results:
                    seen.code = code_of(result.errors) if seen.code == OK else seen.code
                    yield result

    async def _admitted_stream(
        self,
        query: str | None,
        context: Context,
        variable_values: dict[str, Any] | None,
        operation_name: str | None,
        seen: Seen,
        **given: Any,
    ) -> AsyncGenerator[ExecutionResult, None]:
        try:
            kind = self.admit(query, variable_values, context, operation_name, ALL_OPERATIONS, seen)
        except GraphQLError as error:
            yield _not_run(error, context)
            return
        if kind is not OperationType.SUBSCRIPTION:
            yield await self._run(
                query, context, variable_values=variable_values, operation_name=operation_name
            )
            return
        await context.services.standings.note(context)
        results = await super().stream(
            query,
            context_value=context,
            variable_values=variable_values,
            operation_name=operation_name,
            **given,
        )
        try:
            async for result in results:
                yield _shown(cast("ExecutionResult", result))
        finally:
            await results.aclose()

    def admit(
        self,
        query: str | None,
        variables: dict[str, Any] | None,
        context: Context,
        operation_name: str | None,
        allowed: Iterable[OperationType],
        seen: Seen | None = None,
    ) -> OperationType:
        """Draws the operation's cost and notes it, in `seen` too. Raises: GraphQLError, typed, when it may not run at all."""
        context.draw(Purpose.COST, LEAST_COST)
        if query is None:
            raise ApiError(ApiCode.BAD_REQUEST, "body.no_query")
        admitted = self._admitted(query, operation_name, sizes_of(variables))
        if seen is not None:
            seen.kind, seen.cost, seen.fields = admitted.kind.value, admitted.cost, admitted.fields
        if admitted.kind not in allowed:
            raise _not_this_way(admitted.kind)
        if admitted.introspects and not (context.services.settings.demo or context.caller.subject):
            raise ApiError(ApiCode.FORBIDDEN, "query.introspection")
        context.cost = admitted.cost
        context.draw(Purpose.COST, admitted.cost - LEAST_COST)
        context.draw(Purpose.CREATIONS, admitted.creations)
        return admitted.kind

    def _admit(self, query: str, operation_name: str | None, sizes: Sizes) -> Admitted:
        """What every caller may run, or nobody; the same for the same text and sizes. Raises: ApiError."""
        document = read_document(query)
        operation = operation_of(document, operation_name)
        scale = Scale(self._schema, fragments_of(document), sizes)
        weight = scale.weigh(operation)
        check(weight)
        return Admitted(
            OperationType(operation.operation.value),
            weight.cost,
            weight.creations,
            scale.introspects,
            root_fields(operation),
        )


def _not_this_way(kind: OperationType) -> ApiError:
    if kind is OperationType.SUBSCRIPTION:
        return ApiError(ApiCode.BAD_REQUEST, "body.subscription")
    return ApiError(ApiCode.METHOD_NOT_ALLOWED, "body.method")


def _drop_null_defaults(schema: GraphQLSchema) -> None:
    """Take back "= null" where Python's default is None: the schema then says plainly that nothing need be given."""
    for named in schema.type_map.values():
        if isinstance(named, GraphQLInputObjectType):
            _drop_null_default(named.fields.values())
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field in named.fields.values():
                _drop_null_default(field.args.values())


def _describe_commands(schema: GraphQLSchema) -> None:
    """Each mutation takes one `input`, which its type describes: once is enough."""
    mutation = schema.mutation_type
    for command in mutation.fields.values() if mutation else ():
        taken = command.args["input"]
        taken.description = get_named_type(taken.type).description


def _drop_null_default(inputs: Iterable[GraphQLArgument | GraphQLInputField]) -> None:
    for value in inputs:
        if value.default_value is None:
            value.default_value = Undefined


def _told_cost(context: Context) -> dict[str, int]:
    """What stands of an operation's cost in `extensions`: its own, the most that one may have, what the caller has left."""
    if context.cost is None:
        return {}
    left = context.allowance.left(Purpose.COST) if context.allowance else None
    return {"cost": context.cost, "costLimit": COST, **({} if left is None else {"costLeft": left})}


def _not_run(error: GraphQLError, context: Context) -> PreExecutionError:
    return PreExecutionError(data=None, errors=[error], extensions=_told_cost(context))


def _shown(result: ExecutionResult) -> ExecutionResult:
    if result.errors:
        result.errors = shown_errors(result.errors, validated=not isinstance(result, PreExecutionError))
    return result
