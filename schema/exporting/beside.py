"""What a table shows beside the fields of the state: worked out for the moment of the export, by the rules of the API."""

from __future__ import annotations

from directory import deadlines, entities
from directory.blockages import waiting_on
from directory.consents import face_for
from directory.facts import Json
from directory.firms import latest_readings
from directory.states import Metric
from schema.blockages.seeing import Seen
from schema.context import Context
from schema.firms.details import shown_readings


def beside_firm(context: Context, firm: entities.Firm) -> dict[str, Json]:
    """Accounts as `platform:name`, the latest turnover (its band for who may not see it exact), and the assessment."""
    firm = face_for(context.caller, firm)
    latest = [one for one in latest_readings(firm.readings) if one.metric is Metric.MONTHLY_TURNOVER_CNY]
    latest.sort(key=lambda one: one.period)
    turnover = next(iter(shown_readings(context.caller, firm, latest[-1:])), None)
    return {
        "accounts": [f"{one.platform}:{one.account_name}" for one in firm.profile.platforms],
        "turnoverPeriod": turnover.period if turnover else None,
        "monthlyTurnoverCny": (turnover.band or format(turnover.value, "f")) if turnover else None,
        "growthQualified": firm.growth.qualifies if firm.growth else None,
    }


def beside_report(context: Context, seen: Seen) -> dict[str, Json]:
    """Who has to act, working days, whether a limit has passed, and the latest claimed resolution."""
    report = seen.report
    now, rulebook = context.services.clock(), context.services.directory.rulebook
    waits = waiting_on(report)
    claimed = report.resolutions[-1] if report.resolutions else None
    return {
        "waitingOn": waits.value if waits else None,
        "grossDays": deadlines.gross_days(report, now, rulebook),
        "netDays": deadlines.net_days(report, now, rulebook),
        "overdue": any(deadlines.is_overdue(each, now) for each in report.deadlines),
        "resolutionState": claimed.state.value if claimed else None,
        "resolutionKind": claimed.kind.value if claimed else None,
        "resolutionSummary": claimed.summary if claimed else None,
        "residual": claimed.residual if claimed else None,
    }
