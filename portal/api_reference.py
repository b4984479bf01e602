"""The schema as readers look things up in it: made of the running schema's own descriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql.type import GraphQLType

from schema.export import sorted_schema

# What the reference is parted into, in its order; each is a key of a text.
GROUPS = ("roots", "objects", "interfaces", "inputs", "enums", "scalars")
MOST_FOUND = 60
Written = Sequence[tuple[str, str | None]]
"""A type as it is written, in pieces: each with the name of the type that it leads to, if any."""


@dataclass(frozen=True, slots=True)
class Member:
    """A field, an input field, an argument or a value of an enumeration; `written` is empty for a value."""

    name: str
    description: str
    written: Written = ()
    default: str | None = None
    required: bool = False
    arguments: Sequence[Member] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A type with all that is said of it; `used_by` are the types that have a field or an argument of it."""

    name: str
    group: str
    description: str
    members: Sequence[Member]
    interfaces: Sequence[str]
    possible: Sequence[str]
    used_by: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where words were found: a type, or one of its members, with what is said there."""

    type: str
    member: str | None
    description: str


@cache
def reference() -> Mapping[str, Described]:
    """Every type by name, but for those that GraphQL itself brings."""
    own = {
        name: kind
        for name, kind in sorted_schema().type_map.items()
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
    }
    named = {name: _named_in(kind) for name, kind in own.items()}
    return {
        name: Described(
            name=name,
            group=_group(kind),
            description=kind.description or "",
            members=tuple(_members(kind)),
            interfaces=[one.name for one in getattr(kind, "interfaces", ())],
            possible=_possible(kind),
            used_by=[other for other in own if name in named[other]],
        )
        for name, kind in own.items()
    }


def grouped() -> Sequence[tuple[str, Sequence[Described]]]:
    """The types by group, both in order."""
    every = reference().values()
    return [(group, [one for one in every if one.group == group]) for group in GROUPS]


def found(text: str) -> Sequence[Hit]:
    """Where all words of the text stand, those first that have one in the name; no more than `MOST_FOUND`."""
    words = text.lower().split()
    if not words:
        return ()
    hits = []
    for type_ in reference().values():
        for hit, beside in _said(type_):
            name = (f"{hit.type}.{hit.member}" if hit.member else hit.type).lower()
            said = f"{hit.description} {beside}".lower()
            if all(word in name or word in said for word in words):
                by_name = any(word in name for word in words)
                hits.append((not by_name, len(name), name, hit))
    return [hit for *_, hit in sorted(hits, key=lambda one: one[:3])[:MOST_FOUND]]


def _said(type_: Described) -> Iterator[tuple[Hit, str]]:
    """The type and its members, each with what is said of its arguments."""
    yield Hit(type_.name, None, type_.description), ""
    for member in type_.members:
        arguments = " ".join(f"{one.name} {one.description}" for one in member.arguments)
        yield Hit(type_.name, member.name, member.description), arguments


def _group(kind: GraphQLNamedType) -> str:
    schema = sorted_schema()
    if kind in (schema.query_type, schema.mutation_type, schema.subscription_type):
        return "roots"
    groups: Mapping[type[GraphQLNamedType], str] = {
        GraphQLInterfaceType: "interfaces",
        GraphQLInputObjectType: "inputs",
        GraphQLEnumType: "enums",
        GraphQLScalarType: "scalars",
    }
    return groups.get(type(kind), "objects")


def _members(kind: GraphQLNamedType) -> Iterator[Member]:
    if isinstance(kind, GraphQLEnumType):
        yield from (_value(name, value) for name, value in kind.values.items())
    elif isinstance(kind, GraphQLInputObjectType):
        yield from (_input(name, field) for name, field in kind.fields.items())
    elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        yield from (_field(name, field) for name, field in kind.fields.items())


def _value(name: str, value: GraphQLEnumValue) -> Member:
    return Member(name, value.description or "")


def _field(name: str, field: GraphQLField) -> Member:
    arguments = [_input(key, argument) for key, argument in field.args.items()]
    return Member(name, field.description or "", _written(field.type), arguments=arguments)


def _input(name: str, given: GraphQLArgument | GraphQLInputField) -> Member:
    node = given.ast_node.default_value if given.ast_node else None
    default = print_ast(node) if node else _plain(given.default_value)
    required = isinstance(given.type, GraphQLNonNull) and default is None
    return Member(name, given.description or "", _written(given.type), default, required)


def _plain(value: object) -> str | None:
    """A default as GraphQL writes it; none for null, which says nothing, and for what is not given."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float | str) else None


def _written(kind: GraphQLType) -> Written:
    if isinstance(kind, GraphQLNonNull):
        return [*_written(kind.of_type), ("!", None)]
    if isinstance(kind, GraphQLList):
        return [("[", None), *_written(kind.of_type), ("]", None)]
    named = get_named_type(kind)
    return [(named.name, None if is_specified_scalar_type(named) else named.name)]


def _possible(kind: GraphQLNamedType) -> Sequence[str]:
    if not isinstance(kind, GraphQLInterfaceType):
        return ()
    return sorted(one.name for one in sorted_schema().get_possible_types(kind))


def _named_in(kind: GraphQLNamedType) -> set[str]:
    """The types of a type's fields and of their arguments."""
    if isinstance(kind, GraphQLInputObjectType):
        return {get_named_type(field.type).name for field in kind.fields.values()}
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        taken = [one.type for field in kind.fields.values() for one in field.args.values()]
        return {get_named_type(one).name for one in [*(field.type for field in kind.fields.values()), *taken]}
    return set()
