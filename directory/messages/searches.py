"""Sentences about searching and paging."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "search.query_too_long": (
        "检索内容过长：最多{longest}个字符、{terms}个检索词。",
        "The search is too long: at most {longest} characters and {terms} terms.",
    ),
    "cursor.invalid": (
        "游标无效：它不是为本次检索签发的。请从第一页重新开始。",
        "This cursor was not given for this search. Start again from the first page.",
    ),
    "cursor.expired": (
        "游标已过期。请从第一页重新开始。",
        "This cursor has expired. Start again from the first page.",
    ),
}
