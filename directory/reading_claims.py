"""Figures as a firm submits them (指标数据): which period a metric is read for, how large and how exact it may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from directory.errors import ErrorCode
from directory.profiles import ReadingClaim
from directory.raw_fields import EARLIEST_DAY, LARGEST_INTEGER, RawFields
from directory.reference import Reference
from directory.states import Metric

READING_FIELDS = ("metric", "period", "value", "source")
MOST_READINGS = 400
SELF_DECLARED = "self-declared"

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[0-9]{4}")
_EARLIEST_YEAR = str(EARLIEST_DAY.year)


class Span(NamedTuple):
    """How a metric is read: a month or a year, up to `most`, with so many decimals."""

    yearly: bool
    most: int
    places: int


_COUNT = Span(yearly=False, most=LARGEST_INTEGER, places=0)

SPANS: Mapping[Metric, Span] = {
    Metric.FOLLOWERS: _COUNT,
    Metric.CUSTOMERS: _COUNT,
    Metric.EMPLOYEES: _COUNT,
    Metric.ORDERS: _COUNT,
    Metric.WORKS_PUBLISHED: _COUNT,
    Metric.MONTHLY_TURNOVER_CNY: Span(yearly=False, most=10**14 - 1, places=2),
    Metric.ANNUAL_REVENUE_CNY: Span(yearly=True, most=10**16 - 1, places=2),
}


def read_claims(fields: RawFields, name: str, reference: Reference, today: date) -> tuple[ReadingClaim, ...]:
    """The readings under `name` in the order given; one per metric and period. Problems go to `fields`."""
    claims: dict[tuple[Metric, str], ReadingClaim] = {}
    for reading in fields.objects(name, READING_FIELDS, most=MOST_READINGS):
        claim = _read_claim(reading, reference, today)
        if claim is None:
            continue
        if (claim.metric, claim.period) in claims:
            reading.note("period", key="reading.repeated", code=ErrorCode.DUPLICATE, period=claim.period)
        claims.setdefault((claim.metric, claim.period), claim)
    return tuple(claims.values())


def _read_claim(reading: RawFields, reference: Reference, today: date) -> ReadingClaim | None:
    source = _read_source(reading, reference)
    metric = reading.word("metric", Metric, required=True)
    if metric is None:
        # Which period and which value fit is known only with the metric.
        reading.given("period", required=True)
        reading.given("value", required=True)
        return None
    span = SPANS[metric]
    period = _read_period(reading, span, today)
    value = reading.decimal("value", places=span.places, most=span.most, required=True)
    if period is None or value is None:
        return None
    return ReadingClaim(metric=metric, period=period, value=value, source=source)


def _read_source(reading: RawFields, reference: Reference) -> str:
    source = reading.text("source", longest=40)
    if source is not None and source not in reference.vocabulary("reading_sources"):
        reading.note("source", key="reading.source", known=_listed(reference))
    return source or SELF_DECLARED


def _read_period(reading: RawFields, span: Span, today: date) -> str | None:
    period = reading.text("period", longest=10, required=True)
    if period is None:
        return None
    if not (_YEAR if span.yearly else _MONTH).fullmatch(period):
        reading.note("period", key="period.year_format" if span.yearly else "period.month_format")
    elif period > today.isoformat()[: len(period)]:
        reading.note("period", key="period.future")
    elif period < _EARLIEST_YEAR:
        reading.note("period", key="period.too_early", earliest=_EARLIEST_YEAR)
    else:
        return period
    return None


def _listed(reference: Reference) -> str:
    return ", ".join(term.code for term in reference.vocabulary("reading_sources"))
