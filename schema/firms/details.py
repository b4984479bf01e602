"""What an entry is made of: accounts, figures, growth, contact, sources of its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import strawberry

from directory import bands, entities, profiles
from directory.access import Caller
from directory.bands import Disclosure
from directory.masking import STARS, mask_email, mask_name, mask_phone
from directory.reference import Reference
from directory.visibility import disclosure
from directory.vocabulary import Label
from schema.arguments import In
from schema.enums import ConsentPurpose, Language
from schema.firms.naming import api_name
from schema.firms.words import Metric
from schema.terms import Term, term


@strawberry.type(description="An account on a platform (平台账号).")
class PlatformAccount:
    """Made by `shown_account`."""

    platform: Term = strawberry.field(description="The platform: a code of the vocabulary `platforms`.")
    account_name: str = strawberry.field(description="The account's name, as the platform shows it.")
    url: str | None = strawberry.field(description="The account's page.")
    followers: int | None = strawberry.field(
        description="Followers as declared; null also where there are more than 2,147,483,647."
    )
    opened_on: date | None = strawberry.field(description="The day the account was opened.")


LARGEST_INT = 2**31 - 1


def shown_account(account: profiles.PlatformAccount, reference: Reference) -> PlatformAccount:
    """The account as the API shows it."""
    followers = account.followers
    return PlatformAccount(
        platform=term(reference, "platforms", account.platform),
        account_name=account.account_name,
        url=account.url,
        followers=None if followers is None or followers > LARGEST_INT else followers,
        opened_on=account.opened_on,
    )


@strawberry.type(
    description="A figure read for a period (指标数据). The firm itself, reviewers in reach and analysts see it exact. "
    "For all others a confidential figure stands in its `band`, with the band's lower bound as `value`, or is left out."
)
class MetricReading:
    """Made by `shown_readings`."""

    metric: Metric = strawberry.field(description="What was read.")
    period: str = strawberry.field(description="YYYY-MM; for yearly metrics YYYY.")
    value: Decimal = strawberry.field(
        description="The figure, money in CNY; the lower bound where only the `band` is shown."
    )
    band: str | None = strawberry.field(
        description="The band, lower bound included and upper excluded, such as 50000-100000 or 5000000-; null where "
        "the figure is exact."
    )
    source: str | None = strawberry.field(
        description="On what the figure rests: a code of the vocabulary `reading_sources`."
    )
    reported_at: datetime = strawberry.field(description="When it was reported.")


def shown_readings(
    caller: Caller, owner: entities.Firm | entities.Submission, readings: Iterable[entities.MetricReading]
) -> Iterator[MetricReading]:
    """The readings as the caller may see them; withheld ones are left out."""
    for reading in readings:
        how = disclosure(caller, owner, reading.metric)
        if how is Disclosure.WITHHELD:
            continue
        band = bands.band(reading.metric, reading.value) if how is Disclosure.BANDED else None
        yield MetricReading(
            metric=reading.metric,
            period=reading.period,
            value=Decimal(band.lower) if band else reading.value,
            band=band.code if band else None,
            source=reading.source,
            reported_at=reading.reported_at,
        )


def within(period: str, first: date | None, last: date | None) -> bool:
    """Whether a month or year shares a day with the span; None leaves a side open."""
    length = len(period)
    return (first is None or first.isoformat()[:length] <= period) and (
        last is None or period <= last.isoformat()[:length]
    )


@strawberry.type(
    description="One rule of growth: its threshold, what was found, and whether it is met. Confidential figures appear "
    "in `observed` as bands."
)
class GrowthCriterion:
    """Made by `shown_growth`."""

    code: str = strawberry.field(
        description="The rule's code in the vocabulary `criteria`: C1 to C6, R1 to R4."
    )
    threshold: str = strawberry.field(description="What the rule asks for.")
    observed: str | None = strawberry.field(
        description="What was found; null where there was nothing to look at."
    )
    met: bool | None = strawberry.field(description="Whether it is met; null where no judgement is possible.")
    called: strawberry.Private[Label]

    @strawberry.field(description="What the rule is called.")
    def label(self, language: In = Language.ZH) -> str:
        return self.called.in_(language or Language.ZH)


@strawberry.type(
    description="Why an entry counts as a growth company (成长型): each rule with its threshold, the value found and "
    "whether it is met."
)
class GrowthAssessment:
    """Made by `shown_growth`."""

    qualifies: bool = strawberry.field(description="Whether all required rules and one route are met.")
    ruleset: str = strawberry.field(description="The version of the rules that were applied.")
    assessed_at: datetime = strawberry.field(description="When it was assessed.")
    criteria: list[GrowthCriterion] = strawberry.field(description="The rules, in their order.")


def shown_growth(finding: entities.GrowthFinding, reference: Reference) -> GrowthAssessment:
    """The assessment as the API shows it."""
    criteria = reference.vocabulary("criteria")
    return GrowthAssessment(
        qualifies=finding.qualifies,
        ruleset=finding.ruleset,
        assessed_at=finding.assessed_at,
        criteria=[
            GrowthCriterion(
                code=one.code,
                threshold=one.threshold,
                observed=one.observed,
                met=one.met,
                called=criteria.require(one.code).label,
            )
            for one in finding.criteria
        ],
    )


@strawberry.type(
    description="How to reach the person behind an entry (联系方式): personal information, for the firm itself and "
    "reviewing agencies in reach only. Erased details are null."
)
class Contact:
    """Made by `shown_contact`."""

    masked: bool = strawberry.field(
        description="Whether it is shown in part only (脱敏); viewContact shows it whole, and puts that on record."
    )

    person: str | None = strawberry.field(description="The person to ask for.")
    phone: str | None = strawberry.field(description="A telephone number.")
    email: str | None = strawberry.field(description="A mail address.")
    address: str | None = strawberry.field(description="A postal address.")


def shown_contact(contact: entities.Contact, *, whole: bool) -> Contact:
    """The details as the API shows them: whole, or enough to recognise what one knows; of an address nothing then."""
    if whole:
        return Contact(
            masked=False,
            person=contact.person,
            phone=contact.phone,
            email=contact.email,
            address=contact.address,
        )
    return Contact(
        masked=True,
        person=mask_name(contact.person) if contact.person else None,
        phone=mask_phone(contact.phone) if contact.phone else None,
        email=mask_email(contact.email) if contact.email else None,
        address=STARS if contact.address else None,
    )


@strawberry.type(
    description="That a person agreed to a purpose by one version of its notice, and when they withdrew it (同意)."
)
class Consent:
    """Made by `shown_consents`."""

    purpose: ConsentPurpose = strawberry.field(description="What was agreed to.")
    version: str = strawberry.field(description="The version of the notice that was read.")
    given_at: datetime = strawberry.field(description="When it was given.")
    withdrawn_at: datetime | None = strawberry.field(
        description="When it was withdrawn; null while it holds."
    )


def shown_consents(firm: entities.Firm) -> list[Consent]:
    """All that was agreed to, oldest first."""
    return [
        Consent(
            purpose=ConsentPurpose(each.purpose),
            version=each.version,
            given_at=each.given_at,
            withdrawn_at=each.withdrawn_at,
        )
        for each in firm.consents
    ]


@strawberry.type(description="Where a value of an entry comes from (字段来源).")
class FieldProvenance:
    """Made by `shown_provenance`."""

    field: str = strawberry.field(description="The field's name, as in FirmProfileInput.")
    source: str = strawberry.field(
        description="On what authority: declared (the firm's word), registry (a public register) or review (a "
        "reviewer's finding)."
    )
    by: str = strawberry.field(description="Who stated it, by the token's subject.")
    at: datetime = strawberry.field(description="When it was stated.")


def shown_provenance(firm: entities.Firm) -> list[FieldProvenance]:
    """The sources of an entry's values, by field name."""
    return [
        FieldProvenance(field=api_name(name), source=stated.source, by=stated.by, at=stated.at)
        for name, stated in sorted(firm.provenance.items())
    ]
