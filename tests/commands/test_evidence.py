"""Commands on the evidence of a report: kept once, read and put on record, taken back, and gone with whom it is about."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from directory.access import Caller, Role
from directory.commands import AddEvidence, AddRedactionCopy, PublishEvidence, ViewEvidence, WithdrawEvidence
from directory.entities import Blockage, load
from directory.errors import ErrorCode
from directory.facts import replay
from directory.looks import WAYS
from directory.record.open import SqlRecord
from directory.record.person_export import files_of_person
from directory.record.tables import evidence_files, log_entries
from tests.commands.report_desk import (
    ANALYST,
    FAR_OFFICER,
    OFFICER,
    OTHER_FIRM,
    OWNER,
    PLATFORM,
    SUPERVISOR,
    ReportDesk,
    on,
    opened_desk,
)
from tests.factories import make_firm
from tests.record.steps import keep, seal
from tests.rules.evidence_files import PDF, TEXT


@pytest.fixture
async def desk(shared_record: SqlRecord) -> ReportDesk:
    """A listed firm on each kind of database, and the desk that hears it."""
    return await opened_desk(shared_record)


def added(report: Blockage, content: bytes = PDF, **changes: Any) -> AddEvidence:
    """A file of the report."""
    values: dict[str, Any] = {"blockage": report.id, "name": "结算单.pdf", "content": content}
    return AddEvidence(**{**values, **changes})


def copied(report: Blockage, content: bytes = TEXT) -> AddRedactionCopy:
    """A redaction copy of its first file."""
    return AddRedactionCopy(
        blockage=report.id, name="结算单.txt", content=content, redacts=report.evidence[0].id
    )


async def contents(desk: ReportDesk, report: Blockage) -> list[bytes | None]:
    """What is kept in the report's files, in the order of its state; of one without a row nothing is said."""
    async with desk.record.reader() as reader:
        these = select(evidence_files).where(evidence_files.c.blockage == report.id)
        rows = {row.id: row.content for row in await reader.session.execute(these)}
    return [rows[each.id] for each in report.evidence if each.id in rows]


async def raw_log(desk: ReportDesk, report: Blockage) -> list[str]:
    """The rows of the log about the report, without what stands apart from them."""
    async with desk.record.reader() as reader:
        these = select(log_entries.c.payload).where(log_entries.c.entity_id == report.id)
        return list((await reader.session.execute(these)).scalars())


async def desk_of_somebody(record: SqlRecord) -> tuple[ReportDesk, Caller]:
    """A desk with an enterprise of its own owner, of whom nothing else is kept."""
    firm = make_firm(owner=f"owner-of-{make_firm().id}")
    await keep(record, firm)
    return ReportDesk(record, firm), Caller(firm.owner, frozenset({Role.FIRM}))


async def views(desk: ReportDesk, subject: str) -> list[dict[str, Any]]:
    """What the log says of who saw somebody."""
    await seal(desk.record)
    async with desk.record.reader() as reader:
        return [dict(entry.fact.data) for entry in await reader.log_about(subject, tuple(WAYS))]


async def test_a_file_is_kept_with_what_it_is_and_its_content_apart(desk: ReportDesk) -> None:
    """The log has neither its name nor its content, and is folded to the state all the same."""
    report = await desk.does(added(await desk.reported()), OWNER)
    (file,) = report.evidence
    assert (file.name, file.media_type, file.size) == ("结算单.pdf", "application/pdf", len(PDF))
    assert (file.added_by, file.added_at) == ("reporter", desk.now)
    assert await contents(desk, report) == [PDF]

    log = await desk.log_of(report)
    assert log[-1].fact.data == {"file": file.id, "media_type": "application/pdf", "bytes": len(PDF)}
    assert "结算单" not in json.dumps(await raw_log(desk, report), ensure_ascii=False)
    told: dict[str, Any] = {}
    for entry in log:
        told = replay(told, entry.fact.changes)
    assert load(Blockage, report.id, report.version, told) == report


async def test_the_same_content_sent_again_is_the_same_file(desk: ReportDesk) -> None:
    """Also where both come at the same moment, and by whomever; for another purpose it is refused."""
    report = await desk.triaged()
    outcomes = await asyncio.gather(
        *(desk.directory.handle(added(report, TEXT), OWNER) for _ in range(3)),
        desk.directory.handle(added(report, PDF), OWNER),
    )
    again = await desk.directory.handle(added(report, TEXT, name="另一个名字.txt"), SUPERVISOR)

    assert [each.problems for each in (*outcomes, again)] == [()] * 5
    assert len({each.evidence for each in outcomes}) == 2
    assert again.evidence == outcomes[0].evidence
    kept = await desk.kept(report.id)
    assert len(kept.evidence) == 2
    assert await desk.refuses(
        copied(kept, PDF if kept.evidence[0].size == len(TEXT) else TEXT), SUPERVISOR
    ) == {("file",): (ErrorCode.INVALID, "evidence.same_content")}


