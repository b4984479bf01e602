"""Numbers, dates and spans of time as a reader of the page's language writes them; instants in Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from directory.workdays import SHANGHAI
from portal.language import LOCALE
from schema.enums import Language

NO_VALUE = "—"
# From here on Chinese counts in 万, and English in thousands.
COMPACT_FROM = 10_000

Figure = int | float | Decimal | str | None


def number(value: Figure, language: Language) -> str:
    """12345.6 -> 12,345.6; a dash where there is none."""
    return NO_VALUE if value is None else str(format_decimal(Decimal(str(value)), locale=LOCALE[language]))


def compact(value: Figure, language: Language) -> str:
    """12345678 -> 1234.6万, 12.3M; small numbers in full."""
    if value is None:
        return NO_VALUE
    exact = Decimal(str(value))
    if abs(exact) < COMPACT_FROM:
        return number(exact, language)
    return str(format_compact_decimal(exact, locale=LOCALE[language], fraction_digits=1))


def band(value: str, language: Language) -> str:
    """50000-100000 -> 50,000–100,000; one without an end as from its lower bound on."""
    low, _, high = value.partition("-")
    return f"{number(low, language)}–{number(high, language)}" if high else f"≥ {number(low, language)}"


def percent(value: Figure, language: Language) -> str:
    """0.385 -> 39%; a dash where there is none."""
    return NO_VALUE if value is None else str(format_percent(Decimal(str(value)), locale=LOCALE[language]))


def day(value: str | None, language: Language) -> str:
    """The day of an ISO date or instant: 2026年11月23日, 23 November 2026."""
    if value is None:
        return NO_VALUE
    return str(format_date(_day(value), format=_LONG[language], locale=LOCALE[language]))


def last_day(value: str | None, language: Language) -> str:
    """The last day of a limit that ends with this instant, which is the first one too late."""
    if value is None:
        return NO_VALUE
    return day((datetime.fromisoformat(value) - timedelta(microseconds=1)).isoformat(), language)


def moment(value: str | None, language: Language) -> str:
    """The minute of an ISO instant, by the wall clock of China."""
    if value is None:
        return NO_VALUE
    instant = datetime.fromisoformat(value)
    return str(format_datetime(instant, f"{_LONG[language]} HH:mm", tzinfo=SHANGHAI, locale=LOCALE[language]))


def month(value: str, language: Language) -> str:
    """2026-11 -> 2026年11月, Nov 2026; 2026 -> 2026年, 2026."""
    if len(value) != len("2026-11"):
        return f"{value}年" if language is Language.ZH else value
    return str(format_skeleton("yMMM", date.fromisoformat(f"{value}-01"), locale=LOCALE[language]))


_LONG = {Language.ZH: "y年M月d日", Language.EN: "d MMMM y"}


def _day(value: str) -> date:
    if "T" in value:
        return datetime.fromisoformat(value).astimezone(SHANGHAI).date()
    return date.fromisoformat(value)
