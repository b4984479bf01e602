"""
What firms declare, as the API takes it: handed to the rules as raw values, so that every problem comes back at once.

A draft takes the same fields, none of them required.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry

from directory.commands import ChangeFirmStatus, MergeFirms
from schema.firms.words import EntityKind, FirmStatus, Metric
from schema.inputs import EXPECTED_VERSION, CommandInput, key_in
from schema.scalars import USCC


@strawberry.input(
    description="How to reach the person behind an entry (联系方式): kept apart, shown to the firm itself and to reviewing "
    "agencies only, erasable."
)
class ContactInput:
    """Contact details as given."""

    person: str | None = strawberry.field(default=None, description="The person to ask for.")
    phone: str | None = strawberry.field(
        default=None, description="A telephone number; +86 and spaces are taken."
    )
    email: str | None = strawberry.field(default=None, description="A mail address.")
    address: str | None = strawberry.field(default=None, description="A postal address.")


PLATFORM = "The platform: a code of the vocabulary `platforms`."
ACCOUNT_NAME = "The account's name, as the platform shows it."
METRIC = "What was read."
PERIOD = "YYYY-MM; for yearly metrics YYYY."
VALUE = "The figure, not negative; money in CNY with up to two decimals."


@strawberry.input
class _AccountDetails:
    url: str | None = strawberry.field(default=None, description="The account's page, http or https.")
    followers: int | None = strawberry.field(default=None, description="Followers at present.")
    opened_on: date | None = strawberry.field(default=None, description="The day the account was opened.")


@strawberry.input(description="An account on a platform (平台账号).")
class PlatformAccountInput(_AccountDetails):
    """An account as declared."""

    platform: str = strawberry.field(description=PLATFORM)
    account_name: str = strawberry.field(description=ACCOUNT_NAME)


@strawberry.input(description="An account on a platform, as far as it is typed.")
class DraftPlatformAccountInput(_AccountDetails):
    """An account in a draft."""

    platform: str | None = strawberry.field(default=None, description=PLATFORM)
    account_name: str | None = strawberry.field(default=None, description=ACCOUNT_NAME)


@strawberry.input
class _ReadingDetails:
    source: str | None = strawberry.field(
        default=None,
        description="On what it rests: a code of the vocabulary `reading_sources`; self-declared when left out.",
    )


@strawberry.input(description="A figure read for a period (指标数据).")
class MetricReadingInput(_ReadingDetails):
    """A figure as declared."""

    metric: Metric = strawberry.field(description=METRIC)
    period: str = strawberry.field(description=PERIOD)
    value: Decimal = strawberry.field(description=VALUE)


@strawberry.input(description="A figure read for a period, as far as it is typed.")
class DraftMetricReadingInput(_ReadingDetails):
    """A figure in a draft."""

    metric: Metric | None = strawberry.field(default=None, description=METRIC)
    period: str | None = strawberry.field(default=None, description=PERIOD)
    value: Decimal | None = strawberry.field(default=None, description=VALUE)


NAME = "The name to be listed under, 2 to 200 characters."
ENTITY_KIND = "What the firm is in law."
FORMS = "The business forms, the main one first, at most 6: codes of the vocabulary `business_forms`."
REGION = "Where the firm works: six digits, GB/T 2260."


@strawberry.input
class _ProfileDetails:
    name_en: str | None = strawberry.field(default=None, description="The name in English.")
    other_names: list[str] | None = strawberry.field(
        default=None, description="Brands and other names, at most 20."
    )
    uscc: USCC | None = strawberry.field(
        default=None,
        description="Unified Social Credit Code; required but for a freelancer, who has none.",
    )
    occupation: str | None = strawberry.field(
        default=None, description="What a freelancer does: a code of the vocabulary `occupations`."
    )
    industry: str | None = strawberry.field(
        default=None, description="Industry: two to four digits of GB/T 4754-2017."
    )
    founded_on: date | None = strawberry.field(default=None, description="The day of founding.")
    summary: str | None = strawberry.field(
        default=None, description="What the firm does, in Chinese, up to 4,000 characters."
    )
    summary_en: str | None = strawberry.field(
        default=None, description="What the firm does, in English, up to 4,000 characters."
    )
    website: str | None = strawberry.field(default=None, description="The firm's own site, http or https.")
    support_programmes: list[str] | None = strawberry.field(
        default=None, description="Codes of the support programmes that the firm takes part in."
    )
    contact: ContactInput | None = strawberry.field(
        default=None, description="How to reach the firm; what is kept stays when left out."
    )


@strawberry.input(description="What a firm declares of itself (申报信息).")
class FirmProfileInput(_ProfileDetails):
    """A whole profile."""

    name: str = strawberry.field(description=NAME)
    entity_kind: EntityKind = strawberry.field(description=ENTITY_KIND)
    forms: list[str] = strawberry.field(description=FORMS)
    region: str = strawberry.field(description=REGION)
    platforms: list[PlatformAccountInput] | None = strawberry.field(
        default=None, description="Accounts on platforms, at most 20; a freelancer names one at least."
    )
    metrics: list[MetricReadingInput] | None = strawberry.field(
        default=None, description="Figures, at most 400; what was reported before stays."
    )


@strawberry.input(description="What a firm declares of itself, as far as it is typed: nothing is required.")
class DraftProfileInput(_ProfileDetails):
    """A profile in a draft."""

    name: str | None = strawberry.field(default=None, description=NAME)
    entity_kind: EntityKind | None = strawberry.field(default=None, description=ENTITY_KIND)
    forms: list[str] | None = strawberry.field(default=None, description=FORMS)
    region: str | None = strawberry.field(default=None, description=REGION)
    platforms: list[DraftPlatformAccountInput] | None = strawberry.field(
        default=None, description="Accounts on platforms, at most 20."
    )
    metrics: list[DraftMetricReadingInput] | None = strawberry.field(
        default=None, description="Figures, at most 400."
    )


@strawberry.input(description="Another standing for an entry.")
class ChangeFirmStatusInput(CommandInput):
    """What `changeFirmStatus` takes."""

    firm: strawberry.ID = strawberry.field(description="The entry.")
    expected_version: int = strawberry.field(description=EXPECTED_VERSION)
    to: FirmStatus = strawberry.field(description="The standing it shall have.")
    reason: str = strawberry.field(description="Why; kept with the entry.")

    def command(self) -> ChangeFirmStatus:
        """The command."""
        return ChangeFirmStatus(
            firm=key_in("Firm", self.firm),
            expected_version=self.expected_version,
            to=self.to,
            reason=self.reason,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="Two entries that are one firm.")
class MergeFirmsInput(CommandInput):
    """What `mergeFirms` takes."""

    from_: strawberry.ID = strawberry.field(name="from", description="The entry that is merged away.")
    into: strawberry.ID = strawberry.field(description="The entry that stays, and answers to both numbers.")
    reason: str = strawberry.field(description="Why they are one.")

    def command(self) -> MergeFirms:
        """The command."""
        return MergeFirms(
            source=key_in("Firm", self.from_),
            into=key_in("Firm", self.into),
            reason=self.reason,
            client_mutation_id=self.client_mutation_id,
        )


@strawberry.input(description="A merged entry that shall stand on its own again.")
class UnmergeFirmInput(CommandInput):
    """What `unmergeFirm` takes."""

    entry_number: str = strawberry.field(
        description="The number that the merged entry had, as `mergedFrom` of the surviving one shows it."
    )
    reason: str = strawberry.field(description="Why they are not one.")
