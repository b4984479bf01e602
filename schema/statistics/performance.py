"""How an agency handles the reports given to it: one question to the engine for all agencies of an answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import strawberry
from strawberry.dataloader import DataLoader

from directory.access import Operation, Role
from directory.disclosure import LEAST_COMPARED, LEAST_SHOWN, published
from directory.errors import InvalidInput
from directory.statistics import Figures, Group, figures
from directory.survival import MEDIAN, Durations, days_until
from directory.workdays import WorkCalendar
from indexer.documents import fields
from indexer.query.blockage_groups import (
    NUMBER_OF_TALLIES,
    acceptance_tallies,
    days_since,
    groups,
    tallies_wanted,
)
from indexer.query.search import EVERYTHING, AnyOf, Is, Kind, Search
from indexer.query.tallies import Counts, Tally
from schema.arguments import In
from schema.context import Context
from schema.enums import Language
from schema.filters import DateRange, FilterReading
from schema.statistics.types import RATE, StatisticsDefinition, definitions, withheld_sentence

# Upper ends of the bands of open ages, in working days; the last band is open.
AGE_BANDS: tuple[int, ...] = (5, 10, 30, 60)
WITHHELD = f"Empty, too, where fewer than {LEAST_COMPARED} reports stand behind it."

Period = tuple[date | None, date | None]


@strawberry.type(description="Open reports by how long ago they were reported.")
class OpenAge:
    """A band of working days, both ends included."""

    from_days: int = strawberry.field(description="The fewest working days since the report.")
    to_days: int | None = strawberry.field(description="The most; null for the last band.")
    count: int = strawberry.field(description="How many open reports are that old.")


@strawberry.type(
    description="How an agency handles what it is responsible for. The same reports are counted for every caller, those "
    "that anyone may read, so that agencies can be compared; supervisors have all of them counted. Those who may not see "
    f"single cases are told counts to the nearest five, 0 for fewer than {LEAST_SHOWN}."
)
class AgencyPerformance:
    """Made by `performance_of`."""

    assigned: int = strawberry.field(
        description="Reports of the period that the agency is responsible for now."
    )
    claimed: int = strawberry.field(description="A resolution is claimed, the reporter has not spoken.")
    confirmed: int = strawberry.field(description="Closed, the reporter confirmed.")
    contested: int = strawberry.field(description="Open, the reporter contested the last claim.")
    unanswered: int = strawberry.field(description="Closed, the reporter did not answer in time.")
    closed_unresolved: int = strawberry.field(description="Closed by a supervisor without a resolution.")
    overdue: int = strawberry.field(description="Open, and past a running limit of those who handle them.")
    transfers_away: int = strawberry.field(
        description="Reports of the period that the agency had and returned, or that were taken from it."
    )
    open_ages: list[OpenAge] = strawberry.field(description="The open reports by age.")
    median_days_to_accept: float | None = strawberry.field(
        description="Working days from the assignment by which half were accepted, those still waiting censored "
        f"(Kaplan-Meier). {WITHHELD}"
    )
    median_days_to_resolution: float | None = strawberry.field(
        description="Working days from the report by which half are resolved, open and unresolved ones censored "
        f"(Kaplan-Meier). {WITHHELD}"
    )
    p90_days_to_resolution: float | None = strawberry.field(
        description=f"Working days by which nine tenths are resolved, by the same estimate. {WITHHELD}"
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
    mean_rating: float | None = strawberry.field(
        description=f"The reporters' mean rating, 1 to 5. {WITHHELD}"
    )
    as_of: str = strawberry.field(description="The log position that the figures stand for.")
    reason: strawberry.Private[str | None]

    @strawberry.field(description="Why medians, rates and ratings are withheld; null where they are not.")
    def withheld(self, language: In = Language.ZH) -> str | None:
        return withheld_sentence(self.reason, language or Language.ZH)

    @strawberry.field(description="What each figure means.")
    def definitions(self, language: In = Language.ZH) -> list[StatisticsDefinition]:
        return definitions(language or Language.ZH)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An agency and the days of its reports, in Asia/Shanghai."""

    agency: str
    period: Period


async def performance_of(
    context: Context, agency: str, since: date | None, until: date | None
) -> AgencyPerformance:
    """The figures of an agency for reports of these days. Raises: InvalidInput; SearchUnavailable."""
    if since is not None and until is not None and since > until:
        raise InvalidInput.at("from", key="statistics.period")
    return await context.loader(performances).load(Wanted(agency, (since, until)))


