"""Sentences about searching."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "search.query_too_long": (
        "检索内容过长：最多{longest}个字符、{terms}个检索词。",
        "The search is too long: at most {longest} characters and {terms} terms.",
    ),
    "search.flood": (
        "该检索条件近{days}天平均每天命中{hits}条，超过每天{most}条的上限，请缩小范围。",
        "Over the last {days} days this search found {hits} reports a day, more than {most}; please narrow it.",
    ),
    "search.too_many_saved": (
        "最多可保存{most}个检索，请先删除不再需要的。",
        "At most {most} searches are kept; please delete one that is no longer needed.",
    ),
}
