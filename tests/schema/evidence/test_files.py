"""Files of reports over HTTP: who sends and reads them, what is refused before it is read, how they are given out."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message

from directory.evidence import MOST_BYTES
from schema.allowances import Purpose, Rate, Rates
from schema.app import make_app
from schema.services import ApiSettings
from tests.journeys.files import FILES, PUBLISHED, codes, fetch, kept, upload
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    TRIAGE,
    Person,
    Stage,
)
from tests.rules.evidence_files import PDF, REFUSED, TEXT, png
from tests.transfer.exports import with_other_limits

STRANGERS = (PUBLIC, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER, ASSISTANT)
READERS = (OWNER, TRIAGE, LEADER, SUPERVISOR)


async def files(reports: Reports, who: Person, report: Report) -> list[Mapping[str, Any]]:
    """The report's files as somebody reads of them."""
    read: list[Mapping[str, Any]] = (await reports.read(who, report, FILES))["evidence"]
    return read


async def sent_by_half(stage: Stage, report: Report) -> None:
    """The beginning of a file, and then the connection is gone."""
    coming: list[Message] = [
        {"type": "http.request", "body": PDF[:10], "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        """Nobody is there to hear it."""

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/evidence/{report['reference']}",
        "query_string": b"name=a.pdf",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {stage.token_of(OWNER)}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    await stage.served.app(scope, receive, send)
    assert coming == []


def with_rates(stage: Stage, rates: Rates) -> Stage:
    """The same directory behind an API with these rates."""
    services = replace(stage.served.services, settings=ApiSettings(rates=rates))
    return replace(stage, served=replace(stage.served, services=services, app=make_app(services)))


async def published(reports: Reports, report: Report) -> tuple[str, str]:
    """A file and its copy for the public."""
    file = await kept(reports, OWNER, report)
    copy = await kept(reports, LEADER, report, content=TEXT, name="结算单.txt", redacts=file)
    await reports.does(LEADER, "publishEvidence", **on(report, file=copy))
    report.update(await reports.read(OWNER, report, "version"))
    return file, copy


async def test_a_firm_adds_a_file_and_reads_of_it(reports: Reports) -> None:
    """What it is says its content; the answer says what was kept."""
    report = await reports.reported()
    response = await upload(
        reports.stage, OWNER, report, png(), name="..\\合同.exe", **{"content-type": "text/html"}
    )

    assert response.status_code == 201
    told = response.json()["evidence"]
    assert response.headers["location"] == told["downloadPath"] == f"/evidence/{told['key']}"
    (file,) = await files(reports, OWNER, report)
    assert {name: file[name] for name in told} == {**told, "addedAt": "2026-03-02T02:00:00+00:00"}
    assert (file["name"], file["mediaType"], file["addedBy"]) == ("合同.exe.png", "image/png", "reporter")
    assert (file["sizeBytes"], file["sha256"]) == (len(png()), hashlib.sha256(png()).hexdigest())
    assert (file["publishedAt"], file["withdrawnAt"], file["redactionCopy"]) == (None, None, None)


async def test_a_file_is_given_out_to_be_saved_and_never_shown_in_place(reports: Reports) -> None:
    """Byte for byte, by its exact type, in a sandbox, and kept by nobody on the way."""
    report = await reports.reported()
    text = await fetch(
        reports.stage, OWNER, await kept(reports, OWNER, report, content=TEXT, name="三月.txt")
    )
    response = await fetch(reports.stage, OWNER, await kept(reports, OWNER, report))

    assert (response.status_code, response.content, text.content) == (200, PDF, TEXT)
    assert response.headers["content-type"] == "application/pdf"
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    disposition = text.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="evidence-')
    assert disposition.endswith("filename*=UTF-8''%E4%B8%89%E6%9C%88.txt")
    assert "sandbox" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"


async def test_evidence_is_for_the_reporter_and_the_offices_that_answer(reports: Reports) -> None:
    """Nobody else reads that there is a file, what it is called, or what is in it; not even a platform that helps."""
    report = await reports.in_progress()
    key = await kept(reports, OWNER, report)

    for who in READERS:
        assert [one["key"] for one in await files(reports, who, report)] == [key], who.subject
        assert (await fetch(reports.stage, who, key)).content == PDF, who.subject
    for who in STRANGERS:
        assert await files(reports, who, report) == [], who.subject
        refused = await fetch(reports.stage, who, key)
        assert (refused.status_code, codes(refused)) == (404, [("NOT_FOUND", ["file"])]), who.subject


async def test_what_is_no_file_is_not_found(reports: Reports) -> None:
    """What cannot be an id of ours never reaches the database."""
    for key in ("nothing", "0" * 32, "%00", "..%2f..", "漢"):
        assert (await fetch(reports.stage, SUPERVISOR, key)).status_code == 404, key


@pytest.mark.parametrize(
    ("who", "status"),
    [(PUBLIC, 403), (OTHER_OWNER, 403), (ANALYST, 403), (ASSISTANT, 403), (FAR_OFFICER, 403)],
    ids=lambda given: getattr(given, "subject", given),
)
async def test_who_may_not_add_is_refused_before_a_byte_is_read(
    reports: Reports, who: Person, status: int
) -> None:
    """The body is never asked for; of a report that is nobody's business nothing is told."""
    report = await reports.in_progress()

    async def unread() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""  # type: ignore[unreachable]

    response = await upload(reports.stage, who, report, unread())
    assert response.status_code == status
    assert {code for code, _ in codes(response)} == {"FORBIDDEN"}
    hidden = await upload(reports.stage, who, await reports.reported(title="还没有人看过的事项"), unread())
    assert (hidden.status_code, codes(hidden)) == (404, [("NOT_FOUND", ["blockage"])])


@pytest.mark.parametrize("what", ["a program", "an archive, a workbook, a bomb"])
async def test_what_no_content_proves_is_told_in_both_languages(reports: Reports, what: str) -> None:
    """At the file; nothing is kept of it."""
    report = await reports.reported()
    response = await upload(reports.stage, OWNER, report, REFUSED[what])
    assert (response.status_code, codes(response)) == (400, [("INVALID", ["file"])])
    assert "PDF" in response.json()["errors"][0]["extensions"]["messages"]["zh"]
    assert await files(reports, OWNER, report) == []


async def test_too_large_a_file_is_not_read_to_its_end(reports: Reports) -> None:
    """By what its sender says of its length, and by what comes when nothing is said."""
    report = await reports.reported()
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 4 * MOST_BYTES:
            sent += 1 << 20
            yield b"a" * (1 << 20)

    declared = await upload(reports.stage, OWNER, report, b"a" * (MOST_BYTES + 1))
    streamed = await upload(reports.stage, OWNER, report, endless())
    for response in (declared, streamed):
        assert (response.status_code, response.headers["connection"]) == (413, "close")
        assert {code for code, _ in codes(response)} == {"TOO_LARGE"}
    assert sent <= MOST_BYTES + (2 << 20)
    assert await files(reports, OWNER, report) == []


async def test_an_upload_that_is_cut_off_leaves_nothing(reports: Reports) -> None:
    """Neither a row nor a version; sent again as a whole it is taken."""
    report = await reports.reported()

    await sent_by_half(reports.stage, report)
    half = await upload(reports.stage, OWNER, report, PDF[:-8])

    assert codes(half) == [("INVALID", ["file"])]
    assert await reports.read(OWNER, report, "version") == {"version": report["version"]}
    assert await kept(reports, OWNER, report)


async def test_an_upload_may_be_repeated(reports: Reports) -> None:
    """The same content is the same file, whatever it is called the second time."""
    report = await reports.reported()
    first = await kept(reports, OWNER, report)
    assert await kept(reports, OWNER, report, name="又一次.pdf") == first
    assert [one["name"] for one in await files(reports, OWNER, report)] == ["结算单.pdf"]


async def test_uploads_have_a_rate_and_places(reports: Reports) -> None:
    """One too many is told how long to wait; places are few, for each holds a file in memory."""
    report = await reports.reported()
    full = with_other_limits(reports.stage, uploads_at_once=0)
    rated = with_rates(reports.stage, {Purpose.UPLOADS: Rate(1, 3600)})

    assert (await upload(full, OWNER, report)).status_code == 503
    assert [(await upload(rated, OWNER, report)).status_code for _ in "12"] == [201, 429]
    response = await upload(rated, OWNER, report)
    assert (int(response.headers["retry-after"]) > 0, codes(response)) == (True, [("RATE_LIMITED", None)])


async def test_who_reads_a_file_is_known_to_the_reporter(reports: Reports) -> None:
    """With the office and the report; what everyone may read is nobody's view."""
    report = await reports.in_progress()
    file, copy = await published(reports, report)
    for key, who in ((file, LEADER), (copy, LEADER), (copy, PUBLIC), (file, OWNER)):
        assert (await fetch(reports.stage, who, key)).status_code == 200
    await reports.stage.index()

    viewer = await reports.stage.ask(OWNER, "{ viewer { contactViews { way agency report purpose } } }")
    assert viewer["viewer"]["contactViews"] == [
        {
            "way": "EVIDENCE_READ",
            "agency": LEADER.claims["agency"],
            "report": report["reference"],
            "purpose": None,
        }
    ]


async def test_the_public_reads_published_copies_of_public_reports_alone(reports: Reports) -> None:
    """Until the file is taken back: its reporter decides."""
    report = await reports.in_progress()
    file, copy = await published(reports, report)

    for who in STRANGERS:
        (shown,) = (await reports.read(who, report, PUBLISHED))["publishedEvidence"]
        assert (shown["key"], shown["name"], shown["redactionCopy"]) == (copy, "结算单.txt", None)
        response = await fetch(reports.stage, who, copy)
        assert (response.content, response.headers["cache-control"]) == (TEXT, "no-cache")
        assert (await fetch(reports.stage, who, file)).status_code == 404

    await reports.does(OWNER, "withdrawEvidence", **on(report, file=file))
    assert await reports.read(PUBLIC, report, PUBLISHED) == {"publishedEvidence": []}
    assert (await fetch(reports.stage, PUBLIC, copy)).status_code == 404
    for key in (file, copy):
        gone = await fetch(reports.stage, OWNER, key)
        assert (gone.status_code, codes(gone)) == (410, [("GONE", ["file"])])
    (shown,) = await files(reports, OWNER, report)
    assert (shown["withdrawnAt"], shown["downloadPath"]) == ("2026-03-02T02:00:00+00:00", None)


async def test_of_an_erased_report_no_file_is_left(reports: Reports) -> None:
    """Its address is that of nothing, for its reporter too."""
    report = await reports.in_progress()
    _, copy = await published(reports, report)
    async with reports.stage.record.unit_of_work() as uow:
        (mine,) = await uow.firms.owned_by("firm-user")
        await uow.erase(mine.id, actor="operator", at=reports.stage.clock())
    assert (await fetch(reports.stage, PUBLIC, copy)).status_code == 404
