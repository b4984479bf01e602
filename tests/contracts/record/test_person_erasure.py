"""A person is erased (删除个人信息) from every table, whatever was written where. PIPL, article 47."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from directory import privacy
from directory.entities import (
    CallBack,
    ChangeRequest,
    Deadline,
    Impact,
    Objection,
    Provenance,
    Resolution,
    Supervision,
    TimelineEntry,
)
from directory.errors import NotFound
from directory.history import state_as_of
from directory.ports import Remembered
from directory.profiles import ContactDetails
from directory.record import entity_store
from directory.record.open import SqlRecord, open_beside
from directory.record.verify import verify_log
from directory.reminders import Addressee, Notice
from directory.saved_searches import SavedSearch
from directory.states import (
    CallBackOutcome,
    EntityType,
    ResolutionKind,
    ResolutionState,
    SubmissionStatus,
    SupervisionCause,
)
from directory.webhooks import Webhook
from tests.factories import NOW, make_blockage, make_firm, make_freelancer_profile, make_submission
from tests.record.steps import CLERK, change, firm_at, keep, seal, whole_log
from tests.record.traces import tables_with, values_in_files
from tests.rules.report_lives import evidence_file

SUBJECT, NAME, PHONE = "ouyang-nana", "欧阳娜娜", "13912345678"
WORDS = f"{NAME} {PHONE}"
TRACES = (SUBJECT, NAME, PHONE)


def reported(firm_id: str) -> Any:
    """A report in each of whose texts the person's name and phone stand."""
    resolution = Resolution(
        state=ResolutionState.CLAIMED,
        kind=ResolutionKind.RULE_CLARIFIED,
        summary=WORDS,
        residual=WORDS,
        proposed_by="samr",
        proposed_at=NOW,
        comment=WORDS,
    )
    return make_blockage(
        firm_id=firm_id,
        reporter=SUBJECT,
        title=WORDS,
        description=WORDS,
        impact=Impact(explanation=WORDS),
        supervision=Supervision(cause=SupervisionCause.DISPUTES, since=NOW, reply=WORDS),
        call_back=CallBack(outcome=CallBackOutcome.REOPENED, at=NOW, note=WORDS),
        deadlines=(
            Deadline(stage="resolve", started_at=NOW, due_at=NOW, working_days=5, extension_reason=WORDS),
        ),
        resolutions=(resolution,),
        timeline=(TimelineEntry(at=NOW, actor="reporter", action="report", note=WORDS),),
        close_reason=WORDS,
        evidence=(evidence_file(f"file-of-{firm_id}", name=f"{WORDS}.pdf"),),
    )


async def kept_person(record: SqlRecord, **of_entry: Any) -> str:
    """The id of an entry, usually a freelancer's, of whom something stands wherever something can."""
    firm = make_firm(
        owner=SUBJECT,
        status_reason=WORDS,
        provenance={"name": Provenance(source="declared", by=SUBJECT, at=NOW)},
        **{"profile": make_freelancer_profile(name=NAME), "former_names": (NAME,), **of_entry},
    )
    handed_in = make_submission(
        firm_id=firm.id,
        owner=SUBJECT,
        profile=firm.profile,
        review_note=WORDS,
        change_requests=(ChangeRequest(field="name", comment=WORDS, by="officer", at=NOW, answer=WORDS),),
        objections=(Objection(id="o1", at=NOW, by=None, reason=WORDS, decision_note=WORDS),),
    )
    report = reported(firm.id)
    await keep(record, firm, handed_in, report)
    async with record.unit_of_work() as uow:
        for file in report.evidence:
            await uow.evidence.put(report.id, file, f"%PDF-1.4 {WORDS} {'-' * 9000} {WORDS} %%EOF".encode())
        contact = await uow.contacts.put(firm.id, ContactDetails(person=NAME, phone=PHONE))
        kept = await uow.firms.get(firm.id)
        await uow.firms.save(
            kept.model_copy(update={"contact": contact}),
            kind="firm:merged",
            actor=SUBJECT,
            at=NOW,
            data={"reason": WORDS},
        )
        await kept_account(uow)
    await seal(record)
    return firm.id


