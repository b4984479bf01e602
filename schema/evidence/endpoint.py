"""
The bytes of evidence files (证据材料) over HTTP.

    POST /evidence/{reference}?name=合同.pdf     the body is the file; `redacts=` names the file it is a redaction copy of
    GET  /evidence/{file}                       the file, to be saved and never shown in place

Whoever may not add anything is refused before a byte is read, and of too large a file no more is read than is taken. The
same content again is the same file, so that an upload may be repeated. A file that is not public is read by a command,
which puts on the reporter's log who did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response

from directory.blockages import admitted
from directory.commands import AddEvidence, AddRedactionCopy, ViewEvidence
from directory.entities import EvidenceFile
from directory.errors import DirectoryError, ErrorCode, Forbidden, Gone, NotFound, UserFault
from directory.evidence import MOST_BYTES, file_of
from directory.moves import OPERATIONS
from directory.report_evidence import action_of, published, readable_file
from schema.admission import NotAdmitted, address_of, identified, not_admitted
from schema.allowances import Allowances, Places, Purpose
from schema.answers import answer
from schema.blockages.evidence import PATH
from schema.blockages.queries import report_by_reference
from schema.blockages.seeing import Seen, seen_by_id
from schema.bodies import read_body
from schema.context import Context
from schema.refusing import STATUS_OF, NotAnswered, refused
from schema.root import context_for
from schema.services import Services

STATUSES: Mapping[str, int] = {
    **STATUS_OF,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.GONE: 410,
    ErrorCode.TOO_LARGE: 413,
    ErrorCode.NOT_ALLOWED_NOW: 409,
    ErrorCode.CONFLICT: 409,
    ErrorCode.LIMIT_EXCEEDED: 409,
}
# What reading a file draws from the cost that a caller may cause, for each begun megabyte.
COST_OF_MEGABYTE = 20
SANDBOXED = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sends: what they call it, and of which file it is a redaction copy, if it is one."""

    name: str
    content: bytes
    redacts: str | None = None

    def command(self, report: str) -> AddEvidence:
        """What adds it to the report with this id."""
        if self.redacts is None:
            return AddEvidence(blockage=report, name=self.name, content=self.content)
        return AddRedactionCopy(blockage=report, name=self.name, content=self.content, redacts=self.redacts)


