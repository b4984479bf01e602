"""Commands repeated, overtaken, forbidden, too late, or cut off from their answer."""

from __future__ import annotations

import asyncio
import json
from itertools import count
from typing import Any

import pytest

from schema.node import parse_global_id
from tests.factories import NOW
from tests.faults.evidence import log_length
from tests.faults.house import House
from tests.faults.test_requests import connected
from tests.journeys.entries import KEPT, REVIEWER, SECOND_REVIEWER, Payload, enterprise, on
from tests.journeys.reports import Reports
from tests.journeys.reports import on as on_report
from tests.journeys.stage import LEADER, OTHER_OWNER, OWNER, SUPERVISOR, TRIAGE

SUBMIT = (
    f"mutation Submit($input: SubmitFirmInput!) {{ payload: submitFirm(input: $input) {{ {KEPT} "
    "errors { code path message } clientMutationId } }"
)

_reports = count(1)


async def submitted(house: House) -> Payload:
    """A registration just handed in."""
    return await house.entries.does(OWNER, "submitFirm", profile=enterprise())


def another() -> dict[str, Any]:
    """Words of a report that no other one has."""
    return {"title": f"第{next(_reports)}次结算争议没有处理渠道"}


async def test_one_key_fifty_times_at_once_acts_once(house: House) -> None:
    """Fifty requests in parallel, one entry, one submission; each caller gets the same answer."""
    before = log_length(house.record)
    wish = {"profile": enterprise(), "clientMutationId": "fifty-at-once"}

    answers = await asyncio.gather(*(house.ask(SUBMIT, input=wish) for _ in range(50)))

    payloads = [answer.data["payload"] for answer in answers]
    assert all(payload == payloads[0] for payload in payloads)
    assert payloads[0]["errors"] == []
    assert log_length(house.record) - before == 2


async def test_a_key_is_not_lent_to_another_wish(house: House) -> None:
    """The same key with other content: told, and nothing is done."""
    wish = {"profile": enterprise(), "clientMutationId": "lent"}
    await house.ask(SUBMIT, input=wish)
    before = house.kept()

    answer = await house.ask(SUBMIT, input={**wish, "profile": enterprise()})

    assert [(error["code"], error["path"]) for error in answer.data["payload"]["errors"]] == [
        ("IDEMPOTENCY_MISMATCH", ["input", "clientMutationId"])
    ]
    assert house.kept() == before


async def test_a_key_is_not_lent_to_another_command(house: House) -> None:
    """A key names one wish, whatever kind of command it is."""
    done = await house.entries.does(OWNER, "submitFirm", profile=enterprise(), clientMutationId="one-wish")

    refused = await house.entries.refuses(
        OWNER, "withdrawSubmission", **on(done, clientMutationId="one-wish")
    )

    assert refused == [("IDEMPOTENCY_MISMATCH", ["input", "clientMutationId"])]


async def test_a_key_is_its_callers_own(house: House) -> None:
    """Two callers may use the same key without knowing of each other."""
    wish = {"clientMutationId": "shared"}
    first = await house.entries.does(OWNER, "submitFirm", profile=enterprise(), **wish)
    second = await house.entries.does(OTHER_OWNER, "submitFirm", profile=enterprise(), **wish)

    assert first["firm"]["id"] != second["firm"]["id"]


async def test_a_refused_wish_does_not_use_up_its_key(house: House) -> None:
    """After correcting what was wrong, the same key carries the wish."""
    profile, key = enterprise(), "corrected"
    wrong = {**profile, "region": "999999"}
    assert await house.entries.refuses(OWNER, "submitFirm", profile=wrong, clientMutationId=key)

    assert await house.entries.does(OWNER, "submitFirm", profile=profile, clientMutationId=key)


@pytest.mark.parametrize("key", ["", "k" * 129, "k" * 100_000])
async def test_a_key_of_no_use_is_told(unmoved: House, key: str) -> None:
    """From 1 to 128 characters."""
    refused = await unmoved.entries.refuses(OWNER, "submitFirm", profile=enterprise(), clientMutationId=key)

    assert refused == [("INVALID", ["input", "clientMutationId"])]


