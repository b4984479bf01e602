"""What reports can be grouped by: the field of the index, how its values fold into groups, and what a group is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.reference import Reference
from directory.vocabulary import Label
from indexer.query.tallies import Value
from schema.blockages.facets import COUNTABLE, BlockageFacet
from schema.enums import expose
from schema.facets import NOT_KNOWN, Countable, of_plain


class StatisticsDimension(StrEnum):
    """The dimensions."""

    AGENCY = "AGENCY"
    CATEGORY = "CATEGORY"
    REGION = "REGION"
    FORM = "FORM"
    PLATFORM = "PLATFORM"
    CLAUSE = "CLAUSE"
    SEVERITY = "SEVERITY"
    CAUSE_LEVEL = "CAUSE_LEVEL"
    PROCEDURE_STEP = "PROCEDURE_STEP"
    REPORTED_MONTH = "REPORTED_MONTH"
    REPORTED_YEAR = "REPORTED_YEAR"


expose(
    StatisticsDimension,
    "What reports can be grouped by. A report without a value is in the group with the empty key.",
    {
        StatisticsDimension.AGENCY: "By responsible agency; fewer than ten reports are not compared.",
        StatisticsDimension.CATEGORY: "By kind of obstacle.",
        StatisticsDimension.REGION: "By region, GB/T 2260, at the level of `regionLevel`.",
        StatisticsDimension.FORM: "By business form; a report with several counts in each.",
        StatisticsDimension.PLATFORM: "By platform; a report with several counts in each.",
        StatisticsDimension.CLAUSE: "By clause; a report with several counts in each.",
        StatisticsDimension.SEVERITY: "By severity.",
        StatisticsDimension.CAUSE_LEVEL: "By whose rule or practice is the cause.",
        StatisticsDimension.PROCEDURE_STEP: "By the step of the procedure in which the cause sits.",
        StatisticsDimension.REPORTED_MONTH: "By month of the report in Asia/Shanghai, YYYY-MM, in the order of time.",
        StatisticsDimension.REPORTED_YEAR: "By year of the report in Asia/Shanghai, in the order of time.",
    },
)


class RegionLevel(StrEnum):
    """The levels of GB/T 2260, from outside in."""

    PROVINCE = "PROVINCE"
    PREFECTURE = "PREFECTURE"
    COUNTY = "COUNTY"


expose(
    RegionLevel,
    "How finely regions are told apart. What is known less finely has a group of its own, under the code that is known, "
    "so that the parts of a region always add up to it.",
    {
        RegionLevel.PROVINCE: "Provinces (省级).",
        RegionLevel.PREFECTURE: "Prefectures (地级).",
        RegionLevel.COUNTY: "Counties (县级).",
    },
)

DEPTHS: Mapping[RegionLevel, int] = {level: depth for depth, level in enumerate(RegionLevel, start=1)}
MONTHS_OF_A_YEAR = 12
NOT_ASSIGNED = Label("尚未转办", "Not assigned yet")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A field with its labels; `fold` gives the group of a value, `following` the next one of a series in time."""

    countable: Countable
    fold: Callable[[str], str] = str
    following: Callable[[str], str] | None = None
    without: Label = NOT_KNOWN

    def group(self, value: Value) -> Value:
        """The group that a value of the field belongs to."""
        return None if value in (None, self.countable.unknown) else self.fold(str(value))

    def label(self, reference: Reference, group: Value) -> Label:
        """What a group is called."""
        return self.without if group is None else self.countable.label(reference, str(group))


def dimension(
    wanted: StatisticsDimension, level: RegionLevel = RegionLevel.PROVINCE, *, reference: Reference
) -> Dimension:
    """The dimension as it was asked for."""
    months = COUNTABLE[BlockageFacet.REPORTED_MONTH]
    if wanted is StatisticsDimension.REPORTED_MONTH:
        return Dimension(months, following=following_month)
    if wanted is StatisticsDimension.REPORTED_YEAR:
        return Dimension(of_plain(months.field), fold=lambda month: month[:4], following=_following_year)
    if wanted is StatisticsDimension.REGION:
        return Dimension(COUNTABLE[BlockageFacet.REGION], fold=_at_level(DEPTHS[level], reference))
    without = NOT_ASSIGNED if wanted is StatisticsDimension.AGENCY else NOT_KNOWN
    return Dimension(COUNTABLE[wanted.value], without=without)


def following_month(month: str) -> str:
    """The month after YYYY-MM."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // MONTHS_OF_A_YEAR:04}-{number % MONTHS_OF_A_YEAR + 1:02}"


def _following_year(year: str) -> str:
    return f"{int(year) + 1:04}"


def _at_level(depth: int, reference: Reference) -> Callable[[str], str]:
    def fold(code: str) -> str:
        path = reference.regions.path(code) if reference.regions.is_known(code) else (code,)
        return path[: max(1, depth)][-1]

    return fold
