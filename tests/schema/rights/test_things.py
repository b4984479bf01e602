"""Every command on an entry, a submission, a cause and what is one's own, by each person: own or another's, near or far."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from schema.node import global_id, parse_global_id
from tests.factories import make_firm
from tests.journeys.entries import REVIEWER, Entries, enterprise
from tests.journeys.entries import on as on_submission
from tests.journeys.reports import Reports
from tests.journeys.stage import LEAD, OTHER_OWNER, OWNER, Stage
from tests.record.steps import firm_at, keep
from tests.schema.blocking_points.points import Points, at
from tests.schema.rights.selecting import TYPES
from tests.schema.rights.table import ON_A_REPORT, ON_A_THING, PEOPLE

REFUSED = {"FORBIDDEN", "NOT_FOUND"}
# For these lies all with the role: they are about nothing that is there already, or about the caller alone.
ABOUT_NOTHING = {
    "submitFirm",
    "saveSearch",
    "createWebhook",
    "subscribeByMail",
    "confirmMail",
    "unsubscribeMail",
    "markNoticesRead",
    "replayDeadLetters",
    "revokeMachineKey",
    "disableAccount",
    "enableAccount",
    "resendDelivery",
}
# About the caller's own personal data, or logged with a reason: walked where personal data are tested.
ABOUT_PERSONS = {"giveConsent", "withdrawConsent", "eraseMyData", "viewContact"}
# Reports that come late are asked by themselves, so nothing is left: which only those are told who may.
NOTHING_TO_DO = {"carryOverResolution": {"NOT_ALLOWED_NOW"}}
SEARCH = {"name": "分成", "filter": {"categories": ["revenue-split"]}}


class World:
    """A directory, and things in it to command."""

    def __init__(self, stage: Stage) -> None:
        directory = stage.directory
        directory.rulebook = replace(directory.rulebook, private_webhooks=True)
        self.stage, self.entries, self.points = stage, Entries(stage), Points(stage)

    async def codes(self, who: str, mutation: str, given: Mapping[str, Any]) -> set[str]:
        """What keeps the person from it: codes of errors and of problems; none where it was done."""
        content = (await self._answer(who, mutation, given, "")).content
        codes = {error["extensions"]["code"] for error in content.get("errors", [])}
        done = (content.get("data") or {}).get("done") or {}
        return codes | {problem["code"] for problem in done.get("errors", [])}

    async def made(self, who: str, mutation: str, given: Mapping[str, Any], fields: str) -> Any:
        """The payload of what works."""
        done = (await self._answer(who, mutation, given, fields)).data["done"]
        assert done["errors"] == []
        return done

    async def _answer(self, who: str, mutation: str, given: Mapping[str, Any], fields: str) -> Any:
        kind = TYPES["Mutation"].fields[mutation].args["input"].type  # type: ignore[attr-defined]
        query = f"mutation M($input: {kind}) {{ done: {mutation}(input: $input) {{ {fields} errors {{ code }} }} }}"
        return await self.stage.answer(PEOPLE[who], query, input=dict(given))

    async def entry(self, owner: str = OWNER.subject) -> dict[str, Any]:
        """A listed entry in Hangzhou."""
        made = make_firm(owner=owner)
        await keep(self.stage.record, made)
        firm = await firm_at(self.stage.record, made.id)
        return {
            "firm": global_id("Firm", firm.id),
            "expectedVersion": firm.version,
            "uscc": firm.profile.uscc,
        }

    async def reports(self) -> Reports:
        """What a listed entry of `OWNER` reports."""
        return Reports(self.stage, (await self.entry())["firm"])

    async def submitted(self) -> dict[str, Any]:
        """A registration that was handed in."""
        return await self.entries.does(OWNER, "submitFirm", profile=enterprise())

    async def point(self, *reports: Any) -> dict[str, Any]:
        """A cause that `LEADER`'s agency leads."""
        return await self.points.named(*reports)


Given = Awaitable[Mapping[str, Any]]


async def _amended(world: World) -> Mapping[str, Any]:
    entry = await world.entry()
    uscc = entry.pop("uscc")
    return {**entry, "profile": enterprise(uscc=uscc, summary="直播带货。")}


async def _suspended(world: World) -> Mapping[str, Any]:
    entry = await world.entry()
    del entry["uscc"]
    return {**entry, "to": "SUSPENDED", "reason": "经核查与登记不符。"}


