"""One visit to a page: what it may ask of the API, and how it is answered."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.address import Address, address
from portal.faults import PageFault, fault_of
from portal.forms import REPEAT_FIELD, Form
from portal.inputs import read_input
from portal.labels import begin_labels
from portal.language import COOKIE, HTML_LANG, OTHER, SEGMENT_OF
from portal.operation import Operation
from portal.texts import text
from portal.visitor import Visitor, require_same_site
from schema.admission import address_of
from schema.bodies import Refused, read_body
from schema.context import Context
from schema.enums import Language
from schema.root import SCHEMA, context_for
from schema.sign_in.desk import CSRF_FIELD, desk_of

if TYPE_CHECKING:
    from portal.site import Site

FLASH = "flash"
FLASH_SECONDS = 60
YEAR_SECONDS = 365 * 24 * 3600
FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 2000
COMPRESSED_FROM = 1024
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A page whose API is unavailable can still be shown without what was asked for.
ONLY_TIME_CORRECTS = frozenset({"busy", "search", "unavailable"})


@dataclass
class Visit:
    """A request of a visitor for a page in a language."""

    site: Site
    request: Request
    visitor: Visitor
    language: Language

    @property
    def tag(self) -> str:
        """The language for `<html lang>`."""
        return HTML_LANG[self.language]

    @cached_property
    def here(self) -> Address:
        """The page's own address within its language: the path after /zh or /en, with the query."""
        path = self.request.url.path.removeprefix(f"/{SEGMENT_OF[self.language]}") or "/"
        return Address(path, tuple(parse_qsl(self.request.url.query)))

    def to(self, path: str | Address, **query: object) -> str:
        """The address of a page in this language; `path` is without it."""
        local = path if isinstance(path, Address) else address(path, **query)
        return f"/{SEGMENT_OF[self.language]}{local}"

    @property
    def other_tag(self) -> str:
        """The other language, as HTML names it."""
        return HTML_LANG[OTHER[self.language]]

    @property
    def sign_in(self) -> str | None:
        """Where to sign in, to come back here; None where nobody can."""
        return str(address("/sign-in", next=self.to(self.here))) if desk_of(self.request) else None

    @staticmethod
    def repeat_name() -> str:
        """A name for what a form asks for, so that sending it twice does it once."""
        return token_urlsafe(16)

    @property
    def translated(self) -> str:
        """The same page in the other language, query and all."""
        return f"/{SEGMENT_OF[OTHER[self.language]]}{self.here}"

    def given(self, name: str) -> str:
        """The value of a parameter in the path."""
        return str(self.request.path_params[name])

    def text(self, key: str, **values: object) -> str:
        """The text of `key` in the page's language."""
        return text(self.language, key, **values)

    def context(self) -> Context:
        """A context for one operation of the visitor, with the visitor's rights and allowance."""
        common, caller = self.site.common, self.visitor.caller
        allowance = common.allowances.of(caller, address_of(self.request))
        return context_for(common.services, caller, allowance)

    async def ask(self, operation: Operation, **variables: Any) -> Mapping[str, Any]:
        """The data of the operation; `language` is given by itself where it is a variable. Raises: PageFault."""
        if "language" in operation.variables:
            variables.setdefault("language", self.language.value)
        result = await SCHEMA.execute(operation.text, variable_values=variables, context_value=self.context())
        if result.errors or result.data is None:
            raise fault_of(result.errors or (), self.language)
        if self.language is Language.EN:
            begin_labels(result.data)
        return result.data

    async def ask_if_possible(self, operation: Operation, **variables: Any) -> Mapping[str, Any] | None:
        """The data of the operation; None while the API cannot answer it. Raises: PageFault, for all else."""
        try:
            return await self.ask(operation, **variables)
        except PageFault as fault:
            if fault.kind in ONLY_TIME_CORRECTS:
                return None
            raise

    async def ask_if_told(
        self, operation: Operation, **variables: Any
    ) -> tuple[Mapping[str, Any] | None, Sequence[str]]:
        """The data of the operation, or None and the sentences why not: so few that nobody is told, or nothing to be had now.

        Raises: PageFault, for all else.
        """
        try:
            data = await self.ask_if_possible(operation, **variables)
            return data, () if data is not None else (self.text("figures.missing"),)
        except PageFault as fault:
            if fault.kind != "limit":
                raise
            return None, fault.sentences

    async def form(self) -> Form:
        """What was sent. Raises: PageFault, for what no form of this site sent."""
        if self.request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
            raise PageFault(415, "form")
        limits = self.site.common.services.settings.limits
        try:
            body = await read_body(
                self.request, most_bytes=limits.body_bytes, within_seconds=limits.body_seconds
            )
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except (Refused, ValueError):
            raise PageFault(400, "form") from None
        form = Form()
        for name, value in pairs:
            form.values.setdefault(name, []).append(value)
        await require_same_site(self.request, "".join(form.values.pop(CSRF_FIELD, [])))
        return form

    async def send(self, operation: Operation, form: Form, **fixed: Any) -> Mapping[str, Any] | None:
        """Runs the mutation with the form's input and what is `fixed`: its payload, or None with the form's problems.

        Raises: PageFault, for what the visitor cannot correct.
        """
        values, wrong = read_input(operation.variables["input"], form.values)
        for name, kind in wrong.items():
            if name not in fixed:
                form.blame(name, self.text(f"form.{kind}"))
        if form.faulty:
            return None
        data = await self.ask(operation, input={**values, **fixed})
        payload: Mapping[str, Any] = data[operation.fields[0]]
        if payload["errors"]:
            form.blame_errors(payload["errors"])
            form.values.pop(REPEAT_FIELD, None)
            return None
        return payload

    async def show(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """The page: the template with what it shows; `page` in it is this visit."""
        html = await self.site.render(self, template, shown)
        response = HTMLResponse(html, status_code=status, headers=self._headers())
        self._compress(response)
        if FLASH in self.request.cookies:
            response.delete_cookie(FLASH)
        if self.request.cookies.get(COOKIE) != SEGMENT_OF[self.language]:
            self._set_cookie(response, COOKIE, SEGMENT_OF[self.language], YEAR_SECONDS)
        return response

    def go(self, path: str | Address, *, flash: str | None = None, **values: str) -> Response:
        """After something was done: on to a page, where `flash`, the key of a text, is shown once."""
        response = RedirectResponse(self.to(path), status_code=303)
        if flash is not None:
            self._set_cookie(response, FLASH, quote(json.dumps({"key": flash, **values})), FLASH_SECONDS)
        return response

    @property
    def flash(self) -> str | None:
        """The text that the page before left to be shown here."""
        try:
            left = json.loads(unquote(self.request.cookies[FLASH]))
            key = left.pop("key")
            return self.text(key, **left) if key.startswith("flash.") else None
        except (KeyError, ValueError, TypeError, AttributeError):
            return None

    def _headers(self) -> dict[str, str]:
        return {
            "content-security-policy": CONTENT_POLICY,
            "content-language": self.tag,
            "cache-control": "no-store" if self.visitor.signed_in else "no-cache",
            "referrer-policy": "same-origin",
            "vary": "Accept-Encoding, Cookie",
        }

    def _compress(self, response: Response) -> None:
        """Not where the page holds a secret beside what others can make it say: its length would tell (BREACH)."""
        accepted = self.request.headers.get("accept-encoding", "")
        if self.visitor.csrf_token is None and "gzip" in accepted and len(response.body) > COMPRESSED_FROM:
            response.body = gzip.compress(bytes(response.body), compresslevel=6, mtime=0)
            response.headers["content-encoding"] = "gzip"
            response.headers["content-length"] = str(len(response.body))

    def _set_cookie(self, response: Response, name: str, value: str, seconds: int) -> None:
        secure = self.request.url.scheme == "https"
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)
