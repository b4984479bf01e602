"""
The door for a claimed resolution (办理结果), of one report or of a whole blocking point.

A claim that a rule was changed names the change: the clause that was changed, the document that changed it (修订文件), or
both. Without either nobody could look up whether it is true.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.errors import ErrorCode
from directory.raw_fields import RawFields
from directory.reference import Reference
from directory.report_reading import LONGEST_CODE
from directory.states import ResolutionKind

CLAIM_FIELDS = ("summary", "clause", "amending_document")
SHORTEST_SUMMARY, LONGEST_SUMMARY = 10, 5000
LONGEST_DOCUMENT_NUMBER = 80


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to have removed an obstacle: `clause` was changed or explained, `amending_document` did it."""

    summary: str
    clause: str | None
    amending_document: str | None


def read_claim(fields: RawFields, kind: ResolutionKind, reference: Reference) -> Claim:
    """The claim; its problems, if there are any, are noted in `fields`."""
    summary = fields.text(
        "summary", longest=LONGEST_SUMMARY, shortest=SHORTEST_SUMMARY, multiline=True, required=True
    )
    clause = fields.text("clause", longest=LONGEST_CODE)
    if clause is not None and reference.clause(clause) is None:
        fields.note("clause", key="code.unknown", given=clause)
    document = fields.text("amending_document", longest=LONGEST_DOCUMENT_NUMBER)
    if kind is ResolutionKind.POLICY_CHANGED and clause is None and document is None:
        fields.note("clause", key="blockage.names_no_change", code=ErrorCode.REQUIRED)
    return Claim(summary or "", clause, document)
