"""Firms on their way into the directory, through the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from directory.access import THE_CLOCK
from directory.commands import EndNotice
from schema.node import parse_global_id
from tests.factories import make_uscc
from tests.journeys.stage import OWNER, Person, Stage, officer

REVIEWER = officer("reviewer", "local-amr@330100", "330100")
SECOND_REVIEWER = officer("second-reviewer", "local-amr@330100", "330100")
ERRORS = "errors { code path currentVersion zh: message(language: ZH) en: message }"
KEPT = "submission { id version status } firm { id entryNumber version status }"
LONGER_THAN_A_NOTICE = timedelta(days=20)

Payload = dict[str, Any]


def enterprise(**changes: Any) -> dict[str, Any]:
    """The smallest profile of an enterprise, with a code of its own."""
    values = {
        "name": "杭州微光直播有限公司",
        "uscc": make_uscc(),
        "entityKind": "ENTERPRISE",
        "forms": ["live-commerce"],
        "region": "330100",
    }
    return {**values, **changes}


def freelancer(**changes: Any) -> dict[str, Any]:
    """A freelancer with one account and a way to be reached."""
    values = {
        "name": "小光手作",
        "entityKind": "FREELANCER",
        "forms": ["live-commerce"],
        "region": "330106",
        "platforms": [{"platform": "douyin", "accountName": "小光手作"}],
        "contact": {"person": "王小光", "phone": "+86 138 1234 5678", "email": "guang@example.cn"},
    }
    return {**values, **changes}


@dataclass
class Entries:
    """Commands on entries and submissions, by anyone."""

    stage: Stage

    async def send(self, who: Person, mutation: str, fields: str = KEPT, **input: Any) -> Payload:
        """The payload of a command."""
        kind = INPUTS[mutation]
        query = (
            f"mutation Send($input: {kind}!) {{ payload: {mutation}(input: $input) "
            f"{{ {fields} {ERRORS} clientMutationId }} }}"
        )
        payload: Payload = (await self.stage.ask(who, query, input=input))["payload"]
        return payload

    async def does(self, who: Person, mutation: str, fields: str = KEPT, **input: Any) -> Payload:
        """The payload of a command that works."""
        payload = await self.send(who, mutation, fields, **input)
        assert payload["errors"] == []
        return payload

    async def refuses(
        self, who: Person, mutation: str, fields: str = KEPT, **input: Any
    ) -> list[tuple[str, list[str]]]:
        """Codes and paths of what keeps a command from happening."""
        payload = await self.send(who, mutation, fields, **input)
        assert payload["errors"] != []
        return [(error["code"], error["path"]) for error in payload["errors"]]

    async def reviewed(self, who: Person, done: Payload, decision: str, **more: Any) -> Payload:
        """What a reviewer's decision on the submission of the last payload leads to."""
        return await self.does(who, "reviewSubmission", **on(done, decision=decision, **more))

    async def taken(self, done: Payload) -> Payload:
        """The submission in the first reviewer's hands."""
        return await self.reviewed(REVIEWER, done, "TAKE")

    async def approved(self, done: Payload) -> Payload:
        """The submission that was taken, approved by two."""
        first = await self.reviewed(REVIEWER, done, "APPROVE", goodStanding=True)
        return await self.reviewed(SECOND_REVIEWER, first, "APPROVE")

    async def in_notice(self, profile: dict[str, Any] | None = None, who: Person = OWNER) -> Payload:
        """A registration under public notice."""
        done = await self.does(who, "submitFirm", profile=profile or enterprise())
        return await self.approved(await self.taken(done))

    async def listed(self, profile: dict[str, Any] | None = None, who: Person = OWNER) -> Payload:
        """A listed entry, searchable."""
        done = await self.in_notice(profile, who)
        return await self.after_notice(done)

    async def after_notice(self, done: Payload) -> Payload:
        """The entry once its notice is over, searchable."""
        self.stage.clock.now += LONGER_THAN_A_NOTICE
        key = parse_global_id(done["submission"]["id"])
        assert key is not None
        outcome = await self.stage.directory.handle(EndNotice(submission=key[1]), THE_CLOCK)
        assert outcome.problems == ()
        await self.stage.index()
        return await self.node_of(done)

    async def node_of(self, done: Payload) -> Payload:
        """Submission and entry as they stand now."""
        query = (
            f"query N($id: ID!) {{ node(id: $id) {{ ... on Submission {{ id version status {FIRM} }} }} }}"
        )
        node = (await self.stage.ask(REVIEWER, query, id=done["submission"]["id"]))["node"]
        return {"submission": node, "firm": node["firm"]}

    async def found(self, who: Person, fields: str = "nodes { name }", **asked: Any) -> Any:
        """What a search of entries gives."""
        arguments = ", ".join(f"{name}: ${name}" for name in asked)
        kinds = ", ".join(f"${name}: {ARGUMENTS[name]}" for name in asked)
        query = f"query Find{f'({kinds})' if asked else ''} {{ firms{f'({arguments})' if asked else ''} {{ {fields} }} }}"
        return (await self.stage.ask(who, query, **asked))["firms"]

    async def names(self, who: Person, **asked: Any) -> list[str]:
        """The names that a search finds, in order."""
        return [node["name"] for node in (await self.found(who, **asked))["nodes"]]


FIRM = "firm { id entryNumber version status }"
ARGUMENTS = {
    "filter": "FirmFilter",
    "facets": "[FirmFacet!]",
    "orderBy": "FirmSort",
    "direction": "Direction",
    "first": "Int",
    "after": "String",
}
INPUTS = {
    "saveDraft": "SaveDraftInput",
    "submitDraft": "SubmitDraftInput",
    "submitFirm": "SubmitFirmInput",
    "amendFirm": "AmendFirmInput",
    "resubmit": "SubmissionActionInput",
    "withdrawSubmission": "SubmissionActionInput",
    "reviewSubmission": "ReviewSubmissionInput",
    "raiseObjection": "RaiseObjectionInput",
    "decideObjection": "DecideObjectionInput",
    "mergeFirms": "MergeFirmsInput",
    "unmergeFirm": "UnmergeFirmInput",
    "changeFirmStatus": "ChangeFirmStatusInput",
}


def on(done: Payload, **more: Any) -> dict[str, Any]:
    """The input for a command on the submission of a payload, at the version it carries."""
    submission = done["submission"]
    return {"submission": submission["id"], "expectedVersion": submission["version"], **more}
