"""
Evidence in the life of a report (证据材料): added while it is open, by its reporter and by the offices that answer for it.

Who reads it are those who write to each other about the report, for a platform that helps may be what the evidence is
about. A redaction copy that was published is read by everyone who reads the report. What was taken back is read by nobody;
that it was there stays. Pure: values in, values out.
"""

from __future__ import annotations

from datetime import datetime

from directory.blockages import Step, moved
from directory.entities import Blockage, Evidence, EvidenceFile
from directory.errors import Forbidden, Gone, NotAllowedNow
from directory.evidence import OFFICES, copy_of, file_of, live, may_withdraw, unpublished, with_file
from directory.moves import Action, Side
from directory.standing import is_public

# The fact of files that went with somebody who was erased.
EVIDENCE_ERASED = "blockage:evidence_erased"


def action_of(redacts: str | None, sides: frozenset[Side]) -> Action:
    """The move that adds a file for a caller with these sides: one of its own, or a copy of another."""
    if redacts is not None:
        return Action.REDACT_EVIDENCE
    by_office = Side.REPORTER not in sides and bool(sides & OFFICES)
    return Action.ADD_OFFICE_EVIDENCE if by_office else Action.ADD_EVIDENCE


def evidence_added(blockage: Blockage, action: Action, step: Step, added: EvidenceFile) -> Blockage:
    """The report with one file more, by the move of `action_of`. Raises: LimitExceeded, NotAllowedNow, NotFound."""
    return moved(blockage, action, step, evidence=with_file(blockage.evidence, added))


def evidence_withdrawn(blockage: Blockage, step: Step, file_id: str, sides: frozenset[Side]) -> Blockage:
    """The report without a file, and without the copy of it. Raises: NotFound; Gone, before; Forbidden, for another's."""
    file = file_of(blockage.evidence, file_id)
    if file.withdrawn_at is not None:
        raise Gone.at("file", key="gone")
    if not may_withdraw(file, sides):
        raise Forbidden.at("file", key="evidence.not_yours")
    redaction = copy_of(blockage.evidence, file_id)
    gone = {file_id, redaction.id} if redaction else {file_id}
    at = max(step.at, blockage.updated_at)
    return moved(blockage, Action.WITHDRAW_EVIDENCE, step, evidence=_without(blockage.evidence, gone, at))


def without_evidence(blockage: Blockage, at: datetime) -> Blockage:
    """The report with every file taken back, as when who may stand in them is erased."""
    gone = {each.id for each in live(blockage.evidence)}
    return blockage.model_copy(update={"evidence": _without(blockage.evidence, gone, at)})


def _without(files: Evidence, gone: set[str], at: datetime) -> Evidence:
    return tuple(each.model_copy(update={"withdrawn_at": at}) if each.id in gone else each for each in files)


def evidence_published(blockage: Blockage, step: Step, file_id: str) -> Blockage:
    """The report with a redaction copy that everyone may read. Raises: NotFound, NotAllowedNow."""
    if file_of(blockage.evidence, file_id) not in unpublished(blockage.evidence):
        raise NotAllowedNow.at("file", key="evidence.not_to_publish")
    if not is_public(blockage):
        raise NotAllowedNow.at("file", key="evidence.report_not_public")
    at = max(step.at, blockage.updated_at)
    evidence = tuple(
        each.model_copy(update={"published_at": at}) if each.id == file_id else each
        for each in blockage.evidence
    )
    return moved(blockage, Action.PUBLISH_EVIDENCE, step, evidence=evidence)


def published(blockage: Blockage) -> Evidence:
    """What everyone may read now who may read the report."""
    if not is_public(blockage):
        return ()
    return tuple(each for each in live(blockage.evidence) if each.published_at is not None)


def readable_file(blockage: Blockage, file_id: str, *, reads_evidence: bool) -> EvidenceFile:
    """The file, as one that is there to be read. Raises: NotFound, also for what the caller may not know of; Gone."""
    file = file_of(blockage.evidence if reads_evidence else published(blockage), file_id)
    if file.withdrawn_at is not None:
        raise Gone.at("file", key="gone")
    return file
