"""Who is named in a state: found, and called otherwise, by the names that subjects stand under (`privacy.SUBJECT_KEYS`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from directory.privacy import SUBJECT_KEYS


def mentioned(value: Any, key: str = "") -> Iterator[str]:
    """The subjects inside a state or a part of one, given by the name that it stands under."""
    if isinstance(value, str):
        if key.rpartition(".")[2] in SUBJECT_KEYS:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from mentioned(each, key)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from mentioned(each, name)


def renamed(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """The same with subjects called otherwise, where `names` knows them."""
    if isinstance(value, str):
        return names.get(value, value) if key.rpartition(".")[2] in SUBJECT_KEYS else value
    if isinstance(value, list):
        return [renamed(each, names, key) for each in value]
    if isinstance(value, dict):
        return {name: renamed(each, names, name) for name, each in value.items()}
    return value
