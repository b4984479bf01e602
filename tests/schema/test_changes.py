"""The change feed: order, resuming, and what of the log each role may see."""

from datetime import timedelta
from typing import Any

import pytest

from directory.access import Role
from directory.states import BlockageStatus, FirmStatus, SubmissionStatus, Visibility
from newgrowth.clockwork import one_round
from tests.factories import NOW, make_blockage, make_firm, make_freelancer_profile, make_submission
from tests.schema.serving import Served

QUERY = """
query($after: String, $first: Int = 100, $kinds: [String!]) {
  changes(after: $after, first: $first, kinds: $kinds) {
    nodes { position at actor kind digest changes { field before after } entity { id } }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
OFFICER = {"agency": "ndrc"}


async def kept(served: Served, *entities: Any, actor: str = "firm-user") -> None:
    """The entities in the record, each with its first log entry, sealed."""
    async with served.record.unit_of_work() as uow:
        stores: dict[str, Any] = {
            "Firm": uow.firms,
            "Submission": uow.submissions,
            "Blockage": uow.blockages,
        }
        for entity in entities:
            name = type(entity).__name__
            await stores[name].add(entity, kind=f"{name.lower()}:made", actor=actor, at=NOW)
    await served.sealer.seal_once()


async def changes(served: Served, *roles: Role, subject: str = "someone", **asked: Any) -> Any:
    """The feed as a caller with these roles sees it."""
    claims = OFFICER if Role.AGENCY in roles else {}
    answer = await served.ask(QUERY, asked, token=served.tokens.issue(*roles, subject=subject, **claims))
    return answer.data["changes"]


def values(change: Any) -> dict[str, Any]:
    """A change's new values by field."""
    return {field["field"]: field["after"] for field in change["changes"]}


async def test_changes_come_in_the_order_of_the_log(served: Served) -> None:
    """Gapless positions, each with the digest that chains it."""
    await kept(served, make_firm(), make_firm(), make_firm())

    feed = await changes(served, Role.ANALYST)

    assert [change["position"] for change in feed["nodes"]] == ["1", "2", "3"]
    assert [edge["cursor"] for edge in feed["edges"]] == ["1", "2", "3"]
    assert len({change["digest"] for change in feed["nodes"]}) == 3
    assert feed["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": "1", "endCursor": "3",
    }  # fmt: skip


async def test_a_reader_goes_on_where_it_stopped(served: Served) -> None:
    """Page by page, each change once."""
    await kept(served, *(make_firm() for _ in range(7)))
    seen: list[str] = []
    page = await changes(served, Role.ANALYST, first=3)
    while True:
        seen += [change["position"] for change in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await changes(served, Role.ANALYST, first=3, after=page["pageInfo"]["endCursor"])

    assert seen == [str(position) for position in range(1, 8)]


async def test_what_is_hidden_is_passed_over_for_good(served: Served) -> None:
    """A page that shows little still says how far it looked, so the next one does not look there again."""
    pending = [make_firm(status=FirmStatus.PENDING) for _ in range(3)]
    await kept(served, make_firm(), *pending)

    page = await changes(served, Role.ANALYST)

    assert [change["position"] for change in page["nodes"]] == ["1"]
    assert page["pageInfo"]["endCursor"] == "4"


async def test_a_reader_may_ask_for_some_kinds(served: Served) -> None:
    """Past tense, noun first."""
    firm = make_firm()
    await kept(served, firm, make_blockage(firm_id=firm.id))

    feed = await changes(served, Role.SUPERVISOR, kinds=["blockage:made", "blockage:made"])

    assert [change["kind"] for change in feed["nodes"]] == ["blockage:made"]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "１", "9" * 30, str(2**63)])
async def test_what_is_no_position_is_refused(served: Served, after: str) -> None:
    """A whole number, not negative."""
    answer = await served.ask(QUERY, {"after": after}, token=served.tokens.issue(Role.ANALYST))

    assert answer.codes == ["BAD_USER_INPUT"]


async def test_a_position_that_the_log_has_not_reached_is_refused(served: Served) -> None:
    """Of another record, or of this one before it was restored: to go on from there would pass over what is new."""
    await kept(served, make_firm(), make_firm())
    token = served.tokens.issue(Role.ANALYST)

    answer = await served.ask(QUERY, {"after": "3"}, token=token)

    assert answer.codes == ["POSITION_UNKNOWN"]
    told = answer.content["errors"][0]["extensions"]
    assert (told["earliest"], told["head"]) == ("0", "2")
    again = await changes(served, Role.ANALYST, after=told["earliest"])
    assert [each["position"] for each in again["nodes"]] == ["1", "2"]
    assert (await served.ask(QUERY, {"after": "2"}, token=token)).data["changes"]["nodes"] == []


async def test_the_log_is_read_from_its_beginning_however_old_it_is(served: Served) -> None:
    """Ninety days are promised, and nothing ends what was written before: the clock forgets notices, and no entry."""
    await kept(served, make_firm(), make_firm())
    await one_round(served.services.directory, served.clock() + timedelta(days=1000))

    feed = await changes(served, Role.SUPERVISOR, after="0")

    assert [change["position"] for change in feed["nodes"]][:2] == ["1", "2"]


