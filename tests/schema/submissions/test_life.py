"""A freelancer on the way into the directory: draft, corrections, four eyes, notice, objection, listing."""

from __future__ import annotations

from tests.journeys.entries import REVIEWER, SECOND_REVIEWER, Entries, freelancer, on
from tests.journeys.stage import OTHER_OWNER, OWNER, PUBLIC

DRAFT = "submission { id version status draft completeness { percent missing problems { code path } } } firm { id }"


async def test_a_freelancer_comes_into_the_directory(entries: Entries) -> None:
    """From the first line typed to the day the public finds the entry, without a way to reach the person."""
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile={"name": "小光手作"})
    assert typed["firm"] is None
    assert typed["submission"]["status"] == "DRAFT"

    done = await entries.does(OWNER, "submitDraft", **on(typed, profile=freelancer()))
    assert (done["submission"]["status"], done["firm"]["status"]) == ("SUBMITTED", "PENDING")

    done = await entries.taken(done)
    asked = [{"field": "summary", "comment": "请说明主营业务。"}]
    done = await entries.reviewed(REVIEWER, done, "REQUEST_CHANGES", fieldComments=asked)
    assert done["submission"]["status"] == "CHANGES_REQUESTED"

    again = freelancer(summary="直播售卖手工饰品。")
    answers = [{"field": "summary", "answer": "已补充。"}]
    done = await entries.does(OWNER, "resubmit", **on(done, profile=again, answers=answers))
    done = await entries.approved(await entries.taken(done))
    assert done["submission"]["status"] == "PUBLIC_NOTICE"

    reason = {"submission": done["submission"]["id"], "reason": "该账号不是本人所有。"}
    await entries.does(PUBLIC, "raiseObjection", **reason)
    done = await entries.node_of(done)
    done = await entries.does(
        SECOND_REVIEWER, "decideObjection", **on(done, upheld=False, note="已核实为本人账号。")
    )
    done = await entries.after_notice(done)
    assert (done["submission"]["status"], done["firm"]["status"]) == ("APPROVED", "LISTED")

    fields = "totalCount nodes { name status contact { phone } }"
    found = await entries.found(PUBLIC, fields, filter={"text": "小光"})
    assert found == {
        "totalCount": 1,
        "nodes": [{"name": "小光手作", "status": "LISTED", "contact": None}],
    }


async def test_a_draft_tells_what_handing_it_in_would_refuse(entries: Entries) -> None:
    """Percent and missing fields are those that submitDraft finds, at the same paths."""
    typed = await entries.does(
        OWNER, "saveDraft", DRAFT, profile={"entityKind": "FREELANCER", "website": "nowhere"}
    )
    told = typed["submission"]["completeness"]

    refused = await entries.refuses(OWNER, "submitDraft", **on(typed))

    assert set(told["missing"]) == {"name", "forms", "region", "platforms"}
    assert told["percent"] == 16  # the kind, of six things looked at
    assert sorted((one["code"], one["path"]) for one in told["problems"]) == sorted(refused)
    assert ("INVALID", ["input", "profile", "website"]) in refused


async def test_a_whole_draft_is_complete_and_can_be_handed_in_as_it_is(entries: Entries) -> None:
    """100 percent means that nothing would be refused."""
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile=freelancer())

    assert typed["submission"]["completeness"] == {"percent": 100, "missing": [], "problems": []}
    done = await entries.does(OWNER, "submitDraft", **on(typed))
    assert done["submission"]["status"] == "SUBMITTED"


async def test_a_draft_comes_back_in_the_shape_in_which_it_is_given(entries: Entries) -> None:
    """Its owner goes on where they stopped, contact details included."""
    given = freelancer(nameEn="Xiaoguang", foundedOn="2024-05-01")
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile=given)

    kept = typed["submission"]["draft"]

    contact = kept.pop("contact")
    assert {name: contact[name] for name in given["contact"]} == given.pop("contact")
    assert kept == given