async def kept_account(uow: Any) -> None:
    """What the person holds beside the entry: a saved search, a webhook, a notice, a first result."""
    await uow.saved_searches.add(SavedSearch("s1", SUBJECT, NAME, {"text": PHONE}, NOW, 0), 10)
    await uow.webhooks.add(
        Webhook("w1", SUBJECT, f"https://example.cn/{NAME}", "secret", NOW, True, None), 10
    )
    notice = Notice(Addressee.SUBJECT, SUBJECT, "report.taken", EntityType.BLOCKAGE, "x", "y", NOW, NOW, {})
    await uow.notices.tell([notice])
    await uow.replies.remember(SUBJECT, "key", Remembered("ReportBlockage", "digest", {"firm": None}), NOW)


async def erase_person(record: SqlRecord) -> str:
    """Erases the person and seals that; the reference by which the log goes on."""
    async with record.unit_of_work() as uow:
        reference = await uow.erase_person(SUBJECT, **CLERK)
    await seal(record)
    return reference


async def test_nothing_of_an_erased_person_stands_in_any_table(record: SqlRecord) -> None:
    """Name, phone and subject are gone from state, log, account and ledger; the chain verifies."""
    await kept_person(record)
    assert {value for _, value in await tables_with(record, TRACES)} == set(TRACES)

    await erase_person(record)

    assert await tables_with(record, TRACES) == set()
    async with record.reader() as reader:
        assert await verify_log(reader) is None


async def test_nothing_of_an_erased_entry_stands_in_any_table(record: SqlRecord) -> None:
    """With the last entry of its owner goes what the owner held."""
    firm_id = await kept_person(record)
    async with record.unit_of_work() as uow:
        await uow.erase(firm_id, **CLERK)

    assert await tables_with(record, TRACES) == set()


async def test_the_log_itself_never_held_a_personal_value(record: SqlRecord) -> None:
    """What cannot be rewritten holds references and commitments from the first day on."""
    await kept_person(record)

    found = {table for table, _ in await tables_with(record, TRACES)}

    assert found & {"log_entries", "log_seals"} == set()


