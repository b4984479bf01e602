"""What reviewers, firms and strangers see of a submission, and what a review refuses."""

from __future__ import annotations

from typing import Any

import pytest

from directory.states import OverdueLevel
from tests.journeys.entries import (
    REVIEWER,
    SECOND_REVIEWER,
    Entries,
    Payload,
    enterprise,
    freelancer,
    on,
)
from tests.journeys.stage import ANALYST, FAR_OFFICER, OPERATOR, OTHER_OWNER, OWNER, PUBLIC, Person

CONFIDENTIAL = """
  reviewer reviewNote decidedAt refusedFor { code } objections { reason } changeRequests { field comment }
  possibleDuplicates { id } duplicateCandidates { score } provenanceConflicts { field } contact { phone }
  draft completeness { percent }
"""


async def node(entries: Entries, who: Person, done: Payload, fields: str = "id status") -> Any:
    """The submission as someone sees it."""
    query = f"query N($id: ID!) {{ node(id: $id) {{ ... on Submission {{ {fields} }} }} }}"
    return (await entries.stage.ask(who, query, id=done["submission"]["id"]))["node"]


async def queue(entries: Entries, who: Person, arguments: str = "") -> list[str]:
    """The statuses of the submissions that someone is given to list."""
    found = await entries.stage.ask(who, f"{{ submissions{arguments} {{ totalCount nodes {{ status }} }} }}")
    statuses = sorted(one["status"] for one in found["submissions"]["nodes"])
    assert found["submissions"]["totalCount"] == len(statuses)
    return statuses


async def test_a_submission_is_seen_by_its_firm_and_reviewers_in_reach(entries: Entries) -> None:
    """To everyone else it does not exist."""
    done = await entries.does(OWNER, "submitFirm", profile=enterprise())

    assert await node(entries, OWNER, done) is not None
    assert await node(entries, REVIEWER, done) is not None
    for stranger in (OTHER_OWNER, FAR_OFFICER, ANALYST, OPERATOR, PUBLIC):
        assert await node(entries, stranger, done) is None


async def test_each_lists_what_is_theirs(entries: Entries) -> None:
    """Reviewers their reach, a firm its own, everyone else the public notices."""
    await entries.in_notice()
    await entries.does(OWNER, "submitFirm", profile=enterprise())
    await entries.does(OTHER_OWNER, "submitFirm", profile=enterprise(region="440300"))

    assert await queue(entries, REVIEWER) == ["PUBLIC_NOTICE", "SUBMITTED"]
    assert await queue(entries, REVIEWER, '(region: "440000")') == []
    assert await queue(entries, FAR_OFFICER) == ["SUBMITTED"]
    assert await queue(entries, OWNER) == ["PUBLIC_NOTICE", "SUBMITTED"]
    assert await queue(entries, OWNER, "(statuses: [SUBMITTED])") == ["SUBMITTED"]
    assert await queue(entries, OTHER_OWNER) == ["SUBMITTED"]
    assert await queue(entries, PUBLIC) == ["PUBLIC_NOTICE"]
    assert await queue(entries, PUBLIC, "(statuses: [SUBMITTED])") == []


async def test_the_queue_is_paged_and_its_cursor_belongs_to_one_caller(entries: Entries) -> None:
    """Every submission comes once; another caller's cursor opens nothing."""
    for _ in range(3):
        await entries.does(OWNER, "submitFirm", profile=enterprise())
    query = "query Q($after: String) { submissions(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }"

    first = (await entries.stage.ask(REVIEWER, query))["submissions"]
    rest = (await entries.stage.ask(REVIEWER, query, after=first["pageInfo"]["endCursor"]))["submissions"]
    stolen = await entries.stage.answer(SECOND_REVIEWER, query, after=first["pageInfo"]["endCursor"])

    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert len({one["id"] for one in first["nodes"] + rest["nodes"]}) == 3
    assert stolen.codes == ["CURSOR_INVALID"]


