"""Raw profiles as clients send them: the smallest valid ones, `changes` replace fields."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.factories import REGION, make_uscc

_places = count(1)


def raw_enterprise(**changes: Any) -> dict[str, Any]:
    """An enterprise with a code of its own."""
    declared: dict[str, Any] = {
        "name": "杭州微光直播有限公司",
        "uscc": make_uscc(),
        "entity_kind": "ENTERPRISE",
        "forms": ["live-commerce"],
        "region": REGION,
    }
    return {**declared, **changes}


def raw_freelancer(**changes: Any) -> dict[str, Any]:
    """A freelancer with one platform account of their own."""
    declared: dict[str, Any] = {
        "name": "小光",
        "entity_kind": "FREELANCER",
        "forms": ["short-video"],
        "region": REGION,
        "platforms": [{"platform": "douyin", "account_name": f"小光的日常{next(_places)}"}],
    }
    return {**declared, **changes}


def reading(metric: str, period: str, value: object, source: str = "platform-export") -> dict[str, Any]:
    """A figure as sent."""
    return {"metric": metric, "period": period, "value": value, "source": source}
