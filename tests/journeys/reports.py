"""A firm's reports, moved through the API by whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.journeys.stage import ASSISTANT, HELPER, LEAD, LEADER, OWNER, SUPERVISOR, TRIAGE, Person, Stage

KEPT = "id reference version status"
ERRORS = "errors { code path zh: message(language: ZH) en: message }"

INPUTS = {
    "reportBlockage": "ReportBlockageInput",
    "triageBlockage": "TriageBlockageInput",
    "assignBlockage": "AssignBlockageInput",
    "proposeResolution": "ProposeResolutionInput",
    "answerResolution": "AnswerResolutionInput",
    "reopenBlockage": "ReopenBlockageInput",
    "withdrawBlockage": "WithdrawBlockageInput",
    "extendDeadline": "ExtendDeadlineInput",
    "planReportStep": "PlanReportStepInput",
    "settleReportStep": "SettleReportStepInput",
    "recordCallBack": "RecordCallBackInput",
    "sendReportMessage": "SendReportMessageInput",
    "unsealReporter": "UnsealReporterInput",
    "approvePublicText": "ApprovePublicTextInput",
    "withdrawEvidence": "WithdrawEvidenceInput",
    "publishEvidence": "PublishEvidenceInput",
}

Report = dict[str, Any]


def on(report: Report, **more: Any) -> dict[str, Any]:
    """The input for a command on the report at the version it carries."""
    return {"blockage": report["id"], "expectedVersion": report["version"], **more}


@dataclass
class Reports:
    """What the firm with the global id `firm` reports."""

    stage: Stage
    firm: str

    async def send(self, who: Person, mutation: str, **input: Any) -> dict[str, Any]:
        """The payload of a command."""
        kind = INPUTS.get(mutation, "BlockageActionInput")
        query = (
            f"mutation Send($input: {kind}!) {{ payload: {mutation}(input: $input) "
            f"{{ blockage {{ {KEPT} }} {ERRORS} clientMutationId }} }}"
        )
        payload: dict[str, Any] = (await self.stage.ask(who, query, input=input))["payload"]
        return payload

    async def does(self, who: Person, mutation: str, **input: Any) -> Report:
        """The report after a command that works."""
        payload = await self.send(who, mutation, **input)
        assert payload["errors"] == []
        report: Report = payload["blockage"]
        return report

    async def refuses(self, who: Person, mutation: str, **input: Any) -> list[tuple[str, list[str]]]:
        """Codes and paths of what keeps a command from happening."""
        payload = await self.send(who, mutation, **input)
        assert payload["blockage"] is None
        return [(error["code"], error["path"]) for error in payload["errors"]]

    async def reported(self, who: Person = OWNER, **changes: Any) -> Report:
        """A report just received."""
        values = {
            "firm": self.firm,
            "title": "签约机构分成没有标准",
            "description": "签约后分成比例由机构单方决定，结算单不透明，没有标准可依。",
            "category": "revenue-split",
        }
        return await self.does(who, "reportBlockage", **{**values, **changes})

    async def triaged(self, **changes: Any) -> Report:
        """A report taken up."""
        return await self.does(TRIAGE, "triageBlockage", **on(await self.reported(**changes), accept=True))

    async def assigned(self, **changes: Any) -> Report:
        """A report with its lead agency, and an association to help."""
        triaged = await self.triaged(**changes)
        return await self.does(SUPERVISOR, "assignBlockage", **on(triaged, agency=LEAD, coAgencies=[HELPER]))

    async def in_progress(self, **changes: Any) -> Report:
        """A report that its agency took on."""
        return await self.does(LEADER, "acceptAssignment", **on(await self.assigned(**changes)))

    async def supervised(self, **changes: Any) -> Report:
        """A report under supervision."""
        return await self.does(SUPERVISOR, "superviseBlockage", **on(await self.in_progress(**changes)))

    async def withdrawn(self, **changes: Any) -> Report:
        """A report that its reporter took back because the agency asked for it."""
        report = await self.in_progress(**changes)
        return await self.does(
            OWNER, "withdrawBlockage", **on(report, reason="经办人劝撤", askedByAgency=True)
        )

    async def proposed(self, **changes: Any) -> Report:
        """A report with a claimed resolution."""
        return await self.propose(await self.in_progress(**changes))

    async def propose(self, report: Report, **changes: Any) -> Report:
        """The report with a claimed resolution."""
        values = {"kind": "RULE_CLARIFIED", "summary": "已发布分成合同示范文本，明确结算周期与比例。"}
        return await self.does(LEADER, "proposeResolution", **on(report, **{**values, **changes}))

    async def resolved(self, **changes: Any) -> Report:
        """A report whose resolution its reporter confirmed."""
        return await self.does(
            OWNER, "answerResolution", **on(await self.proposed(**changes), confirm=True, rating=4)
        )

    async def read(self, who: Person, report: Report, fields: str) -> Any:
        """The report's fields as someone reads them; None for whom there is no such report."""
        query = f"query Read($reference: String!) {{ blockage(reference: $reference) {{ {fields} }} }}"
        return (await self.stage.ask(who, query, reference=report["reference"]))["blockage"]

    async def posts(self, report: Report, note: str, who: Person = ASSISTANT) -> Report:
        """The report with a note on what was done."""
        return await self.does(who, "postProgress", **on(report, note=note))
