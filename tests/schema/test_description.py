"""The printed schema is the manual: everything in it is described, and the copy in the tree is the running one."""

import re
from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema.export import PRINTED, sdl
from schema.root import SCHEMA


def described() -> Iterator[tuple[str, str | None]]:
    """Every type, field, argument, enum value and input field, with its description."""
    for name, named in SCHEMA._schema.type_map.items():
        if is_introspection_type(named) or is_specified_scalar_type(named):
            continue
        yield name, named.description
        if isinstance(named, GraphQLEnumType):
            yield from ((f"{name}.{value}", shown.description) for value, shown in named.values.items())
        elif isinstance(named, GraphQLInputObjectType):
            yield from ((f"{name}.{field}", shown.description) for field, shown in named.fields.items())
        elif isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
            for field, shown in named.fields.items():
                yield f"{name}.{field}", shown.description
                yield from ((f"{name}.{field}({a})", arg.description) for a, arg in shown.args.items())


def test_everything_is_described() -> None:
    """Nobody has to read the source to use the API."""
    assert [name for name, description in described() if not (description or "").strip()] == []


def test_descriptions_are_sentences() -> None:
    """They begin with a capital or a value, and end like a sentence or in an example."""
    odd = [
        name
        for name, description in described()
        if description
        and (re.match("[a-z]+ ", description) or not re.search("[.]$|such as \\S+$", description))
    ]

    assert odd == []


def test_the_printed_schema_is_the_running_one() -> None:
    """After a change: `python -m schema.export`."""
    assert PRINTED.read_text(encoding="utf-8") == sdl()
