"""Single entries: how they are found, who reads what of them, and how they change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.factories import make_uscc
from tests.journeys.entries import (
    REVIEWER,
    Entries,
    Payload,
    enterprise,
    freelancer,
)
from tests.journeys.stage import (
    ANALYST,
    FAR_OFFICER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    Person,
)


async def firm(entries: Entries, who: Person, fields: str = "name", **by: Any) -> Any:
    """The entry as someone reads it; None for whom there is no such entry."""
    kinds = {"entryNumber": "String", "uscc": "USCC", "asOf": "DateTime"}
    given = ", ".join(f"${name}: {kinds[name]}" for name in by)
    passed = ", ".join(f"{name}: ${name}" for name in by)
    query = f"query F({given}) {{ firm({passed}) {{ {fields} }} }}"
    return (await entries.stage.ask(who, query, **by))["firm"]


def amended(done: Payload, profile: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The input that changes the entry of a payload."""
    entry = done["firm"]
    return {"firm": entry["id"], "expectedVersion": entry["version"], "profile": profile, **more}


async def made_live(entries: Entries, done: Payload) -> Payload:
    """The amendment approved by two; after the notice, if it needs one."""
    done = await entries.approved(await entries.taken(done))
    if done["submission"]["status"] == "PUBLIC_NOTICE":
        return await entries.after_notice(done)
    await entries.stage.index()
    return await entries.node_of(done)


async def test_an_entry_is_found_by_number_and_code_however_they_are_typed(entries: Entries) -> None:
    """Any spacing, case and width; O for 0 and I for 1 in numbers."""
    profile = enterprise()
    done = await entries.listed(profile)
    number, code = done["firm"]["entryNumber"], profile["uscc"]
    mistyped = number[:3] + number[3:].replace("0", "o").replace("1", "l")

    for typed in (number, number.lower(), number.replace("-", "  "), mistyped):
        assert await firm(entries, PUBLIC, entryNumber=typed) == {"name": "杭州微光直播有限公司"}
    for typed in (code, code.lower(), " ".join(code)):
        assert await firm(entries, PUBLIC, uscc=typed) == {"name": "杭州微光直播有限公司"}
    assert await firm(entries, PUBLIC, entryNumber=number, uscc=code) is not None
    assert await firm(entries, PUBLIC, entryNumber=number, uscc=make_uscc()) is None
    assert await firm(entries, PUBLIC, entryNumber="NG-0000-0000") is None


async def test_a_wrong_code_is_told_in_both_languages(entries: Entries) -> None:
    """A check character that does not fit is a typing mistake, not an entry that does not exist."""
    answer = await entries.stage.answer(PUBLIC, '{ firm(uscc: "91330100MA00000010") { id } }')

    (error,) = answer.content["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert error["extensions"]["argument"] == ["uscc"]
    assert error["extensions"]["messages"]["zh"].startswith("统一社会信用代码")


async def test_an_entry_must_be_asked_for_by_something(entries: Entries) -> None:
    """Neither number nor code."""
    answer = await entries.stage.answer(PUBLIC, "{ firm { id } }")

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "key", ["RmlybTpub25l", "RmlybTow", "RmlybTon", "bm9ib2R5", "", "Firm:1", "RmlybTrwn5iA"]
)
async def test_an_id_that_names_nothing_gives_nothing(entries: Entries, key: str) -> None:
    """No entry, no id, no known type: one answer."""
    query = "query N($id: ID!) { node(id: $id) { id } }"

    assert await entries.stage.ask(PUBLIC, query, id=key) == {"node": None}


async def test_contact_details_are_for_the_firm_and_reviewers_in_reach(entries: Entries) -> None:
    """Personal information (PIPL): analysts, operators, officers elsewhere and the public get null."""
    done = await entries.listed(freelancer())
    fields = "contact { person phone email address }"
    number = done["firm"]["entryNumber"]

    seen = {
        who.subject: (await firm(entries, who, fields, entryNumber=number))["contact"]
        for who in (OWNER, REVIEWER, SUPERVISOR, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER, PUBLIC)
    }

    details = {"person": "王小光", "phone": "13812345678", "email": "guang@example.cn", "address": None}
    masked = {"person": "王**", "phone": "138****5678", "email": "g***@example.cn", "address": None}
    assert {name for name, contact in seen.items() if contact} == {"firm-user", "reviewer", "supervisor"}
    assert seen["firm-user"] == details
    assert seen["reviewer"] == seen["supervisor"] == masked


