"""Figures as the API shows them."""

from __future__ import annotations

import strawberry

from directory import statistics
from directory.disclosure import LEAST_COMPARED, LEAST_DERIVED
from directory.messages.catalogue import sentence
from directory.messages.statistics import DEFINITIONS
from schema.arguments import In
from schema.enums import Language
from schema.terms import FacetValue

DAYS = "Empty where the estimate does not reach that far, or too few reports stand behind it."
RATE = "From 0 to 1; empty where nothing can be divided, or too few reports stand behind it."


@strawberry.type(description="What a figure means: figures without their definitions are no figures.")
class StatisticsDefinition:
    """One figure, by the name of its field."""

    field: str = strawberry.field(description="The name of the field.")
    name: str = strawberry.field(description="What the figure is called.")
    sentence: str = strawberry.field(description="What is counted, and how.")


def definitions(language: Language) -> list[StatisticsDefinition]:
    """Every figure's definition."""
    place = 0 if language is Language.ZH else 1
    return [
        StatisticsDefinition(field=field, name=name[place], sentence=text[place])
        for field, (name, text) in DEFINITIONS.items()
    ]


@strawberry.type(
    description="One group of reports. Those who may not see single cases are told counts to the nearest five, 0 for "
    "fewer than eight; smaller groups are left out."
)
class StatisticsRow:
    """Made by `shown_row`."""

    keys: list[FacetValue] = strawberry.field(description="The group's value in each dimension.")
    reported: int = strawberry.field(description="All reports but those left out.")
    open: int = strawberry.field(description="Still followed up, claimed and contested ones among them.")
    overdue: int = strawberry.field(description="Open, and past a running limit of those who handle them.")
    closed_unresolved: int = strawberry.field(description="Closed by a supervisor without a resolution.")
    claimed: int = strawberry.field(description="A resolution is claimed, the reporter has not spoken.")
    confirmed: int = strawberry.field(description="Closed, the reporter confirmed.")
    contested: int = strawberry.field(description="Open, the reporter contested the last claim.")
    unanswered: int = strawberry.field(description="Closed, the reporter did not answer in time.")
    left_out: int = strawberry.field(
        description="Rejected, merged or withdrawn reports, which are in no other figure."
    )
    median_days_to_resolution: float | None = strawberry.field(
        description=f"Working days by which half are resolved, open ones censored (Kaplan-Meier). {DAYS}"
    )
    p90_days_to_resolution: float | None = strawberry.field(
        description=f"Working days by which nine tenths are resolved, by the same estimate. {DAYS}"
    )
    on_time_rate: float | None = strawberry.field(
        description=f"Resolved within every limit, among these and all that were not. {RATE}"
    )
    confirmation_rate: float | None = strawberry.field(
        description=f"Confirmed, among confirmed, contested and unanswered. {RATE}"
    )
    reopen_rate: float | None = strawberry.field(
        description=f"Reopened at least once, among those ever closed as resolved. {RATE}"
    )
    mean_rating: float | None = strawberry.field(description="The reporters' mean rating, 1 to 5.")
    reason: strawberry.Private[str | None]

    @strawberry.field(description="Why medians, rates and ratings are withheld; null where they are not.")
    def withheld(self, language: In = Language.ZH) -> str | None:
        return withheld_sentence(self.reason, language or Language.ZH)


def withheld_sentence(reason: str | None, language: Language) -> str | None:
    """Why figures are withheld, in words."""
    params = {"compared": LEAST_COMPARED, "derived": LEAST_DERIVED}
    return sentence(reason, language, params) if reason else None


def shown_row(keys: list[FacetValue], figures: statistics.Figures) -> StatisticsRow:
    """A group's figures as the API shows them."""
    return StatisticsRow(
        keys=keys,
        reported=figures.reported,
        open=figures.open,
        overdue=figures.overdue,
        closed_unresolved=figures.closed_unresolved,
        claimed=figures.claimed,
        confirmed=figures.confirmed,
        contested=figures.contested,
        unanswered=figures.unanswered,
        left_out=figures.left_out,
        median_days_to_resolution=figures.median_days,
        p90_days_to_resolution=figures.p90_days,
        on_time_rate=figures.on_time_rate,
        confirmation_rate=figures.confirmation_rate,
        reopen_rate=figures.reopen_rate,
        mean_rating=figures.mean_rating,
        reason=figures.withheld,
    )


@strawberry.type(
    description="Figures on reports, with their definitions and the place in the log they stand for."
)
class BlockageStatistics:
    """Rows with the most reports first; by time, in the order of time and without gaps for those who see zeros."""

    total: StatisticsRow = strawberry.field(description="All selected reports together.")
    rows: list[StatisticsRow] = strawberry.field(description="The groups, at most `first` of them.")
    suppressed: int = strawberry.field(
        description="How many groups are left out to protect those concerned, rounded up to the next five; 0 for callers "
        "who may see single cases."
    )
    more_rows: int = strawberry.field(description="How many groups beyond `first` were not returned.")
    as_of: str = strawberry.field(description="The log position that the figures stand for.")

    @strawberry.field(description="What each figure means.")
    def definitions(self, language: In = Language.ZH) -> list[StatisticsDefinition]:
        return definitions(language or Language.ZH)
