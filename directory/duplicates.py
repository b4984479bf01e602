"""
Near duplicates of an entry (疑似重复): explained, shown to the reviewer, never refused by themselves.

Two entries are compared when they share a blocking key; the record keeps the keys of each entry in an indexed table,
so that candidates are found without reading every entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from directory.identifiers import InvalidAccount, account_key
from directory.names import NameParts, name_parts
from directory.spelling import one_slip_apart, spellings
from directory.text import stem

LIKELY_FROM = 0.6
_SHORTEST_CORE = 2
# From here on two firms hardly choose one distinctive part by chance.
_RARE_CJK, _RARE_LATIN = 4, 12
_HEAD = 4


class ReasonKind(StrEnum):
    """Why two entries may be one, strongest first."""

    SAME_USCC = "same_uscc"
    SAME_ACCOUNT = "same_account"
    SAME_NAME = "same_name"
    OTHER_NAME = "other_name"
    CLOSE_NAME = "close_name"


_SCORES = {
    ReasonKind.SAME_USCC: 1.0,
    ReasonKind.SAME_ACCOUNT: 0.95,
    ReasonKind.SAME_NAME: 0.9,
    ReasonKind.OTHER_NAME: 0.8,
    ReasonKind.CLOSE_NAME: 0.7,
}
_NAME_REASONS = frozenset({ReasonKind.SAME_NAME, ReasonKind.OTHER_NAME, ReasonKind.CLOSE_NAME})
# Two registered firms of two provinces may lawfully bear one name.
_REGISTERED_APART = 0.6


class Reason(NamedTuple):
    """One reason with what was compared: the entry's value and the other's."""

    kind: ReasonKind
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another entry that may be the same firm: score from `LIKELY_FROM` to 1, strongest reason first."""

    id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies an entry. `accounts` are (platform, account name); `region` is a GB/T 2260 code.

    Two are equal that are called and known by the same, whatever their ids.
    """

    id: str = field(compare=False)
    name: str
    name_en: str | None = None
    other_names: tuple[str, ...] = ()
    uscc: str | None = None
    region: str | None = None
    accounts: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=4096)
def blocking_keys(identity: Identity, places: frozenset[str] = frozenset()) -> frozenset[str]:
    """The keys under which the entry is found by its near duplicates, such as `name:向妍服饰`.

    Every pair that `candidates` would report shares one at least. No key is personal data beyond the entry's names.
    `places` comes from `place_names`, the same for all entries.
    """
    return identifying_keys(identity).union(*(_name_keys(name, places) for name in _names(identity)))


def identifying_keys(identity: Identity) -> frozenset[str]:
    """Those of the keys that stand for a code or an account: `uscc:91330100…`, `account:douyin:小宇`."""
    keys = {f"account:{key}" for key in _account_keys(identity)}
    if identity.uscc:
        keys.add(f"uscc:{identity.uscc}")
    return frozenset(keys)


def candidates(
    entry: Identity, others: Iterable[Identity], *, places: frozenset[str] = frozenset(), limit: int = 5
) -> list[Candidate]:
    """The entries of `others` that may be the same firm as `entry`, likeliest first; `entry` itself is left out."""
    found = [
        candidate
        for other in others
        if other.id != entry.id and (candidate := _compared(entry, other, places)).score >= LIKELY_FROM
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.id))[:limit]


def _compared(entry: Identity, other: Identity, places: frozenset[str]) -> Candidate:
    reasons = sorted(_reasons(entry, other, places), key=lambda reason: -_SCORES[reason.kind])
    distinct = {reason.kind: reason for reason in reversed(reasons)}
    apart = _REGISTERED_APART if _registered_apart(entry, other) else 1.0
    unlikely = 1.0
    for kind in distinct:
        unlikely *= 1 - _SCORES[kind] * (apart if kind in _NAME_REASONS else 1.0)
    strongest_first = tuple(distinct[kind] for kind in ReasonKind if kind in distinct)
    return Candidate(other.id, round(1 - unlikely, 4), strongest_first)


def _registered_apart(entry: Identity, other: Identity) -> bool:
    """Whether both are registered, under different codes, in different provinces."""
    if not (entry.uscc and other.uscc and entry.region and other.region):
        return False
    return entry.uscc != other.uscc and entry.region[:2] != other.region[:2]


def _reasons(entry: Identity, other: Identity, places: frozenset[str]) -> Iterator[Reason]:
    if entry.uscc and entry.uscc == other.uscc:
        yield Reason(ReasonKind.SAME_USCC, entry.uscc, entry.uscc)
    ours, theirs = _account_keys(entry), _account_keys(other)
    for key in ours.keys() & theirs.keys():
        yield Reason(ReasonKind.SAME_ACCOUNT, ours[key], theirs[key])
    if reason := min(_name_reasons(entry, other, places), key=_strength, default=None):
        yield reason


def _strength(reason: Reason) -> tuple[float, str, str]:
    return -_SCORES[reason.kind], reason.ours, reason.theirs


def _name_reasons(entry: Identity, other: Identity, places: frozenset[str]) -> Iterator[Reason]:
    for ours, theirs in product(_names(entry), _names(other)):
        one, two = name_parts(ours, places), name_parts(theirs, places)
        if not (one.core and two.core):
            continue
        if one.key == two.key:
            official = {entry.name, entry.name_en} & {ours} and {other.name, other.name_en} & {theirs}
            yield Reason(ReasonKind.SAME_NAME if official else ReasonKind.OTHER_NAME, ours, theirs)
        elif _close(one, two):
            yield Reason(ReasonKind.CLOSE_NAME, ours, theirs)


def _close(one: NameParts, two: NameParts) -> bool:
    """Whether two different names are one name written differently.

    One distinctive part: with trades that do not contradict each other, or so long that it is rare. Two: one begins
    with the other where that is long, or they are a slip apart.
    """
    if one.core == two.core:
        return _is_long(one.core) or (
            len(one.core) >= _SHORTEST_CORE and _trades_agree(one.trades, two.trades)
        )
    shorter, longer = sorted((one.core, two.core), key=len)
    begins = len(shorter) >= _HEAD and not shorter.isascii() and longer.startswith(shorter)
    return begins or (_trades_agree(one.trades, two.trades) and one_slip_apart(one.core, two.core))


def _is_long(core: str) -> bool:
    return len(core) >= (_RARE_LATIN if core.isascii() else _RARE_CJK)


def _trades_agree(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one says nothing of its trade, or both share a word or a Chinese character of it: 服饰 and 服装."""
    return not ours or not theirs or not _marks(ours).isdisjoint(_marks(theirs))


