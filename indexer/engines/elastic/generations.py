"""
The indices and aliases of a directory, as the cluster has them.

    <prefix>-firm-<layout>-<n>      an index: kind, digest of mapping and settings, number of the generation
    <prefix>-firm                   alias of the live one, without tombstones: every search reads it
    <prefix>-firm-write             alias of the live one: every write goes to it
    <prefix>-firm-next-<n>          alias of one being rebuilt: every write goes to it too
    <prefix>-firm-previous-<n>      alias of the one before, which nothing writes to: it stands at log position n
    <prefix>-control                where the index stands in the log

An index without an alias is what a rebuild that was cut off, before or behind the swap, left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.errors import SearchUnavailable
from indexer.engines.elastic.client import Client, Rejected
from indexer.engines.elastic.mapping import DELETED, layout, mapping, settings
from indexer.query.search import Generations as Standing
from indexer.query.search import Kind, NoPrevious

Json = dict[str, Any]
REBUILD = "run `newgrowth index rebuild`"


class NoLiveIndex(SearchUnavailable):
    """There is no live index: nothing was made yet, or the engine was emptied."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index of ours: its name and what the name says."""

    name: str
    kind: Kind
    layout: str
    number: int
    aliases: frozenset[str]

    @property
    def kept_at(self) -> int | None:
        """The position at which it was kept as the previous one; None for any other."""
        for alias in self.aliases:
            before, _, position = alias.rpartition("-previous-")
            if before.endswith(f"-{self.kind.value}") and position.isdecimal():
                return int(position)
        return None


@dataclass(frozen=True, slots=True)
class Names:
    """How indices and aliases are called."""

    prefix: str

    def read(self, kind: Kind) -> str:
        """The alias searches read."""
        return f"{self.prefix}-{kind.value}"

    def write(self, kind: Kind) -> str:
        """The alias writes go to."""
        return f"{self.prefix}-{kind.value}-write"

    def next(self, kind: Kind, number: int) -> str:
        """The alias of a generation being rebuilt."""
        return f"{self.prefix}-{kind.value}-next-{number}"

    def previous(self, kind: Kind, position: int) -> str:
        """The alias of the generation before, complete up to `position`."""
        return f"{self.prefix}-{kind.value}-previous-{position}"

    def index(self, kind: Kind, layout_digest: str, number: int) -> str:
        """The name of an index."""
        return f"{self.prefix}-{kind.value}-{layout_digest}-{number}"

    @property
    def control(self) -> str:
        """The control index."""
        return f"{self.prefix}-control"

    @property
    def pattern(self) -> re.Pattern[str]:
        """What index names look like."""
        kinds = "|".join(kind.value for kind in Kind)
        return re.compile(rf"{re.escape(self.prefix)}-({kinds})-([0-9a-f]{{12}})-([0-9]+)")


def generation_name(number: int) -> str:
    """How a generation is named outside."""
    return f"g{number}"


