"""
Exports over HTTP.

    POST /export/firms.csv, /export/firms.ndjson, /export/firms.xlsx, and the same of /export/blockages

The body is {"filter": …}, the filter as in GraphQL; {} for everything. It is a POST because filters can be long and may
hold what should stand in no server's log. The answer is streamed; a caller that goes away ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing, suppress

import structlog
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from directory.errors import DirectoryError
from schema.admission import NotAdmitted, address_of, check_media_type, identified, not_admitted
from schema.allowances import Allowances, Places, Purpose
from schema.bodies import Refused, read_body, read_json
from schema.context import Context
from schema.errors import ApiCode, ApiError
from schema.exporting.formats import MEDIA_TYPES, has_columns, written
from schema.exporting.snapshot import Snapshot, snapshot
from schema.exporting.words import Format, Listing
from schema.refusing import NotAnswered, refused
from schema.root import context_for
from schema.services import ApiLimits, Services

EXPORTED = "export:made"

log = structlog.get_logger(__name__)


class Exports:
    """Answers requests for exports, a few at a time and fewer for one caller, however slowly it reads."""

    def __init__(self, services: Services, allowances: Allowances) -> None:
        self._services = services
        self._allowances = allowances
        limits = services.settings.limits
        self._places = Places(limits.exports_at_once, limits.exports_at_once_per_caller)

    async def answer(self, request: Request) -> Response:
        """The file as it is read, or the errors. Raises: HTTPException (404), for what cannot be exported."""
        listing, form = _named(request)
        try:
            given = await self._filter(request)
            context = await self._context(request)
        except NotAdmitted as cause:
            return not_admitted(cause)
        try:
            return await self.file(context, listing, form, given)
        except NotAnswered as cause:
            return refused(cause)

    async def file(self, context: Context, listing: Listing, form: Format, given: object) -> Response:
        """The file for the context's caller; `given` is the filter as JSON. Raises: NotAnswered."""
        with ExitStack() as held:
            try:
                held.enter_context(self._places.taken_by(context.allowance.who if context.allowance else ""))
                context.draw(Purpose.EXPORTS, 1)
                found = await snapshot(context, listing, given, beside=has_columns(form))
                await self._put_on_log(context, listing, form)
            except (GraphQLError, DirectoryError) as fault:
                raise NotAnswered.by(fault) from fault
            pieces = self._told(context, found, form)
            limits = self._services.settings.limits
            return _Closing(pieces, _headers(found, form), limits, held.pop_all())

    async def _put_on_log(self, context: Context, listing: Listing, form: Format) -> None:
        """Who takes a copy of what is on record before the first row is given out. Raises: RecordUnavailable."""
        reader = context.caller.subject or ""
        said = {
            "purpose": "export",
            "listing": listing.value,
            "format": form.value,
            "agency": context.caller.agency,
        }
        async with self._services.directory.record.unit_of_work() as uow:
            await uow.note_about(EXPORTED, reader, actor=reader, at=self._services.clock(), data=said)

    async def _context(self, request: Request) -> Context:
        caller = (await identified(self._services.tokens, request, self._allowances)).caller
        return context_for(self._services, caller, self._allowances.of(caller, address_of(request)))

    async def _told(self, context: Context, found: Snapshot, form: Format) -> AsyncGenerator[bytes, None]:
        """The file; who took how much of what is logged in the end, also where the end came early."""
        size, whole = 0, False
        try:
            async with aclosing(written(found, form)) as pieces:
                async for piece in pieces:
                    size += len(piece)
                    yield piece
            whole = True
        finally:
            log.info(
                "exported",
                listing=found.listing.value,
                format=form.value,
                position=found.position,
                bytes=size,
                whole=whole,
            )

    async def _filter(self, request: Request) -> object:
        check_media_type(request.headers.getlist("content-type"))
        limits = self._services.settings.limits
        body = await read_body(request, most_bytes=limits.body_bytes, within_seconds=limits.body_seconds)
        try:
            asked = read_json(body)
        except ValueError:
            raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_json")) from None
        if not isinstance(asked, dict):
            raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.not_object"))
        for field in asked:
            if field != "filter":
                raise Refused(400, ApiError(ApiCode.BAD_REQUEST, "body.export_field"))
        return asked.get("filter")


def _named(request: Request) -> tuple[Listing, Format]:
    name, _, ending = request.path_params["file"].partition(".")
    try:
        return Listing(name), Format(ending)
    except ValueError:
        raise HTTPException(404) from None


def _headers(found: Snapshot, form: Format) -> dict[str, str]:
    return {
        "cache-control": "no-store",
        "vary": "Authorization, Cookie",
        "content-type": MEDIA_TYPES[form],
        "content-disposition": f'attachment; filename="{found.listing}-{found.position}.{form}"',
        "x-log-position": str(found.position),
        "x-retrieved-at": found.retrieved_at.isoformat(),
    }


class _Closing(StreamingResponse):
    """A stream that is closed with its answer, so that a walk ends where its reader went away or takes nothing more."""

    def __init__(
        self,
        content: AsyncGenerator[bytes, None],
        headers: dict[str, str],
        limits: ApiLimits,
        held: ExitStack,
    ) -> None:
        """`held` is given back with the end of the answer."""
        super().__init__(content, headers=headers)
        self._content = content
        self._limits = limits
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, and gives back what was held for it."""
        with self._held:
            await super().__call__(scope, receive, send)

    async def stream_response(self, send: Send) -> None:
        """The pieces, each sent in time and all of them too. Who is too slow gets a connection that is cut off, not a file
        that looks whole."""

        async def in_time(message: Message) -> None:
            async with asyncio.timeout(self._limits.export_stalled_seconds):
                await send(message)

        async with aclosing(self._content):
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.export_seconds):
                    await super().stream_response(in_time)