def _marks(trades: frozenset[str]) -> frozenset[str]:
    return frozenset(mark for trade in trades for mark in ([stem(trade)] if trade.isascii() else trade))


@lru_cache(maxsize=4096)
def _name_keys(name: str, places: frozenset[str]) -> frozenset[str]:
    """The keys of one name."""
    parts = name_parts(name, places)
    keys = {f"name:{parts.key}"} if parts.core else set[str]()
    return frozenset(keys.union(_core_keys(parts.core)))


def _core_keys(core: str) -> Iterator[str]:
    """The keys under which `_close` cores meet."""
    if len(core) >= _SHORTEST_CORE:
        yield f"core:{core}"
    if len(core) >= _HEAD and not core.isascii():
        yield f"head:{core[:_HEAD]}"
    yield from (f"slip:{spelling}" for spelling in spellings(core))


def _names(identity: Identity) -> tuple[str, ...]:
    names = (identity.name, identity.name_en, *identity.other_names)
    return tuple(dict.fromkeys(name for name in names if name))


def _account_keys(identity: Identity) -> dict[str, str]:
    """The accounts by key; a name of which nothing is left identifies nobody."""
    keys: dict[str, str] = {}
    for platform, account_name in identity.accounts:
        try:
            keys[account_key(platform, account_name)] = account_name
        except InvalidAccount:
            continue
    return keys
