"""Texts that come with a command: notes, reasons, comments on fields."""

from __future__ import annotations

from collections.abc import Mapping

from directory.errors import InvalidInput, Problem
from directory.raw_fields import RawFields

LONGEST_NOTE = 2000
LONGEST_COMMENT = 1000


def read_text(text: str | None, name: str, problems: list[Problem], *, required: bool = False) -> str:
    """The clean text; "" where there is none or a problem was noted."""
    fields = RawFields({name: text}, (), problems, (name,))
    return fields.text(name, longest=LONGEST_NOTE, multiline=True, required=required) or ""


def require_text(text: str, name: str) -> str:
    """The clean text. Raises: InvalidInput."""
    problems: list[Problem] = []
    clean = read_text(text, name, problems, required=True)
    if problems:
        raise InvalidInput.all_of(problems)
    return clean


def read_by_field(
    texts: Mapping[str, str] | None, name: str, fields: tuple[str, ...], problems: list[Problem]
) -> Mapping[str, str]:
    """Clean texts by field; only `fields` may be spoken of."""
    raw = RawFields(texts or {}, (name,), problems, fields)
    cleaned = {field: raw.text(field, longest=LONGEST_COMMENT, multiline=True) for field in fields}
    return {field: text for field, text in cleaned.items() if text}
