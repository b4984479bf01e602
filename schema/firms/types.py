"""An entry as one caller sees it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from directory import entities
from directory.access import Caller
from directory.consents import ConsentPurpose, face_for, holds
from directory.firms import latest_readings, other_names
from directory.industries import industry_term
from directory.states import EntityType
from directory.visibility import (
    PUBLIC_STATUSES,
    audiences,
    is_firm_field_for,
    may_read_firm_field,
    may_see_firm,
)
from schema.arguments import After, First
from schema.changes import feed
from schema.changes.types import ChangeConnection, FieldChange
from schema.context import Context, Info
from schema.firms.details import (
    Consent,
    Contact,
    FieldProvenance,
    GrowthAssessment,
    MetricReading,
    PlatformAccount,
    shown_account,
    shown_consents,
    shown_contact,
    shown_growth,
    shown_provenance,
    shown_readings,
    within,
)
from schema.firms.following import FollowedUp
from schema.firms.versions import field_changes
from schema.firms.words import EntityKind, FirmStatus, Metric, SizeClass
from schema.limits import page_size
from schema.node import Node
from schema.reference.types import SupportProgramme, shown_programme
from schema.scalars import USCC
from schema.searching import listed_page
from schema.terms import Region, Term, region, shown_term, term, terms

if TYPE_CHECKING:
    from schema.blockages.connections import BlockageConnection
    from schema.submissions.connections import SubmissionConnection

DEFAULT_HISTORY = 50


@strawberry.type(
    description="An entry of the directory (名录主体). Entries that are not public are there for the firm itself and for "
    "reviewing agencies within whose reach they lie; for all others they do not exist."
)
class Firm(FollowedUp, Node):
    """Made by `shown_firm`; the key is the entry's id."""

    entity: strawberry.Private[entities.Firm]
    entry_number: str = strawberry.field(
        description="The entry's number (名录编号), such as NG-7K4M-2QXC: stable for ever, no letter I, L, O or U."
    )
    version: int = strawberry.field(description="Grows by one a change; for `expectedVersion`.")
    status: FirmStatus = strawberry.field(description="The entry's standing.")
    name: str = strawberry.field(description="The name under which the entry is listed.")
    name_en: str | None = strawberry.field(description="The name in English.")
    other_names: list[str] = strawberry.field(
        description="Brands, account and former names; searched like the name."
    )
    former_names: list[str] = strawberry.field(
        description="Names that the entry no longer has (曾用名), oldest first."
    )
    merged_from: list[str] = strawberry.field(description="Entry numbers that now resolve to this entry.")
    uscc: USCC | None = strawberry.field(
        description="Unified Social Credit Code, GB 32100-2015; null for a freelancer."
    )
    entity_kind: EntityKind = strawberry.field(description="What the firm is in law.")
    size_class: SizeClass | None = strawberry.field(
        description="Size class, NBS 2017, computed from industry, headcount and revenue; null where these are not "
        "known."
    )
    founded_on: date | None = strawberry.field(description="The day of founding.")
    summary: str | None = strawberry.field(description="What the firm does, in Chinese.")
    summary_en: str | None = strawberry.field(description="What the firm does, in English.")
    website: str | None = strawberry.field(description="The firm's own site.")
    listed_at: datetime | None = strawberry.field(description="When it was listed; null before.")
    confirmed_at: datetime | None = strawberry.field(
        description="When its values were last confirmed: by the listing or a yearly update (年度更新)."
    )
    updated_at: datetime = strawberry.field(description="When it last changed.")
    good_standing: bool | None = strawberry.field(
        description="A reviewer's word on the disqualifiers D1 to D6; null where it was not given, and for the public."
    )
    status_reason: str | None = strawberry.field(
        description="Why the standing was last changed; null for the public."
    )

    @strawberry.field(description="What a freelancer does (职业).")
    def occupation(self, info: Info) -> Term | None:
        code = self.entity.profile.occupation
        return term(info.context.reference, "occupations", code) if code else None

    @strawberry.field(description="The business forms (业态), the main one first.")
    def forms(self, info: Info) -> list[Term]:
        return terms(info.context.reference, "business_forms", self.entity.profile.forms)

    @strawberry.field(description="The industry (行业), GB/T 4754-2017.")
    def industry(self, info: Info) -> Term | None:
        code, reference = self.entity.profile.industry, info.context.reference
        found = industry_term(reference.vocabulary("industries"), code) if code else None
        return shown_term(reference, found) if found else None

    @strawberry.field(description="Where the firm works, GB/T 2260.")
    def region(self, info: Info) -> Region:
        return region(info.context.reference, self.entity.profile.region)

    @strawberry.field(description="The firm's accounts on platforms, in the order declared.")
    def platforms(self, info: Info) -> list[PlatformAccount]:
        return [shown_account(one, info.context.reference) for one in self.entity.profile.platforms]

    @strawberry.field(
        description="The firm's figures by metric and period, the last report of each. Who may not see the firm's own "
        "figures gets bands."
    )
    def metrics(
        self,
        info: Info,
        metric: Annotated[Metric | None, strawberry.argument(description="Only this metric.")] = None,
        from_: Annotated[
            date | None,
            strawberry.argument(name="from", description="Only periods that do not end before this day."),
        ] = None,
        to: Annotated[
            date | None, strawberry.argument(description="Only periods that do not begin after this day.")
        ] = None,
    ) -> list[MetricReading]:
        wanted = [
            reading
            for reading in latest_readings(self.entity.readings)
            if metric in (None, reading.metric) and within(reading.period, from_, to)
        ]
        return list(shown_readings(info.context.caller, self.entity, wanted))

    @strawberry.field(description="The last growth assessment; null before the first.")
    def growth(self, info: Info) -> GrowthAssessment | None:
        finding = self.entity.growth
        return shown_growth(finding, info.context.reference) if finding else None

    @strawberry.field(description="The support programmes that the firm takes part in.")
    def support_programmes(self, info: Info) -> list[SupportProgramme]:
        reference = info.context.reference
        return [
            shown_programme(reference, reference.programmes[code])
            for code in self.entity.profile.support_programmes
            if code in reference.programmes
        ]

    @strawberry.field(
        description="How to reach the firm: whole to the firm itself, and to everyone while it consents to that "
        "(PUBLISH_CONTACT); masked to a reviewing agency in reach, which sees it whole by viewContact; null to others."
    )
    async def contact(self, info: Info) -> Contact | None:
        ref, caller = self.entity.contact, info.context.caller
        published = self.status in PUBLIC_STATUSES and holds(self.entity, ConsentPurpose.PUBLISH_CONTACT)
        if ref is None or not (published or may_read_firm_field(caller, self.entity, "contact")):
            return None
        found = await info.context.loaders.contact.load(ref.ref)
        whole = published or caller.subject == self.entity.owner
        return shown_contact(found, whole=whole) if found else None

    @strawberry.field(
        description="What the person behind the entry agrees to, or no longer does, oldest first; null unless the caller "
        "is the firm itself or a reviewing agency in reach."
    )
    def consents(self, info: Info) -> list[Consent] | None:
        readable = may_read_firm_field(info.context.caller, self.entity, "consents")
        return shown_consents(self.entity) if readable else None

    @strawberry.field(
        description="Where each value comes from; null unless the caller is the firm itself or a reviewing agency in "
        "reach."
    )
    def provenance(self, info: Info) -> list[FieldProvenance] | None:
        readable = may_read_firm_field(info.context.caller, self.entity, "provenance")
        return shown_provenance(self.entity) if readable else None

    @strawberry.field(
        description="What differs between two versions of the entry, as far as the caller may see it: fields of the "
        "log, those of the profile as `profile.<name>`. NOT_FOUND for a version that the caller may not see."
    )
    async def field_changes(
        self,
        info: Info,
        from_version: Annotated[int, strawberry.argument(description="The older version, from 1 on.")],
        to_version: Annotated[
            int | None,
            strawberry.argument(description="The newer version; this entry's own when left out."),
        ] = None,
    ) -> list[FieldChange]:
        newer = self.version if to_version is None else to_version
        return await field_changes(info.context, self.key, from_version, newer)

    @strawberry.field(description="The entry's submissions that the caller may see, newest first.")
    async def submissions(
        self, info: Info, first: First = 20, after: After = None
    ) -> Annotated[SubmissionConnection, strawberry.lazy("schema.submissions.connections")]:
        from schema.submissions.connections import submission_connection, visible_submissions

        context = info.context
        found = await visible_submissions(context, self.key)
        page = listed_page(
            context,
            "firm.submissions",
            self.key,
            found,
            lambda one: (one.created_at.isoformat(), one.id),
            first=page_size(first),
            after=after,
        )
        return submission_connection(context, page)

    @strawberry.field(
        description="The entry's reports (堵点诉求), newest first; empty for callers who may not know who reports."
    )
    async def blockages(
        self, info: Info, first: First = 20, after: After = None
    ) -> Annotated[BlockageConnection, strawberry.lazy("schema.blockages.connections")]:
        from schema.blockages.connections import reports_of_firm

        return await reports_of_firm(info.context, self.key, first=first, after=after)

    @strawberry.field(
        description="What happened to the entry, oldest first, as far as the caller may see it."
    )
    async def history(
        self, info: Info, first: First = DEFAULT_HISTORY, after: After = None
    ) -> ChangeConnection:
        return await feed.page(
            info.context,
            after=after,
            first=page_size(first, DEFAULT_HISTORY),
            entity=(EntityType.FIRM, self.key),
        )