class EvidenceFiles:
    """Takes files for reports, a few at a time, and gives them out."""

    def __init__(self, services: Services, allowances: Allowances) -> None:
        self._services = services
        self._allowances = allowances
        limits = services.settings.limits
        self._places = Places(limits.uploads_at_once, limits.uploads_at_once_per_caller)

    async def answer(self, request: Request) -> Response:
        """What was kept, or the file, or the errors."""
        which = request.path_params["which"]
        try:
            context = await self._context(request)
            if request.method == "POST":
                return await self._taken(context, request, which)
            return await self.file(context, which)
        except NotAdmitted as cause:
            return not_admitted(cause)
        except NotAnswered as cause:
            return refused(cause, STATUSES)

    async def known(self, context: Context, reference: str) -> Seen:
        """The report, for whom its evidence is for. Raises: NotAnswered."""
        try:
            found = await report_by_reference(context, reference)
            if found is None:
                raise NotFound.at("blockage", key="not_found")
            if not found.reads("evidence"):
                raise Forbidden.at(key="blockage.not_yours")
        except (GraphQLError, DirectoryError) as fault:
            raise NotAnswered.by(fault) from fault
        return found

    async def admit(self, context: Context, found: Seen, redacts: str | None) -> None:
        """Draws one of the files that the caller may send. Raises: NotAnswered, where the caller may not add it now."""
        action = action_of(redacts, found.sides)
        try:
            if not context.may(OPERATIONS[action]):
                raise Forbidden.at(key="forbidden.role", operation=OPERATIONS[action].value)
            admitted(found.report, action, found.sides)
            context.draw(Purpose.UPLOADS, 1)
        except (GraphQLError, DirectoryError) as fault:
            raise NotAnswered.by(fault) from fault

    async def add(self, context: Context, found: Seen, upload: Upload) -> EvidenceFile:
        """The file as kept. Raises: NotAnswered, with every problem."""
        try:
            outcome = await context.handle(upload.command(found.report.id))
            if outcome.problems:
                raise UserFault(*outcome.problems)
            after = await seen_by_id(context, found.report.id)
            return file_of(after.report.evidence if after else (), outcome.evidence or "")
        except (GraphQLError, DirectoryError) as fault:
            raise NotAnswered.by(fault) from fault

    async def body(self, context: Context, request: Request, most_bytes: int) -> bytes:
        """The body of an upload, in one of the places for it. Raises: Refused, NotAnswered."""
        limits = self._services.settings.limits
        try:
            with self._places.taken_by(context.allowance.who if context.allowance else ""):
                return await read_body(request, most_bytes=most_bytes, within_seconds=limits.upload_seconds)
        except GraphQLError as fault:
            raise NotAnswered.by(fault) from fault

    async def file(self, context: Context, file_id: str) -> Response:
        """The file to be saved. Raises: NotAnswered."""
        try:
            found, file = await self._readable(context, file_id)
            is_public = file in published(found.report)
            context.draw(Purpose.COST, COST_OF_MEGABYTE * (1 + (file.size >> 20)))
            if not is_public:
                outcome = await context.handle(ViewEvidence(blockage=found.report.id, file=file_id))
                if outcome.problems:
                    raise UserFault(*outcome.problems)
            async with self._services.record.reader() as reader:
                content = await reader.evidence_content(file_id)
            if content is None:
                raise Gone.at("file", key="gone")
        except (GraphQLError, DirectoryError) as fault:
            raise NotAnswered.by(fault) from fault
        return Response(content, headers=_headers(file, is_public=is_public))

    async def _taken(self, context: Context, request: Request, reference: str) -> Response:
        asked = request.query_params
        redacts = asked.get("redacts")
        found = await self.known(context, reference)
        await self.admit(context, found, redacts)
        content = await self.body(context, request, MOST_BYTES)
        kept = await self.add(context, found, Upload(asked.get("name", ""), content, redacts))
        return answer({"evidence": _told(kept)}, status=201, headers={"location": PATH + kept.id})

    async def _readable(self, context: Context, file_id: str) -> tuple[Seen, EvidenceFile]:
        report = None
        # What is no id of ours is not asked for: a database may refuse its characters.
        if file_id.isascii() and file_id.isalnum():
            async with self._services.record.reader() as reader:
                report = await reader.report_of_evidence(file_id)
        found = await seen_by_id(context, report) if report else None
        if found is None:
            raise NotFound.at("file", key="not_found")
        return found, readable_file(found.report, file_id, reads_evidence=found.reads("evidence"))

    async def _context(self, request: Request) -> Context:
        caller = (await identified(self._services.tokens, request, self._allowances)).caller
        return context_for(self._services, caller, self._allowances.of(caller, address_of(request)))


def _told(file: EvidenceFile) -> Mapping[str, object]:
    return {
        "key": file.id,
        "name": file.name,
        "mediaType": file.media_type,
        "sizeBytes": file.size,
        "sha256": file.sha256,
        "addedBy": file.added_by,
        "addedAt": file.added_at.astimezone(UTC).isoformat(),
        "downloadPath": PATH + file.id,
    }


def _headers(file: EvidenceFile, *, is_public: bool) -> Mapping[str, str]:
    """Saved, not shown: whatever the bytes are, no browser runs them in our name. A public copy may be taken back any time."""
    charset = "; charset=utf-8" if file.media_type.startswith("text/") else ""
    return {
        "cache-control": "no-cache" if is_public else "no-store",
        "vary": "Authorization, Cookie",
        "content-type": file.media_type + charset,
        "content-disposition": f"attachment; filename=\"{_plain(file)}\"; filename*=UTF-8''{quote(file.name)}",
        "content-security-policy": SANDBOXED,
        "x-content-type-options": "nosniff",
    }


def _plain(file: EvidenceFile) -> str:
    """A name for clients that know only ASCII (RFC 6266)."""
    return f"evidence-{file.id[:8]}.{file.name.rpartition('.')[2]}"
