"""What can be counted in a search for blocking points (政策堵点)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from indexer.documents import fields
from schema.blockages.facets import COUNTABLE as OF_REPORTS
from schema.blockages.facets import BlockageFacet
from schema.enums import expose
from schema.facets import Countable, of_terms


class BlockingPointFacet(StrEnum):
    """The facets of blocking points."""

    STATUS = "STATUS"
    CATEGORY = "CATEGORY"
    CLAUSE = "CLAUSE"


expose(
    BlockingPointFacet,
    "What a search for blocking points can count.",
    {
        BlockingPointFacet.STATUS: "By where they stand.",
        BlockingPointFacet.CATEGORY: "By kind of obstacle.",
        BlockingPointFacet.CLAUSE: "By clause that they cite; a point with several counts in each.",
    },
)

COUNTABLE: Mapping[str, Countable] = {
    BlockingPointFacet.STATUS: of_terms(fields.STATUS, "blocking_point_statuses"),
    BlockingPointFacet.CATEGORY: OF_REPORTS[BlockageFacet.CATEGORY],
    BlockingPointFacet.CLAUSE: OF_REPORTS[BlockageFacet.CLAUSE],
}
