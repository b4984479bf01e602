"""Signs that an agency pushes reports around (监督预警), counted over all reports that it leads or led."""

from __future__ import annotations

import strawberry

from directory.ports import AgencySigns
from directory.reference import Reference
from directory.supervision import Indicator
from schema.reference.types import Agency, agency


@strawberry.type(description="How often one sign shows on the reports of an agency.")
class IndicatorCount:
    """One of `Indicator`."""

    indicator: Indicator = strawberry.field(description="The sign.")
    count: int = strawberry.field(description="On how many of the agency's reports it shows.")
    share: float = strawberry.field(description="On what part of them, from 0 to 1.")


@strawberry.type(description="The signs on the reports of one agency.")
class AgencyIndicators:
    """Made by `shown_signs`."""

    agency: Agency = strawberry.field(description="The agency.")
    reports: int = strawberry.field(description="How many reports it leads, or led to their end.")
    indicators: list[IndicatorCount] = strawberry.field(description="Every sign, also those that never show.")


def shown_signs(reference: Reference, signs: AgencySigns) -> AgencyIndicators:
    """The counts as the API shows them."""
    return AgencyIndicators(
        agency=agency(reference, signs.agency),
        reports=signs.reports,
        indicators=[
            IndicatorCount(indicator=sign, count=count, share=count / signs.reports)
            for sign, count in signs.shown.items()
        ],
    )
