"""A rebuild that is killed as a process, at any of its requests, leaves nothing that the next one does not clear away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from directory.record.open import SqlRecord
from tests.chaos.house import Behind, Wanted, house
from tests.chaos.measure import LONG_RUN, figure
from tests.servers.fault_proxy import Asked, Moment

pytestmark = [pytest.mark.elasticsearch, pytest.mark.postgresql]

REBUILD = ("index", "rebuild")
LIVES = 5


def makes_an_index(asked: Asked) -> bool:
    """A new generation's first index."""
    return asked.method == "PUT" and "-firm-" in asked.path and "/_" not in asked.path


def fills(asked: Asked) -> bool:
    """Documents."""
    return asked.is_bulk


def swaps(asked: Asked) -> bool:
    """The exchange of the aliases."""
    return asked.path == "/_aliases"


def settles() -> Wanted:
    """The position of what is live by now."""
    return Behind(swaps, lambda asked: asked.moves_position)


# Every run of the tests takes the first; `tests/indexer/test_rebuild.py` has them all, without processes.
STAGES: list[tuple[Moment, Callable[[], Wanted]]] = [
    (Moment.AFTER, lambda: swaps),
    (Moment.BEFORE, lambda: makes_an_index),
    (Moment.AFTER, lambda: makes_an_index),
    (Moment.BEFORE, lambda: fills),
    (Moment.INSIDE, lambda: fills),
    (Moment.AFTER, lambda: fills),
    (Moment.BEFORE, lambda: swaps),
    (Moment.BEFORE, settles),
    (Moment.AFTER, settles),
]


async def test_a_rebuild_killed_at_a_request_is_cleared_away_by_the_next(
    postgres_record: SqlRecord,
    postgres_record_url: str,
    tmp_path: Path,
    elasticsearch_url: str,
    index_prefix: str,
) -> None:
    """By SIGKILL: afterwards one generation is searched, none is unfinished, and nothing differs."""
    stages = STAGES * LIVES if LONG_RUN else STAGES[:1]
    async with house(postgres_record, postgres_record_url, tmp_path, elasticsearch_url, index_prefix) as home:
        office = home.office
        for moment, wanted in stages:
            await home.town.live(10)
            held = home.way.proxy.hold(moment, wanted())
            await home.dies(held, await home.born(REBUILD))
            await office.seal()
            await office.rebuilt()
            generations = await office.engine.generations()
            assert (generations.live is not None, generations.unfinished) == (True, ())
            assert await office.differences() == []
    figure(f"{len(stages)} rebuilds killed, none left anything behind")
