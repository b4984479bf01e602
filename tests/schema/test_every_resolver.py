"""Whatever breaks in whichever resolver: the caller learns a reference to the log, and nothing of the cause."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from directory.access import Caller, Role
from schema.root import SCHEMA, context_for
from tests.schema.serving import Served
from tests.schema.test_outages import SECRET, broken, literal

TYPES = SCHEMA._schema.type_map
ROOTS = ("Query", "Mutation", "Subscription")
Path = tuple[tuple[str, str], ...]
"""The way to a field: parent type and field, from the root down."""


class Stand:
    """In the place of any object."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None


def objects() -> Iterator[GraphQLObjectType]:
    """Every object type of our own."""
    for name, each in TYPES.items():
        if isinstance(each, GraphQLObjectType) and not name.startswith("__"):
            yield each


def ways() -> Mapping[str, Path]:
    """The shortest way to each object type."""
    found: dict[str, Path] = dict.fromkeys(ROOTS, ())
    waiting = deque(ROOTS)
    while waiting:
        name = waiting.popleft()
        parent = TYPES[name]
        assert isinstance(parent, GraphQLObjectType)
        for field_name, field in parent.fields.items():
            for each in possible(field):
                if each.name not in found:
                    found[each.name] = (*found[name], (name, field_name))
                    waiting.append(each.name)
    return found


def possible(field: GraphQLField) -> list[GraphQLObjectType]:
    """The object types that a field can give."""
    named = get_named_type(field.type)
    if isinstance(named, GraphQLObjectType):
        return [named]
    if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
        return list(SCHEMA._schema.get_possible_types(named))
    return []


WAYS = ways()


def call(field_name: str, field: GraphQLField, inside: str) -> str:
    """The field with the least that it needs."""
    needed = {
        name: value
        for name, value in field.args.items()
        if isinstance(value.type, GraphQLNonNull) and value.default_value is Undefined
    }
    given = ", ".join(f"{name}: {literal(value.type)}" for name, value in needed.items())
    return f"{field_name}{f'({given})' if given else ''} {inside}"


def operation(parent: GraphQLObjectType, field_name: str) -> str:
    """An operation that asks for the field, down the shortest way."""
    field = parent.fields[field_name]
    shape = get_named_type(field.type)
    text = call(field_name, field, "" if is_leaf_type(shape) else "{ __typename }")
    below = parent.name
    for holder, name in reversed(WAYS[parent.name]):
        outer = TYPES[holder]
        assert isinstance(outer, GraphQLObjectType)
        abstract = not isinstance(get_named_type(outer.fields[name].type), GraphQLObjectType)
        text = call(
            name, outer.fields[name], f"{{ ... on {below} {{ {text} }} }}" if abstract else f"{{ {text} }}"
        )
        below = holder
    kind = below.lower()
    return f"{kind} {{ {text} }}"


def given_by(type_: Any) -> Any:
    """What a resolver gives that works: one object, or a list of one."""
    if isinstance(type_, GraphQLNonNull):
        return given_by(type_.of_type)
    return [given_by(type_.of_type)] if isinstance(type_, GraphQLList) else Stand()


def lead_to(monkeypatch: pytest.MonkeyPatch, parent: GraphQLObjectType) -> None:
    """Everything above the type works."""
    for holder, name in WAYS[parent.name]:
        outer = TYPES[holder]
        assert isinstance(outer, GraphQLObjectType)
        field = outer.fields[name]
        given = given_by(field.type)
        monkeypatch.setattr(field, "resolve", lambda *_, _given=given, **__: _given)
        if holder == "Subscription":
            monkeypatch.setattr(field, "subscribe", lambda *_, **__: once())
        target = next((one for one in possible(field) if one.name in on_the_way(parent)), parent)
        named = get_named_type(field.type)
        if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            monkeypatch.setattr(named, "resolve_type", lambda *_, _name=target.name: _name)
        monkeypatch.setattr(target, "is_type_of", None)


def on_the_way(parent: GraphQLObjectType) -> set[str]:
    """The types that the way to this one leads through, itself among them."""
    return {holder for holder, _ in WAYS[parent.name]} | {parent.name}


async def once() -> AsyncIterator[Any]:
    """One event."""
    yield Stand()


