"""The written table of rights (`rights.toml`), read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.journeys.entries import REVIEWER
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SECOND_LEADER,
    SUPERVISOR,
    TRIAGE,
    Person,
)

_WRITTEN = tomllib.loads(Path(__file__).with_name("rights.toml").read_text())

# Someone with each role, and no more than the role.
OF_ROLE: Mapping[str, Person] = {
    "PUBLIC": PUBLIC,
    "FIRM": OWNER,
    "ANALYST": ANALYST,
    "AGENCY": REVIEWER,
    "SUPERVISOR": SUPERVISOR,
    "OPERATOR": OPERATOR,
}
PEOPLE: Mapping[str, Person] = {
    "PUBLIC": PUBLIC,
    "OWNER": OWNER,
    "OTHER_OWNER": OTHER_OWNER,
    "ANALYST": ANALYST,
    "OPERATOR": OPERATOR,
    "REVIEWER": REVIEWER,
    "TRIAGE": TRIAGE,
    "LEADER": LEADER,
    "SECOND_LEADER": SECOND_LEADER,
    "ASSISTANT": ASSISTANT,
    "FAR_OFFICER": FAR_OFFICER,
    "SUPERVISOR": SUPERVISOR,
}
BY_CALLER = "by_caller"


def _turned(rows: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Who may, by what they may."""
    return {name: frozenset(who.split()) for who, names in rows.items() for name in names.split()}


OPERATIONS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Mutation": _turned(_WRITTEN["mutations"]),
    "Query": _turned(_WRITTEN["queries"]),
    "Subscription": _turned(_WRITTEN["subscriptions"]),
}
ON_A_REPORT: Mapping[str, frozenset[str]] = {
    name: frozenset(who.split()) for name, who in _WRITTEN["on_a_report"].items()
}
ON_A_THING: Mapping[str, frozenset[str]] = {
    name: frozenset(who.split()) for name, who in _WRITTEN["on_a_thing"].items()
}
ALL_OF_IT: Mapping[str, frozenset[str]] = {
    field: frozenset(who.split()) for field, who in _WRITTEN["all_of_it"].items()
}
READERS: Mapping[str, frozenset[str]] = {
    group: frozenset(who.split()) for group, who in _WRITTEN["readers"].items()
}
FIELDS: Mapping[str, Mapping[str, str]] = {
    kind: {name: group for group, names in rows.items() for name in names.split()}
    for kind, rows in _WRITTEN["fields"].items()
}
