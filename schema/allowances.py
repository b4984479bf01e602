"""
What one caller may take of this server: cost a minute, new entries, exports, files and sign-ins an hour, operations at once.

Each purpose has a bucket a caller (token bucket): full at first, refilled evenly, and what is asked for is drawn from it. A
caller is a subject, or without a token an address; of IPv6 the network, since one machine holds 2^64 addresses. Buckets
live in this process: several processes each grant the whole of it. Callers unheard of for longest are forgotten first.
"""

from __future__ import annotations

import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from directory.access import Caller
from schema.errors import ApiCode, try_later

REMEMBERED_CALLERS = 20_000
NETWORK_BITS = 64
LONGEST_ADDRESS = 64
# What flows in is counted in fractions, which do not always add up to the whole.
ROUNDING = 1e-6
# Operations that find no place are short: the next one may find one.
PLACE_SECONDS = 1


class Purpose(StrEnum):
    """What is drawn for; the names stand in the headers of answers."""

    COST = "cost"
    CREATIONS = "creations"
    EXPORTS = "exports"
    UPLOADS = "uploads"
    FAILED_SIGN_INS = "failed-sign-ins"
    SIGN_INS = "sign-ins"
    SIGN_INS_OF_ADDRESS = "sign-ins-of-address"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so much in a row, and as much again within so many seconds."""

    most: int
    seconds: int


Rates = Mapping[Purpose, Rate]
"""The rates that hold; what has none is not limited."""


class Buckets:
    """One purpose's buckets, by caller."""

    def __init__(self, rate: Rate, clock: Callable[[], float], remembered: int = REMEMBERED_CALLERS) -> None:
        """`clock` tells seconds from any beginning; it never goes back."""
        self.rate = rate
        self._per_second = rate.most / rate.seconds
        self._clock = clock
        self._remembered = remembered
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def left(self, who: str) -> float:
        """What the caller's bucket holds now."""
        level, since = self._levels.get(who, (float(self.rate.most), 0.0))
        return min(float(self.rate.most), level + (self._clock() - since) * self._per_second)

    def draw(self, who: str, amount: int) -> int:
        """Draws the amount, or nothing: then the answer is the whole seconds until it may be asked for again, else 0."""
        left = self.left(who)
        drawn = left + ROUNDING >= amount
        self._levels[who] = (max(0.0, left - amount) if drawn else left, self._clock())
        self._levels.move_to_end(who)
        if len(self._levels) > self._remembered:
            self._levels.popitem(last=False)
        return 0 if drawn else self._seconds(amount - left)

    def seconds_to_full(self, who: str) -> int:
        """When the bucket is full again, if nothing more is drawn."""
        return self._seconds(self.rate.most - self.left(who))

    def _seconds(self, amount: float) -> int:
        return math.ceil((amount - ROUNDING) / self._per_second)


class Places:
    """Operations under way, all together and a caller. Nobody waits for a place: a queue would only hide the load."""

    def __init__(self, most: int, most_a_caller: int) -> None:
        self._most = most
        self._most_a_caller = most_a_caller
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken_by(self, who: str) -> Iterator[None]:
        """One place. Raises: ApiError RATE_LIMITED, when the caller has all of its own; BUSY, when none is free."""
        if self._taken[who] >= self._most_a_caller:
            raise try_later(ApiCode.RATE_LIMITED, "rate.at_once", PLACE_SECONDS)
        if self._taken.total() >= self._most:
            raise try_later(ApiCode.BUSY, "busy", PLACE_SECONDS)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one caller may still take."""

    who: str
    buckets: Mapping[Purpose, Buckets]
    places: Places

    def draw(self, purpose: Purpose, amount: int = 1) -> None:
        """Raises: ApiError RATE_LIMITED, with the seconds to wait, where less than the amount is left."""
        held = self.buckets.get(purpose)
        if held is not None and amount > 0 and (seconds := held.draw(self.who, amount)):
            raise try_later(ApiCode.RATE_LIMITED, f"rate.{purpose.value}", seconds)

    def left(self, purpose: Purpose) -> int | None:
        """What is left; None where there is no limit."""
        held = self.buckets.get(purpose)
        return None if held is None else int(held.left(self.who))

    def headers(self, purpose: Purpose) -> dict[str, str]:
        """The state of a bucket (draft-ietf-httpapi-ratelimit-headers-10): `q` in `w` seconds, `r` left, full in `t`."""
        held = self.buckets.get(purpose)
        if held is None:
            return {}
        left, full = int(held.left(self.who)), held.seconds_to_full(self.who)
        return {
            "ratelimit-policy": f'"{purpose}";q={held.rate.most};w={held.rate.seconds}',
            "ratelimit": f'"{purpose}";r={left};t={full}',
        }


class Allowances:
    """The allowances of all callers of this process."""

    def __init__(self, rates: Rates, places: Places, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = {purpose: Buckets(rate, clock) for purpose, rate in rates.items()}
        self._places = places

    def of(self, caller: Caller, address: str) -> Allowance:
        """The caller's."""
        return Allowance(payer(caller, address), self._buckets, self._places)

    def check_sign_ins(self, address: str) -> None:
        """Raises: ApiError RATE_LIMITED, where so many have failed that no further one is tried."""
        held = self._buckets.get(Purpose.FAILED_SIGN_INS)
        if held is not None and held.left(_of_address(address)) < 1:
            raise try_later(
                ApiCode.RATE_LIMITED,
                f"rate.{Purpose.FAILED_SIGN_INS.value}",
                held.seconds_to_full(_of_address(address)),
            )

    def arrived(self, address: str) -> None:
        """Counts who comes back from the provider to an address, however it ends. Raises: ApiError RATE_LIMITED."""
        Allowance(_of_address(address), self._buckets, self._places).draw(Purpose.SIGN_INS_OF_ADDRESS)

    def signed_in(self, caller: Caller, address: str) -> None:
        """Counts a person's sign-ins, from wherever they come. Raises: ApiError RATE_LIMITED."""
        self.of(caller, address).draw(Purpose.SIGN_INS)

    def failed_sign_in(self, address: str) -> None:
        """Counts a token that did not hold; good ones are never held up by it. Raises: ApiError RATE_LIMITED."""
        Allowance(_of_address(address), self._buckets, self._places).draw(Purpose.FAILED_SIGN_INS)


def payer(caller: Caller, address: str) -> str:
    """Whose buckets an operation draws from: the subject's, for the public the address's."""
    return f"subject:{caller.subject}" if caller.subject else _of_address(address)


def _of_address(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"address:{address[:LONGEST_ADDRESS]}"
    if not isinstance(parsed, IPv6Address):
        return f"address:{parsed}"
    if parsed.ipv4_mapped is not None:
        return f"address:{parsed.ipv4_mapped}"
    return f"address:{ip_network((int(parsed), NETWORK_BITS), strict=False)}"
