"""Every field of an entry and of a submission against the directory's table of who reads what."""

from __future__ import annotations

from typing import Any

import pytest

from directory.access import Caller, Role
from directory.entities import (
    ChangeRequest,
    Consent,
    DuplicateCandidate,
    Firm,
    Objection,
    Provenance,
    SealedRef,
    Submission,
)
from directory.profiles import ContactDetails, PlatformAccount
from directory.states import SizeClass, SubmissionKind, SubmissionStatus
from directory.visibility import (
    FIRM_FIELDS,
    SUBMISSION_FIELDS,
    may_read_firm_field,
    may_read_submission_field,
    may_see_submission,
)
from schema.node import global_id
from schema.root import SCHEMA
from tests.factories import NOW, make_firm, make_profile, make_submission
from tests.journeys.entries import REVIEWER, Entries
from tests.journeys.stage import (
    ANALYST,
    FAR_OFFICER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    Person,
    Stage,
)
from tests.record.steps import keep
from tests.schema.firms.listing import growth_finding, turnover

EVERYONE = (PUBLIC, OWNER, OTHER_OWNER, ANALYST, OPERATOR, REVIEWER, FAR_OFFICER, SUPERVISOR)

# The field of the table that decides, and what to select below it; lists of other entries have rules of their own.
FIRM_READS = {
    "entryNumber": ("entry_number", ""),
    "version": ("version", ""),
    "status": ("status", ""),
    "name": ("name", ""),
    "nameEn": ("name_en", ""),
    "otherNames": ("other_names", ""),
    "formerNames": ("former_names", ""),
    "mergedFrom": ("merged_from", ""),
    "uscc": ("uscc", ""),
    "entityKind": ("entity_kind", ""),
    "occupation": ("occupation", "{ code }"),
    "forms": ("forms", "{ code }"),
    "industry": ("industry", "{ code }"),
    "region": ("region", "{ code }"),
    "sizeClass": ("size_class", ""),
    "foundedOn": ("founded_on", ""),
    "summary": ("summary", ""),
    "summaryEn": ("summary_en", ""),
    "website": ("website", ""),
    "platforms": ("platforms", "{ accountName }"),
    "metrics": ("readings", "{ value }"),
    "growth": ("growth", "{ qualifies }"),
    "supportProgrammes": ("support_programmes", "{ code }"),
    "contact": ("contact", "{ phone }"),
    "listedAt": ("listed_at", ""),
    "confirmedAt": ("confirmed_at", ""),
    "updatedAt": ("updated_at", ""),
    "goodStanding": ("good_standing", ""),
    "statusReason": ("status_reason", ""),
    "provenance": ("provenance", "{ field }"),
    "consents": ("consents", "{ purpose }"),
}
# What follows from values that everyone may read.
FIRM_COMPUTED = {"nextConfirmationDue", "lapsed", "mayReport", "programmeMatches", "growthHistory"}
FIRM_RULED_ELSEWHERE = {"id", "blockages", "submissions", "history", "fieldChanges", *FIRM_COMPUTED}

SUBMISSION_READS = {
    "kind": ("kind", ""),
    "status": ("status", ""),
    "version": ("version", ""),
    "firm": ("firm_id", "{ id }"),
    "changes": ("profile", "{ field }"),
    "metrics": ("readings", "{ value }"),
    "submittedAt": ("submitted_at", ""),
    "decidedAt": ("decided_at", ""),
    "reviewer": ("taken_by", ""),
    "reviewNote": ("review_note", ""),
    "refusedFor": ("reject_codes", "{ code }"),
    "reapplyFrom": ("reapply_from", ""),
    "noticeStartedAt": ("notice_started_at", ""),
    "noticeEndsOn": ("notice_ends_on", ""),
    "noticeProvisional": ("notice_provisional", ""),
    "dueAt": ("notice_ends_at", ""),
    "objections": ("objections", "{ reason }"),
    "changeRequests": ("change_requests", "{ comment }"),
    "contact": ("contact", "{ phone }"),
    "possibleDuplicates": ("possible_duplicates", "{ id }"),
    "duplicateCandidates": ("possible_duplicates", "{ score }"),
}
# A draft's own fields are for its owner alone, in another life of the submission than the one looked at here.
# How late it is follows from its state and dates, for whoever sees it. Who approved first is told under review alone.
SUBMISSION_RULED_ELSEWHERE = {
    "id",
    "draft",
    "completeness",
    "provenanceConflicts",
    "overdueLevel",
    "openActions",
    "recommendedBy",
}


def caller_of(who: Person) -> Caller:
    """The person as the rules see them."""
    roles = frozenset({Role.PUBLIC if who is PUBLIC else who.role})
    subject = None if who is PUBLIC else who.subject
    return Caller(subject, roles, who.claims.get("agency"), who.claims.get("region"))


def is_shown(value: Any) -> bool:
    """Whether the answer tells anything."""
    return value is not None and value != []


