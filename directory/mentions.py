"""Who is named in a state: found, and called otherwise, by the names that subjects stand under (`privacy.SUBJECT_KEYS`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from directory.privacy import SUBJECT_KEYS


def mentioned(value: Any, key: str = "") -> set[str]:
    """The subjects inside a state or a part of one, given by the name that it stands under."""
    names: set[str] = set()
    _gather(value, key, names)
    return names


def _gather(value: Any, key: str, names: set[str]) -> None:
    if isinstance(value, str):
        if _is_of_subject(key):
            names.add(value)
    elif isinstance(value, list):
        for each in value:
            _gather(each, key, names)
    elif isinstance(value, dict):
        for name, each in value.items():
            _gather(each, name, names)


@lru_cache(maxsize=4096)
def _is_of_subject(key: str) -> bool:
    return key.rpartition(".")[2] in SUBJECT_KEYS


def renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """The same with subjects called otherwise, where `names` knows them."""
    if isinstance(value, str):
        return names.get(value, value) if _is_of_subject(key) else value
    if isinstance(value, list):
        return [renamed(each, names, key) for each in value]
    if isinstance(value, dict):
        return {name: renamed(each, names, name) for name, each in value.items()}
    return value