def shown_firm(caller: Caller, firm: entities.Firm | None) -> Firm | None:
    """The entry as the caller may see it; None for one that is not there for them."""
    return told_of_firm(caller, firm) if firm is not None and may_see_firm(caller, firm) else None


def told_of_firm(caller: Caller, firm: entities.Firm) -> Firm:
    """The entry for a caller who has learnt of it by other means, such as its public notice."""

    seen_as = audiences(caller, firm)

    firm = face_for(caller, firm)
    profile = firm.profile
    return Firm(
        key=firm.id,
        entity=firm,
        entry_number=firm.entry_number,
        version=firm.version,
        status=firm.status,
        name=profile.name,
        name_en=profile.name_en,
        other_names=list(other_names(firm)),
        former_names=list(firm.former_names),
        merged_from=list(firm.merged_from),
        uscc=USCC(profile.uscc) if profile.uscc else None,
        entity_kind=profile.entity_kind,
        size_class=firm.size_class,
        founded_on=profile.founded_on,
        summary=profile.summary,
        summary_en=profile.summary_en,
        website=profile.website,
        listed_at=firm.listed_at,
        confirmed_at=firm.confirmed_at,
        updated_at=firm.updated_at,
        good_standing=firm.good_standing if is_firm_field_for(seen_as, "good_standing") else None,
        status_reason=firm.status_reason if is_firm_field_for(seen_as, "status_reason") else None,
    )


async def surviving(context: Context, firm: entities.Firm | None) -> entities.Firm | None:
    """The entry in which a merged one lives on; an entry of its own is its own."""
    while firm is not None and firm.merged_into is not None:
        firm = await context.loaders.firm.load(firm.merged_into)
    return firm


async def fetch_firm(context: Context, key: str) -> Firm | None:
    """The entry with this id, or the one it was merged into; None for one that is not there for the caller."""
    # What is no id of ours is not asked for: a database may refuse its characters.
    if not (key.isascii() and key.isalnum()):
        return None
    return shown_firm(context.caller, await surviving(context, await context.loaders.firm.load(key)))


async def fetch_firms(context: Context, keys: Iterable[str]) -> list[Firm]:
    """The entries with these ids that are there for the caller, in their order."""
    found = await context.loaders.firm.load_many(list(keys))
    return [shown for firm in found if (shown := shown_firm(context.caller, firm)) is not None]