@dataclass(frozen=True)
class Topology:
    """What the cluster had at one moment."""

    names: Names
    indices: tuple[Index, ...]
    shards: int
    has_control: bool
    misnamed: tuple[str, ...]

    def live(self, kind: Kind) -> Index:
        """The live index of the kind. Raises: SearchUnavailable, with what to do, when that is not clear."""
        return self._one(
            kind, self._with(kind, self.names.read(kind)), self._with(kind, self.names.write(kind))
        )

    def _one(self, kind: Kind, reading: Sequence[Index], writing: Sequence[Index]) -> Index:
        if self.misnamed:
            raise SearchUnavailable(
                f"{self.misnamed[0]} is an index and has to be an alias: delete it, then {REBUILD}"
            )
        if not reading or not writing:
            raise NoLiveIndex(f"the alias {self.names.read(kind)} or its -write is missing: {REBUILD}")
        if len(reading) > 1 or len(writing) > 1 or reading != writing:
            found = ", ".join(sorted({index.name for index in (*reading, *writing)}))
            raise SearchUnavailable(
                f"the aliases of {self.names.read(kind)} are on several indices ({found}): {REBUILD}"
            )
        if reading[0].layout != layout(kind, self.shards):
            raise SearchUnavailable(
                f"{reading[0].name} was laid out by another version of this program: {REBUILD}"
            )
        return reading[0]

    def _with(self, kind: Kind, alias: str) -> tuple[Index, ...]:
        return tuple(index for index in self.indices if index.kind is kind and alias in index.aliases)

    @property
    def empty(self) -> bool:
        """Whether nothing of ours is there at all."""
        return not self.indices and not self.misnamed

    def unfinished(self) -> tuple[Index, ...]:
        """The indices that are neither searched nor written to as the live one, nor kept as the one before."""
        return tuple(
            index
            for index in self.indices
            if index.aliases.isdisjoint(self._live_aliases(index.kind)) and index.kept_at is None
        )

    def previous(self) -> tuple[Index, ...]:
        """The indices kept as the ones before the live ones."""
        return tuple(index for index in self.indices if index.kept_at is not None)

    def standing(self) -> Standing:
        """The generations by name."""
        reading = {index.number for kind in Kind for index in self._with(kind, self.names.read(kind))}
        kept = {index.number for index in self.previous()}
        return Standing(
            live=generation_name(max(reading)) if reading else None,
            previous=generation_name(max(kept)) if kept else None,
            unfinished=tuple(map(generation_name, sorted({index.number for index in self.unfinished()}))),
        )

    def _live_aliases(self, kind: Kind) -> tuple[str, str]:
        return self.names.read(kind), self.names.write(kind)

    def generation(self, name: str) -> Mapping[Kind, Index]:
        """The indices of an unfinished generation. Raises: SearchUnavailable, unless all of it is there."""
        found = {index.kind: index for index in self.unfinished() if generation_name(index.number) == name}
        if set(found) != set(Kind):
            raise SearchUnavailable(f"there is no unfinished generation {name}: begin the rebuild again")
        return found

    def write_aliases(self, kind: Kind) -> list[str]:
        """Where every write of the kind goes: the live index and those being rebuilt. Raises: SearchUnavailable."""
        self.live(kind)
        return [self.names.write(kind), *self._next_aliases(kind)]

    def _next_aliases(self, kind: Kind) -> Iterator[str]:
        for index in self.unfinished():
            alias = self.names.next(kind, index.number)
            if index.kind is kind and alias in index.aliases and index.layout == layout(kind, self.shards):
                yield alias


PURGED: Json = {"index.merge.policy.expunge_deletes_allowed": 0}


