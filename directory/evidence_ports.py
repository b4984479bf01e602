"""What rules and readers need of the record for the evidence of reports (证据材料); `directory/record/` implements it."""

from __future__ import annotations

from typing import Protocol

from directory.entities import EvidenceFile


class EvidenceContents(Protocol):
    """What is in the files of reports; what a report holds no more goes when the report is saved."""

    async def put(self, blockage_id: str, file: EvidenceFile, content: bytes) -> None:
        """Keeps the content of a file that the report is about to hold."""


class EvidenceReads(Protocol):
    """Reads outside commands."""

    async def report_of_evidence(self, file_id: str) -> str | None:
        """The id of the report that holds or held the file; None for no file, and for one that was erased."""

    async def evidence_content(self, file_id: str) -> bytes | None:
        """What is in the file; None once it was taken back or erased."""
