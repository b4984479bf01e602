"""Suggestions over a large index cost what a small one's do."""

from __future__ import annotations

from pathlib import Path

from indexer.engines.embedded import EmbeddedEngine
from indexer.query.search import EVERYTHING, Kind, Search
from indexer.query.syntax import parse
from tests.contracts.engines.corpus import firm

MANY, FEW = 300, 20


async def test_only_so_many_of_those_found_are_put_in_order(tmp_path: Path) -> None:
    """Of three hundred firms of one word twenty are looked at, and the page is theirs."""
    engine = EmbeddedEngine(tmp_path / "index.db")
    await engine.open()
    await engine.put([firm(f"firm-{number:03}", name=f"茶山{number}号工作室") for number in range(MANY)])
    search = Search(Kind.FIRM, EVERYTHING, text=parse("茶山"), first=50)

    bounded = await engine.search(
        Search(Kind.FIRM, EVERYTHING, text=parse("茶山"), first=50, ranked_among=FEW)
    )

    assert len(bounded.hits) == FEW
    assert len((await engine.search(search)).hits) == 50
    assert len(await engine.suggest("茶山", EVERYTHING, 8)) == 8
    await engine.close()