class Generations:
    """Looks at and changes the indices and aliases of one prefix."""

    def __init__(self, client: Client, names: Names, shards: int) -> None:
        self._client = client
        self._names = names
        self._shards = shards

    async def look(self) -> Topology:
        """What the cluster has now."""
        path = f"/_resolve/index/{self._names.prefix}-*?expand_wildcards=open,hidden"
        found = await self._client.ask("GET", path)
        listed = {each["name"]: frozenset(each.get("aliases", ())) for each in found["indices"]}
        ours = {self._names.read(kind) for kind in Kind} | {self._names.write(kind) for kind in Kind}
        return Topology(
            names=self._names,
            indices=tuple(self._indices(listed)),
            shards=self._shards,
            has_control=self._names.control in listed,
            misnamed=tuple(sorted(ours & listed.keys())),
        )

    def _indices(self, listed: Mapping[str, frozenset[str]]) -> Iterator[Index]:
        for name in sorted(listed):
            if said := self._names.pattern.fullmatch(name):
                yield Index(name, Kind(said[1]), said[2], int(said[3]), listed[name])

    async def make(self, number: int, *, live: bool) -> None:
        """Makes the empty indices of a generation with their aliases. Raises: SearchUnavailable, also when it exists."""
        for kind in Kind:
            name = self._names.index(kind, layout(kind, self._shards), number)
            aliases = self._live_aliases(kind) if live else {self._names.next(kind, number): {}}
            body: Json = {"mappings": mapping(kind), "settings": settings(self._shards), "aliases": aliases}
            try:
                await self._client.ask("PUT", f"/{name}", body)
            except Rejected as rejected:
                # Programs that start together each make the first generation, the same one.
                if not (live and rejected.already_exists):
                    raise

    def _live_aliases(self, kind: Kind) -> Json:
        return {
            self._names.read(kind): {"filter": {"term": {DELETED: False}}},
            self._names.write(kind): {"is_write_index": True},
        }

    async def promote(self, name: str, keep_at: int | None) -> None:
        """Makes an unfinished generation the live one, in one step for both kinds.

        The one before is kept as the previous one, complete up to `keep_at`, or deleted where that is None.
        """
        topology = await self.look()
        before = self._before(topology)
        await self._exchange(before, topology.generation(name), keep_at)
        if keep_at is None:
            # Not in the same step: whoever searches the old one at this moment finds out, and asks again.
            for old in before:
                await self._delete(old)

    async def restore(self, position: int) -> int:
        """Lets the live generation, complete up to `position`, and the previous one change places; the latter's position.

        Raises: NoPrevious, SearchUnavailable.
        """
        topology = await self.look()
        kept = {index.kind: index for index in topology.previous()}
        if set(kept) != set(Kind):
            raise NoPrevious("no previous generation of the index is kept")
        if any(index.layout != layout(kind, self._shards) for kind, index in kept.items()):
            raise SearchUnavailable(
                "the previous generation was laid out by another version of this program: go back to that one first"
            )
        await self._exchange(self._before(topology), kept, position)
        return min(index.kept_at or 0 for index in kept.values())

    @staticmethod
    def _before(topology: Topology) -> list[Index]:
        others = {*topology.unfinished(), *topology.previous()}
        return [index for index in topology.indices if index not in others]

    async def _exchange(
        self, before: Sequence[Index], chosen: Mapping[Kind, Index], keep_at: int | None
    ) -> None:
        actions: list[Json] = []
        for old in before:
            live = [*self._live_aliases(old.kind)]
            actions.append({"remove": {"index": old.name, "aliases": live, "must_exist": False}})
            if keep_at is not None:
                actions.append({"add": {"index": old.name, "alias": self._names.previous(old.kind, keep_at)}})
        for kind, index in chosen.items():
            own = sorted(index.aliases)
            actions.extend({"remove": {"index": index.name, "alias": alias}} for alias in own)
            for alias, body in self._live_aliases(kind).items():
                actions.append({"add": {"index": index.name, "alias": alias, **body}})
        await self._client.ask("POST", "/_aliases", {"actions": actions})

    async def purge(self) -> None:
        """Begins to merge away what deleted and replaced documents left in the segments of the indices written to.

        A segment is merged from its first deleted document on, and what peers may ask for again is kept no longer than
        they need it: both are settings of the index, set here so that those made before have them too.
        """
        for kind in Kind:
            for alias in (await self.look()).write_aliases(kind):
                await self._client.ask("PUT", f"/{alias}/_settings", PURGED)
                # Written out first, so that the translog is let go of with what stands in it.
                await self._client.ask("POST", f"/{alias}/_flush?force=true")
                path = f"/{alias}/_forcemerge?only_expunge_deletes=true&wait_for_completion=false"
                await self._client.ask("POST", path)

    async def drop_previous(self) -> str | None:
        """Deletes the indices kept as the ones before; the generation's name, if there was one."""
        kept = (topology := await self.look()).previous()
        for index in kept:
            await self._delete(index)
        return topology.standing().previous

    async def _delete(self, index: Index) -> None:
        await self._client.ask("DELETE", f"/{index.name}?ignore_unavailable=true")

    async def drop_unfinished(self, name: str | None) -> list[str]:
        """Deletes the indices searches do not read, or those of the generation named; gives the generations' names."""
        topology = await self.look()
        dropped = [index for index in topology.unfinished() if name in (None, generation_name(index.number))]
        for index in dropped:
            await self._delete(index)
        return [generation_name(number) for number in sorted({index.number for index in dropped})]

    async def uuids(self, topology: Topology) -> dict[str, str]:
        """The cluster's own ids of the live indices, by kind: a new index of the same name has another one."""
        live = {kind: topology.live(kind).name for kind in Kind}
        path = f"/{','.join(live.values())}/_settings/index.uuid?flat_settings=true"
        found = await self._client.ask("GET", path)
        return {kind.value: found[name]["settings"]["index.uuid"] for kind, name in live.items()}
