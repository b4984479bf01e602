"""Files on pages (证据材料): taken from the form that sends one, and given out to be saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from directory.errors import ErrorCode
from directory.evidence import KINDS, MOST_BYTES
from portal.faults import PageFault, fault_of, sentence
from portal.forms import Form
from portal.multipart import SentFile, parts_of
from portal.visit import Visit
from portal.visitor import require_same_site
from schema.bodies import Refused
from schema.evidence.endpoint import Upload
from schema.refusing import NotAnswered
from schema.sign_in.desk import CSRF_FIELD

FILE, REDACTS = "evidence", "redacts"
# Of a file that is too large the page comes back and says so; of one that is larger than this no more is read.
MOST_READ = 2 * MOST_BYTES
AT_THE_FILE = frozenset(
    {ErrorCode.INVALID, ErrorCode.TOO_LARGE, ErrorCode.LIMIT_EXCEEDED, ErrorCode.NOT_ALLOWED_NOW}
)
# What a file field offers; what is taken says the content.
ACCEPTED = ",".join(ending for kind in KINDS for ending in kind.endings)
NO_FILE = SentFile("", b"")


def sends_file(visit: Visit) -> bool:
    """Whether the form that was sent is one with a file."""
    return visit.request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def received(visit: Visit) -> Form:
    """The form that came with a file, which is kept now unless the form says what is to be corrected. Raises: PageFault."""
    files, context, form = visit.site.common.evidence, visit.context(), Form()
    try:
        found = await files.known(context, visit.given("reference"))
        body = await files.body(context, visit.request, MOST_READ)
        parts = await parts_of(visit.request.headers["content-type"], body)
        await require_same_site(visit.request, "".join(parts.texts.pop(CSRF_FIELD, [])))
        form.values |= parts.texts
        file, redacts = parts.files.get(FILE, NO_FILE), form.value(REDACTS) or None
        await files.admit(context, found, redacts)
        await files.add(context, found, Upload(file.name, file.content, redacts))
    except NotAnswered as cause:
        _blame(visit, form, cause)
    except Refused as cause:
        if cause.status != 413:
            raise PageFault(400, "form") from None
        form.blame(FILE, sentence(cause.error, visit.language))
    except ValueError:
        raise PageFault(400, "form") from None
    return form


def _blame(visit: Visit, form: Form, cause: NotAnswered) -> None:
    codes = {(error.extensions or {}).get("code") for error in cause.errors}
    if not codes <= AT_THE_FILE:
        raise fault_of(cause.errors, visit.language) from None
    for error in cause.errors:
        form.blame(FILE, sentence(error, visit.language))


async def download(visit: Visit) -> Response:
    """The file that the address names, to be saved. Raises: PageFault."""
    try:
        return await visit.site.common.evidence.file(visit.context(), visit.given("file"))
    except NotAnswered as cause:
        raise fault_of(cause.errors, visit.language) from None


def there(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files of a report that were not taken back."""
    return [one for one in report["evidence"] if one["withdrawnAt"] is None]
