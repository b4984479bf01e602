"""
Versions below which a store must not serve anyone, as one table, and what to do about a store that is below.

Elasticsearch: a search can bring older ones down by nesting (CVE-2026-102409), and single requests exhaust their memory.
PostgreSQL: older ones get no fixes any more. SQLite below its floor can lose commits when two connections write and
checkpoint in WAL mode (https://www.sqlite.org/wal.html#walresetbug); the record has one such connection, held by a lock,
so an older library is noted and not refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

import structlog

from directory.errors import SearchUnavailable, ServiceFault
from directory.record.open import SqlRecord
from directory.record.standing import database_version
from indexer.query.search import SearchEngine
from newgrowth.settings import Settings

Version = tuple[int, ...]

log = structlog.get_logger(__name__)


class Store(StrEnum):
    """What has a version of its own, by the name it goes under in logs."""

    ELASTICSEARCH = "elasticsearch"
    POSTGRESQL = "postgresql"
    SQLITE = "sqlite"


# The first good version of each release line that has one; a line above the last of them is good.
FLOORS: Mapping[Store, tuple[Version, ...]] = {
    Store.ELASTICSEARCH: ((9, 4, 8), (9, 5, 5)),
    Store.POSTGRESQL: ((14, 0),),
    Store.SQLITE: ((3, 44, 6), (3, 50, 7), (3, 51, 3)),
}
GUARDED = frozenset({Store.SQLITE})


class UnsafeVersion(ServiceFault):
    """A store's version has known weaknesses, and nobody said that this is no matter here."""

    code = "UNSAFE_VERSION"


def parsed(version: str) -> Version:
    """The numbers a version begins with: 9.4.3 of "9.4.3-SNAPSHOT", 17.2 of "17.2 (Debian 17.2-1)"."""
    numbers = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, numbers[0].split("."))) if numbers else ()


def is_safe(store: Store, version: Version) -> bool:
    """Whether the version is at or above the floor of its release line; one that cannot be read is not."""
    floors = FLOORS[store]
    if version >= floors[-1]:
        return True
    return any(version[:2] == floor[:2] and version >= floor for floor in floors)


def wanted(store: Store) -> str:
    """The floor in words: "9.4.8, 9.5.5 or newer"."""
    return ", ".join(".".join(map(str, floor)) for floor in FLOORS[store]) + " or newer"


class Floors:
    """Holds the stores of one program to their floors: at the start, and later what did not answer then."""

    def __init__(self, settings: Settings, record: SqlRecord, engine: SearchEngine) -> None:
        self._bears = settings.demo or settings.allow_unsafe_versions
        self._record = record
        self._engine = engine
        self._unsafe: list[str] = []
        self._engine_known = False

    async def check(self) -> None:
        """Tells of unsafe versions. Raises: UnsafeVersion, outside the demo and unless the settings allow them."""
        async with self._record.reader() as reader:
            kind, version = await database_version(reader)
        self._hold(Store(kind), version)
        await self._look_at_engine()
        if self._unsafe and not self._bears:
            raise UnsafeVersion("\n".join(self._unsafe))

    async def hold(self) -> bool:
        """Whether nothing unsafe is at work, asking the engine that could not be asked before."""
        await self._look_at_engine()
        return self._bears or not self._unsafe

    async def _look_at_engine(self) -> None:
        if self._engine_known:
            return
        try:
            version = await self._engine.version()
        except SearchUnavailable:
            return
        self._engine_known = True
        if version is not None:
            self._hold(Store(self._engine.name), version)

    def _hold(self, store: Store, version: str) -> None:
        if is_safe(store, parsed(version)):
            return
        if store in GUARDED:
            log.debug("version_below_floor", store=store.value, version=version, wanted=wanted(store))
            return
        log.warning("unsafe_version", store=store.value, version=version, wanted=wanted(store))
        self._unsafe.append(
            f"{store.value} {version} has known weaknesses: use {wanted(store)}. To work with it all the same, which is "
            "UNSAFE where others can reach it, set NEWGROWTH_ALLOW_UNSAFE_VERSIONS=true."
        )
