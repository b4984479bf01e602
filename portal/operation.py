"""
The GraphQL documents of the pages: `operations/<name>.graphql`, each with one operation.

What several share stands in `operations/fragments/<name>.graphql`, one fragment a file, named like its file: a document
that spreads it gets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    Visitor,
    parse,
    visit,
)

FOLDER = "operations"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its text with all fragments, its variables with the names of their types, and its root fields."""

    name: str
    text: str
    variables: dict[str, str]
    fields: tuple[str, ...]
    mutates: bool


@cache
def operation(name: str) -> Operation:
    """The operation in `operations/<name>.graphql`. Raises: FileNotFoundError, GraphQLSyntaxError."""
    text = _whole(name)
    document = parse(text)
    (found,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return Operation(
        name=name,
        text=text,
        variables={one.variable.name.value: _named(one.type) for one in found.variable_definitions or ()},
        fields=tuple(
            (field.alias or field.name).value
            for field in found.selection_set.selections
            if isinstance(field, FieldNode)
        ),
        mutates=found.operation is OperationType.MUTATION,
    )


def _read(name: str) -> str:
    return (files("portal") / FOLDER / f"{name}.graphql").read_text(encoding="utf-8")


def _whole(name: str) -> str:
    """The document followed by every fragment that it spreads, each once."""
    parts = [_read(name)]
    wanted, held = _spreads(parse(parts[0])), set[str]()
    while wanted:
        fragment = wanted.pop()
        if fragment not in held:
            held.add(fragment)
            parts.append(_read(f"fragments/{fragment}"))
            wanted |= _spreads(parse(parts[-1]))
    return "\n".join(parts)


def _spreads(document: DocumentNode) -> set[str]:
    found = set[str]()

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            found.add(node.name.value)

    visit(document, Spreads())
    return found


def _named(node: TypeNode) -> str:
    while isinstance(node, NonNullTypeNode | ListTypeNode):
        node = node.type
    if not isinstance(node, NamedTypeNode):
        raise TypeError("a type without a name")
    return node.name.value
