"""
Reading raw values (of JSON, an import row or a form) field by field.

Each reader gives the clean value, or None after noting a problem at the field's path. Nothing here raises, whatever a
caller sends: text where a number should be, a list for a name, an object nested too deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from directory.errors import ErrorCode, Path, Problem
from directory.refusals import RefusedValue
from directory.text import TextFault, clean_text, search_text

LARGEST_INTEGER = 2**53 - 1
EARLIEST_DAY = date(1949, 10, 1)
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_STEP = 60

W = TypeVar("W", bound=StrEnum)


class RawFields:
    """The fields of one raw object at `path`; `problems` is shared by all objects that are read together."""

    def __init__(self, raw: object, path: Path, problems: list[Problem], known: Sequence[str]) -> None:
        self.path = path
        self.problems = problems
        self._raw: Mapping[Any, Any] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            problems.append(Problem(ErrorCode.INVALID, path, "value.not_object"))
        for name in self._raw:
            if name not in known:
                self.note(_step(name), key="value.unknown_field")

    def note(self, *steps: str, key: str, code: ErrorCode = ErrorCode.INVALID, **params: Any) -> None:
        """Keeps a problem at `steps` below this object."""
        self.problems.append(Problem(code, (*self.path, *steps), key, params))

    def given(self, name: str, *, required: bool = False) -> Any:
        """The raw value; None when it is absent, null, an empty list or blank text."""
        value = self._raw.get(name)
        if isinstance(value, str) and not value.strip():
            value = None
        if isinstance(value, list | tuple) and not value:
            value = None
        if value is None and required:
            self.note(name, key="required", code=ErrorCode.REQUIRED)
        return value

    def text(
        self, name: str, *, longest: int, shortest: int = 1, multiline: bool = False, required: bool = False
    ) -> str | None:
        """Clean text of `shortest` to `longest` code points."""
        value = self.given(name, required=required)
        if value is None:
            return None
        return self._clean(value, (name,), longest, shortest, multiline)

    def texts(self, name: str, *, longest: int, most: int, required: bool = False) -> Mapping[str, str]:
        """Clean one-line texts, each once, in the order given, with the place where each stood first."""
        places: dict[str, str] = {}
        for index, value in enumerate(self.listed(name, most=most, required=required)):
            text = self._clean(value, (name, str(index)), longest, 1, False)
            if text is not None:
                places.setdefault(text, str(index))
        return places

    def checked(self, name: str, check: Callable[[str], str], *, required: bool = False) -> str | None:
        """The text as `check` returns it; what `check` refuses becomes a problem."""
        value = self.given(name, required=required)
        if value is None:
            return None
        if not isinstance(value, str):
            self.note(name, key="value.not_text")
            return None
        try:
            return check(value)
        except RefusedValue as refused:
            self.problems.append(refused.problem_at(*self.path, name))
            return None

    def word(self, name: str, words: type[W], *, required: bool = False) -> W | None:
        """One of the words of an enumeration, exactly as written there."""
        value = self.given(name, required=required)
        if value is None:
            return None
        if isinstance(value, str) and value in words.__members__:
            return words[value]
        self.note(name, key="value.not_a_word", words=", ".join(words.__members__))
        return None

    def day(self, name: str, *, today: date) -> date | None:
        """A calendar date, given as such or as YYYY-MM-DD, from 1949-10-01 to today."""
        value = self.given(name)
        if value is None:
            return None
        day = _as_day(value)
        if day is None:
            self.note(name, key="date.format")
        elif day > today:
            self.note(name, key="date.future", today=today.isoformat())
        elif day < EARLIEST_DAY:
            self.note(name, key="date.too_early", earliest=EARLIEST_DAY.isoformat())
        else:
            return day
        return None

    def integer(self, name: str, *, least: int = 0, most: int = LARGEST_INTEGER) -> int | None:
        """An exact integer; text of digits is one too, 1.5 and "1e3" are not."""
        value = self.given(name)
        if value is None:
            return None
        if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(name, key="value.not_integer")
        elif not least <= value <= most:
            self.note(name, key="value.out_of_range", least=least, most=most)
        else:
            return value
        return None

    def decimal(self, name: str, *, places: int, most: int, required: bool = False) -> Decimal | None:
        """An exact decimal from 0 to `most` with at most `places` decimals; binary floating point is refused."""
        value = self.given(name, required=required)
        if value is None:
            return None
        number = _as_decimal(value)
        if number is None:
            self.note(name, key="value.not_integer" if places == 0 else "value.not_decimal")
        elif not 0 <= number <= most:
            self.note(name, key="value.out_of_range", least=0, most=most)
        elif _places(number) > places:
            self.note(name, key="value.too_many_places" if places else "value.not_integer", places=places)
        else:
            return number if _places(number) >= 0 else Decimal(int(number))
        return None

    def listed(self, name: str, *, most: int, required: bool = False) -> Sequence[Any]:
        """The raw items of a list of at most `most`."""
        value = self.given(name, required=required)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.note(name, key="value.not_list")
            return ()
        if len(value) > most:
            self.note(name, key="value.too_many", code=ErrorCode.TOO_LARGE, most=most, given=len(value))
            return ()
        return value

    def objects(self, name: str, known: Sequence[str], *, most: int) -> list[RawFields]:
        """The objects of a list, each to be read in its turn."""
        return [
            RawFields(item, (*self.path, name, str(index)), self.problems, known)
            for index, item in enumerate(self.listed(name, most=most))
        ]

    def _clean(
        self, value: object, steps: tuple[str, ...], longest: int, shortest: int, multiline: bool
    ) -> str | None:
        if not isinstance(value, str):
            self.note(*steps, key="value.not_text")
            return None
        try:
            text = clean_text(value, multiline=multiline, max_length=longest)
        except RefusedValue as refused:
            code = ErrorCode.TOO_LARGE if refused.reason is TextFault.TOO_LONG else refused.code
            self.note(*steps, key=refused.key, code=code, **refused.params)
            return None
        if len(text) < shortest:
            self.note(*steps, key="text.too_short", least=shortest)
            return None
        return text


def _step(name: object) -> str:
    """A field name of the caller's making, short and printable enough to stand in a path."""
    return search_text(name)[:_LONGEST_STEP] or "?" if isinstance(name, str) else type(name).__name__


def _as_day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value.strip()):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _as_decimal(value: object) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value.strip()) if _DECIMAL.fullmatch(value.strip()) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None


def _places(number: Decimal) -> int:
    """The decimals as written: 2 for 1.50, 0 for 15, -3 for 15E+3."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