@pytest.mark.parametrize(
    ("instant", "level"),
    [
        ("2026-03-03 23:59", None),
        ("2026-03-04 00:00", "DUE_SOON"),
        ("2026-03-10 00:00", "OVERDUE"),
        ("2026-03-23 23:59", "OVERDUE"),
        ("2026-03-24 00:00", "LONG_OVERDUE"),
    ],
)
async def test_the_queue_and_the_submission_agree_on_how_late_the_reviewers_are(
    entries: Entries, instant: str, level: str | None
) -> None:
    """Five working days from Monday 2 March end with the 9th; a public notice keeps no reviewer waiting."""
    await entries.in_notice()
    done = await entries.does(OWNER, "submitFirm", profile=enterprise())
    entries.stage.at(instant)

    assert await node(entries, REVIEWER, done, "overdueLevel") == {"overdueLevel": level}
    for each in OverdueLevel:
        expected = ["SUBMITTED"] if each.value == level else []
        assert await queue(entries, REVIEWER, f"(overdueLevels: [{each.value}])") == expected, each
        assert await queue(entries, PUBLIC, f"(overdueLevels: [{each.value}])") == []
    late = await queue(entries, REVIEWER, "(overdueLevels: [OVERDUE, LONG_OVERDUE, DUE_SOON])")
    assert late == (["SUBMITTED"] if level else [])
    assert await queue(entries, REVIEWER, "(overdueLevels: [])") == ["PUBLIC_NOTICE", "SUBMITTED"]


