"""What the inputs of all commands share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import strawberry

from schema.node import key_of

EXPECTED_VERSION = "The version that the caller saw; CONFLICT when it is no longer the present one."
NO_SUCH_KEY = ""
"""What an id of anything else stands for: nothing is found by it."""


@strawberry.input(description="What every command may carry.")
class CommandInput:
    """The base of the commands' inputs."""

    client_mutation_id: str | None = strawberry.field(
        default=None,
        description="Names this request, up to 128 characters: a repeat by the same caller within a day gives the "
        "first result instead of acting twice.",
    )


def key_in(type_name: str, text: str) -> str:
    """The key inside a global id of that type; for any other text one that names nothing."""
    return key_of(type_name, text) or NO_SUCH_KEY


def raw(value: Any) -> Any:
    """The input as the rules read it: objects as mappings with the rules' names, without what was left out."""
    if is_dataclass(value):
        given = {field.name: raw(getattr(value, field.name)) for field in fields(value)}
        return {name: item for name, item in given.items() if item is not None}
    if isinstance(value, list):
        return [raw(item) for item in value]
    return value


def by_name(pairs: Sequence[tuple[str, str]] | None) -> Mapping[str, str] | None:
    """Texts by field name; of several for one field, all, each in a line of its own."""
    if pairs is None:
        return None
    texts: dict[str, str] = {}
    for name, text in pairs:
        texts[name] = f"{texts[name]}\n{text}" if name in texts else text
    return texts
