"""What a schema lacks of a contract, and where it differs; both built from their texts."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
    print_ast,
)

Composite = GraphQLObjectType | GraphQLInterfaceType
Input = GraphQLArgument | GraphQLInputField


def missing_parts(contract: GraphQLSchema, running: GraphQLSchema) -> Iterator[str]:
    """What the contract has and the schema lacks: `Type`, `Type.field`, `Type.field(argument)`, `Enum.VALUE`."""
    for promised in _own_types(contract):
        served = running.get_type(promised.name)
        if served is None:
            yield promised.name
        elif isinstance(promised, GraphQLEnumType) and isinstance(served, GraphQLEnumType):
            yield from (f"{promised.name}.{value}" for value in promised.values if value not in served.values)
        elif isinstance(promised, GraphQLInputObjectType) and isinstance(served, GraphQLInputObjectType):
            yield from (f"{promised.name}.{name}" for name in promised.fields if name not in served.fields)
        elif isinstance(promised, Composite) and isinstance(served, Composite):
            yield from _missing_fields(promised, served)


def _missing_fields(promised: Composite, served: Composite) -> Iterator[str]:
    for name, field in promised.fields.items():
        if name not in served.fields:
            yield f"{promised.name}.{name}"
            continue
        given = served.fields[name].args
        yield from (f"{promised.name}.{name}({argument})" for argument in field.args if argument not in given)


def differences(contract: GraphQLSchema, running: GraphQLSchema) -> Iterator[str]:
    """Where the schema has a part of the contract, but not as promised."""
    for promised in _own_types(contract):
        served = running.get_type(promised.name)
        if served is None:
            continue
        if type(promised) is not type(served):
            yield f"{promised.name} is a {type(served).__name__}"
        elif isinstance(promised, GraphQLInputObjectType) and isinstance(served, GraphQLInputObjectType):
            yield from _input_differences(promised.name, promised.fields, served.fields)
        elif isinstance(promised, Composite) and isinstance(served, Composite):
            yield from _interface_differences(promised, served)
            for name in promised.fields.keys() & served.fields.keys():
                yield from _field_differences(
                    f"{promised.name}.{name}", promised.fields[name], served.fields[name]
                )


def _interface_differences(promised: Composite, served: Composite) -> Iterator[str]:
    lacking = {i.name for i in promised.interfaces} - {i.name for i in served.interfaces}
    yield from (f"{promised.name} does not implement {name}" for name in sorted(lacking))


def _field_differences(place: str, promised: GraphQLField, served: GraphQLField) -> Iterator[str]:
    if str(promised.type) != str(served.type):
        yield f"{place} is {served.type}, promised {promised.type}"
    yield from _input_differences(place, promised.args, served.args)


def _input_differences(
    place: str,
    promised: dict[str, GraphQLArgument] | dict[str, GraphQLInputField],
    served: dict[str, GraphQLArgument] | dict[str, GraphQLInputField],
) -> Iterator[str]:
    for name, value in served.items():
        if name not in promised and isinstance(value.type, GraphQLNonNull) and _default(value) is None:
            yield f"{place}({name}) is required, and not promised"
    for name in promised.keys() & served.keys():
        wanted, found = promised[name], served[name]
        if str(wanted.type) != str(found.type):
            yield f"{place}({name}) is {found.type}, promised {wanted.type}"
        if _default(wanted) != _default(found):
            yield f"{place}({name}) defaults to {_default(found)}, promised {_default(wanted)}"


def _default(value: Input) -> str | None:
    written = value.ast_node.default_value if value.ast_node else None
    return print_ast(written) if written else None


def _own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [
        named
        for name, named in sorted(schema.type_map.items())
        if not is_introspection_type(named) and not is_specified_scalar_type(named)
    ]
