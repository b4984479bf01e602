"""The searchable form of an entry (名录主体): its public face, codes and figures. Contact details are not in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from directory.access import ANYONE
from directory.bands import band
from directory.consents import public_face
from directory.entities import Firm
from directory.firms import other_names
from directory.industries import industry_path
from directory.reference import Reference
from directory.states import Metric
from directory.visibility import may_see_firm
from indexer.documents import fields
from indexer.documents.names import collation_key
from indexer.documents.paths import (
    epoch_days,
    epoch_seconds,
    labels,
    month_in_china,
    region_path,
    with_ancestors,
    without_empty,
)

FEN = Decimal(100)


def firm_document(firm: Firm, reference: Reference, *, open_blockages: bool) -> dict[str, Any]:
    """The document of `firm`; fields without a value are left out. `open_blockages`: whether a report of it is open.

    Whoever withdrew the consent to be named is not found by a name, by nobody: the index is not asked who is.
    """
    firm = public_face(firm)
    return without_empty(
        _identity(firm)
        | _taxonomy(firm, reference)
        | _figures(firm)
        | {fields.HAS_OPEN_BLOCKAGES: open_blockages}
        | _texts(firm, reference)
    )


def _identity(firm: Firm) -> dict[str, Any]:
    codes = (firm.entry_number, *firm.merged_from, *filter(None, (firm.profile.uscc,)))
    return {
        fields.ENTRY_NUMBER: firm.entry_number,
        fields.CODES: list(codes),
        fields.PUBLIC: may_see_firm(ANYONE, firm),
        fields.OWNER: firm.owner,
        fields.STATUS: firm.status.value,
        fields.ENTITY_KIND: firm.profile.entity_kind.value,
        fields.FOUNDED_ON: epoch_days(firm.profile.founded_on),
        fields.LISTED_AT: epoch_seconds(firm.listed_at),
        fields.LISTED_MONTH: month_in_china(firm.listed_at),
        fields.CONFIRMED_AT: epoch_seconds(firm.confirmed_at),
        fields.UPDATED_AT: epoch_seconds(firm.updated_at),
    }


def _taxonomy(firm: Firm, reference: Reference) -> dict[str, Any]:
    profile = firm.profile
    platforms = list(dict.fromkeys(account.platform for account in profile.platforms))
    regions = region_path(profile.region, reference.regions)
    return {
        fields.FORMS: list(profile.forms),
        fields.FORM_PATH: with_ancestors(profile.forms, reference.vocabulary("business_forms")),
        fields.OCCUPATION: profile.occupation,
        fields.OCCUPATION_PATH: with_ancestors(
            filter(None, (profile.occupation,)), reference.vocabulary("occupations")
        ),
        fields.INDUSTRY: profile.industry,
        fields.INDUSTRY_PATH: list(industry_path(reference.vocabulary("industries"), profile.industry))
        if profile.industry
        else [],
        fields.REGION: profile.region,
        fields.REGION_PATH: regions,
        fields.PROVINCE: regions[0],
        fields.PLATFORMS: platforms,
        fields.PLATFORM_PATH: with_ancestors(platforms, reference.vocabulary("platforms")),
        fields.SIZE_CLASS: firm.size_class and firm.size_class.value,
    }


def _figures(firm: Firm) -> dict[str, Any]:
    turnover = _latest(firm, Metric.MONTHLY_TURNOVER_CNY)
    return {
        fields.FOLLOWERS: _followers(firm),
        fields.TURNOVER_FEN: None if turnover is None else int(turnover * FEN),
        fields.TURNOVER_BAND: None if turnover is None else band(Metric.MONTHLY_TURNOVER_CNY, turnover).code,
        fields.GROWTH_QUALIFIED: firm.growth and firm.growth.qualifies,
    }


def _latest(firm: Firm, metric: Metric) -> Decimal | None:
    """The figure of the latest period; of several reports of one period the last."""
    readings = [reading for reading in firm.readings if reading.metric is metric]
    return (
        max(readings, key=lambda reading: (reading.period, reading.reported_at)).value if readings else None
    )


def _followers(firm: Firm) -> int | None:
    """The followers of the largest account: accounts share followers, so adding them up would count some twice."""
    counted = [account.followers for account in firm.profile.platforms if account.followers is not None]
    if (read := _latest(firm, Metric.FOLLOWERS)) is not None:
        counted.append(int(read))
    return max(counted, default=None)


def _texts(firm: Firm, reference: Reference) -> dict[str, Any]:
    profile = firm.profile
    return {
        fields.NAME: profile.name,
        fields.NAME_EN: profile.name_en,
        fields.NAME_KEY: collation_key(profile.name),
        fields.OTHER_NAMES: list(other_names(firm)),
        fields.SUMMARY: profile.summary,
        fields.SUMMARY_EN: profile.summary_en,
        fields.LABELS: labels(_labelled(firm), reference),
    }


def _labelled(firm: Firm) -> Iterator[tuple[str, str | None]]:
    yield from (("business_forms", code) for code in firm.profile.forms)
    yield from (("platforms", account.platform) for account in firm.profile.platforms)
    yield "occupations", firm.profile.occupation
    yield "industries", firm.profile.industry