async def test_a_field_that_is_taken_for_impersonal_is_found_in_the_log(
    record: SqlRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for traces finds what one forgotten field leaves behind for good."""
    true_fields = privacy.personal_fields
    monkeypatch.setattr(entity_store, "personal_fields", lambda entity: true_fields(entity) - {"supervision"})
    await kept_person(record)
    await erase_person(record)

    assert await tables_with(record, TRACES) == {("log_entries", NAME), ("log_entries", PHONE)}


async def test_no_byte_of_an_erased_person_is_left_in_the_files(
    sqlite_record: SqlRecord, sqlite_record_url: str
) -> None:
    """Database and write-ahead log, once scrubbed."""
    folder = Path(make_url(sqlite_record_url).database or "").parent
    await kept_person(sqlite_record)
    assert {value for _, value in values_in_files(folder, TRACES)} == set(TRACES)
    await erase_person(sqlite_record)
    await sqlite_record.scrub()

    assert values_in_files(folder, TRACES) == set()


async def test_the_log_names_who_acted_until_they_are_erased(record: SqlRecord) -> None:
    """Readers of the log are told the subject; afterwards a reference that stands for nobody."""
    firm_id = await kept_person(record)
    assert (await whole_log(record))[-1].fact.actor == SUBJECT

    reference = await erase_person(record)

    actors = [entry.fact.actor for entry in await whole_log(record) if entry.fact.kind == "firm:merged"]
    assert actors == [reference]
    assert SUBJECT not in reference
    assert firm_id


async def test_an_enterprise_stays_without_the_person_who_handed_it_in(record: SqlRecord) -> None:
    """Its entry and reports go on under a reference, its contact details are gone, its history can be shown."""
    firm_id = await kept_person(record, profile=make_firm().profile, former_names=())
    reference = await erase_person(record)

    firm = await firm_at(record, firm_id)
    async with record.reader() as reader:
        reports = (await reader.blockages_of_firms([firm_id]))[firm_id]
        entries = await reader.log_after(0, limit=1000, entity=(EntityType.FIRM, firm_id))
    assert (firm.owner, firm.contact, reports[0].reporter) == (reference, None, reference)
    assert state_as_of(entries) == firm
    assert {value for _, value in await tables_with(record, [SUBJECT])} == set()


async def test_who_was_merged_away_is_erased_with_the_survivor(record: SqlRecord) -> None:
    """The entry that was found to be the same person's holds the same name."""
    firm_id = await kept_person(record)
    twice = make_firm(owner="another-account", profile=make_freelancer_profile(name=NAME))
    await keep(record, twice)
    await change(record, await firm_at(record, twice.id), merged_into=firm_id)
    await erase_person(record)

    assert await tables_with(record, TRACES) == set()


async def test_a_report_that_came_with_a_merge_leaves_no_earlier_value(record: SqlRecord) -> None:
    """Its values from before the merge are kept under the other entry."""
    firm_id = await kept_person(record)
    other = make_firm(owner="another-account")
    report = reported(other.id)
    await keep(record, other, report)
    async with record.reader() as reader:
        came = (await reader.blockages([report.id]))[report.id]
    await change(record, came, firm_id=firm_id)
    await erase_person(record)

    assert await tables_with(record, TRACES) == set()


async def test_another_account_keeps_what_it_holds(record: SqlRecord) -> None:
    """Erasing one person touches nobody else."""
    await kept_person(record)
    other = make_firm(owner="wang", profile=make_freelancer_profile(name="王小明"))
    await keep(record, other)
    await erase_person(record)

    assert (await firm_at(record, other.id)).owner == "wang"
    assert (await whole_log(record))[-1].fact.actor == CLERK["actor"]


async def test_a_person_can_erase_themselves(record: SqlRecord) -> None:
    """Whoever asks for it is named by the reference alone, also in the entry that says so."""
    await kept_person(record)
    async with record.unit_of_work() as uow:
        reference = await uow.erase_person(SUBJECT, actor=SUBJECT, at=NOW)
    await seal(record)

    last = (await whole_log(record))[-1].fact
    assert (last.kind, last.entity_id, last.actor) == ("person:forgotten", reference, reference)
    assert await tables_with(record, TRACES) == set()


async def test_a_draft_alone_is_erased_with_its_person(record: SqlRecord) -> None:
    """Who began to register and thought better of it is forgotten as well."""
    draft = make_submission(owner=SUBJECT, status=SubmissionStatus.DRAFT, draft={"name": NAME})
    await keep(record, draft)
    await erase_person(record)

    assert await tables_with(record, TRACES) == set()


async def test_nobody_is_erased_twice(record: SqlRecord) -> None:
    """Of whom nothing is known there is nothing to erase."""
    await kept_person(record)
    await erase_person(record)

    with pytest.raises(NotFound):
        await erase_person(record)


async def test_a_person_is_erased_while_a_server_has_the_record_open(
    record: SqlRecord, empty_record_url: str
) -> None:
    """A short command writes beside the server, and leaves the write-ahead log to it."""
    firm_id = await kept_person(record)
    async with await open_beside(empty_record_url) as beside, beside.unit_of_work() as uow:
        await uow.erase_person(SUBJECT, **CLERK)
    await seal(record)

    assert await tables_with(record, TRACES) == set()
    async with record.reader() as reader:
        assert await reader.firms([firm_id]) == {}
        assert await verify_log(reader) is None


async def test_a_writer_beside_the_server_never_checkpoints(
    sqlite_record: SqlRecord, sqlite_record_url: str
) -> None:
    """Neither while it writes nor when it closes: what it wrote is in the write-ahead log until the server takes it."""
    database = Path(make_url(sqlite_record_url).database or "")
    await keep(sqlite_record, make_firm())
    await sqlite_record.scrub()
    before = contents(database)
    async with await open_beside(sqlite_record_url) as beside:
        assert beside.beside
        for _ in range(40):
            await keep(beside, *(make_firm() for _ in range(10)))

    assert contents(database) == before
    assert len(await whole(sqlite_record)) == 401


def contents(file: Path) -> bytes:
    """The bytes of a file."""
    return file.read_bytes()


async def whole(record: SqlRecord) -> list[str]:
    """The ids of all entries."""
    async with record.reader() as reader:
        return list(await reader.entity_ids(EntityType.FIRM))
