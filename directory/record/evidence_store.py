"""
What is in the files of reports (证据材料), in a table of its own: kept, given out and deleted in the record's transactions.

Metadata stand in the report's state. Which contents go follows from it alone, whatever took the files away: a withdrawal, the end
of their keeping, an erasure.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update

from directory.entities import Blockage, EvidenceFile
from directory.evidence import live
from directory.record.connection import Session
from directory.record.tables import evidence_files


class EvidenceStore:
    """`evidence_ports.EvidenceContents` over SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def put(self, blockage_id: str, file: EvidenceFile, content: bytes) -> None:
        """Keeps the content of a file that the report is about to hold."""
        row = {"id": file.id, "blockage": blockage_id, "sha256": file.sha256, "content": content}
        await self._session.insert(evidence_files, [row])


class EvidenceReader:
    """The part of `ports.Reader` for evidence."""

    session: Session

    async def report_of_evidence(self, file_id: str) -> str | None:
        """The id of the report that holds or held the file."""
        this = select(evidence_files.c.blockage).where(evidence_files.c.id == file_id)
        return (await self.session.execute(this)).scalar()

    async def evidence_content(self, file_id: str) -> bytes | None:
        """What is in the file; None once it was taken back or erased."""
        this = select(evidence_files.c.content).where(evidence_files.c.id == file_id)
        return (await self.session.execute(this)).scalar()


async def follow_evidence(session: Session, before: Blockage, after: Blockage) -> None:
    """Empties what the report holds no more; of what it does not even name, the row goes."""
    were, are = ({each.id for each in live(one.evidence)} for one in (before, after))
    named = {each.id for each in after.evidence}
    if emptied := sorted((were - are) & named):
        these = update(evidence_files).where(evidence_files.c.id.in_(emptied))
        await session.execute(these.values(content=None, sha256=None))
    if gone := sorted({each.id for each in before.evidence} - named):
        await session.execute(delete(evidence_files).where(evidence_files.c.id.in_(gone)))


async def forget_evidence(session: Session, blockage: Blockage) -> None:
    """Deletes all contents of a report that is erased, and that they were there."""
    if blockage.evidence:
        await session.execute(delete(evidence_files).where(evidence_files.c.blockage == blockage.id))
