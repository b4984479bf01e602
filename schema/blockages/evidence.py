"""The evidence of a report (证据材料) as the API shows it; what is in the files goes over HTTP (`schema.evidence`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import strawberry

from directory import entities
from directory.evidence import copy_of
from directory.report_evidence import published
from schema.blockages.seeing import Seen

PATH = "/evidence/"


@strawberry.type(description="A file that was added to a report (证据材料).")
class EvidenceFile:
    """Made by `shown_evidence` and `shown_copies`."""

    key: str = strawberry.field(
        description="What `withdrawEvidence` and `publishEvidence` call it, and its address."
    )
    name: str = strawberry.field(description="Its name, cleaned, with an ending of its kind.")
    media_type: str = strawberry.field(description="What its content proves it to be.")
    size_bytes: int = strawberry.field(description="How large it is, in bytes.")
    sha256: str = strawberry.field(description="The SHA-256 of its content, in hexadecimal digits.")
    added_by: str = strawberry.field(
        description="Who added it: reporter, triage, supervisor, or an agency's code; never a person."
    )
    added_at: datetime = strawberry.field(description="When it was added.")
    published_at: datetime | None = strawberry.field(
        description="Since when everyone may read it; null for what is not public, as all but redaction copies are."
    )
    withdrawn_at: datetime | None = strawberry.field(
        description="When it was taken back, and its content deleted; null for what is there."
    )
    download_path: str | None = strawberry.field(
        description="Where to read it, by GET with the same rights; null for what was taken back."
    )
    redaction_copy: EvidenceFile | None = strawberry.field(
        description="The copy of it for the public (脱敏副本), published or not; null where there is none."
    )


def shown_evidence(files: entities.Evidence) -> list[EvidenceFile]:
    """The files, each with its copy, oldest first, those taken back too."""
    return [_shown(each, copy_of(files, each.id)) for each in files if each.redacts is None]


def shown_copies(files: Iterable[entities.EvidenceFile]) -> list[EvidenceFile]:
    """Redaction copies alone."""
    return [_shown(each, None) for each in files]


def _shown(file: entities.EvidenceFile, redaction: entities.EvidenceFile | None) -> EvidenceFile:
    return EvidenceFile(
        key=file.id,
        name=file.name,
        media_type=file.media_type,
        size_bytes=file.size,
        sha256=file.sha256,
        added_by=file.added_by,
        added_at=file.added_at,
        published_at=file.published_at,
        withdrawn_at=file.withdrawn_at,
        download_path=None if file.withdrawn_at else PATH + file.id,
        redaction_copy=_shown(redaction, None) if redaction else None,
    )


@strawberry.type
class Evidenced:
    """The files of a report, as its fields."""

    seen: strawberry.Private[Seen]

    @strawberry.field(
        description="Its evidence (证据材料), oldest first, added by `POST /evidence/{reference}`; for the reporter and the "
        "offices that answer for the report, empty for all others."
    )
    def evidence(self) -> list[EvidenceFile]:
        return shown_evidence(self.seen.report.evidence) if self.seen.reads("evidence") else []

    @strawberry.field(
        description="Redaction copies of its evidence that everyone may read (公开的脱敏副本), oldest first."
    )
    def published_evidence(self) -> list[EvidenceFile]:
        return shown_copies(published(self.seen.report)) if self.seen.reads("published_evidence") else []
