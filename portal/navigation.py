"""What stands in the header: one table of places and whom they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the header: the key of its text, its path, and the roles it is for; none for everyone."""

    key: str
    path: str
    roles: tuple[str, ...] = ()


PLACES: Sequence[Place] = (
    Place("navigation.directory", "/directory"),
    Place("navigation.apply", "/apply"),
    Place("navigation.report", "/report"),
    Place("navigation.reports", "/reports"),
    Place("navigation.my_firm", "/my-firm", ("FIRM",)),
    Place("navigation.notices", "/notices", ("FIRM",)),
    Place("navigation.desk", "/desk", ("AGENCY", "SUPERVISOR")),
    Place("navigation.blockages", "/blockages"),
    Place("navigation.points", "/points"),
    Place("navigation.policies", "/policies"),
    Place("navigation.accountability", "/accountability"),
    Place("navigation.searches", "/searches", ("FIRM", "ANALYST", "AGENCY", "SUPERVISOR", "OPERATOR")),
)


def navigation(visitor: Visitor) -> Sequence[Place]:
    """The places for this visitor, in their order."""
    return [place for place in PLACES if not place.roles or visitor.has(*place.roles)]
