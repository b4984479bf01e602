"""A Starlette endpoint written by hand: GET /search?number=0&first=20."""

import call
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SHOWN = ("entry_number", "name", "reference", "title", "status", "severity", "category", "forms", "region")


async def search(request: Request) -> Response:
    """What was found, as JSON."""
    answer = await call.found(int(request.query_params["number"]))
    documents = call.sources(answer, int(request.query_params["first"]))
    content = {
        "totalCount": call.total(answer),
        "nodes": [{name: source[name] for name in SHOWN if name in source} for source in documents],
        "facets": call.facets(answer),
    }
    return Response(orjson.dumps(content), media_type="application/json")


app = Starlette(routes=[Route("/search", search)])
