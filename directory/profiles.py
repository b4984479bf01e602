"""
What a firm says of itself (申报信息): the values behind the API input, an import row and a web form.

The models hold clean values only. `read_profile` is the one door: it takes raw values, cleans them and reports every
problem at once.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from directory.states import EntityKind, Metric


class Value(BaseModel):
    """A frozen value of the domain."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PlatformAccount(Value):
    """An account on a platform (平台账号): a thing of its own, followers belong to it."""

    platform: str
    account_name: str
    url: str | None = None
    followers: int | None = None
    opened_on: date | None = None


class ReadingClaim(Value):
    """A figure as submitted: `period` is YYYY-MM for monthly metrics, YYYY for yearly ones; money in CNY."""

    metric: Metric
    period: str
    value: Decimal
    source: str | None = None


class ContactDetails(Value):
    """How to reach a person (联系方式): personal information, kept apart from entries and log."""

    person: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class Profile(Value):
    """The declared values of an entry. Contact details and readings travel beside it, not in it."""

    name: str
    name_en: str | None = None
    other_names: tuple[str, ...] = ()
    uscc: str | None = None
    entity_kind: EntityKind
    occupation: str | None = None
    forms: tuple[str, ...]
    industry: str | None = None
    region: str
    founded_on: date | None = None
    summary: str | None = None
    summary_en: str | None = None
    website: str | None = None
    platforms: tuple[PlatformAccount, ...] = ()
    support_programmes: tuple[str, ...] = ()
