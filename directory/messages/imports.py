"""Sentences about rows of an import."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "row.not_json": (
        "该行不是有效的JSON；每行须为一个完整的JSON对象。",
        "This line is not valid JSON; each line must be one whole JSON object.",
    ),
    "row.too_long": (
        "该行过长：最多{longest}字节。",
        "This line is too long: at most {longest} bytes.",
    ),
    "row.field_twice": (
        "该字段在同一行中出现了多次，请只保留一次。",
        "This field is given more than once in the row: please give it once.",
    ),
}
