"""Field names of profiles between the API's camelCase and the rules' snake_case, also inside JSON values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@lru_cache(maxsize=1024)
def api_name(name: str) -> str:
    """The name in the API: name_en gives nameEn."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def rule_name(name: str) -> str:
    """The name in the rules: nameEn gives name_en. A name of no field stays one."""
    return _CAPITAL.sub("_", name).lower()


def api_json(value: Any) -> Any:
    """The JSON value with the names of the API in all its objects."""
    if isinstance(value, Mapping):
        return {api_name(name): api_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [api_json(item) for item in value]
    return value