@pytest.mark.parametrize("key", ["\0", "\ud83d", "键😀", "' OR 1=1 --", "\u202e"])
async def test_any_text_can_be_a_key(house: House, key: str) -> None:
    """It is never shown or looked into: a repeat finds the first result."""
    profile = enterprise()

    answers = [await house.ask(SUBMIT, input={"profile": profile, "clientMutationId": key}) for _ in range(2)]

    assert answers[0].data == answers[1].data
    assert answers[0].data["payload"]["errors"] == []


async def test_a_wish_cut_off_from_its_answer_is_answered_when_repeated(house: House) -> None:
    """The connection broke after the commit: the repeat gets the first result, and nothing is done twice."""
    wish = {"profile": enterprise(), "clientMutationId": "cut-off"}
    body = json.dumps({"query": SUBMIT, "variables": {"input": wish}}).encode()
    before = log_length(house.record)
    _, writer = await connected(house.url)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
        % ((house.stage.token_of(OWNER) or "").encode(), len(body), body)
    )
    async with asyncio.timeout(60):
        while log_length(house.record) == before:  # noqa: ASYNC110 - only the record tells of its commit
            await asyncio.sleep(0.001)
    writer.transport.abort()

    payload = (await house.ask(SUBMIT, input=wish)).data["payload"]

    assert payload["errors"] == []
    assert payload["firm"]["version"] == 1
    assert log_length(house.record) == before + 2


async def test_an_old_version_is_a_conflict_that_tells_the_present_one(house: House) -> None:
    """Two clerks opened the same submission: the later one is told which version it is now."""
    done = await submitted(house)
    await house.entries.taken(done)
    before = house.kept()

    query = (
        "mutation R($input: ReviewSubmissionInput!) { payload: reviewSubmission(input: $input) "
        "{ submission { id } errors { code path message currentVersion } } }"
    )
    answer = await house.ask(query, SECOND_REVIEWER, input=on(done, decision="TAKE"))

    (error,) = answer.data["payload"]["errors"]
    assert (error["code"], error["path"]) == ("CONFLICT", ["input", "expectedVersion"])
    assert error["currentVersion"] == 2
    assert "you saw version 1" in error["message"]
    assert house.kept() == before


@pytest.mark.parametrize("version", [-1, 0, 99, 2**31 - 1])
async def test_a_version_that_never_was_is_a_conflict(house: House, version: int) -> None:
    """Whatever number is sent."""
    done = await submitted(house)

    refused = await house.entries.refuses(
        REVIEWER, "reviewSubmission", **{**on(done, decision="TAKE"), "expectedVersion": version}
    )

    assert refused == [("CONFLICT", ["input", "expectedVersion"])]


async def test_of_two_opposite_decisions_at_once_one_wins(house: House) -> None:
    """The firm withdraws while a reviewer takes it up: one happens, the other is told why not."""
    for _ in range(5):
        done = await submitted(house)
        before = log_length(house.record)

        withdrawn, taken = await asyncio.gather(
            house.entries.send(OWNER, "withdrawSubmission", **on(done)),
            house.entries.send(REVIEWER, "reviewSubmission", **on(done, decision="TAKE")),
        )

        (winner,) = [payload for payload in (withdrawn, taken) if not payload["errors"]]
        (loser,) = [payload for payload in (withdrawn, taken) if payload["errors"]]
        assert [error["code"] for error in loser["errors"]] == ["CONFLICT"]
        expected = ("WITHDRAWN", 2) if winner is withdrawn else ("UNDER_REVIEW", 1)
        status = (await house.entries.node_of(done))["submission"]["status"]
        assert (status, log_length(house.record) - before) == expected


async def test_of_two_opposite_answers_to_a_report_one_wins(house: House) -> None:
    """Its agency accepts it while another clerk of that agency returns it."""
    reports = Reports(house.stage, house.listed["firm"]["id"])
    assigned = await reports.assigned(**another())

    accepted, returned = await asyncio.gather(
        reports.send(LEADER, "acceptAssignment", **on_report(assigned)),
        reports.send(LEADER, "returnAssignment", **on_report(assigned, note="不属本部门职责，请改派。")),
    )

    assert sorted(len(payload["errors"]) for payload in (accepted, returned)) == [0, 1]
    (loser,) = [payload for payload in (accepted, returned) if payload["errors"]]
    assert [error["code"] for error in loser["errors"]] == ["CONFLICT"]


