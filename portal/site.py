"""The portal as routes beside the API: pages in each language, their files, and the front door."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from directory.access import ANYONE
from portal.faults import OURS, PageFault, not_found
from portal.labels import VOCABULARIES, Labels, label, labels_of
from portal.language import COOKIE, SEGMENT_OF, SEGMENTS, preferred
from portal.navigation import navigation
from portal.operation import operation
from portal.page import Answer, Page
from portal.pages import (
    accountability,
    admin,
    api,
    apply,
    blockages,
    components,
    desk,
    desk_points,
    desk_report,
    directory,
    evidence,
    firm,
    home,
    my_data,
    my_firm,
    notice_channels,
    notices,
    points,
    policies,
    report,
    reports,
    searches,
    submission,
    submission_review,
    submissions,
    suggestions,
    supervision,
    tracking,
    triage,
)
from portal.regions import regions_of
from portal.rendering import pages_in
from portal.terms import Group
from portal.visit import Visit
from portal.visitor import NOBODY, visitor_of
from schema.app import Common
from schema.enums import Language
from schema.root import SCHEMA, context_for

PAGES: Sequence[Page] = (
    *home.PAGES,
    *directory.PAGES,
    *firm.PAGES,
    *blockages.PAGES,
    *points.PAGES,
    *policies.PAGES,
    *accountability.PAGES,
    *searches.PAGES,
    *suggestions.PAGES,
    *apply.PAGES,
    *submission.PAGES,
    *my_firm.PAGES,
    *my_data.PAGES,
    *notices.PAGES,
    *notice_channels.PAGES,
    *report.PAGES,
    *reports.PAGES,
    *tracking.PAGES,
    *evidence.PAGES,
    *desk.PAGES,
    *desk_report.PAGES,
    *triage.PAGES,
    *submission_review.PAGES,
    *submissions.PAGES,
    *supervision.PAGES,
    *desk_points.PAGES,
    *admin.PAGES,
    *api.PAGES,
    *components.PAGES,
)
STATIC = Path(__file__).with_name("static")
INDEX_STATUS = operation("index_status")
KEPT_FOR_EVER = "public, max-age=31536000, immutable"

log = structlog.get_logger(__name__)


class Site:
    """The pages of both languages over one API."""

    def __init__(self, common: Common) -> None:
        self.common = common
        self._pages = {language: pages_in(language) for language in Language}
        # Both are made of the reference data, which is read once and stays as it is while the process lives: they cannot go
        # stale, and there is one of each language.
        self._labels: Labels | None = None
        self._regions: dict[Language, list[Group]] = {}

    async def render(self, visit: Visit, template: str, shown: Mapping[str, Any]) -> str:
        """The template's text."""
        labels = await self.labels()
        return (
            self._pages[visit.language]
            .get_template(template)
            .render(
                page=visit,
                navigation=navigation(visit.visitor),
                label=partial(label, labels, language=visit.language),
                **shown,
            )
        )

    async def labels(self) -> Labels:
        """What every code is called; asked for by the site itself, at nobody's cost. Raises: PageFault."""
        if self._labels is None:
            context = context_for(self.common.services, ANYONE)
            result = await SCHEMA.execute(VOCABULARIES.text, context_value=context)
            if result.data is None:
                raise PageFault(*OURS)
            self._labels = labels_of(result.data)
        return self._labels

    async def regions(self, language: Language) -> list[Group]:
        """All regions to choose from, under their provinces; asked for as the labels are. Raises: PageFault."""
        if language not in self._regions:
            self._regions[language] = await regions_of(self.common.services, language)
        return self._regions[language]

    def routes(self) -> list[BaseRoute]:
        """All routes of the portal."""
        return [
            Route("/", _front_door),
            *(Route(f"/{segment}", _home_of(segment)) for segment in SEGMENTS),
            *(Mount(f"/{segment}", self._app(language)) for segment, language in SEGMENTS.items()),
            Mount("/static", GZipMiddleware(_Files(directory=STATIC)), name="static"),
        ]

    def _app(self, language: Language) -> Starlette:
        routes = []
        for page in PAGES:
            methods: Mapping[str, Answer | None] = {"GET": page.show, "POST": page.send}
            routes += [
                Route(page.path, self._answering(answer, language), methods=[method])
                for method, answer in methods.items()
                if answer is not None
            ]
        app = Starlette(routes=routes, exception_handlers={HTTPException: self._refusing(language)})
        app.router.redirect_slashes = False
        return app

    def _answering(self, answer: Answer, language: Language) -> Callable[[Request], Awaitable[Response]]:
        async def answering(request: Request) -> Response:
            visit = Visit(self, request, NOBODY, language)
            try:
                visit.visitor = await visitor_of(request)
                return await answer(visit)
            except PageFault as fault:
                return await self._told(visit, fault)
            except HTTPException:
                raise
            except Exception as error:
                reference = uuid.uuid4().hex[:12]
                log.error("page_failed", reference=reference, path=request.url.path, exc_info=error)
                return await self._told(visit, PageFault(*OURS, reference=reference))

        return answering

    def _refusing(self, language: Language) -> Callable[[Request, Exception], Awaitable[Response]]:
        async def refusing(request: Request, error: Exception) -> Response:
            visit = Visit(self, request, NOBODY, language)
            with suppress(PageFault):
                visit.visitor = await visitor_of(request)
            method = isinstance(error, HTTPException) and error.status_code == 405
            return await self._told(visit, PageFault(405, "not_found") if method else not_found())

        return refusing

    async def _told(self, visit: Visit, fault: PageFault) -> Response:
        """The page that tells of a fault, in words that help."""
        if fault.kind == "search" and await self._rebuilding(visit):
            fault = PageFault(fault.status, "rebuilding")
        response = await visit.show("fault.html", status=fault.status, fault=fault)
        if fault.seconds is not None:
            response.headers["retry-after"] = str(fault.seconds)
        return response

    async def _rebuilding(self, visit: Visit) -> bool:
        status = await visit.ask_if_possible(INDEX_STATUS)
        return status is not None and bool(status["indexStatus"]["rebuilding"])


def portal(common: Common) -> Sequence[BaseRoute]:
    """The portal, as a guest of the API's application."""
    return Site(common).routes()


async def _front_door(request: Request) -> Response:
    """On to the pages in the language that suits the visitor."""
    language = preferred(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))
    headers = {"vary": "Cookie, Accept-Language", "cache-control": "no-cache"}
    return RedirectResponse(f"/{SEGMENT_OF[language]}/", status_code=302, headers=headers)


def _home_of(segment: str) -> Callable[[Request], Awaitable[Response]]:
    async def home_of(request: Request) -> Response:
        return RedirectResponse(f"/{segment}/", status_code=308)

    return home_of


class _Files(StaticFiles):
    """The portal's files; one that is asked for by its content's mark never changes."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file."""
        response = await super().get_response(path, scope)
        marked = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = (
            KEPT_FOR_EVER if marked and response.status_code == 200 else "no-cache"
        )
        return response
