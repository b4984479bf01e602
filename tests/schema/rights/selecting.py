"""Queries and inputs made out of the schema itself, so that a walk reaches what was added yesterday."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from schema.node import global_id
from schema.root import SCHEMA

TYPES = SCHEMA._schema.type_map
NOBODY = "0" * 32
# What an id is the id of, by the name of the field that takes it; merges name two things of one kind.
KINDS = {"blockages": "Blockage", "point": "BlockingPoint", "notices": "Notice", "delivery": "Delivery"}
TEXTS = {
    "region": "330100",
    "category": "revenue-split",
    "agency": "local-culture@330100",
    "forms": "live-streaming-commerce",
    "clauses": "mcn-draft-2025#art2",
    "url": "https://hooks.example/new",
    "uscc": "91330100MA27XYZ123",
    "reference": "BP-7K4M-2QXC",
    "entryNumber": "NG-7K4M-2QXC",
}


def objects() -> Mapping[str, GraphQLObjectType]:
    """Every object type of the API by name; those of introspection are not ours."""
    return {
        name: kind
        for name, kind in TYPES.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
    }


def least(kind: Any, name: str, owner: str) -> Any:
    """The least value that an input takes: what is required, of the right shape, about things that are not there."""
    kind = get_nullable_type(kind)
    if isinstance(kind, GraphQLList):
        return [least(kind.of_type, name, owner)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        required = {key: field for key, field in kind.fields.items() if is_required_input_field(field)}
        return {key: least(field.type, key, owner) for key, field in required.items()}
    if kind.name == "ID":
        merged = "Firm" if "Firm" in owner else "BlockingPoint"
        return global_id(
            KINDS.get(name, merged if name in ("from", "into") else name[0].upper() + name[1:]), NOBODY
        )
    plain = {"Int": 1, "Boolean": True, "Date": "2030-01-02"}
    return plain.get(kind.name, TEXTS.get(name, "一段足够长的说明文字，用于检查权限。"))


def selection(kind: Any) -> str:
    """The plain fields of a type, those that need no argument; nothing below a plain value."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    plain = [
        name
        for name, field in named.fields.items()
        if is_leaf_type(get_named_type(field.type)) and asks_nothing(field)
    ]
    return "{ " + " ".join(plain or ["__typename"]) + " }"


def asks_nothing(field: GraphQLField) -> bool:
    """Whether the field can be selected without an argument."""
    return not any(is_required_argument(each) for each in field.args.values())


def is_told(value: Any) -> bool:
    """Whether an answer tells anything: a list of nothing, counted or not, does not."""
    if isinstance(value, dict) and set(value) <= {"totalCount", "__typename"}:
        return bool(value.get("totalCount"))
    return value is not None and value != []