async def test_a_draft_is_its_owners_alone(entries: Entries) -> None:
    """Asked by id or list, another firm, a reviewer and the public get what they get for nothing at all."""
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile=freelancer())
    by_id = "query N($id: ID!) { node(id: $id) { id } }"
    listed = "{ submissions(statuses: [DRAFT]) { totalCount nodes { id } } }"

    for stranger in (OTHER_OWNER, REVIEWER, PUBLIC):
        assert await entries.stage.ask(stranger, by_id, id=typed["submission"]["id"]) == {"node": None}
        assert await entries.stage.ask(stranger, listed) == {"submissions": {"totalCount": 0, "nodes": []}}
    own = await entries.stage.ask(OWNER, listed)
    assert own["submissions"]["totalCount"] == 1


async def test_another_firms_draft_is_refused_like_one_that_never_was(entries: Entries) -> None:
    """Command by command: the same code at the same place."""
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile=freelancer())
    no_such = {"submission": {"id": "U3VibWlzc2lvbjpub25l", "version": 1}}

    for mutation in ("submitDraft", "withdrawSubmission", "resubmit"):
        refused = await entries.refuses(OTHER_OWNER, mutation, **on(typed))
        assert refused == await entries.refuses(OTHER_OWNER, mutation, **on(no_such))
        assert refused == [("NOT_FOUND", ["input", "submission"])]


async def test_a_draft_without_an_entry_says_so(entries: Entries) -> None:
    """The contract promises an entry; there is none before the draft is handed in."""
    await entries.does(OWNER, "saveDraft", DRAFT, profile={"name": "小光"})

    answer = await entries.stage.answer(OWNER, "{ submissions(statuses: [DRAFT]) { nodes { firm { id } } } }")

    assert answer.codes == ["NOT_FOUND"]


async def test_a_withdrawal_takes_no_profile(entries: Entries) -> None:
    """Words that nobody would read are refused rather than dropped."""
    done = await entries.does(OWNER, "submitFirm", profile=freelancer())

    refused = await entries.refuses(OWNER, "withdrawSubmission", **on(done, profile=freelancer()))

    assert refused == [("INVALID", ["input", "profile"])]


async def test_a_draft_given_up_is_in_nobodys_list(entries: Entries) -> None:
    """It never had an entry, and reviewers never learn of it; its owner finds it by its id."""
    typed = await entries.does(OWNER, "saveDraft", DRAFT, profile={"name": "小光"})
    ended = await entries.does(OWNER, "withdrawSubmission", **on(typed))
    listed = "{ submissions { totalCount nodes { firm { id } } } }"
    by_id = "query N($id: ID!) { node(id: $id) { ... on Submission { status draft } } }"

    assert ended["submission"]["status"] == "WITHDRAWN"
    for who in (OWNER, REVIEWER, PUBLIC):
        assert await entries.stage.ask(who, listed) == {"submissions": {"totalCount": 0, "nodes": []}}
    own = await entries.stage.ask(OWNER, by_id, id=typed["submission"]["id"])
    assert own == {"node": {"status": "WITHDRAWN", "draft": None}}
    assert await entries.stage.ask(REVIEWER, by_id, id=typed["submission"]["id"]) == {"node": None}


async def test_an_upheld_objection_sends_the_submission_back_to_review(entries: Entries) -> None:
    """Whichever of several objections is right; the others stay undecided."""
    done = await entries.in_notice(freelancer())
    await entries.does(PUBLIC, "raiseObjection", submission=done["submission"]["id"], reason="冒用他人账号。")
    objections = "objections { id reason upheld }"
    again = await entries.does(
        OTHER_OWNER, "raiseObjection", submission=done["submission"]["id"], reason="地区不符。"
    )
    query = f"query N($id: ID!) {{ node(id: $id) {{ ... on Submission {{ id version {objections} }} }} }}"
    node = (await entries.stage.ask(REVIEWER, query, id=again["submission"]["id"]))["node"]

    decided = await entries.does(
        REVIEWER,
        "decideObjection",
        f"submission {{ status {objections} }}",
        **on({"submission": node}, upheld=True, note="属实。", objection=node["objections"][1]["id"]),
    )

    assert decided["submission"]["status"] == "UNDER_REVIEW"
    assert [(one["reason"], one["upheld"]) for one in decided["submission"]["objections"]] == [
        ("冒用他人账号。", None),
        ("地区不符。", True),
    ]