async def test_an_unknown_region_is_told_with_its_place(entries: Entries) -> None:
    """A typing mistake is no empty queue."""
    answer = await entries.stage.answer(REVIEWER, '{ submissions(region: "999999") { totalCount } }')

    (error,) = answer.content["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert error["extensions"]["argument"] == ["region"]


async def test_the_public_reads_of_a_notice_who_asks_to_be_listed_and_nothing_else(entries: Entries) -> None:
    """Name, number and what is declared are public; the review, contacts and objections are not."""
    done = await entries.in_notice(freelancer())

    seen = await node(
        entries,
        PUBLIC,
        done,
        f"status noticeEndsOn firm {{ name contact {{ phone }} }} changes {{ field }} {CONFIDENTIAL}",
    )

    assert seen["firm"] == {"name": "小光手作", "contact": None}
    assert {one["field"] for one in seen["changes"]} >= {"name", "platforms", "entityKind"}
    assert seen["noticeEndsOn"] == "2026-03-09"
    hidden = {name: seen[name] for name in seen if name not in {"status", "noticeEndsOn", "firm", "changes"}}
    assert all(value in (None, []) for value in hidden.values()), hidden


async def test_the_entry_under_notice_is_not_public_yet(entries: Entries) -> None:
    """By number, code and id it is as if it were not there."""
    profile = enterprise()
    done = await entries.in_notice(profile)
    query = "query F($n: String, $u: USCC) { firm(entryNumber: $n, uscc: $u) { id } }"

    assert await entries.stage.ask(PUBLIC, query, n=done["firm"]["entryNumber"]) == {"firm": None}
    assert await entries.stage.ask(PUBLIC, query, u=profile["uscc"]) == {"firm": None}
    by_id = "query N($id: ID!) { node(id: $id) { id } }"
    assert await entries.stage.ask(PUBLIC, by_id, id=done["firm"]["id"]) == {"node": None}


async def test_the_reviewer_sees_contact_and_suspicion_the_firm_does_not_see_the_suspicion(
    entries: Entries,
) -> None:
    """Likely duplicates are for whoever decides, with the reasons."""
    await entries.listed(enterprise(name="杭州向妍服饰有限公司"))
    profile = enterprise(name="向妍服饰旗舰店", contact={"phone": "13812345678"})
    done = await entries.does(OTHER_OWNER, "submitFirm", profile=profile)
    fields = "contact { phone } possibleDuplicates { name } duplicateCandidates { score reasons { code label(language: EN) } }"

    reviewed = await node(entries, REVIEWER, done, fields)
    own = await node(entries, OTHER_OWNER, done, fields)

    assert reviewed["possibleDuplicates"] == [{"name": "杭州向妍服饰有限公司"}]
    (candidate,) = reviewed["duplicateCandidates"]
    assert candidate["score"] >= 0.6
    assert candidate["reasons"][0] == {"code": "same_name", "label": "Same name"}
    assert reviewed["contact"] == {"phone": "138****5678"}
    assert own["contact"] == {"phone": "13812345678"}
    assert own["possibleDuplicates"] == own["duplicateCandidates"] == []


async def test_the_second_yes_must_be_anothers(entries: Entries) -> None:
    """Four eyes: whoever took the submission can only recommend it."""
    done = await entries.taken(await entries.does(OWNER, "submitFirm", profile=enterprise()))

    once = await entries.reviewed(REVIEWER, done, "APPROVE")
    seen = await node(entries, REVIEWER, once, "openActions recommendedBy")
    by_firm = await node(entries, OWNER, once, "recommendedBy")
    twice = await entries.refuses(REVIEWER, "reviewSubmission", **on(once, decision="APPROVE"))

    assert once["submission"]["status"] == "UNDER_REVIEW"
    assert seen == {"openActions": ["request_changes", "reject"], "recommendedBy": REVIEWER.subject}
    assert by_firm == {"recommendedBy": None}
    assert [code for code, _ in twice] == ["NOT_ALLOWED_NOW"]


async def test_a_refusal_names_its_criteria(entries: Entries) -> None:
    """The firm reads which rule it failed, and from when it may come again."""
    done = await entries.taken(await entries.does(OWNER, "submitFirm", profile=enterprise()))
    unfounded = await entries.refuses(
        REVIEWER, "reviewSubmission", **on(done, decision="REJECT", note="不符合。")
    )
    done = await entries.reviewed(REVIEWER, done, "REJECT", note="不符合。", criteria=["C3"])

    told = await node(entries, OWNER, done, "status reviewNote refusedFor { code } reapplyFrom")

    assert unfounded == [("REQUIRED", ["input", "criteria"])]
    assert told == {
        "status": "REJECTED",
        "reviewNote": "不符合。",
        "refusedFor": [{"code": "C3"}],
        "reapplyFrom": "2026-05-31",
    }


async def test_comments_and_answers_go_by_the_names_of_the_api(entries: Entries) -> None:
    """A comment on nameEn is answered on nameEn."""
    done = await entries.taken(await entries.does(OWNER, "submitFirm", profile=enterprise()))
    asked = [{"field": "nameEn", "comment": "Please add it."}, {"field": "nonsense", "comment": "x"}]
    refused = await entries.refuses(
        REVIEWER, "reviewSubmission", **on(done, decision="REQUEST_CHANGES", fieldComments=asked)
    )
    done = await entries.reviewed(REVIEWER, done, "REQUEST_CHANGES", fieldComments=asked[:1])
    answers = [{"field": "nameEn", "answer": "Added."}]
    done = await entries.does(
        OWNER, "resubmit", **on(done, profile=enterprise(nameEn="Glimmer"), answers=answers)
    )

    requests = (await node(entries, OWNER, done, "changeRequests { field comment answer }"))["changeRequests"]

    assert refused == [("INVALID", ["input", "fieldComments", "nonsense"])]
    assert requests == [{"field": "nameEn", "comment": "Please add it.", "answer": "Added."}]


async def test_an_officer_elsewhere_is_refused_as_for_what_is_not_there(entries: Entries) -> None:
    """A reviewer out of reach, a firm and the public cannot review; nobody's version is touched."""
    done = await entries.does(OWNER, "submitFirm", profile=enterprise())

    out_of_reach = await entries.refuses(FAR_OFFICER, "reviewSubmission", **on(done, decision="TAKE"))
    stranger = await entries.refuses(PUBLIC, "reviewSubmission", **on(done, decision="TAKE"))

    assert out_of_reach in (
        [("FORBIDDEN", ["input", "submission"])],
        [("NOT_FOUND", ["input", "submission"])],
    )
    assert stranger == [("FORBIDDEN", ["input"])]
    assert await node(entries, REVIEWER, done, "version") == {"version": done["submission"]["version"]}


async def test_a_stale_version_is_told_with_the_present_one(entries: Entries) -> None:
    """Two reviewers opened the same version: the second gets a conflict, in both languages."""
    done = await entries.does(OWNER, "submitFirm", profile=enterprise())
    await entries.taken(done)

    payload = await entries.send(SECOND_REVIEWER, "reviewSubmission", **on(done, decision="TAKE"))

    (error,) = payload["errors"]
    assert (error["code"], error["path"]) == ("CONFLICT", ["input", "expectedVersion"])
    assert error["currentVersion"] == 2
    assert "version 2" in error["en"]
    assert "第2版" in error["zh"]


async def test_a_repeated_request_gives_the_first_result(entries: Entries) -> None:
    """The same key and body act once; the same key with another body is refused."""
    profile = enterprise()
    first = await entries.does(OWNER, "submitFirm", profile=profile, clientMutationId="k1")
    second = await entries.does(OWNER, "submitFirm", profile=profile, clientMutationId="k1")
    other = await entries.refuses(OWNER, "submitFirm", profile=enterprise(), clientMutationId="k1")

    assert second["submission"]["id"] == first["submission"]["id"]
    assert second["clientMutationId"] == "k1"
    assert other == [("IDEMPOTENCY_MISMATCH", ["input", "clientMutationId"])]
    assert await queue(entries, OWNER) == ["SUBMITTED"]


async def test_every_problem_of_a_profile_comes_back_at_once(entries: Entries) -> None:
    """Each with its place, in both languages."""
    profile = enterprise(
        uscc="91330100MA0000000O",
        forms=["live-commerce", "no-such-form"],
        region="999999",
        platforms=[{"platform": "douyin", "accountName": "光", "url": "javascript:alert(1)"}],
        metrics=[{"metric": "MONTHLY_TURNOVER_CNY", "period": "2026", "value": "1.005"}],
    )

    payload = await entries.send(OWNER, "submitFirm", profile=profile)

    inside = {".".join(error["path"][2:]) for error in payload["errors"]}
    assert inside >= {"uscc", "forms.1", "region", "platforms.0.url", "metrics.0.period", "metrics.0.value"}
    assert all(error["zh"] != error["en"] for error in payload["errors"])
    assert {error["currentVersion"] for error in payload["errors"]} == {None}


async def test_a_code_is_taken_in_lower_case_and_full_width(entries: Entries) -> None:
    """What people paste is normalised by the rules, not refused at the door."""
    uscc = enterprise()["uscc"]
    typed = " ".join(uscc.lower()[start : start + 6] for start in (0, 6, 12))

    done = await entries.does(OWNER, "submitFirm", "firm { uscc }", profile=enterprise(uscc=typed))

    assert done["firm"] == {"uscc": uscc}
    again = await entries.refuses(OTHER_OWNER, "submitFirm", profile=enterprise(uscc=uscc))
    assert again == [("DUPLICATE", ["input", "profile", "uscc"])]


async def test_followers_beyond_an_int_are_refused_with_a_type(entries: Entries) -> None:
    """GraphQL's Int ends at 2^31 - 1; nothing is rounded."""
    account = {"platform": "douyin", "accountName": "光", "followers": 2**31}

    answer = await entries.stage.answer(
        OWNER,
        "mutation S($input: SubmitFirmInput!) { submitFirm(input: $input) { submission { id } } }",
        input={"profile": freelancer(platforms=[account])},
    )

    assert answer.codes == ["BAD_USER_INPUT"]


async def test_near_duplicates_are_explained_before_there_is_an_entry(entries: Entries) -> None:
    """At most five, with reasons; only for signed-in callers."""
    await entries.listed(enterprise(name="杭州向妍服饰有限公司"))
    query = """query D($profile: FirmProfileInput!) {
        duplicateCandidates(profile: $profile) { score firm { name } reasons { code ours theirs label } } }"""
    asked = enterprise(name="向妍服饰旗舰店")

    (found,) = (await entries.stage.ask(OTHER_OWNER, query, profile=asked))["duplicateCandidates"]
    nothing = await entries.stage.ask(OTHER_OWNER, query, profile=enterprise(name="杭州文化传媒有限公司"))
    stranger = await entries.stage.answer(PUBLIC, query, profile=asked)

    assert found["firm"] == {"name": "杭州向妍服饰有限公司"}
    assert found["reasons"] == [
        {"code": "same_name", "ours": "向妍服饰旗舰店", "theirs": "杭州向妍服饰有限公司", "label": "名称相同"}
    ]
    assert nothing == {"duplicateCandidates": []}
    assert stranger.codes == ["UNAUTHENTICATED"]
