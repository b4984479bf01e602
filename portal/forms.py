"""A form: what was filled in, and what is wrong with it, field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REPEAT_FIELD = "clientMutationId"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to correct; `field` is empty where no field of the form is to blame."""

    field: str
    sentence: str


@dataclass(slots=True)
class Form:
    """Values by field, each a list as browsers send them, and problems in the order in which they were found."""

    values: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Always: an empty form is a form."""
        return True

    @property
    def faulty(self) -> bool:
        """Whether something is to be corrected."""
        return bool(self.problems)

    def value(self, name: str, otherwise: str = "") -> str:
        """The field's value, or what it begins with."""
        given = self.values.get(name)
        return given[-1] if given else otherwise

    def all(self, name: str) -> Sequence[str]:
        """All values of the field."""
        return self.values.get(name, ())

    def problem(self, name: str) -> str | None:
        """What is wrong with the field."""
        return next((one.sentence for one in self.problems if one.field == name), None)

    def blame(self, field: str, sentence: str) -> None:
        """Says what is wrong with a field, or with the form as a whole where `field` is empty."""
        self.problems.append(Problem(field, sentence))

    def blame_errors(self, errors: Sequence[Mapping[str, Any]]) -> None:
        """Says what the API's user errors say, at the fields that their paths name or lie in."""
        for error in errors:
            self.blame(self._field_of(error["path"][1:]), error["message"])

    def _field_of(self, path: Sequence[str]) -> str:
        """The field of the path, or the nearest one above it that was sent; none where the form has no such field."""
        for length in range(len(path), 0, -1):
            name = ".".join(path[:length])
            if name in self.values:
                return name
        # A group of choices of which none was taken sends nothing: its name is that of the path.
        return ".".join(path)


def prefilled(values: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """The values of a form for what an input holds already, under the fields' names."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        found |= _prefilled(f"{prefix}{name}", value)
    return found


def _prefilled(name: str, value: Any) -> dict[str, list[str]]:
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return prefilled(value, f"{name}.")
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        found: dict[str, list[str]] = {}
        for place, item in enumerate(value):
            found |= prefilled(item, f"{name}.{place}.")
        return found
    if isinstance(value, list):
        return {name: [str(item) for item in value]}
    return {name: [str(value).lower() if isinstance(value, bool) else str(value)]}
