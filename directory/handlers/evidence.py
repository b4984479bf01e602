"""Commands on the evidence of a report (证据材料): files added, taken back, published as copies, and read."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from directory.access import Operation
from directory.commands import AddEvidence, AddRedactionCopy, PublishEvidence, ViewEvidence, WithdrawEvidence
from directory.entities import EvidenceFile
from directory.evidence import clean_name, kind_of, same_content
from directory.handlers.case import known_report, open_case
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.looks import FACTS, ViewWay
from directory.moves import OPERATIONS, Action
from directory.report_evidence import (
    action_of,
    evidence_added,
    evidence_published,
    evidence_withdrawn,
    readable_file,
)
from directory.report_fields import may_read_report_field


async def add(command: AddEvidence, h: Handling) -> Outcome:
    """The report with one file more; with the one that is there, where it has that content already."""
    await known_report(command.blockage, h, "blockage")
    # Of several files sent at a time each waits for the one before: none is told that somebody else was faster.
    await h.uow.blockages.held([command.blockage])
    case = await open_case(command.blockage, h, expected_version=None)
    redacts = command.redacts if isinstance(command, AddRedactionCopy) else None
    step = case.step(action := action_of(redacts, case.sides))
    kind = kind_of(command.content)
    sha256 = hashlib.sha256(command.content).hexdigest()
    if (before := same_content(case.blockage.evidence, sha256, redacts)) is not None:
        return Outcome(firm=case.blockage.firm_id, blockage=case.blockage.id, evidence=before.id)
    added = EvidenceFile(
        id=h.new_id(),
        name=clean_name(command.name, kind),
        media_type=kind.media_type,
        size=len(command.content),
        sha256=sha256,
        added_by=step.actor,
        added_at=h.now,
        redacts=redacts,
    )
    after = evidence_added(case.blockage, action, step, added)
    await h.uow.evidence.put(case.blockage.id, added, command.content)
    outcome = await case.keep(after, action, **_said(added))
    return replace(outcome, evidence=added.id)


def _said(file: EvidenceFile) -> dict[str, object]:
    """What the log says beside the change. Of the content no hash: who has a file could ask it later whether it was here."""
    return {"file": file.id, "media_type": file.media_type, "bytes": file.size}


async def withdraw(command: WithdrawEvidence, h: Handling) -> Outcome:
    """The report without a file, whose content is gone."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.WITHDRAW_EVIDENCE)
    after = evidence_withdrawn(case.blockage, step, command.file, case.sides)
    return await case.keep(after, Action.WITHDRAW_EVIDENCE, file=command.file)


async def publish(command: PublishEvidence, h: Handling) -> Outcome:
    """The report with a redaction copy for everyone."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.PUBLISH_EVIDENCE)
    after = evidence_published(case.blockage, step, command.file)
    return await case.keep(after, Action.PUBLISH_EVIDENCE, file=command.file)


async def view(command: ViewEvidence, h: Handling) -> Outcome:
    """The file may be read, once it is on the log of the reporter who reads it. Raises: NotFound, Gone."""
    case = await open_case(command.blockage, h, expected_version=None)
    reads = may_read_report_field("evidence", case.sides, knows_reporter=False)
    file = readable_file(case.blockage, command.file, reads_evidence=reads)
    if case.owner is not None and case.owner != h.caller.subject:
        said = {"report": case.blockage.reference, "agency": h.caller.agency, "file": file.id}
        await h.uow.note_about(FACTS[ViewWay.EVIDENCE_READ], case.owner, actor=h.actor, at=h.now, data=said)
    return Outcome(firm=case.blockage.firm_id, blockage=case.blockage.id, evidence=file.id)


HANDLERS: Handlers = {
    AddEvidence: Handler(OPERATIONS[Action.ADD_EVIDENCE], add),
    AddRedactionCopy: Handler(OPERATIONS[Action.REDACT_EVIDENCE], add),
    WithdrawEvidence: Handler(OPERATIONS[Action.WITHDRAW_EVIDENCE], withdraw),
    PublishEvidence: Handler(OPERATIONS[Action.PUBLISH_EVIDENCE], publish),
    ViewEvidence: Handler(Operation.READ_EVIDENCE, view),
}