async def answered(served: Served, text: str) -> list[dict[str, Any]]:
    """The errors that the caller sees."""
    context = context_for(served.services, Caller("someone", frozenset({Role.SUPERVISOR})))
    if not text.startswith("subscription"):
        result = await SCHEMA.execute(text, context_value=context)
        return [dict(error.formatted) for error in result.errors or ()]

    class Source:
        """Where a connection's operations get their contexts."""

        def context(self) -> Any:
            return context

    results = [result async for result in await SCHEMA.stream(text, context_value=Source())]
    return [dict(error.formatted) for result in results for error in result.errors or ()]


def fails(*_: Any, **__: Any) -> Any:
    """A resolver with a bug."""
    raise RuntimeError(SECRET)


async def fails_later(*_: Any, **__: Any) -> Any:
    """The same, in an awaitable."""
    raise KeyError(SECRET)


@pytest.mark.parametrize("parent", list(objects()), ids=lambda each: each.name)
async def test_a_failure_in_any_resolver_shows_nothing_of_its_cause(
    served: Served, monkeypatch: pytest.MonkeyPatch, parent: GraphQLObjectType
) -> None:
    """Each field of each type, of commands and subscriptions too: a bug at once, and one that comes later."""
    assert parent.name in WAYS, "no operation leads to this type"
    with monkeypatch.context() as patched:
        lead_to(patched, parent)
        for name, field in parent.fields.items():
            for resolver in (fails, fails_later):
                with monkeypatch.context() as broken_field:
                    broken_field.setattr(
                        field, "subscribe" if parent.name == "Subscription" else "resolve", resolver
                    )
                    errors = await answered(served, operation(parent, name))
                assert [error["extensions"]["code"] for error in errors] == ["INTERNAL"], (name, errors)
                assert_tells_nothing(errors)


async def test_a_value_that_cannot_be_shown_is_not_shown_in_the_error(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One leaf of each kind is given what it cannot hold: numbers, instants, enumerations."""
    seen: set[str] = set()
    for parent in objects():
        for name, field in parent.fields.items():
            kind = get_named_type(field.type)
            if (
                kind.name in seen
                or parent.name in ROOTS
                or not is_leaf_type(kind)
                or kind.name in ("String", "ID")
            ):
                continue
            seen.add(kind.name)
            value: Any = [SECRET] if "[" in str(field.type) else SECRET
            with monkeypatch.context() as patched:
                lead_to(patched, parent)
                patched.setattr(field, "resolve", lambda *_, _value=value, **__: _value)
                errors = await answered(served, operation(parent, name))
            assert {error["extensions"]["code"] for error in errors} <= {"INTERNAL"}
            assert_tells_nothing(errors)
    assert {"Int", "Float", "Boolean"} <= seen


@pytest.mark.parametrize("field", TYPES["Mutation"].fields)  # type: ignore[attr-defined]
async def test_a_command_that_breaks_shows_nothing_of_its_cause(served: Served, field: str) -> None:
    """The record fails behind it, as a bug or a lost disk would."""
    mutation = TYPES["Mutation"]
    assert isinstance(mutation, GraphQLObjectType)
    failing = broken(served, lambda: RuntimeError(SECRET), lambda: KeyError(SECRET))

    answer = await failing.ask(operation(mutation, field), token=served.tokens.issue(Role.SUPERVISOR))

    assert_tells_nothing(answer.content)


@pytest.mark.parametrize("file", ["firms.csv", "firms.xlsx", "blockages.ndjson"])
async def test_an_export_that_breaks_shows_nothing_of_its_cause(served: Served, file: str) -> None:
    """Before its first row it is an error like any other."""
    failing = broken(served, lambda: RuntimeError(SECRET), lambda: KeyError(SECRET))
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {served.tokens.issue(Role.SUPERVISOR)}",
    }

    answer = await failing.send("{}", path=f"/export/{file}", headers=headers)

    assert (answer.status, answer.codes) == (500, ["INTERNAL"])
    assert_tells_nothing(answer.content)


def assert_tells_nothing(told: object) -> None:
    """No path, no SQL, no class, no value."""
    text = str(told)
    for word in ("hunter2", "record.db", "SELECT", "RuntimeError", "KeyError", "Traceback", "Stand object"):
        assert word not in text
