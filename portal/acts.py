"""
Acts of an office: the form of each, with the mutation that it is sent by.

Which acts are open is for the API to say (`openActions`); here stands only how each is asked for. A page shows the form
of one act at a time, the one that its address names with `act`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.operation import Operation
from portal.visit import Visit


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its path in the input, how it is drawn (`components/desk.html`), the keys of its texts.

    `options` names the list of what can be chosen, which the page gives.
    """

    name: str
    kind: str
    key: str
    required: bool = False
    hint: str | None = None
    options: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its name in `openActions`, its mutation, its text, its fields, what it says without being asked."""

    name: str
    operation: Operation
    key: str
    fields: Sequence[Field] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    tone: str = ""

    @property
    def offer(self) -> tuple[str, str, str]:
        """What its button needs: name, text, tone."""
        return self.name, self.key, self.tone


def offered(acts: Iterable[Act], open_actions: Iterable[str]) -> list[Act]:
    """The acts that are open, in the order of the table."""
    open_now = set(open_actions)
    return [act for act in acts if act.name in open_now]


def chosen(acts: Sequence[Act], visit: Visit) -> Act | None:
    """The act that the address names, if it is among these."""
    return next((act for act in acts if act.name == visit.here.value("act")), None)
