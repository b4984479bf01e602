"""
From the fields of a form to the input of a mutation, by the schema's own types.

A field is named after its path in the input, dots between: `profile.uscc`, `profile.platforms.0.accountName`. So what the API
says of ["input", "profile", "uscc"] is said at the field `profile.uscc`. A field left blank is left out of the input; where the
input must have it, that is told at the field, as the API would only refuse the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    get_nullable_type,
    is_required_input_field,
)

from schema.root import SCHEMA

Values = Mapping[str, Sequence[str]]
Problems = dict[str, str]

TRUTHS = {"true": True, "on": True, "false": False}
REQUIRED = "required"
MOST_ITEMS = 200


def read_input(type_name: str, values: Values) -> tuple[dict[str, Any], Problems]:
    """The input of that type, and by field the key of the key of what is wrong with its form."""
    kind = SCHEMA._schema.type_map[type_name]
    if not isinstance(kind, GraphQLInputObjectType):
        raise TypeError(f"{type_name} is no input")
    problems: Problems = {}
    return _object(kind, "", values, problems), problems


def _object(kind: GraphQLInputObjectType, path: str, values: Values, problems: Problems) -> dict[str, Any]:
    found = {}
    for name, field in kind.fields.items():
        value = _value(field.type, f"{path}{name}", values, problems)
        if value is not None:
            found[name] = value
        elif is_required_input_field(field) and not isinstance(field.type.of_type, GraphQLInputObjectType):
            problems.setdefault(f"{path}{name}", REQUIRED)
    return found


def _value(kind: GraphQLInputType, name: str, values: Values, problems: Problems) -> Any:
    plain = get_nullable_type(kind)
    if isinstance(plain, GraphQLInputObjectType):
        # An object that no field of the form belongs to is not asked for.
        return _object(plain, f"{name}.", values, problems) if _has(values, f"{name}.") else None
    if isinstance(plain, GraphQLList):
        return _list(plain.of_type, name, values, problems)
    given = values.get(name, ())
    return _leaf(plain, name, given[-1], problems) if given else None


def _list(kind: GraphQLInputType, name: str, values: Values, problems: Problems) -> list[Any] | None:
    """A list of leaves is a field with several values; of objects, fields with numbers in their names."""
    plain = get_nullable_type(kind)
    if not isinstance(plain, GraphQLInputObjectType):
        given = values.get(name)
        return None if given is None else [_leaf(plain, name, one, problems) for one in given if one.strip()]
    places = [place for place in range(MOST_ITEMS) if _has(values, f"{name}.{place}.")]
    if not places:
        return None
    items = [_object(plain, f"{name}.{place}.", values, problems) for place in places]
    return [item for item in items if item]


def _has(values: Values, prefix: str) -> bool:
    return any(name.startswith(prefix) for name in values)


def _leaf(kind: Any, name: str, text: str, problems: Problems) -> Any:
    """The value of a text, checked for its form as the API would."""
    text = text.strip()
    if not text:
        return None
    if not isinstance(kind, GraphQLScalarType | GraphQLEnumType):
        raise TypeError(f"{name} is neither a scalar nor an enumeration")
    try:
        value = _typed(kind.name, text)
        kind.parse_value(value)
    except (GraphQLError, ValueError):
        problems[name] = kind.name if isinstance(kind, GraphQLScalarType) else "choice"
        return None
    return value


def _typed(kind: str, text: str) -> Any:
    if kind == "Int":
        return int(text.replace(",", "").replace("，", ""))
    if kind == "Float":
        return float(text)
    if kind == "Boolean":
        if text not in TRUTHS:
            raise ValueError(text)
        return TRUTHS[text]
    return text.replace(",", "") if kind == "Decimal" else text
