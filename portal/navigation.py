"""What stands in the header: what anyone looks up, and what one does here; one table each, and whom its places are for."""

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


LOOK_UP: Sequence[Place] = (
    Place("navigation.directory", "/directory"),
    Place("navigation.blockages", "/blockages"),
    Place("navigation.points", "/points"),
    Place("navigation.policies", "/policies"),
    Place("navigation.accountability", "/accountability"),
    Place("navigation.api", "/api"),
)
DO: Sequence[Place] = (
    Place("navigation.desk", "/desk", ("AGENCY", "SUPERVISOR")),
    Place("navigation.apply", "/apply", ("PUBLIC", "FIRM")),
    Place("navigation.report", "/report", ("PUBLIC", "FIRM")),
    Place("navigation.reports", "/reports", ("PUBLIC", "FIRM")),
    Place("navigation.my_firm", "/my-firm", ("FIRM",)),
    Place("navigation.notices", "/notices", ("FIRM",)),
    Place("navigation.searches", "/searches", ("FIRM", "ANALYST", "AGENCY", "SUPERVISOR", "OPERATOR")),
    Place("navigation.admin", "/admin", ("OPERATOR",)),
)


def navigation(visitor: Visitor) -> Sequence[Sequence[Place]]:
    """The places for this visitor, those to look things up before those where one does something."""
    return [
        [place for place in places if not place.roles or visitor.has(*place.roles)]
        for places in (LOOK_UP, DO)
    ]
