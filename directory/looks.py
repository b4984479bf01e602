"""How somebody's contact details, or who they are, came before others' eyes (查看方式): a fact of its own for each way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ViewWay(StrEnum):
    """One way of being seen."""

    LOOKED_AT = "LOOKED_AT"
    UNSEALED = "UNSEALED"
    EVIDENCE_READ = "EVIDENCE_READ"
    COPIED = "COPIED"


FACTS: Mapping[ViewWay, str] = {
    ViewWay.LOOKED_AT: "contact:viewed",
    ViewWay.UNSEALED: "reporter:unsealed",
    ViewWay.EVIDENCE_READ: "evidence:read",
    ViewWay.COPIED: "person:exported",
}
WAYS: Mapping[str, ViewWay] = {fact: way for way, fact in FACTS.items()}