async def test_confidential_figures_are_bands_to_strangers(entries: Entries) -> None:
    """Turnover as a band with its lower bound, headcount not at all, followers as they are."""
    readings = [
        {"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": "88000.50"},
        {"metric": "FOLLOWERS", "period": "2026-01", "value": "12345"},
        {"metric": "EMPLOYEES", "period": "2026-01", "value": "7"},
        {"metric": "ANNUAL_REVENUE_CNY", "period": "2025", "value": "900000"},
    ]
    done = await entries.listed(enterprise(metrics=readings))
    number = done["firm"]["entryNumber"]
    fields = "metrics { metric period value band }"

    own = (await firm(entries, OWNER, fields, entryNumber=number))["metrics"]
    public = (await firm(entries, PUBLIC, fields, entryNumber=number))["metrics"]

    assert [(one["metric"], one["value"], one["band"]) for one in own] == [
        ("ANNUAL_REVENUE_CNY", "900000", None),
        ("EMPLOYEES", "7", None),
        ("FOLLOWERS", "12345", None),
        ("MONTHLY_TURNOVER_CNY", "88000.50", None),
    ]
    assert [(one["metric"], one["value"], one["band"]) for one in public] == [
        ("ANNUAL_REVENUE_CNY", "500000", "500000-1000000"),
        ("FOLLOWERS", "12345", None),
        ("MONTHLY_TURNOVER_CNY", "50000", "50000-100000"),
    ]
    narrowed = 'metrics(from: "2026-01-15", to: "2026-01-20") { metric }'
    assert (await firm(entries, PUBLIC, narrowed, entryNumber=number))["metrics"] == [
        {"metric": "FOLLOWERS"},
        {"metric": "MONTHLY_TURNOVER_CNY"},
    ]
    yearly = 'metrics(metric: ANNUAL_REVENUE_CNY, to: "2025-01-01") { period }'
    assert (await firm(entries, PUBLIC, yearly, entryNumber=number))["metrics"] == [{"period": "2025"}]


async def test_growth_is_told_rule_by_rule(entries: Entries) -> None:
    """Each rule with threshold, finding and verdict, labelled in both languages."""
    done = await entries.listed()
    fields = "growth { qualifies ruleset criteria { code zh: label en: label(language: EN) threshold met } }"

    growth = (await firm(entries, PUBLIC, fields, entryNumber=done["firm"]["entryNumber"]))["growth"]

    assert growth["qualifies"] is False
    assert [one["code"] for one in growth["criteria"]][:6] == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert all(one["zh"] != one["en"] for one in growth["criteria"])


async def test_a_class_of_industry_below_a_listed_division_is_shown(entries: Entries) -> None:
    """The list holds the classes that matter; any other class of the norm is shown with its nearest ancestor."""
    done = await entries.listed(enterprise(industry="6421"))

    seen = await firm(
        entries, PUBLIC, "industry { code label parent { code } }", entryNumber=done["firm"]["entryNumber"]
    )

    assert seen["industry"]["code"] == "6421"
    assert seen["industry"]["label"].endswith("（6421）")
    assert seen["industry"]["parent"] == {"code": "642"}


async def test_the_listed_version_stays_public_while_a_change_is_reviewed(entries: Entries) -> None:
    """The difference is shown beside it, to those who may see the submission."""
    profile = enterprise()
    done = await entries.listed(profile)
    number = done["firm"]["entryNumber"]
    changed = {**profile, "summary": "网络直播。", "summaryEn": "Live commerce."}
    pending = await entries.does(OWNER, "amendFirm", **amended(done, changed))
    fields = "summary submissions { totalCount nodes { changes { field before after } } }"

    public = await firm(entries, PUBLIC, fields, entryNumber=number)
    own = await firm(entries, OWNER, fields, entryNumber=number)

    assert public == {"summary": None, "submissions": {"totalCount": 0, "nodes": []}}
    assert own["submissions"]["totalCount"] == 2
    assert own["submissions"]["nodes"][0]["changes"] == [
        {"field": "summary", "before": None, "after": "网络直播。"},
        {"field": "summaryEn", "before": None, "after": "Live commerce."},
    ]
    live = await made_live(entries, pending)
    assert live["submission"]["status"] == "APPROVED"
    assert (await firm(entries, PUBLIC, "summary", entryNumber=number)) == {"summary": "网络直播。"}
    decided = await firm(entries, OWNER, fields, entryNumber=number)
    assert decided["submissions"]["nodes"][0] == own["submissions"]["nodes"][0]


