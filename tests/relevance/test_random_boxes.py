"""Whatever is typed over thousands of documents is answered."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from indexer.query.highlights import highlights
from indexer.query.search import EVERYTHING, Kind, Search, SearchEngine
from indexer.query.syntax import QueryTooLong
from tests.contracts.engines.corpus import box
from tests.measure import measure

BOXES = measure(500, 5_000)
# A request each; the tree is the same, and so is what can be wrong with it.
BOXES_ASKED_OF_A_SERVER = measure(60, 500)
TYPED = """
直 直播 抽成 平台抽成 佣金太高 有限公司 网络 茶 短视频 個體戶 ＭＣＮ 一 的 B站 大V live commerce commission comission take rate
fit lab fitlab vlog e-commerce the a 12 café 한국 ไทย " “ ” - － * ＊ OR AND NOT ( ) [ ] { } : ： / \\ ~ ^ ? ! | & < > = + . ,
; % _ title: name： description: platform: region: category: clause: reference: owner: _id: 抖音 杭州 330100 NG-EDGD-YPNP
91330106MA2AAAAA1X ndrc-2020-1157 creat* 直*
"""
PIECES = [*TYPED.split(), " ", "  ", "\x00", "\ud800", "\u200b", "🍵", "茶" * 40, "x" * 300, "ab " * 30]


def drawn(chance: Random) -> str:
    """A box of pieces that people and machines type, in any order, with and without spaces."""
    count = chance.choice((1, 2, 3, 4, 6, 9, 16, 40))
    return chance.choice(("", " ", " ")).join(chance.choices(PIECES, k=count))


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_box_is_answered(shelves: SearchEngine, kind: Kind) -> None:
    """No exception from the reading, the engine or the highlighter, on two pages, but for boxes that are too long."""
    chance = Random(f"boxes of {kind}")
    count = (BOXES if shelves.name == "embedded" else BOXES_ASKED_OF_A_SERVER) // len(Kind)
    answered = 0
    for _ in range(count):
        typed = drawn(chance)
        try:
            text = box(typed)
        except QueryTooLong:
            continue
        search = Search(kind, EVERYTHING, text, first=3, lasting=True, total=True)
        page = await shelves.search(search)
        for hit in page.hits:
            highlights(text, hit.source, hit.source)
        if page.more:
            await shelves.search(replace(search, after=page.end, walk=page.walk))
        answered += 1
    assert answered > count / 2