async def sealed_contact(stage: Stage, firm_id: str) -> SealedRef:
    """Contact details kept for an entry."""
    async with stage.record.unit_of_work() as uow:
        return await uow.contacts.put(firm_id, ContactDetails(phone="13812345678"))


async def full_firm(stage: Stage) -> Firm:
    """A public entry of `OWNER` with a value in every field."""
    profile = make_profile(
        name_en="Glimmer",
        other_names=("微光好物",),
        occupation="content-creator",
        industry="6429",
        founded_on=NOW.date(),
        summary="直播。",
        summary_en="Live.",
        website="https://example.cn",
        platforms=(PlatformAccount(platform="douyin", account_name="微光"),),
        support_programmes=tuple(stage.served.services.reference.programmes)[:1],
    )
    stated = Provenance(source="registry", by="registry", at=NOW)
    firm = make_firm(
        profile=profile,
        readings=(turnover("1000"),),
        size_class=SizeClass.MICRO,
        growth=growth_finding(True),
        good_standing=True,
        former_names=("旧名",),
        merged_from=("NG-0000-0000",),
        provenance={"name": stated},
        status_reason="复核通过。",
        listed_at=NOW,
        confirmed_at=NOW,
        consents=(Consent(purpose="PUBLISH_CONTACT", version="2026-11", given_at=NOW, withdrawn_at=NOW),),
    )
    firm = firm.model_copy(update={"contact": await sealed_contact(stage, firm.id)})
    await keep(stage.record, firm)
    return firm


async def full_submission(stage: Stage, firm: Firm) -> Submission:
    """An amendment under public notice with a value in every field that the table holds."""
    other = make_firm(owner="someone-else")
    submission = make_submission(
        firm_id=firm.id,
        kind=SubmissionKind.AMENDMENT,
        status=SubmissionStatus.PUBLIC_NOTICE,
        profile=firm.profile.model_copy(update={"name": "新名"}),
        contact=firm.contact,
        base_firm_version=1,
        decided_at=NOW,
        taken_by="reviewer",
        taken_at=NOW,
        review_note="同意。",
        reject_codes=("C3",),
        change_requests=(ChangeRequest(field="name", comment="?", by="reviewer", at=NOW),),
        notice_started_at=NOW,
        notice_ends_at=NOW,
        notice_ends_on=NOW.date(),
        objections=(Objection(id="a", at=NOW, by=None, reason="不实。"),),
        possible_duplicates=(DuplicateCandidate(firm_id=other.id, score=0.9, reasons=("same_name",)),),
        reapply_from=NOW.date(),
        readings=(),
    )
    await keep(stage.record, other, submission)
    return submission


@pytest.mark.parametrize(
    ("type_name", "reads", "elsewhere", "table"),
    [
        ("Firm", FIRM_READS, FIRM_RULED_ELSEWHERE, FIRM_FIELDS),
        ("Submission", SUBMISSION_READS, SUBMISSION_RULED_ELSEWHERE, SUBMISSION_FIELDS),
    ],
)
def test_every_field_has_a_row(
    type_name: str, reads: dict[str, tuple[str, str]], elsewhere: set[str], table: dict[str, Any]
) -> None:
    """A field that is added to the API without a rule fails here."""
    shown = set(SCHEMA._schema.type_map[type_name].fields)  # type: ignore[attr-defined]

    assert shown == set(reads) | elsewhere
    assert {field for field, _ in reads.values()} <= set(table)


@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.subject)
async def test_an_entry_shows_each_caller_what_the_table_allows(entries: Entries, who: Person) -> None:
    """Field by field, nothing more and nothing less."""
    firm = await full_firm(entries.stage)
    selected = " ".join(f"{name} {below}" for name, (_, below) in FIRM_READS.items())
    query = f"query N($id: ID!) {{ node(id: $id) {{ ... on Firm {{ {selected} }} }} }}"

    node = (await entries.stage.ask(who, query, id=global_id("Firm", firm.id)))["node"]

    shown = {name: is_shown(node[name]) for name in FIRM_READS}
    allowed = {
        name: may_read_firm_field(caller_of(who), firm, field) for name, (field, _) in FIRM_READS.items()
    }
    assert shown == allowed


@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.subject)
async def test_a_submission_shows_each_caller_what_the_table_allows(entries: Entries, who: Person) -> None:
    """Field by field, nothing more and nothing less; what is not there for a caller shows nothing at all."""
    firm = await full_firm(entries.stage)
    submission = await full_submission(entries.stage, firm)
    caller = caller_of(who)
    reads = {name: row for name, row in SUBMISSION_READS.items() if name != "metrics"}
    selected = " ".join(f"{name} {below}" for name, (_, below) in reads.items())
    query = f"query N($id: ID!) {{ node(id: $id) {{ ... on Submission {{ {selected} }} }} }}"

    node = (await entries.stage.ask(who, query, id=global_id("Submission", submission.id)))["node"]

    assert may_see_submission(caller, submission)
    shown = {name: is_shown(node[name]) for name in reads}
    allowed = {
        name: may_read_submission_field(caller, submission, field) for name, (field, _) in reads.items()
    }
    assert shown == allowed
