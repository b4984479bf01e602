"""
The form of a profile (申报信息) in steps: which fields belong to which step, and what the form holds for a profile that is kept.

Rows of accounts and figures that are left blank are no rows: they are taken out before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from portal.forms import Form, prefilled

PREFIX = "profile."
STEPS: Mapping[str, tuple[str, ...]] = {
    "who": ("entityKind", "name", "nameEn", "otherNames", "uscc", "foundedOn"),
    "accounts": ("platforms", "forms", "summary", "summaryEn", "website"),
    "place": ("region", "industry", "occupation", "supportProgrammes"),
    "figures": ("metrics",),
    "contact": ("contact",),
}
LAST_STEP = "review"
ROWS: Mapping[str, tuple[str, ...]] = {
    "platforms": ("platform", "accountName", "url", "followers", "openedOn"),
    "metrics": ("value",),
}
BLANK_ACCOUNTS = 2
MONTHS = 6
YEARS = 2
MONTHLY = ("FOLLOWERS", "MONTHLY_TURNOVER_CNY", "ORDERS", "CUSTOMERS", "EMPLOYEES")
YEARLY = ("ANNUAL_REVENUE_CNY",)
LINES = PREFIX + "otherNames"


def step_of(path: str) -> str:
    """The step that the field lies in, by its path inside the profile."""
    field = path.removeprefix(PREFIX).partition(".")[0]
    return next((step for step, fields in STEPS.items() if field in fields), "who")


def form_of(profile: Mapping[str, Any]) -> Form:
    """A form that begins with what the profile holds."""
    values = prefilled(profile, PREFIX)
    if LINES in values:
        values[LINES] = ["\n".join(values[LINES])]
    return Form(values)


def with_step(kept: Mapping[str, Any], sent: Form, step: str) -> None:
    """Adds what is kept of the other steps to what was sent of this one."""
    others = {name: value for name, value in kept.items() if name not in STEPS[step]}
    sent.values = {**form_of(others).values, **sent.values}


def tidied(form: Form) -> None:
    """Takes blank rows out, and makes a line of every other name."""
    for group, telling in ROWS.items():
        rows = _rows(form, group)
        for name in [one for one in form.values if one.startswith(f"{PREFIX}{group}.")]:
            del form.values[name]
        said = [row for row in rows if any("".join(row.get(name, ())).strip() for name in telling)]
        for place, row in enumerate(said):
            form.values |= {f"{PREFIX}{group}.{place}.{name}": values for name, values in row.items()}
    if LINES in form.values:
        form.values[LINES] = [line for one in form.values[LINES] for line in one.splitlines()]


def shown_again(form: Form) -> None:
    """Undoes `tidied` for the eye: other names as one text."""
    if LINES in form.values:
        form.values[LINES] = ["\n".join(form.values[LINES])]


def account_places(form: Form) -> Sequence[int]:
    """The rows of accounts to show: those that are filled in, and some blank ones."""
    return range(len(_rows(form, "platforms")) + BLANK_ACCOUNTS)


def figure_places(form: Form, today: date) -> list[tuple[int, str, str]]:
    """The rows of figures to show, each with its metric and period: those given, then the latest months and years."""
    given = [
        (place, "".join(row.get("metric", ())), "".join(row.get("period", ())))
        for place, row in enumerate(_rows(form, "metrics"))
    ]
    taken = {(metric, period) for _, metric, period in given}
    offered = [
        *((metric, period) for metric in MONTHLY for period in _months(today)),
        *((metric, str(today.year - back)) for metric in YEARLY for back in range(1, YEARS + 1)),
    ]
    blank = [one for one in offered if one not in taken]
    rows = [*given, *((len(given) + place, *one) for place, one in enumerate(blank))]
    order = {metric: place for place, metric in enumerate((*MONTHLY, *YEARLY))}
    return sorted(rows, key=lambda row: (order.get(row[1], len(order)), _backwards(row[2])))


def _backwards(period: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in period.split("-") if part.isdigit())


def _months(today: date) -> Iterable[str]:
    """The latest whole months."""
    for back in range(1, MONTHS + 1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        yield f"{year}-{month + 1:02}"


def _rows(form: Form, group: str) -> list[dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = {}
    for name, values in form.values.items():
        if name.startswith(f"{PREFIX}{group}."):
            place, _, field = name.removeprefix(f"{PREFIX}{group}.").partition(".")
            if place.isdigit():
                found.setdefault(int(place), {})[field] = values
    return [found[place] for place in sorted(found)]
