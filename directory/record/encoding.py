"""One text for each value the record keeps: JSON with sorted keys, instants of fixed width in UTC."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson


def json_text(value: Any) -> str:
    """The value as JSON: keys sorted, no blanks, characters as they are; the same value always gives the same text.

    Lone surrogates, which no UTF-8 store takes, are escaped. Raises: ValueError for NaN and infinities.
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text


def quick_json_text(value: Any) -> str:
    """`json_text`, of a value in which no number is a float, or none beyond 0.0001 to 10,000: those are written otherwise."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # an integer of more than 64 bits, a lone surrogate
        return json_text(value)


def from_json(text: str) -> Any:
    """The value of `json_text`."""
    return json.loads(text)


def state_of(text: str) -> Any:
    """The value of `json_text`, where its whole numbers are of 64 bits at most, as in an entity: some five times as fast."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        # A lone surrogate, which `json_text` escapes and no other reader takes.
        return json.loads(text)


@lru_cache(maxsize=256)
def instant_text(instant: datetime) -> str:
    """`2026-03-02T01:00:00.000000Z`: of fixed width, so that texts sort as instants do. Raises: ValueError without zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def optional_instant_text(instant: datetime | None) -> str | None:
    """`instant_text`, or None for None."""
    return None if instant is None else instant_text(instant)


def instant(text: str) -> datetime:
    """The instant of `instant_text`."""
    return datetime.fromisoformat(text)
