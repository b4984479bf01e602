"""A filter as it is kept: JSON in the API's own names, which the API's own types read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types import get_object_definition

from schema.blockages.filters import BlockageFilter

_NAMES = StrawberryConfig().name_converter


def kept_filter(wanted: BlockageFilter) -> Mapping[str, Any]:
    """The filter as JSON, without what was left out."""
    kept: Mapping[str, Any] = _kept(wanted)
    return kept


def _kept(value: Any) -> Any:
    if (definition := get_object_definition(value)) is not None:
        given = ((field, getattr(value, field.python_name)) for field in definition.fields)
        return {_NAMES.get_graphql_name(field): _kept(each) for field, each in given if each is not None}
    if isinstance(value, list):
        return [_kept(each) for each in value]
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