async def test_a_freelancer_who_registers_keeps_entry_and_history(entries: Entries) -> None:
    """个转企: the number stays, the code is added, the old account still finds the entry."""
    done = await entries.listed(freelancer())
    number, before = done["firm"]["entryNumber"], entries.stage.clock.now
    upgraded = enterprise(
        name="杭州小光手作有限公司", platforms=[{"platform": "kuaishou", "accountName": "小光官方"}]
    )
    entries.stage.at("2026-03-23 10:00")
    live = await made_live(entries, await entries.does(OWNER, "amendFirm", **amended(done, upgraded)))

    fields = "entryNumber entityKind uscc formerNames otherNames"
    seen = await firm(entries, PUBLIC, fields, entryNumber=number)
    then = await firm(entries, PUBLIC, "entityKind uscc name", entryNumber=number, asOf=_text(before))

    assert live["firm"]["id"] == done["firm"]["id"]
    assert (seen["entityKind"], seen["uscc"]) == ("ENTERPRISE", upgraded["uscc"])
    assert seen["formerNames"] == ["小光手作"]
    assert seen["otherNames"] == ["小光手作", "小光官方"]
    assert then == {"entityKind": "FREELANCER", "uscc": None, "name": "小光手作"}
    assert await entries.names(PUBLIC, filter={"text": "小光手作"}) == ["杭州小光手作有限公司"]


async def test_as_of_an_instant_is_what_the_entry_was_then_under_the_same_rules(entries: Entries) -> None:
    """Before it was listed it is not there for the public, though it is for its firm."""
    done = await entries.in_notice()
    entries.stage.at("2026-03-05 10:00")
    pending_at = entries.stage.clock.now
    done = await entries.after_notice(done)
    number = done["firm"]["entryNumber"]

    assert await firm(entries, PUBLIC, "status", entryNumber=number, asOf=_text(pending_at)) is None
    own = await firm(entries, OWNER, "status version", entryNumber=number, asOf=_text(pending_at))
    assert own == {"status": "PENDING", "version": 1}
    long_ago = "2020-01-01T00:00:00Z"
    assert await firm(entries, OWNER, "status", entryNumber=number, asOf=long_ago) is None
    today = await firm(entries, PUBLIC, "status", entryNumber=number, asOf="2026-12-31T00:00:00Z")
    assert today == {"status": "LISTED"}


async def test_a_merged_entry_lives_on_in_another(entries: Entries) -> None:
    """Its number, its id and its code lead to the survivor; unmerged, both stand again."""
    first, second = enterprise(name="向妍服饰"), enterprise(name="向妍女装")
    one, two = await entries.listed(first), await entries.listed(second, OTHER_OWNER)
    before = entries.stage.clock.now
    entries.stage.at("2026-04-24 10:00")
    merge = {"from": one["firm"]["id"], "into": two["firm"]["id"], "reason": "同一主体。"}
    refused = await entries.refuses(FAR_OFFICER, "mergeFirms", "firm { id }", **merge)
    merged = await entries.does(REVIEWER, "mergeFirms", "firm { entryNumber mergedFrom version }", **merge)
    await entries.stage.index()
    old, new = one["firm"]["entryNumber"], two["firm"]["entryNumber"]

    assert refused[0][0] == "FORBIDDEN"
    assert merged["firm"]["mergedFrom"] == [old]
    assert (await firm(entries, PUBLIC, "entryNumber", entryNumber=old)) == {"entryNumber": new}
    by_id = "query N($id: ID!) { node(id: $id) { ... on Firm { entryNumber } } }"
    assert await entries.stage.ask(PUBLIC, by_id, id=one["firm"]["id"]) == {"node": {"entryNumber": new}}
    assert await entries.names(PUBLIC) == ["向妍女装"]
    assert await entries.names(PUBLIC, filter={"text": old}) == ["向妍女装"]
    then = await firm(entries, PUBLIC, "entryNumber name", entryNumber=old, asOf=_text(before))
    assert then == {"entryNumber": old, "name": "向妍服饰"}

    undo = {"entryNumber": old.lower(), "reason": "查明为两家。"}
    back = await entries.does(REVIEWER, "unmergeFirm", "firm { entryNumber name }", **undo)
    await entries.stage.index()
    assert back["firm"] == {"entryNumber": old, "name": "向妍服饰"}
    assert (await firm(entries, PUBLIC, "mergedFrom", entryNumber=new)) == {"mergedFrom": []}
    assert set(await entries.names(PUBLIC)) == {"向妍女装", "向妍服饰"}
    again = await entries.refuses(REVIEWER, "unmergeFirm", "firm { id }", **undo)
    assert again == [("NOT_ALLOWED_NOW", ["input", "entryNumber"])]


