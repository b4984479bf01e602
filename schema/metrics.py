"""
The figures of a server for its operators, in Prometheus' text format.

They are for those who run the server: without the token of the settings the address is not there.
"""

from __future__ import annotations

import hmac

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from directory.errors import ServiceFault
from schema.services import IndexState, Services

SCHEME = "Bearer "


class Metrics:
    """Answers requests for the figures."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, request: Request) -> Response:
        """The figures. Raises: HTTPException (404), for who does not bring the token."""
        token = self._services.settings.metrics_token
        given = request.headers.get("authorization", "")
        if not token or not hmac.compare_digest(given.encode(), f"{SCHEME}{token}".encode()):
            raise HTTPException(404)
        counted = generate_latest(self._services.observer.registry)
        return Response(
            counted + generate_latest(await self._standing()),
            headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4, "cache-control": "no-store"},
        )

    async def _standing(self) -> CollectorRegistry:
        """What stands as it is now: taken when it is asked for, so no figure is older than the answer."""
        registry = CollectorRegistry()
        up = Gauge("newgrowth_record_up", "1 while the record answers.", registry=registry)
        try:
            state, gauges = await self._services.index_state(), await self._services.gauges()
        except ServiceFault:
            up.set(0)
            return registry
        up.set(1)
        for name, (meaning, figure) in _of_index(state).items():
            Gauge(name, meaning, registry=registry).set(figure)
        for family in gauges:
            gauge = Gauge(family.name, family.meaning, family.labels, registry=registry)
            for values, figure in family.figures.items():
                (gauge.labels(*values) if values else gauge).set(figure)
        return registry


def _of_index(state: IndexState) -> dict[str, tuple[str, float]]:
    return {
        "newgrowth_log_position": ("The last position of the log.", state.record_position),
        "newgrowth_log_unsealed_seconds": (
            "For how long the oldest change has waited for its position.",
            state.unsealed_seconds,
        ),
        "newgrowth_index_up": ("1 while the search engine answers.", state.reachable),
        "newgrowth_index_position": ("The position that the index is complete to.", state.indexed_position),
        "newgrowth_index_lag_seconds": ("How far search is behind the record.", state.lag_seconds),
        "newgrowth_index_documents": ("Documents that searches can find.", state.documents),
        "newgrowth_index_dead_letters": ("Documents that were refused for good.", state.rejected),
        "newgrowth_index_following": ("1 while an indexer is at work.", state.following),
    }