async def _merged(world: World) -> Mapping[str, Any]:
    one, other = await world.entry(), await world.entry(OTHER_OWNER.subject)
    return {"from": one["firm"], "into": other["firm"], "reason": "同一主体重复登记。"}


async def _unmerged(world: World) -> Mapping[str, Any]:
    given = await _merged(world)
    await world.made("REVIEWER", "mergeFirms", given, "")
    key = parse_global_id(given["from"])
    assert key is not None
    firm = await firm_at(world.stage.record, key[1])
    return {"entryNumber": firm.entry_number, "reason": "误并。"}


async def _changes_asked(world: World) -> Mapping[str, Any]:
    done = await world.entries.taken(await world.submitted())
    asked = await world.entries.reviewed(REVIEWER, done, "REQUEST_CHANGES", note="请补充经营范围说明。")
    return on_submission(asked, profile=enterprise())


async def _objected(world: World) -> Mapping[str, Any]:
    done = await world.entries.in_notice()
    key = {"submission": done["submission"]["id"]}
    await world.made("PUBLIC", "raiseObjection", {**key, "reason": "该主体名称与我司相同。"}, "")
    done = await world.entries.node_of(done)
    return on_submission(done, upheld=False, note="经核查名称并不相同。")


async def _drafted(world: World) -> Mapping[str, Any]:
    given = {"profile": {"name": "杭州星火有限公司"}}
    return on_submission(await world.made("OWNER", "saveDraft", given, "submission { id version }"))


async def _reported(world: World) -> Mapping[str, Any]:
    entry = await world.entry()
    return {
        "firm": entry["firm"],
        "title": "签约机构分成没有标准",
        "description": "签约后分成比例由机构单方决定，没有标准可依。",
        "category": "revenue-split",
    }


async def _joined(world: World) -> Mapping[str, Any]:
    point = await world.point()
    return {"firm": (await world.entry())["firm"], "blockingPoint": point["id"]}


async def _linked(world: World) -> Mapping[str, Any]:
    report = await (await world.reports()).in_progress()
    return at(await world.point(), add=[report["id"]])


async def _split(world: World) -> Mapping[str, Any]:
    reports = await world.reports()
    both = [await reports.in_progress(title=f"分成问题之{number}") for number in ("甲", "乙")]
    point = await world.point(*both)
    return at(point, title="结算周期没有标准", blockages=[both[0]["id"]], reason="两项成因不同。")


async def _two_points(world: World) -> Mapping[str, Any]:
    one, other = await world.point(), await world.point()
    return {"from": one["id"], "into": other["id"], "reason": "同一成因。"}


async def _points_merged(world: World) -> Mapping[str, Any]:
    one, other = await world.point(), await world.point()
    await world.made(
        "SUPERVISOR", "mergeBlockingPoints", {"from": one["id"], "into": other["id"], "reason": "同一"}, ""
    )
    return {"reference": one["reference"], "reason": "成因不同。"}


async def _resolved(world: World, **more: Any) -> Mapping[str, Any]:
    return at(await world.points.resolved(await world.point()), **more)


async def _planned(world: World) -> Mapping[str, Any]:
    given = at(await world.point(), what="起草合同示范文本。", owner=LEAD, dueOn="2026-03-20")
    done = await world.made("LEADER", "planPointStep", given, "blockingPoint { id version plan { key } }")
    point = done["blockingPoint"]
    return at(point, step=point["plan"][0]["key"], status="DONE", note="已发布。")


async def _search(world: World) -> Mapping[str, Any]:
    done = await world.made("OWNER", "saveSearch", {**SEARCH}, "savedSearch { id }")
    return {"savedSearch": done["savedSearch"]["id"]}


async def _webhook(world: World) -> Mapping[str, Any]:
    done = await world.made("OWNER", "createWebhook", {"url": "https://127.0.0.1/hook"}, "webhook { id }")
    return {"webhook": done["webhook"]["id"]}


async def _delivery(world: World) -> Mapping[str, Any]:
    hook = await _webhook(world)
    done = await world.made("OWNER", "testWebhook", hook, "webhook { deliveries { id } }")
    return {"delivery": done["webhook"]["deliveries"][0]["id"]}


