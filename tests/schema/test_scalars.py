"""The custom scalars: what they take, and what they give (ISO 8601, exact decimals)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from schema.scalars import SCALARS, USCC, parse_date, parse_date_time, parse_decimal, parse_uscc


def gives(kind: object) -> Callable[[Any], Any]:
    """How a scalar writes its values."""
    serialize = SCALARS[kind].serialize
    assert serialize is not None
    return serialize


@given(st.dates())
def test_a_date_comes_back_as_it_went_out(day: date) -> None:
    """Each day of the calendar."""
    assert parse_date(gives(date)(day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "0000-01-01", "2026-13-01", "20260101", "2026-W01-1", "2026-1-1", "01.02.2026", "", "2026-01-01T00:00",
        "２０２６-01-01", " 2026-01-01", "2026-01-01\n", 20260101, None, True, [], {},
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: object) -> None:
    """Days that do not exist, other spellings, other types."""
    with pytest.raises(GraphQLError, match="YYYY-MM-DD"):
        parse_date(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_went_out(instant: datetime) -> None:
    """To the microsecond."""
    assert parse_date_time(gives(datetime)(instant)) == instant


def test_an_instant_is_given_in_utc() -> None:
    """With its offset, so that nobody has to guess."""
    beijing = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))

    assert gives(datetime)(beijing) == "2026-03-02T01:00:00+00:00"


@pytest.mark.parametrize(
    "text", ["2026-03-02T01:00Z", "2026-03-02T09:00:00.000+08:00", "2026-03-02T01:00:00+00:00"]
)
def test_any_offset_is_taken(text: str) -> None:
    """The same instant, however written."""
    assert parse_date_time(text) == datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T01:00:00", "2026-03-02", "2026-03-02T24:00:00Z", "2026-02-30T00:00:00Z", "2026-03-02 01:00:00Z",
        "2026-03-02T01:00:60Z", "2026-03-02T01:00:00+25:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00", "", 1772413200, None, False,
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: object) -> None:
    """Without an offset nobody knows when it is."""
    with pytest.raises(GraphQLError, match="offset"):
        parse_date_time(text)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**18) + 1, max_value=10**18 - 1, places=6
    )
)
def test_a_decimal_comes_back_exactly(value: Decimal) -> None:
    """No binary fraction on the way."""
    assert parse_decimal(gives(Decimal)(value)) == value


def test_a_whole_number_is_a_decimal() -> None:
    """JSON's whole numbers are exact."""
    assert parse_decimal(1200) == Decimal(1200)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1e3",
        "1,000",
        "NaN",
        "Infinity",
        "+1",
        ".5",
        "5.",
        "0x10",
        "１",
        "1.1234567",
        "9" * 19,
        1.5,
        True,
        None,
    ],
)
def test_what_is_no_decimal_is_refused(value: object) -> None:
    """Exponents, separators, other digits, binary fractions."""
    with pytest.raises(GraphQLError, match="Decimal"):
        parse_decimal(value)


@pytest.mark.parametrize(
    "text",
    ["91330106MA2CC99N0X", "９１３３０１０６MA2CC99N0X", "91330106ma2cc99n0x", "9133 0106 MA2C C99N 0X"],
)
def test_a_code_passes_as_written(text: str) -> None:
    """The rules normalise and verify it."""
    assert parse_uscc(text) == text


@pytest.mark.parametrize("value", ["", "9" * 65, 91330106, 9.13301087572853e17, None, []])
def test_what_cannot_be_a_code_is_refused(value: object) -> None:
    """A number has lost its last digits already."""
    with pytest.raises(GraphQLError, match="USCC"):
        parse_uscc(value)


def test_a_code_is_given_as_a_text() -> None:
    """As kept."""
    assert gives(USCC)(USCC("91330106MA2CC99N0X")) == "91330106MA2CC99N0X"
