"""What both engines make of a query's scopes and codes, and how much other words than those typed count."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.documents.fields import FIELDS
from indexer.query.scopes import CODE_SCOPES, TEXT_SCOPES
from indexer.query.search import NOTHING, AnyOf, Filter, Kind, Not
from indexer.query.syntax import Coded, Scoped, Sides

# The score is that of what was typed, and this much of the score of all that may stand for it. Documents that say what
# was typed come before those that only mean it, unless these say it in a name and those in passing: at 0.1 the judged
# queries lose half a point of nDCG, for a report's title in other words tells more than a passing word in its text.
ADDED_WEIGHT = 0.3


def scoped_fields(scoped: Scoped, names: Sequence[str]) -> list[str]:
    """Those of the fields `names` that the scope holds."""
    return [name for name in names if name in TEXT_SCOPES[scoped.field]]


def code_filters(sides: Sides, kind: Kind) -> list[Filter]:
    """The codes that must hold and that must not, as filters of the kind."""
    wanted: list[Filter] = [_code_filter(coded, kind) for coded in sides.coded]
    return wanted + [Not(_code_filter(coded, kind)) for coded in sides.uncoded]


def _code_filter(coded: Coded, kind: Kind) -> Filter:
    name = CODE_SCOPES[coded.field]
    return AnyOf(name, coded.values) if name in FIELDS[kind] else NOTHING
