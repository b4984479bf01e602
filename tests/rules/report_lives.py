"""Reports played through their moves, by the pure rules alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from directory import following, public_texts, report_evidence, report_plans, sealing, supervision
from directory.blockages import Step
from directory.entities import Blockage, EvidenceFile, Resolution
from directory.moves import Action, Side
from directory.report_reading import Identity, new_report
from directory.states import (
    BlockageStatus,
    CallBackOutcome,
    Language,
    PlanStepStatus,
    ResolutionKind,
    ResolutionState,
    Severity,
    SupervisionCause,
    Visibility,
)
from directory.workdays import local_date
from tests.factories import REGION, make_firm
from tests.rulebooks import RULEBOOK

LEAD = "local-amr@330100"
SECOND_LEAD = "local-gsb@330100"
CO_AGENCY = "platform-operator"


def china(text: str) -> datetime:
    """An instant of a Shanghai wall clock: "2026-03-02 10:00"."""
    return datetime.fromisoformat(f"{text}+08:00")


class Life:
    """One report and the clock beside it; each method is a move, made at `now`."""

    def __init__(
        self,
        reported: str | datetime = "2026-03-02 10:00",
        severity: Severity = Severity.MEDIUM,
        visibility: Visibility = Visibility.PUBLIC,
    ) -> None:
        self.now = china(reported) if isinstance(reported, str) else reported
        values = {
            "title": "平台抽成过高",
            "description": "平台抽成占成交额三成，微利经营难以为继。",
            "category": "platform-fees",
            "language": Language.ZH,
            "severity": severity,
            "visibility": visibility,
            "region": REGION,
        }
        firm = make_firm()
        self.report: Blockage = new_report(
            Identity("r1", "BK-0000-0000"), firm, values, firm.owner, self.now, RULEBOOK
        )

    def at(self, when: str) -> Life:
        """The same life, later."""
        self.now = china(when)
        return self

    def later(self, passed: timedelta) -> Life:
        """The same life after some time."""
        self.now += passed
        return self

    def step(self, actor: str = LEAD) -> Step:
        """A step of `actor` at this life's present."""
        return Step(actor, self.now, RULEBOOK)

    def _became(self, report: Blockage) -> Life:
        self.report = report.model_copy(update={"version": self.report.version + 1})
        return self

    def triage(self) -> Life:
        return self._became(
            following.accepted_by_triage(
                self.report,
                self.step("triage"),
                category=self.report.category,
                severity=self.report.severity,
                clauses=(),
                note=None,
            )
        )

    def reject(self) -> Life:
        return self._became(
            following.rejected(self.report, self.step("triage"), reason="court", note="已进入诉讼")
        )

    def merge(self) -> Life:
        original = self.report.model_copy(update={"id": "r0", "status": BlockageStatus.IN_PROGRESS})
        return self._became(following.marked_duplicate(self.report, self.step("triage"), original, note=None))

    def assign(self, agency: str = LEAD) -> Life:
        return self._became(
            following.assigned(
                self.report, self.step("supervisor"), agency=agency, co_agencies=(CO_AGENCY,), note=None
            )
        )

    def transfer(self) -> Life:
        return self.assign(SECOND_LEAD if self.report.agency == LEAD else LEAD)

    def accept(self) -> Life:
        return self._became(following.accepted(self.report, self.step(), note=None))

    def give_back(self) -> Life:
        return self._became(
            following.returned(self.report, self.step(), reason="不属本局职责", suggested=SECOND_LEAD)
        )

    def ask(self, question: str = "请提供结算单") -> Life:
        return self._became(following.information_requested(self.report, self.step(), question=question))

    def answer(self) -> Life:
        return self._became(
            following.information_provided(self.report, self.step("reporter"), answer="见附件")
        )

    def post_progress(self) -> Life:
        return self._became(following.progress_posted(self.report, self.step(), note="已约谈平台"))

    def plan_step(self, owner: str = CO_AGENCY, days: int = 7) -> Life:
        return self._became(
            report_plans.step_planned(
                self.report,
                self.step(),
                f"s{len(self.report.plan)}",
                what="公示分档抽成比例",
                owner=owner,
                due_on=local_date(self.now + timedelta(days=days)),
            )
        )

    def settle_step(self, step: str = "s0", status: PlanStepStatus = PlanStepStatus.DONE) -> Life:
        return self._became(report_plans.step_settled(self.report, self.step(), step, status, "已在平台公示"))

    def extend(self, days: int = 1) -> Life:
        return self._became(
            following.with_extension(self.report, self.step(), working_days=days, reason="须会商")
        )

    def propose(self, residual: str | None = None) -> Life:
        resolution = Resolution(
            state=ResolutionState.CLAIMED,
            kind=ResolutionKind.PLATFORM_REMEDIED,
            summary="平台已下调抽成比例并公示",
            residual=residual,
            proposed_by=self.report.agency or LEAD,
            proposed_at=self.now,
        )
        return self._became(following.proposed(self.report, self.step(), resolution))

    def confirm(self) -> Life:
        return self._became(
            following.answered(self.report, self.step("reporter"), confirm=True, rating=5, comment=None)
        )

    def dispute(self) -> Life:
        return self._became(
            following.answered(
                self.report, self.step("reporter"), confirm=False, rating=None, comment="抽成未变"
            )
        )

    def lapse(self) -> Life:
        return self._became(following.lapsed(self.report, self.step("clock")))

    def reopen(self) -> Life:
        return self._became(following.reopened(self.report, self.step("reporter"), reason="抽成又涨回来了"))

    def supervise(self) -> Life:
        return self._became(
            supervision.supervised(
                self.report, self.step("supervisor"), cause=SupervisionCause.SUPERVISOR, note=None
            )
        )

    def reply(self) -> Life:
        return self._became(supervision.replied(self.report, self.step(), reply="已约谈平台，本周内整改"))

    def call_back(self, outcome: CallBackOutcome = CallBackOutcome.WITHDRAWN_FREELY) -> Life:
        return self._became(
            supervision.called_back(self.report, self.step("supervisor"), outcome=outcome, note="已电话核实")
        )

    def write_to_agency(self) -> Life:
        return self._write(Action.MESSAGE_AGENCY, "reporter")

    def write_to_reporter(self) -> Life:
        return self._write(Action.MESSAGE_REPORTER, LEAD)

    def _write(self, action: Action, actor: str) -> Life:
        return self._became(
            sealing.with_message(self.report, action, self.step(actor), text="请问进展如何？")
        )

    def word_anew(self) -> Life:
        words = public_texts.Words("抽成没有上限", "平台抽成没有上限可依。")
        return self._became(public_texts.approved_anew(self.report, self.step("triage"), words))

    def unseal(self) -> Life:
        step = self.step("supervisor")
        return self._became(sealing.unsealed(self.report, step, by="supervisor", reason="须当面核实"))

    def add_evidence(self, actor: str = "reporter", **changes: object) -> Life:
        """One more file, called `e` with its number."""
        file = evidence_file(f"e{len(self.report.evidence)}", added_by=actor, added_at=self.now, **changes)
        by = frozenset({Side.REPORTER if actor == "reporter" else Side.LEAD})
        action = report_evidence.action_of(file.redacts, by)
        return self._became(report_evidence.evidence_added(self.report, action, self.step(actor), file))

    def add_office_evidence(self) -> Life:
        return self.add_evidence(LEAD)

    def redact(self, original: str = "e0") -> Life:
        return self.add_evidence(LEAD, redacts=original)

    def publish(self, file: str = "e1") -> Life:
        return self._became(report_evidence.evidence_published(self.report, self.step(), file))

    def take_back(self, file: str = "e0", side: Side = Side.REPORTER) -> Life:
        step = self.step(LEAD if side is Side.LEAD else side.value)
        return self._became(report_evidence.evidence_withdrawn(self.report, step, file, frozenset({side})))

    def reinstate(self) -> Life:
        return self.call_back(CallBackOutcome.REOPENED)

    def close_unresolved(self) -> Life:
        return self._became(
            following.closed_unresolved(self.report, self.step("supervisor"), reason="须待上位法修订")
        )

    def withdraw(self, *, asked_by_agency: bool = False) -> Life:
        return self._became(
            following.withdrawn(
                self.report, self.step("reporter"), reason="已自行解决", asked_by_agency=asked_by_agency
            )
        )


