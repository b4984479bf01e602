"""
From an API filter to the filters of a search: each value checked, each problem told, each filter named by its facet.

An empty list is as if it was left out. A range whose ends are the wrong way round matches nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

import strawberry

from directory.errors import ErrorCode, InvalidInput, Problem
from directory.reference import Reference
from directory.workdays import SHANGHAI
from indexer.documents.paths import epoch_days
from indexer.query.search import AnyOf, Between, Filter, Is
from indexer.query.synonyms import widened
from indexer.query.syntax import QueryTooLong, TextQuery, parse
from schema.errors import ApiCode, errors_of_fault

MOST_VALUES = 100
LONGEST_CODE = 64
SECONDS_OF_A_DAY = 86_400
# What the engines' whole numbers hold.
LARGEST = 2**63 - 1


@strawberry.input(description="Calendar days, both ends included; an end left out is open.")
class DateRange:
    """From a day to a day."""

    from_: date | None = strawberry.field(name="from", default=None, description="The first day.")
    to: date | None = strawberry.field(default=None, description="The last day.")


@strawberry.input(description="Exact numbers, both ends included; an end left out is open.")
class DecimalRange:
    """From a number to a number."""

    min: Decimal | None = strawberry.field(default=None, description="The least.")
    max: Decimal | None = strawberry.field(default=None, description="The most.")


@strawberry.input(description="Whole numbers, both ends included; an end left out is open.")
class IntRange:
    """From a whole number to a whole number."""

    min: int | None = strawberry.field(default=None, description="The least.")
    max: int | None = strawberry.field(default=None, description="The most.")


def read_text(text: str | None, reference: Reference) -> TextQuery | None:
    """What the search box means, synonyms and all; None for nothing. Raises: GraphQLError QUERY_TOO_LONG."""
    try:
        return widened(parse(text), reference)
    except QueryTooLong as fault:
        (error,) = errors_of_fault(fault)
        error.extensions = {**(error.extensions or {}), "code": ApiCode.QUERY_TOO_LONG.value}
        raise error from None


class FilterReading:
    """Reads one API filter piece by piece; `finish` gives the filters, or every problem at once.

    `selected` holds the values asked for by facet, for the facets to mark.
    """

    def __init__(self, reference: Reference, argument: str = "filter") -> None:
        self.selected: dict[str, tuple[str, ...]] = {}
        self._reference = reference
        self._argument = argument
        self._filters: list[tuple[str | None, Filter]] = []
        self._problems: list[Problem] = []

    def add(self, wanted: Filter, facet: str | None = None) -> None:
        """Takes a filter as it is."""
        self._filters.append((facet, wanted))

    def terms(
        self, name: str, values: Sequence[str] | None, vocabulary: str, field: str, facet: str | None = None
    ) -> None:
        """Any of the codes of a vocabulary; `field` holds ancestors too, where the vocabulary is a tree."""
        self.codes(name, values, self._reference.vocabulary(vocabulary).__contains__, field, facet)

    def regions(self, name: str, values: Sequence[str] | None, field: str, facet: str | None = None) -> None:
        """Any of the regions, each with everything inside it."""
        self.codes(name, values, self._reference.regions.is_known, field, facet)

    def codes(
        self,
        name: str,
        values: Sequence[str] | None,
        is_known: Callable[[str], bool],
        field: str,
        facet: str | None = None,
    ) -> None:
        """Any of the values that `is_known` accepts; the others become problems."""
        if not values:
            return
        if len(values) > MOST_VALUES:
            self.problem(ErrorCode.TOO_LARGE, name, key="value.too_many", most=MOST_VALUES, given=len(values))
            return
        for place, value in enumerate(values):
            if len(value) > LONGEST_CODE or not is_known(value):
                self.problem(
                    ErrorCode.INVALID, name, str(place), key="code.unknown", given=value[:LONGEST_CODE]
                )
        self._any_of(field, values, facet)

    def words(self, values: Collection[StrEnum] | None, field: str, facet: str | None = None) -> None:
        """Any of the values of an enumeration."""
        if values:
            self._any_of(field, [word.value for word in values], facet)

    def flag(self, value: bool | None, field: str) -> None:
        """The truth value, where one is asked for."""
        if value is not None:
            self.add(Is(field, value))

    def whole(self, asked: IntRange | None, field: str) -> None:
        """A span of whole numbers."""
        if asked is not None:
            self._between(field, asked.min, asked.max, None)

    def fen(self, asked: DecimalRange | None, field: str) -> None:
        """A span of money, given in CNY and kept in fen."""
        if asked is not None:
            least = None if asked.min is None else _whole(asked.min * 100, ROUND_CEILING)
            most = None if asked.max is None else _whole(asked.max * 100, ROUND_FLOOR)
            self._between(field, least, most, None)

    def days(self, asked: DateRange | None, field: str, facet: str | None = None) -> None:
        """A span of dates."""
        if asked is not None:
            self._between(field, epoch_days(asked.from_), epoch_days(asked.to), facet)

    def instants(self, asked: DateRange | None, field: str, facet: str | None = None) -> None:
        """A span of whole days in Asia/Shanghai, for a field of instants."""
        if asked is not None:
            least = None if asked.from_ is None else _midnight(asked.from_)
            most = None if asked.to is None else _midnight(asked.to) + SECONDS_OF_A_DAY - 1
            self._between(field, least, most, facet)

    def problem(self, code: ErrorCode, *steps: str, key: str, **params: object) -> None:
        """Notes something that the caller can correct."""
        self._problems.append(Problem(code, (self._argument, *steps), key, params))

    def finish(self) -> tuple[tuple[str | None, Filter], ...]:
        """The filters, each with the facet it belongs to. Raises: InvalidInput, with every problem."""
        if self._problems:
            raise InvalidInput.all_of(self._problems)
        return tuple(self._filters)

    def _any_of(self, field: str, values: Sequence[str], facet: str | None) -> None:
        distinct = tuple(dict.fromkeys(values))
        if facet is not None:
            self.selected[facet] = distinct
        self.add(AnyOf(field, distinct), facet)

    def _between(self, field: str, least: int | None, most: int | None, facet: str | None) -> None:
        if least is not None or most is not None:
            self.add(Between(field, least, most), facet)


def _whole(number: Decimal, rounding: str) -> int:
    exact = int(number.to_integral_value(rounding=rounding))
    return max(-LARGEST, min(LARGEST, exact))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).timestamp())
