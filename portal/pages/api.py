"""The API for those who program (接口): how to call it, queries to copy, and the reference, searched or type by type."""

from __future__ import annotations

from starlette.responses import Response

from portal.api_reference import found, grouped, reference
from portal.api_samples import samples
from portal.faults import not_found
from portal.page import Page
from portal.visit import Visit

PATH = "/api"
# Beside the portal, at the same origin.
ENDPOINT = "/graphql"


async def api(visit: Visit) -> Response:
    """How to call it, examples, and the list of types; or what a search in the reference finds."""
    words = visit.here.value("q")
    if words:
        return await visit.show("api_found.html", words=words, hits=found(words))
    url = visit.request.url
    endpoint = f"{url.scheme}://{url.netloc}{ENDPOINT}"
    return await visit.show(
        "api.html",
        endpoint=endpoint,
        socket=f"{'wss' if url.scheme == 'https' else 'ws'}://{url.netloc}{ENDPOINT}",
        samples=samples(),
        groups=grouped(),
    )


async def described(visit: Visit) -> Response:
    """One type."""
    type_ = reference().get(visit.given("name"))
    if type_ is None:
        raise not_found()
    return await visit.show("api_type.html", type=type_)


PAGES = (Page(PATH, api), Page(f"{PATH}/types/{{name}}", described))