def evidence_file(file_id: str, **changes: object) -> EvidenceFile:
    """A small file, as it is kept."""
    values: dict[str, object] = {
        "id": file_id,
        "name": "结算单.pdf",
        "media_type": "application/pdf",
        "size": 1000,
        "sha256": file_id,
        "added_by": "reporter",
        "added_at": china("2026-03-02 10:00"),
    }
    return EvidenceFile.model_validate({**values, **changes})


PLAY = {
    Action.TRIAGE_ACCEPT: Life.triage,
    Action.TRIAGE_REJECT: Life.reject,
    Action.MARK_DUPLICATE: Life.merge,
    Action.ASSIGN: Life.assign,
    Action.TRANSFER: Life.transfer,
    Action.ACCEPT: Life.accept,
    Action.RETURN: Life.give_back,
    Action.REQUEST_INFORMATION: Life.ask,
    Action.PROVIDE_INFORMATION: Life.answer,
    Action.POST_PROGRESS: Life.post_progress,
    Action.PLAN_STEP: Life.plan_step,
    Action.SETTLE_STEP: Life.settle_step,
    Action.EXTEND: Life.extend,
    Action.PROPOSE: Life.propose,
    Action.CONFIRM: Life.confirm,
    Action.DISPUTE: Life.dispute,
    Action.LAPSE: Life.lapse,
    Action.REOPEN: Life.reopen,
    Action.SUPERVISE: Life.supervise,
    Action.CLOSE_UNRESOLVED: Life.close_unresolved,
    Action.WITHDRAW: Life.withdraw,
    Action.REPLY: Life.reply,
    Action.CALL_BACK: Life.call_back,
    Action.REINSTATE: Life.reinstate,
    Action.MESSAGE_AGENCY: Life.write_to_agency,
    Action.MESSAGE_REPORTER: Life.write_to_reporter,
    Action.APPROVE_TEXT: Life.word_anew,
    Action.UNSEAL: Life.unseal,
    Action.ADD_EVIDENCE: Life.add_evidence,
    Action.ADD_OFFICE_EVIDENCE: Life.add_office_evidence,
    Action.WITHDRAW_EVIDENCE: Life.take_back,
    Action.REDACT_EVIDENCE: Life.redact,
    Action.PUBLISH_EVIDENCE: Life.publish,
}


