"""
One connection pool to Elasticsearch: JSON in, checked JSON out, nothing sent twice.

Requests go out as bytes past the client's own serialisers, and without its retries: it repeats a refused request four
times within ten milliseconds, which is the opposite of what an engine that asks for a pause needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from directory.errors import SearchUnavailable
from indexer.engines.elastic.access import OPEN, Access

if TYPE_CHECKING:
    from elasticsearch import AsyncElasticsearch, TransportError

Json = dict[str, Any]

CONNECTIONS = 50
JSON = {"accept": "application/json", "content-type": "application/json"}
NDJSON = {"accept": "application/json", "content-type": "application/x-ndjson"}


class Rejected(SearchUnavailable):
    """The engine answered with an error status: it is up and does not want this request."""

    def __init__(self, request: str, status: int, reason: str) -> None:
        super().__init__(f"Elasticsearch answered {request} with HTTP {status}: {reason}")
        self.status = status
        self.reason = reason

    @property
    def already_exists(self) -> bool:
        """Whether an index was to be made that is there already."""
        return "resource_already_exists" in self.reason


class Unreachable(SearchUnavailable):
    """No connection, or nobody who answers."""


def node_urls(url: str) -> tuple[str, ...]:
    """The addresses of a cluster's nodes, written in one line with commas between them."""
    return tuple(each.strip() for each in url.split(",") if each.strip())


class Client:
    """Requests to one cluster, to its nodes in turn. Made in and bound to one event loop."""

    def __init__(self, url: str, *, seconds: float, access: Access = OPEN) -> None:
        """`url` of one node or of several, as `node_urls` reads them; each may hold a user and password, unless `access`
        holds a key. `seconds`: how long to wait for an answer."""
        # Half a second of every start is spent on this import, so only those who need it pay.
        from elasticsearch import AsyncElasticsearch, OrjsonSerializer

        urls = node_urls(url)
        self.nodes = len(urls)
        self.shown_url = ", ".join(map(_shown, urls))
        self._elasticsearch: AsyncElasticsearch = AsyncElasticsearch(
            list(urls),
            request_timeout=seconds,
            max_retries=0,
            retry_on_timeout=False,
            http_compress=False,
            connections_per_node=CONNECTIONS,
            serializers={"application/json": OrjsonSerializer()},
            **access.options(),
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._elasticsearch.close()

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer to a request with a JSON body. Raises: Rejected, SearchUnavailable."""
        return await self._send(method, path, None if body is None else orjson.dumps(body), JSON)

    async def bulk(self, path: str, body: bytes) -> Json:
        """The answer to a bulk request. Raises: Rejected, SearchUnavailable."""
        return await self._send("POST", path, body, NDJSON)

    async def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Json:
        from elasticsearch import ApiError, ConnectionError, TransportError, UnsupportedProductError

        try:
            answer = await self._elasticsearch.perform_request(method, path, headers=headers, body=body)
        except UnsupportedProductError as fault:
            raise SearchUnavailable(f"what answers at {self.shown_url} is not Elasticsearch") from fault
        except ApiError as fault:
            raise Rejected(f"{method} {path}", fault.status_code, _reason(fault.body)) from fault
        except ConnectionError as fault:
            raise Unreachable(f"Elasticsearch at {self.shown_url}: {_why(fault)}") from fault
        except TransportError as fault:
            raise SearchUnavailable(f"Elasticsearch at {self.shown_url}: {fault}") from fault
        if not isinstance(answer.body, dict):
            raise SearchUnavailable(
                f"Elasticsearch at {self.shown_url} answered something that is not its JSON"
            )
        return answer.body


def _shown(url: str) -> str:
    """The address without user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".rstrip(":")


def _why(fault: TransportError) -> str:
    """What kind of fault it is and what the library met: a wrong certificate must be told from a closed port."""
    met = fault.__cause__ or fault.__context__
    return f"{fault} ({type(met).__name__}): {fault.message}"[:500]


def _reason(body: Any) -> str:
    """The engine's reason out of its error, with the innermost cause, at most 500 characters."""
    error = body.get("error") if isinstance(body, dict) else None
    return reason_of(error) if error else str(body)[:500]


def reason_of(error: Any) -> str:
    """The reason in an error object, with its innermost cause."""
    if not isinstance(error, dict):
        return str(error)[:500]
    said = f"{error.get('type')}: {error.get('reason')}"
    cause = error.get("caused_by")
    while isinstance(cause, dict):
        error, cause = cause, cause.get("caused_by")
        if cause is None:
            said += f" ({error.get('reason')})"
    return said[:500]
