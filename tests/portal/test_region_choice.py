"""What a choice of provinces and of regions inside them asks for, and how the panel shows it."""

from __future__ import annotations

import pytest

from portal.filters import Counted, Group
from portal.region_choice import asked_of, opened

ZHEJIANG, HANGZHOU, XIHU, GUANGDONG = "330000", "330100", "330106", "440000"


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ([], {}),
        ([ZHEJIANG], {"provinces": [ZHEJIANG]}),
        ([ZHEJIANG, GUANGDONG], {"provinces": [ZHEJIANG, GUANGDONG]}),
        ([HANGZHOU], {"regions": [HANGZHOU], "provinces": [ZHEJIANG]}),
        ([ZHEJIANG, XIHU], {"regions": [XIHU], "provinces": [ZHEJIANG]}),
        (
            [GUANGDONG, ZHEJIANG, HANGZHOU],
            {"regions": [HANGZHOU, GUANGDONG], "provinces": [GUANGDONG, ZHEJIANG]},
        ),
        (["999999"], {"regions": ["999999"]}),
    ],
)
def test_a_province_is_all_of_it_until_something_inside_is_chosen(
    chosen: list[str], asked: dict[str, list[str]]
) -> None:
    """Two provinces, one of them narrowed, are the whole of the one and the part of the other."""
    assert asked_of(chosen) == asked


def test_the_regions_of_a_chosen_province_are_shown_inside_it() -> None:
    """It comes first; the province as a value of its own is not shown twice, and what lies elsewhere not at all."""
    provinces = [Counted(GUANGDONG, "广东省", 9, False), Counted(ZHEJIANG, "浙江省", 2, False)]
    group = Group("region", "directory.region", provinces, (), 1, 0, True)
    counted = [{"value": code, "label": code, "count": 1} for code in (HANGZHOU, ZHEJIANG, "440300")]

    shown = opened(group, [HANGZHOU], {"values": counted})

    assert [one.value for one in shown.choices] == [ZHEJIANG, GUANGDONG]
    assert shown.choices[0].inside == [Counted(HANGZHOU, HANGZHOU, 1, True)]
    assert shown.choices[1].inside == ()