@pytest.mark.parametrize("decision", ["APPROVE", "REJECT", "REQUEST_CHANGES"])
async def test_a_decision_before_its_time_is_told(house: House, decision: str) -> None:
    """Nothing is decided on a submission that nobody has taken up."""
    done = await submitted(house)
    before = house.kept()

    refused = await house.entries.refuses(
        REVIEWER, "reviewSubmission", **on(done, decision=decision, note="不符合C1")
    )

    assert [code for code, _ in refused] == ["NOT_ALLOWED_NOW"]
    assert house.kept() == before


@pytest.mark.parametrize(
    ("who", "mutation", "more"),
    [
        (LEADER, "acceptAssignment", {}),
        (LEADER, "proposeResolution", {"kind": "RULE_CLARIFIED", "summary": "已发布示范文本，明确比例。"}),
        (OWNER, "answerResolution", {"confirm": True}),
        (SUPERVISOR, "extendDeadline", {"workingDays": 2, "reason": "需要会商。"}),
    ],
)
async def test_a_move_that_a_report_does_not_have_is_told(
    house: House, who: Any, mutation: str, more: dict[str, Any]
) -> None:
    """A report just received can only be triaged or withdrawn."""
    reports = Reports(house.stage, house.listed["firm"]["id"])
    received = await reports.reported(**another())
    before = house.kept()

    refused = await reports.refuses(who, mutation, **on_report(received, **more))

    assert [code for code, _ in refused] == ["NOT_ALLOWED_NOW"] or [code for code, _ in refused] == [
        "FORBIDDEN"
    ]
    assert house.kept() == before


async def test_what_was_erased_is_gone(house: House) -> None:
    """Submission, entry and report of a person who asked to be erased: no command finds them again."""
    done = await house.entries.listed(enterprise())
    reports = Reports(house.stage, done["firm"]["id"])
    report = await reports.reported()
    key = parse_global_id(done["firm"]["id"])
    assert key is not None
    async with house.stage.record.unit_of_work() as uow:
        await uow.erase(key[1], actor="privacy-desk", at=NOW)
    before = house.kept()

    refusals = [
        await house.entries.refuses(REVIEWER, "reviewSubmission", **on(done, decision="TAKE")),
        await house.entries.refuses(OWNER, "withdrawSubmission", **on(done)),
        await house.entries.refuses(
            REVIEWER, "changeFirmStatus", "firm { id }", firm=done["firm"]["id"], expectedVersion=2, to="DELISTED",
            reason="已注销。",
        ),
        await house.entries.refuses(
            OWNER, "amendFirm", firm=done["firm"]["id"], expectedVersion=2, profile=enterprise()
        ),
        await reports.refuses(TRIAGE, "triageBlockage", **on_report(report, accept=True)),
    ]  # fmt: skip

    assert [[code for code, _ in refused] for refused in refusals] == [["GONE"]] * 5
    assert house.kept() == before
    query = "query($id: ID!) { node(id: $id) { id } }"
    assert (await house.ask(query, id=done["firm"]["id"])).data == {"node": None}


@pytest.mark.parametrize(
    "made_up",
    [
        "",
        "1",
        "' OR 1=1 --",
        "\0",
        "\ud83d",
        "RmlybTox",
        "U3VibWlzc2lvbjox",
        "A" * 100_000,
        "提交",
        "../..",
        "Submission:1",
    ],
)
async def test_an_id_that_names_nothing_is_not_found(unmoved: House, made_up: str) -> None:
    """Ids are looked up, never taken apart by what they seem to say."""
    refused = await unmoved.entries.refuses(
        REVIEWER, "reviewSubmission", submission=made_up, expectedVersion=1, decision="TAKE"
    )

    assert refused == [("NOT_FOUND", ["input", "submission"])]
