"""
Regions as a choice of two steps (省级、地市): the provinces, and inside those that were chosen their regions.

Both stand in the address under one name. A province is all of it until something inside it is chosen, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.filters import SHOWN_AT_ONCE, Counted, Group
from portal.provinces import TILES, province_of


def asked_of(chosen: Sequence[str]) -> dict[str, list[str]]:
    """The API's filter for the regions chosen: the provinces that they lie in, and what of these is wanted."""
    inside = [code for code in chosen if code not in TILES]
    if not inside:
        return {"provinces": list(chosen)} if chosen else {}
    narrowed = set(map(province_of, inside))
    whole = [code for code in chosen if code in TILES and code not in narrowed]
    provinces = [code for code in dict.fromkeys(map(province_of, chosen)) if code in TILES]
    return {"regions": [*inside, *whole], **({"provinces": provinces} if provinces else {})}


def opened(group: Group, chosen: Sequence[str], regions: Mapping[str, Any] | None) -> Group:
    """The group of provinces, with the counted `regions` inside those that were chosen, which come first."""
    counted = regions["values"] if regions else ()
    wanted = set(map(province_of, chosen))
    values = [
        replace(one, inside=_inside(one.value, counted, chosen)) if one.value in wanted else one
        for one in (*group.choices, *group.folded)
    ]
    values.sort(key=lambda one: one.value not in wanted)
    return replace(group, choices=values[:SHOWN_AT_ONCE], folded=values[SHOWN_AT_ONCE:])


def _inside(province: str, counted: Sequence[Mapping[str, Any]], chosen: Sequence[str]) -> Sequence[Counted]:
    return [
        Counted(one["value"], one["label"], one["count"], one["value"] in chosen)
        for one in counted
        if province_of(one["value"]) == province and one["value"] != province
    ]