def performances(context: Context) -> DataLoader[Wanted, AgencyPerformance]:
    """Loads the figures of all agencies that an operation asks about, with one question for each period."""

    async def load(keys: list[Wanted]) -> list[AgencyPerformance]:
        agencies: dict[Period, list[str]] = defaultdict(list)
        for key in keys:
            agencies[key.period].append(key.agency)
        found: dict[Wanted, AgencyPerformance] = {}
        for period, codes in agencies.items():
            for code, told in (await _asked(context, period, codes)).items():
                found[Wanted(code, period)] = told
        return [found[key] for key in keys]

    return DataLoader(load_fn=load)


async def _asked(context: Context, period: Period, codes: Sequence[str]) -> Mapping[str, AgencyPerformance]:
    now, calendar = context.services.clock(), context.reference.calendar
    reading = FilterReading(context.reference)
    reading.instants(DateRange(from_=period[0], to=period[1]), fields.REPORTED_AT)
    seen = EVERYTHING if context.caller.has(Role.SUPERVISOR) else Is(fields.PUBLIC, True)
    search = Search(Kind.BLOCKAGE, seen, filters=reading.finish(), first=1)
    by, theirs = (fields.AGENCY,), AnyOf(fields.AGENCY, tuple(codes))
    wanted = [
        Tally(each.by, (*each.filters, theirs))
        for each in (*tallies_wanted(by, now), *acceptance_tallies(by))
    ]
    wanted.append(Tally((fields.FORMER_AGENCIES,), (AnyOf(fields.FORMER_AGENCIES, tuple(codes)),)))
    tallied = await context.services.search.tally(search, wanted)
    standing = groups(tallied.counts[:NUMBER_OF_TALLIES], lambda key: key, calendar, now)
    handling = _handling(tallied.counts[NUMBER_OF_TALLIES:], calendar, now)
    exact = context.may(Operation.READ_EXACT_STATISTICS)
    return {
        code: _shown(
            standing.get((code,)) or Group(),
            handling.get(code, Handling()),
            exact=exact,
            position=tallied.position,
        )
        for code in codes
    }


@dataclass(slots=True)
class Handling:
    """What is counted of an agency beside the figures of its reports: numbers of reports by working days."""

    accepted: Counter[int] = field(default_factory=Counter)
    waiting: Counter[int] = field(default_factory=Counter)
    ages: Counter[int] = field(default_factory=Counter)
    away: int = 0


def _handling(counts: Sequence[Counts], calendar: WorkCalendar, now: datetime) -> Mapping[str, Handling]:
    accepted, waiting, open_ones, away = counts
    found: dict[str, Handling] = defaultdict(Handling)
    for (agency, days), count in accepted.items():
        found[str(agency)].accepted[int(days or 0)] += count
    for (agency, day), count in waiting.items():
        found[str(agency)].waiting[days_since(int(day or 0), calendar, now)] += count
    for (agency, day), count in open_ones.items():
        found[str(agency)].ages[days_since(int(day or 0), calendar, now)] += count
    for (agency,), count in away.items():
        found[str(agency)].away += count
    return found


def _shown(group: Group, handling: Handling, *, exact: bool, position: int) -> AgencyPerformance:
    told: Figures = figures(group, exact=exact, compares=True)
    waits = Durations(handling.accepted, handling.waiting)
    accept = days_until(waits, MEDIAN) if told.withheld is None else None
    return AgencyPerformance(
        assigned=told.reported,
        claimed=told.claimed,
        confirmed=told.confirmed,
        contested=told.contested,
        unanswered=told.unanswered,
        closed_unresolved=told.closed_unresolved,
        overdue=told.overdue,
        transfers_away=handling.away if exact else published(handling.away),
        open_ages=list(_open_ages(handling.ages, exact=exact)),
        median_days_to_accept=accept,
        median_days_to_resolution=told.median_days,
        p90_days_to_resolution=told.p90_days,
        on_time_rate=told.on_time_rate,
        confirmation_rate=told.confirmation_rate,
        reopen_rate=told.reopen_rate,
        mean_rating=told.mean_rating,
        as_of=str(position),
        reason=told.withheld,
    )


def _open_ages(ages: Mapping[int, int], *, exact: bool) -> Iterable[OpenAge]:
    fewest = 0
    for most in (*AGE_BANDS, None):
        count = sum(n for days, n in ages.items() if fewest <= days and (most is None or days <= most))
        yield OpenAge(from_days=fewest, to_days=most, count=count if exact else published(count))
        fewest = (most or 0) + 1
