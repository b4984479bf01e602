"""Erasure (删除个人信息): the person's values go, the chain stays. PIPL, article 47."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from directory.entities import Blockage, load
from directory.errors import Gone, NotFound
from directory.identifiers import account_key
from directory.profiles import ContactDetails
from directory.record.open import SqlRecord
from directory.record.tables import contacts, personal_values
from directory.record.verify import verify_log
from directory.remains import REMAINS
from directory.retention import ANONYMISED, NOBODY
from directory.states import EntityType, SubmissionStatus
from tests.factories import make_blockage, make_firm, make_freelancer_profile, make_submission
from tests.record.steps import CLERK, change, firm_at, keep, seal, whole_log

NAME, PHONE, TEXT = "欧阳娜娜", "13912345678", "平台封了我欧阳的号"


async def kept_person(record: SqlRecord) -> str:
    """The id of a freelancer with a submission, a report, a contact and a change of name."""
    firm = make_firm(profile=make_freelancer_profile(name=NAME))
    submission = make_submission(firm_id=firm.id, profile=firm.profile)
    await keep(record, firm, submission, make_blockage(firm_id=firm.id, description=TEXT))
    async with record.unit_of_work() as uow:
        contact = await uow.contacts.put(firm.id, ContactDetails(person=NAME, phone=PHONE))
    await change(record, await firm_at(record, firm.id), contact=contact, former_names=(NAME,))
    await seal(record)
    return firm.id


async def erase(record: SqlRecord, firm_id: str) -> None:
    """Erases the entry and seals that."""
    async with record.unit_of_work() as uow:
        await uow.erase(firm_id, **CLERK)
    await seal(record)


async def test_what_was_erased_is_gone_and_says_so(record: SqlRecord) -> None:
    """Commands are told GONE; reads, look-ups and walks no longer find the entry or what belonged to it."""
    firm_id = await kept_person(record)
    firm = await firm_at(record, firm_id)
    await erase(record, firm_id)
    async with record.unit_of_work() as uow:
        with pytest.raises(Gone):
            await uow.firms.get(firm_id)
        with pytest.raises(Gone):
            await uow.firms.save(firm, kind="firm:changed", **CLERK)
        assert await uow.firms.by_entry_number(firm.entry_number) is None
        account = firm.profile.platforms[0]
        assert await uow.firms.by_account(account_key(account.platform, account.account_name)) is None
    async with record.reader() as reader:
        assert await reader.firms([firm_id]) == {}
        assert await reader.blockages_of_firms([firm_id]) == {firm_id: []}
        for kind in (EntityType.FIRM, EntityType.SUBMISSION, EntityType.BLOCKAGE):
            assert await reader.entity_ids(kind) == []


async def test_the_chain_verifies_after_an_erasure_and_marks_what_is_gone(record: SqlRecord) -> None:
    """The log keeps its entries: their personal values read as erased, all else as before."""
    firm_id = await kept_person(record)
    before = await whole_log(record)
    await erase(record, firm_id)
    async with record.reader() as reader:
        assert await verify_log(reader) is None
    after = await whole_log(record)
    assert [entry.digest for entry in after[: len(before)]] == [entry.digest for entry in before]
    changes = [change for entry in after for change in entry.fact.changes]
    assert {(each.before, each.after, each.erased) for each in changes if each.personal} == {
        (None, None, True)
    }
    assert not any(each.erased for each in changes if not each.personal)
    assert [e.fact.kind for e in after[len(before) :]] == [
        "submission:erased",
        "blockage:erased",
        "firm:erased",
    ]


async def test_a_draft_without_an_entry_is_erased_too(record: SqlRecord) -> None:
    """Who began to register and thought better of it is forgotten as well."""
    draft = make_submission(status=SubmissionStatus.DRAFT, draft={"name": NAME})
    await keep(record, draft)
    await erase(record, draft.firm_id)
    async with record.reader() as reader:
        assert await reader.submissions([draft.id]) == {}
        assert await verify_log(reader) is None
    first = (await whole_log(record))[0].fact
    assert [each.after for each in first.changes if each.field == "draft"] == [None]


async def test_another_entry_keeps_its_values(record: SqlRecord) -> None:
    """Erasing one person touches nobody else."""
    erased_id = await kept_person(record)
    other = make_firm(profile=make_freelancer_profile(name="王小明"))
    await keep(record, other)
    await erase(record, erased_id)
    assert (await firm_at(record, other.id)).profile.name == "王小明"
    assert (await whole_log(record))[-4].fact.changes[-1].erased is False


async def test_what_was_changed_in_the_same_command_is_erased_with_it(record: SqlRecord) -> None:
    """Values that the command itself wrote do not come after the deletion."""
    firm = make_firm(profile=make_freelancer_profile(name=NAME))
    async with record.unit_of_work() as uow:
        added = await uow.firms.add(firm, kind="firm:submitted", **CLERK)
        await uow.firms.save(added.model_copy(update={"former_names": (NAME,)}), kind="firm:renamed", **CLERK)
        await uow.erase(firm.id, **CLERK)
    assert await values_kept_of(record, firm.id) == 0


async def test_nothing_is_added_to_an_erased_entry(record: SqlRecord) -> None:
    """No submission, no report, no contact."""
    firm_id = await kept_person(record)
    await erase(record, firm_id)
    for late in (make_submission(firm_id=firm_id), make_blockage(firm_id=firm_id)):
        with pytest.raises(Gone):
            await keep(record, late)
    with pytest.raises(Gone):
        await put_contact(record, firm_id)
    assert await values_kept_of(record, firm_id) == 0


async def test_nothing_slips_in_while_an_entry_is_erased(record: SqlRecord) -> None:
    """Reports and contacts that arrive in the same moment are erased as well, or refused as gone."""
    firm_id = await kept_person(record)
    arriving = [keep(record, make_blockage(firm_id=firm_id)) for _ in range(8)]
    results = await asyncio.gather(
        *arriving[:4],
        erase(record, firm_id),
        *arriving[4:],
        *(put_contact(record, firm_id) for _ in range(4)),
        return_exceptions=True,
    )
    assert {type(result) for result in results} <= {type(None), Gone}
    assert await values_kept_of(record, firm_id) == 0
    async with record.reader() as reader:
        assert await reader.blockages_of_firms([firm_id]) == {firm_id: []}


async def put_contact(record: SqlRecord, firm_id: str) -> None:
    """Keeps contact details of the entry."""
    async with record.unit_of_work() as uow:
        await uow.contacts.put(firm_id, ContactDetails(person=NAME, phone=PHONE))


async def values_kept_of(record: SqlRecord, firm_id: str) -> int:
    """How many personal values and contacts of the entry there are."""
    values = select(func.count()).select_from(personal_values).where(personal_values.c.subject_id == firm_id)
    details = select(func.count()).select_from(contacts).where(contacts.c.firm_id == firm_id)
    async with record.reader() as reader:
        counts = [(await reader.session.execute(each)).scalar_one() for each in (values, details)]
    return sum(counts)


async def test_an_entry_that_is_not_there_is_not_erased(record: SqlRecord) -> None:
    """Erasing twice is refused as gone, erasing nothing as not found."""
    firm_id = await kept_person(record)
    await erase(record, firm_id)
    for unknown, fault in ((firm_id, Gone), ("nothing", NotFound)):
        with pytest.raises(fault):
            await erase(record, unknown)


async def test_no_byte_of_the_person_is_left_in_the_files(
    sqlite_record: SqlRecord, sqlite_record_url: str
) -> None:
    """After erasing and scrubbing, database and write-ahead log hold neither name nor phone nor text."""
    firm_id = await kept_person(sqlite_record)
    assert values_in_files(sqlite_record_url) == {NAME, PHONE, TEXT}
    await erase(sqlite_record, firm_id)
    await sqlite_record.scrub()
    assert values_in_files(sqlite_record_url) == set()


def values_in_files(record_url: str) -> set[str]:
    """The person's values found as bytes in any file of the record."""
    path = Path(make_url(record_url).database or "")
    content = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    return {value for value in (NAME, PHONE, TEXT) if value.encode() in content}


async def test_scrubbing_works_on_both_databases(record: SqlRecord) -> None:
    """The record goes on after a scrub."""
    firm_id = await kept_person(record)
    await erase(record, firm_id)
    await record.scrub()
    await kept_person(record)


async def test_what_is_left_of_a_report_is_kept_for_figures_alone(record: SqlRecord) -> None:
    """In its row and in the log, under no number and no name; reads of reports do not find it."""
    firm_id = await kept_person(record)
    async with record.reader() as reader:
        (report,) = (await reader.blockages_of_firms([firm_id]))[firm_id]
    await erase(record, firm_id)
    async with record.reader() as reader:
        assert await reader.blockages([report.id]) == {}
        (left,) = (await reader.remains_of_blockages([report.id])).values()
    assert (left.category, left.region, left.reported_at) == (
        report.category,
        report.region,
        report.reported_at,
    )
    assert (left.reference, left.reporter, left.title) == ("", NOBODY, ANONYMISED)
    erased = next(entry for entry in await whole_log(record) if entry.fact.kind == "blockage:erased")
    assert load(Blockage, left.id, left.version, erased.fact.data[REMAINS]) == left
