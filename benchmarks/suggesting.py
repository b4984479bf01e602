"""Suggestions while somebody types, letter by letter, over a large index and over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx2

from benchmarks.boxes import spread
from benchmarks.figures import Figure

SUGGEST = "query ($p: String!) { suggest(prefix: $p) { text kind node { id } } }"
TYPED = """
杭州晨星文化传媒有限公司 上海 直播带货 短视频创业 平台抽成太高 成都手作工作室 网络 有限公司 个体工商户 微短剧 营业执照 运营机构
studio live commerce media co ltd comission fit lab douyin design workshop influencer licence 北京 bright 工作室 传媒 文化
"""
LONGEST = 12
ROUNDS = 10


def prefixes() -> Iterator[str]:
    """Every beginning of what is typed."""
    for text in TYPED.split():
        yield from (text[:length] for length in range(1, min(len(text), LONGEST) + 1))


async def over_http(name: str, url: str, rounds: int = ROUNDS) -> list[Figure]:
    """Milliseconds for eight suggestions with their entries; an answer with errors ends the run."""
    took: list[float] = []
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        for turn in range(rounds + 1):
            for prefix in prefixes():
                began = time.perf_counter()
                response = await client.post("/graphql", json={"query": SUGGEST, "variables": {"p": prefix}})
                assert "errors" not in response.json(), response.text
                if turn:  # the first round warms up
                    took.append((time.perf_counter() - began) * 1000)
    return spread("suggest", f"{name} over HTTP, {len(took)} prefixes", took)
