"""Personal values (个人信息) apart from the log: the log holds a reference and a salted commitment to each."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete

from directory.entities import RAW
from directory.facts import FieldChange, Json
from directory.privacy import FREE_DATA
from directory.record.connection import Session
from directory.record.digest import SALT_BYTES, commitment_to
from directory.record.encoding import from_json, json_text, quick_json_text
from directory.record.tables import personal_values

SIDES = ("before", "after")
# A draft is kept as it came, and so is what facts say beside a change.
MAY_HOLD_FLOATS = frozenset({RAW, *(f"data.{name}" for name in FREE_DATA)})


def new_ref(beginning: str = "") -> str:
    """An opaque reference: 128 random bits in hex, of which the first may be given."""
    return begun(secrets.token_hex(16), beginning)


def begun(drawn: str, beginning: str) -> str:
    """An id or reference with another beginning."""
    return beginning + drawn[len(beginning) :]


def new_salt() -> str:
    """A salt of a commitment, in hex."""
    return secrets.token_hex(SALT_BYTES)


@dataclass(slots=True)
class SetApart:
    """Collects the personal values of one entity's changes, as rows of `personal_values`."""

    subject_id: str
    entity_id: str
    beginning: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)

    def pointer(self, name: str, value: Json) -> Json:
        """What the log holds of a value that goes apart; None for none."""
        if value is None:
            return None
        ref, salt = new_ref(self.beginning), new_salt()
        text = quick_json_text(value) if name not in MAY_HOLD_FLOATS else json_text(value)
        self.rows.append(
            {
                "ref": ref,
                "subject_id": self.subject_id,
                "entity_id": self.entity_id,
                "field": name,
                "value": text,
                "salt": salt,
            }
        )
        return {"ref": ref, "commitment": commitment_to(salt, text)}


async def forget_values(session: Session, entity_id: str, fields: Collection[str]) -> None:
    """Deletes the values of some fields of one entity that the log refers to."""
    columns = personal_values.c
    these = (columns.entity_id == entity_id) & columns.field.in_(sorted(fields))
    await session.execute(delete(personal_values).where(these))


def pointers(changes: Iterable[FieldChange], data: Mapping[str, Json]) -> Iterator[Mapping[str, str]]:
    """The references and commitments inside a fact as logged."""
    for change in changes:
        if change.personal:
            yield from (value for value in (change.before, change.after) if value is not None)
    yield from (data[name] for name in FREE_DATA if is_pointer(data.get(name)))


def is_pointer(value: Json) -> bool:
    """Whether a value of a fact's data stands apart; facts from before there were such have it in them."""
    return isinstance(value, dict) and value.keys() == {"ref", "commitment"}


def data_joined(data: Mapping[str, Json], values: Mapping[str, str]) -> Mapping[str, Json]:
    """What a fact says beside its changes, with the values that stand apart; None for those erased."""
    return {name: _value(value, values) if is_pointer(value) else value for name, value in data.items()}


def joined(change: FieldChange, values: Mapping[str, str]) -> FieldChange:
    """The logged change with its values, given as JSON texts by reference; what is erased becomes None."""
    if not change.personal:
        return change
    found = {side: _value(getattr(change, side), values) for side in SIDES}
    erased = any(getattr(change, side) is not None and found[side] is None for side in SIDES)
    return replace(change, before=found["before"], after=found["after"], erased=erased)


def _value(pointer: Mapping[str, str] | None, values: Mapping[str, str]) -> Json:
    text = values.get(pointer["ref"]) if pointer else None
    return None if text is None else from_json(text)