async def test_an_empty_log_is_read_from_its_beginning(served: Served) -> None:
    """Position 0 is always there."""
    assert (await changes(served, Role.ANALYST, after="0"))["nodes"] == []


async def test_too_many_kinds_are_refused(served: Served) -> None:
    """There are fewer than that."""
    asked = {"kinds": [f"kind:{number}" for number in range(51)]}
    answer = await served.ask(QUERY, asked, token=served.tokens.issue(Role.ANALYST))

    assert answer.codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("roles", [(), (Role.FIRM,)])
async def test_the_feed_is_not_for_everyone(served: Served, roles: tuple[Role, ...]) -> None:
    """A firm reads its own entry's history, not the whole log."""
    answer = await served.ask(QUERY, token=served.tokens.issue(*roles) if roles else None)

    assert answer.codes == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("roles", "seen"),
    [((Role.ANALYST,), []), ((Role.OPERATOR,), []), ((Role.AGENCY,), ["1"]), ((Role.SUPERVISOR,), ["1"])],
)
async def test_an_entry_under_review_is_seen_by_reviewers(
    served: Served, roles: tuple[Role, ...], seen: list[str]
) -> None:
    """To all others it does not exist yet."""
    await kept(served, make_firm(status=FirmStatus.PENDING))

    assert [change["position"] for change in (await changes(served, *roles))["nodes"]] == seen


async def test_a_submission_is_seen_by_reviewers_and_under_notice_by_all(served: Served) -> None:
    """And a draft by nobody but its owner."""
    firm = make_firm()
    await kept(
        served,
        firm,
        make_submission(firm_id=firm.id),
        make_submission(firm_id=firm.id, status=SubmissionStatus.PUBLIC_NOTICE),
        make_submission(
            firm_id=firm.id, status=SubmissionStatus.DRAFT, draft={"name": "秘密"}, submitted_at=None
        ),
    )

    seen_by_analysts = [change["position"] for change in (await changes(served, Role.ANALYST))["nodes"]]
    seen_by_reviewers = [change["position"] for change in (await changes(served, Role.SUPERVISOR))["nodes"]]

    assert seen_by_analysts == ["1", "3"]
    assert seen_by_reviewers == ["1", "2", "3"]


async def test_who_reported_is_not_in_the_feed(served: Served) -> None:
    """Neither as a field, nor as the actor, nor in what the parties wrote to each other."""
    firm = make_firm(owner="zhang-san")
    taken_up = make_blockage(
        firm_id=firm.id,
        reporter="zhang-san",
        status=BlockageStatus.TRIAGED,
        timeline=[{"at": NOW, "actor": "zhang-san", "action": "triage_accept", "note": "张三的电话"}],
    )
    await kept(served, firm, taken_up, actor="zhang-san")

    feed = await changes(served, Role.ANALYST)
    (report,) = [change for change in feed["nodes"] if change["kind"] == "blockage:made"]

    assert report["actor"] == "reporter"
    assert "zhang-san" not in str(feed)
    assert "张三" not in str(feed)
    assert firm.id not in str(report)
    assert values(report)["title"] == "平台抽成过高"


async def test_a_supervisor_reads_no_reporter_in_the_feed(served: Served) -> None:
    """Unsealing opens a report, for a day; the feed is kept by others for good."""
    firm = make_firm(owner="zhang-san")
    await kept(served, firm, make_blockage(firm_id=firm.id, reporter="zhang-san"), actor="zhang-san")

    (_, report) = (await changes(served, Role.SUPERVISOR))["nodes"]

    assert (report["actor"], values(report)["reporter"], values(report)["firm_id"]) == (
        "reporter",
        None,
        None,
    )


async def test_officers_are_not_named_to_analysts(served: Served) -> None:
    """Who did it is for the offices; outside them it was an officer."""
    await kept(served, make_firm(owner="zhang-san"), actor="li-si")

    told = {
        role: {change["actor"] for change in (await changes(served, role))["nodes"]}
        for role in (Role.ANALYST, Role.OPERATOR, Role.SUPERVISOR)
    }

    assert told == {Role.ANALYST: {"officer"}, Role.OPERATOR: {"li-si"}, Role.SUPERVISOR: {"li-si"}}


async def test_a_report_for_agencies_only_stays_with_them(served: Served) -> None:
    """Analysts do not learn that it exists."""
    firm = make_firm()
    hidden = make_blockage(
        firm_id=firm.id, status=BlockageStatus.TRIAGED, visibility=Visibility.AGENCIES_ONLY
    )
    await kept(served, firm, hidden)

    assert [change["kind"] for change in (await changes(served, Role.ANALYST))["nodes"]] == ["firm:made"]
    assert len((await changes(served, Role.SUPERVISOR))["nodes"]) == 2


async def test_a_freelancers_values_are_not_in_the_feed(served: Served) -> None:
    """Former names and accounts of a person stay between that person and reviewers (PIPL)."""
    await kept(served, make_firm(profile=make_freelancer_profile()))

    (change,) = (await changes(served, Role.ANALYST))["nodes"]
    (reviewed,) = (await changes(served, Role.SUPERVISOR))["nodes"]

    assert values(change)["profile.name"] is None
    assert values(change)["profile.platforms"] is None
    assert values(change)["profile.region"] == "330100"
    assert values(change)["owner"] is None
    assert values(reviewed)["profile.name"] == "王小明"
