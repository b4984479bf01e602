"""Sentences about searching."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "search.query_too_long": (
        "检索内容过长：最多{longest}个字符、{terms}个检索词。",
        "The search is too long: at most {longest} characters and {terms} terms.",
    ),
}