def life_in(status: BlockageStatus, **given: object) -> Life:
    """A fresh report taken the shortest way to `status`."""
    life = Life(**given)  # type: ignore[arg-type]
    for action in WAYS[status]:
        if action is Action.LAPSE:
            life.later(timedelta(days=60))
        PLAY[action](life)
    return life


_TO_PROGRESS = (Action.TRIAGE_ACCEPT, Action.ASSIGN, Action.ACCEPT)
WAYS = {
    BlockageStatus.REPORTED: (),
    BlockageStatus.TRIAGED: _TO_PROGRESS[:1],
    BlockageStatus.ASSIGNED: _TO_PROGRESS[:2],
    BlockageStatus.IN_PROGRESS: _TO_PROGRESS,
    BlockageStatus.INFORMATION_NEEDED: (*_TO_PROGRESS, Action.REQUEST_INFORMATION),
    BlockageStatus.RESOLUTION_PROPOSED: (*_TO_PROGRESS, Action.PROPOSE),
    BlockageStatus.RESOLVED: (*_TO_PROGRESS, Action.PROPOSE, Action.CONFIRM),
    BlockageStatus.CLOSED_UNRESOLVED: (*_TO_PROGRESS, Action.CLOSE_UNRESOLVED),
    BlockageStatus.REJECTED: (Action.TRIAGE_REJECT,),
    BlockageStatus.DUPLICATE: (Action.MARK_DUPLICATE,),
    BlockageStatus.WITHDRAWN: (*_TO_PROGRESS, Action.WITHDRAW),
}
