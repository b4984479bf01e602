"""Terms of the vocabularies as the options of a form; the data is the fragment TermChoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Option = tuple[str, str]
Group = tuple[str, list[Option]]


def options(terms: Sequence[Mapping[str, Any]]) -> list[Option]:
    """The terms that entries may use, in the order of the vocabulary."""
    return [(one["code"], one["label"]) for one in terms if one["assignable"]]


def grouped(terms: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The terms that entries may use under the label of the term above them, in the order of the vocabulary."""
    found: dict[str, list[Option]] = {}
    for one in terms:
        if one["assignable"]:
            above = one["parent"] or one
            found.setdefault(above["label"], []).append((one["code"], one["label"]))
    return list(found.items())