@pytest.mark.parametrize("caller", [OTHER_FIRM, ANALYST, FAR_OFFICER, PLATFORM], ids=lambda who: who.subject)
async def test_nobody_else_adds_reads_or_takes_back(desk: ReportDesk, caller: Caller) -> None:
    """Nor a platform that helps: the evidence may be about it. To who reads none, the file is not there."""
    report = await desk.does(added(await desk.in_progress()), OWNER)
    file = report.evidence[0].id
    given = {"blockage": report.id, "file": file}
    for command in (
        added(report, TEXT),
        copied(report),
        WithdrawEvidence(**on(report), file=file),
        PublishEvidence(**on(report), file=file),
    ):
        refused = await desk.refuses(command, caller)
        assert {code for code, _ in refused.values()} == {ErrorCode.FORBIDDEN}
    hidden = await desk.refuses(ViewEvidence(**given), caller)
    assert {code for code, _ in hidden.values()} <= {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}
    assert not [each for each in await views(desk, "firm-user") if each.get("file") == file]


async def test_the_reporter_is_told_which_office_read_a_file(desk: ReportDesk) -> None:
    """Each time; what the reporter reads itself is nobody's view."""
    report = await desk.does(added(await desk.in_progress()), OWNER)
    before = await views(desk, "firm-user")
    for caller in (OWNER, OFFICER, SUPERVISOR):
        read = ViewEvidence(blockage=report.id, file=report.evidence[0].id)
        assert (await desk.directory.handle(read, caller)).problems == ()

    told = (await views(desk, "firm-user"))[len(before) :]
    said = {"report": report.reference, "file": report.evidence[0].id}
    assert told == [{**said, "agency": OFFICER.agency}, {**said, "agency": None}]


async def test_what_is_taken_back_is_gone_and_what_is_published_stays_a_copy(desk: ReportDesk) -> None:
    """The content is deleted in the same transaction, that of the copy too; another may come in its place."""
    report = await desk.does(added(await desk.in_progress()), OWNER)
    report = await desk.does(copied(report), OFFICER)
    report = await desk.does(PublishEvidence(**on(report), file=report.evidence[1].id), OFFICER)
    assert await contents(desk, report) == [PDF, TEXT]

    report = await desk.does(WithdrawEvidence(**on(report), file=report.evidence[0].id), OWNER)

    assert await contents(desk, report) == [None, None]
    gone = await desk.refuses(ViewEvidence(blockage=report.id, file=report.evidence[0].id), OWNER)
    assert gone == {("file",): (ErrorCode.GONE, "gone")}
    report = await desk.does(added(report), OWNER)
    assert await contents(desk, report) == [None, None, PDF]


async def test_a_refused_file_leaves_nothing(desk: ReportDesk) -> None:
    """Neither in the state nor in the table of contents; the version has not moved."""
    report = await desk.reported()
    assert await desk.refuses(added(report, b"MZ\0"), OWNER) == {
        ("file",): (ErrorCode.INVALID, "evidence.kind")
    }
    assert await desk.kept(report.id) == report
    assert await contents(desk, report) == []


async def test_an_erased_entry_leaves_no_file(desk: ReportDesk) -> None:
    """Not even the row that says that there was one."""
    report = await desk.does(added(await desk.reported()), OWNER)
    async with desk.record.unit_of_work() as uow:
        await uow.erase(desk.firm.id, actor="operator", at=desk.now)
    assert await contents(desk, report) == []


async def test_with_the_person_the_files_of_an_enterprise_go_too(shared_record: SqlRecord) -> None:
    """The entry and its reports stay, but nobody can tell who stands in a file."""
    desk, owner = await desk_of_somebody(shared_record)
    report = await desk.does(desk.report_of(), owner)
    report = await desk.does(added(report), owner)
    async with desk.record.unit_of_work() as uow:
        await uow.erase_person(desk.firm.owner, actor="operator", at=desk.now)
    kept = await desk.kept(report.id)
    assert [each.withdrawn_at is None for each in kept.evidence] == [False]
    assert await contents(desk, kept) == [None]


async def test_a_copy_of_a_person_lists_the_files_and_gives_them(shared_record: SqlRecord) -> None:
    """By table the metadata, beside it what is in each."""
    desk, owner = await desk_of_somebody(shared_record)
    report = await desk.does(added(await desk.does(desk.report_of(), owner)), owner)
    async with desk.record.reader() as reader:
        tables = await reader.copy_of_person(desk.firm.owner)
        given = [
            (file.name, content) async for file, content in files_of_person(reader.session, desk.firm.owner)
        ]
    (file,) = report.evidence
    assert tables["evidence_files"] == [{"id": file.id, "blockage": report.id, "sha256": file.sha256}]
    assert given == [("结算单.pdf", PDF)]