async def _on_point(world: World, **more: Any) -> Mapping[str, Any]:
    return at(await world.point(), **more)


# For each command: something to give it to, and what is given.
COMMANDS: Mapping[str, Callable[[World], Given]] = {
    "amendFirm": _amended,
    "changeFirmStatus": _suspended,
    "mergeFirms": _merged,
    "unmergeFirm": _unmerged,
    "reviewSubmission": lambda world: _given(world.submitted(), decision="TAKE"),
    "withdrawSubmission": lambda world: _given(world.submitted()),
    "resubmit": _changes_asked,
    "decideObjection": _objected,
    "raiseObjection": lambda world: _challenged(world),
    "saveDraft": lambda world: _redrafted(world),
    "submitDraft": lambda world: _finished(world),
    "reportBlockage": _reported,
    "joinBlockingPoint": _joined,
    "amendBlockingPoint": lambda world: _on_point(world, titleEn="No standard for splits"),
    "startBlockingPoint": lambda world: _on_point(world),
    "resolveBlockingPoint": lambda world: _on_point(
        world, kind="SERVICE_PROVIDED", summary="已开设分成纠纷调解窗口。"
    ),
    "carryOverResolution": lambda world: _resolved(world),
    "reopenBlockingPoint": lambda world: _resolved(world, note="仍有主体反映。"),
    "linkBlockages": _linked,
    "splitBlockingPoint": _split,
    "mergeBlockingPoints": _two_points,
    "unmergeBlockingPoint": _points_merged,
    "postPointProgress": lambda world: _on_point(world, note="已约谈机构代表。"),
    "planPointStep": lambda world: _on_point(
        world, what="起草合同示范文本。", owner=LEAD, dueOn="2026-03-20"
    ),
    "settlePointStep": _planned,
    "createBlockingPoint": lambda world: _named(world),
    "renameSavedSearch": lambda world: _named_anew(world),
    "deleteSavedSearch": _search,
    "enableWebhook": _webhook,
    "testWebhook": _webhook,
    "deleteWebhook": _webhook,
    "replayDelivery": _delivery,
}


async def _given(done: Awaitable[dict[str, Any]], **more: Any) -> Mapping[str, Any]:
    return on_submission(await done, **more)


async def _challenged(world: World) -> Mapping[str, Any]:
    done = await world.entries.in_notice()
    return {"submission": done["submission"]["id"], "reason": "该主体名称与我司相同。"}


async def _redrafted(world: World) -> Mapping[str, Any]:
    return {**await _drafted(world), "profile": {"name": "杭州星火科技有限公司"}}


async def _finished(world: World) -> Mapping[str, Any]:
    return {**await _drafted(world), "profile": enterprise()}


async def _named(world: World) -> Mapping[str, Any]:
    return {
        "title": "分成没有标准",
        "description": "各平台的分成没有可依的标准。",
        "category": "revenue-split",
        "clauses": ["mcn-draft-2025#art2"],
        "leadAgency": LEAD,
    }


async def _named_anew(world: World) -> Mapping[str, Any]:
    return {**await _search(world), "name": "分成与结算"}


def test_every_command_is_walked() -> None:
    """A new mutation needs its row of persons and something to give it to, or a reason why its role says all."""
    named = ON_A_REPORT.keys() | ON_A_THING.keys() | ABOUT_NOTHING | ABOUT_PERSONS

    assert TYPES["Mutation"].fields.keys() == named  # type: ignore[attr-defined]
    assert ON_A_THING.keys() == COMMANDS.keys()
    assert set().union(*ON_A_THING.values()) <= PEOPLE.keys()


@pytest.mark.parametrize("mutation", ON_A_THING)
async def test_a_command_is_for_the_persons_of_its_row(stage: Stage, mutation: str) -> None:
    """Whoever is not in it is refused as if it were not there, or not theirs; each who is in it gets it done."""
    world = World(stage)
    given = await COMMANDS[mutation](world)
    for who in PEOPLE.keys() - ON_A_THING[mutation]:
        codes = await world.codes(who, mutation, given)
        assert codes
        assert codes <= REFUSED, (who, codes)
    for number, who in enumerate(sorted(ON_A_THING[mutation])):
        fresh = await COMMANDS[mutation](world) if number else given
        assert await world.codes(who, mutation, fresh) == NOTHING_TO_DO.get(mutation, set()), who
