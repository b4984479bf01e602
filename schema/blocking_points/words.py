"""The enumerations of blocking points, each value with its description."""

from __future__ import annotations

from directory.states import BlockingPointStatus
from schema.enums import expose

__all__ = ["BlockingPointStatus"]

expose(
    BlockingPointStatus,
    "Where a policy blocking point (政策堵点) stands.",
    {
        BlockingPointStatus.OPEN: "Named, and nobody is at work on it yet.",
        BlockingPointStatus.IN_PROGRESS: "Being worked on, also once its review was reopened.",
        BlockingPointStatus.RESOLVED: "Claimed to be removed; each reporter answers for itself.",
    },
)
