"""
What each of the three API keys of a directory may do in Elasticsearch, as its role descriptors; all else is refused.

    search   reads the indices of one prefix; held by whatever answers requests
    index    writes, makes and deletes the indices of that prefix; held by the indexer
    admin    looks after the cluster and takes snapshots; reads and writes no document, and no program holds it
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

# "GET /" alone: whether the engine lives, and its version.
LOOK = "cluster:monitor/main"
# What was written becomes visible; the privilege `maintenance` would allow merging and flushing too.
REFRESH = "indices:admin/refresh*"


def rights(prefix: str) -> Mapping[str, Json]:
    """The role descriptors of the keys by name, for `POST /_security/api_key`, for the indices of `prefix`."""
    return {
        "search": _descriptor(prefix, [LOOK], ["read", "view_index_metadata", REFRESH]),
        "index": _descriptor(prefix, [LOOK], ["read", "index", "delete", "manage"]),
        "admin": _descriptor(prefix, ["monitor", "create_snapshot"], ["monitor", "view_index_metadata"]),
    }


def _descriptor(prefix: str, cluster: list[str], indices: list[str]) -> Json:
    return {"cluster": cluster, "indices": [{"names": [f"{prefix}-*"], "privileges": indices}]}
