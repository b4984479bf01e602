"""
The provinces (省级行政区) as a grid of tiles: no boundaries, so nothing to dispute, and each counts the same to the eye.

Abbreviations: the usual one-character ones (简称), and the letters of ISO 3166-2:CN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.charts import LEVELS, level

# GB/T 2260 code -> row, column, abbreviations.
TILES: Mapping[str, tuple[int, int, str, str]] = {
    "230000": (0, 7, "黑", "HL"),
    "150000": (1, 4, "蒙", "NM"),
    "210000": (1, 6, "辽", "LN"),
    "220000": (1, 7, "吉", "JL"),
    "650000": (2, 0, "新", "XJ"),
    "620000": (2, 2, "甘", "GS"),
    "640000": (2, 3, "宁", "NX"),
    "140000": (2, 4, "晋", "SX"),
    "110000": (2, 5, "京", "BJ"),
    "120000": (2, 6, "津", "TJ"),
    "540000": (3, 0, "藏", "XZ"),
    "630000": (3, 1, "青", "QH"),
    "610000": (3, 3, "陕", "SN"),
    "410000": (3, 4, "豫", "HA"),
    "130000": (3, 5, "冀", "HE"),
    "370000": (3, 6, "鲁", "SD"),
    "510000": (4, 2, "川", "SC"),
    "500000": (4, 3, "渝", "CQ"),
    "420000": (4, 4, "鄂", "HB"),
    "340000": (4, 5, "皖", "AH"),
    "320000": (4, 6, "苏", "JS"),
    "310000": (4, 7, "沪", "SH"),
    "530000": (5, 2, "云", "YN"),
    "520000": (5, 3, "贵", "GZ"),
    "430000": (5, 4, "湘", "HN"),
    "360000": (5, 5, "赣", "JX"),
    "330000": (5, 6, "浙", "ZJ"),
    "450000": (6, 3, "桂", "GX"),
    "440000": (6, 4, "粤", "GD"),
    "350000": (6, 5, "闽", "FJ"),
    "710000": (6, 7, "台", "TW"),
    "460000": (7, 3, "琼", "HI"),
    "820000": (7, 4, "澳", "MO"),
    "810000": (7, 5, "港", "HK"),
}
TILE = 52


@dataclass(frozen=True, slots=True)
class Tile:
    """A province with its figure, None where there is none; `level` 0 to LEVELS by its share of the highest."""

    code: str
    x: int
    y: int
    short: str
    short_en: str
    value: float | None
    level: int


def province_of(region: str) -> str:
    """The province in which a region of GB/T 2260 lies."""
    return f"{region[:2]}0000"


def by_province(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of regions of any level, added up by province; what lies in none of them is left out."""
    sums: dict[str, int] = {}
    for region, count in counts.items():
        if (province := province_of(region)) in TILES:
            sums[province] = sums.get(province, 0) + count
    return sums


def tile_map(values: Mapping[str, float]) -> Sequence[Tile]:
    """All tiles with the values of their provinces, row by row."""
    most = max(values.values(), default=0)
    return [
        Tile(
            code=code,
            x=column * TILE,
            y=row * TILE,
            short=short,
            short_en=letters,
            value=values.get(code),
            level=min(level(values.get(code) or 0, most), LEVELS),
        )
        for code, (row, column, short, letters) in TILES.items()
    ]
