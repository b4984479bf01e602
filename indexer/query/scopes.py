"""
Where a part of a search may be told to look: `name:微光`, `platform:douyin`. Any other word before a colon is text.

A scope of texts searches those texts of a document; a scope of codes asks for a code, or for the label of one. A kind
of document that has none of a scope's fields holds nothing in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# The fields of `indexer/documents/fields.py`, of entries, reports and blocking points.
TEXT_SCOPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "title": ("title", "title_en"),
        "description": ("description", "description_en", "summary", "summary_en"),
        "name": ("name", "name_en", "other_names"),
    }
)
REFERENCE_SCOPE = "reference"
# With everything below the code, where codes form a tree.
CODE_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "platform": "platform_path",
        "region": "region_path",
        "category": "category_path",
        "clause": "clauses",
        REFERENCE_SCOPE: "codes",
    }
)