async def test_a_change_of_standing_keeps_its_reason_from_the_public(entries: Entries) -> None:
    """A suspension is public, why is between the firm and its reviewers."""
    done = await entries.listed()
    input = {
        "firm": done["firm"]["id"],
        "expectedVersion": done["firm"]["version"],
        "to": "SUSPENDED",
        "reason": "逾期未年度更新。",
    }
    stranger = await entries.refuses(OTHER_OWNER, "changeFirmStatus", "firm { id }", **input)
    changed = await entries.does(REVIEWER, "changeFirmStatus", "firm { status statusReason }", **input)
    stale = await entries.refuses(REVIEWER, "changeFirmStatus", "firm { id }", **input)

    assert stranger == [("FORBIDDEN", ["input", "firm"])]
    assert changed["firm"] == {"status": "SUSPENDED", "statusReason": "逾期未年度更新。"}
    assert stale == [("CONFLICT", ["input", "expectedVersion"])]
    seen = await firm(entries, PUBLIC, "status statusReason", entryNumber=done["firm"]["entryNumber"])
    assert seen == {"status": "SUSPENDED", "statusReason": None}


async def test_what_is_not_the_callers_to_see_is_refused_like_what_is_not_there(entries: Entries) -> None:
    """A pending entry and none at all: the same codes at the same places, command by command."""
    done = await entries.in_notice()
    nothing = {"firm": {"id": "RmlybTpub25l", "version": done["firm"]["version"]}}
    profile = enterprise()

    for mutation, extra in (
        ("amendFirm", {"profile": profile}),
        ("changeFirmStatus", {"to": "LISTED", "reason": "x"}),
    ):
        answers = [
            await entries.refuses(
                OTHER_OWNER,
                mutation,
                "firm { id }",
                firm=target["firm"]["id"],
                expectedVersion=target["firm"]["version"],
                **extra,
            )
            for target in (done, nothing)
        ]
        assert answers[0] == answers[1] == [("NOT_FOUND", ["input", "firm"])]


async def test_sources_of_values_are_for_the_firm_and_its_reviewers(entries: Entries) -> None:
    """Field by field: who stated it, when, and on what authority."""
    done = await entries.listed()
    number = done["firm"]["entryNumber"]
    fields = "provenance { field source by at }"

    own = (await firm(entries, OWNER, fields, entryNumber=number))["provenance"]

    by_field = {one["field"]: (one["source"], one["by"]) for one in own}
    assert by_field["name"] == by_field["entityKind"] == ("declared", "firm-user")
    assert by_field["goodStanding"] == ("review", "second-reviewer")
    assert (await firm(entries, PUBLIC, fields, entryNumber=number))["provenance"] is None


async def test_two_versions_differ_as_far_as_the_caller_may_see(entries: Entries) -> None:
    """The public compares public versions, and reads no figures and no reasons in between."""
    readings = [{"metric": "EMPLOYEES", "period": "2026-01", "value": "7"}]
    done = await entries.listed()
    profile = enterprise(
        name="杭州微光直播有限公司", uscc=(await _uscc(entries, done)), summary="直播。", metrics=readings
    )
    live = await made_live(entries, await entries.does(OWNER, "amendFirm", **amended(done, profile)))
    older, newer = done["firm"]["version"], live["firm"]["version"]
    number = done["firm"]["entryNumber"]
    fields = f"fieldChanges(fromVersion: {older}, toVersion: {newer}) {{ field before after }}"

    public = {
        one["field"]: one for one in (await firm(entries, PUBLIC, fields, entryNumber=number))["fieldChanges"]
    }
    own = {one["field"] for one in (await firm(entries, OWNER, fields, entryNumber=number))["fieldChanges"]}

    assert public["profile.summary"] == {"field": "profile.summary", "before": None, "after": "直播。"}
    assert "readings" not in public
    assert "provenance" not in public
    assert {"readings", "provenance", "profile.summary"} <= own


@pytest.mark.parametrize("version", [0, 1, 99])
async def test_a_version_that_is_not_the_callers_to_see_is_not_found(entries: Entries, version: int) -> None:
    """The pending first version is as little there for the public as one that never was."""
    done = await entries.listed()

    answer = await entries.stage.answer(
        PUBLIC,
        "query F($n: String, $v: Int!) { firm(entryNumber: $n) { fieldChanges(fromVersion: $v) { field } } }",
        n=done["firm"]["entryNumber"],
        v=version,
    )

    assert answer.codes == ["NOT_FOUND"]


async def test_a_command_is_read_back_before_the_index_has_followed(entries: Entries) -> None:
    """Payload, node and number show the new state at once."""
    done = await entries.does(OWNER, "submitFirm", profile=enterprise(name="刚刚提交"))

    seen = await firm(entries, OWNER, "name status", entryNumber=done["firm"]["entryNumber"])

    assert seen == {"name": "刚刚提交", "status": "PENDING"}
    assert await entries.names(OWNER) == []
    await entries.stage.index()
    assert await entries.names(OWNER) == ["刚刚提交"]


async def _uscc(entries: Entries, done: Payload) -> str:
    return str((await firm(entries, OWNER, "uscc", entryNumber=done["firm"]["entryNumber"]))["uscc"])


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
