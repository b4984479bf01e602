"""A record filled quickly with generated firms and reports, all listed: what indexing and searching are measured on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from directory.entities import Blockage, Firm
from directory.identifiers import Prefix, new_number
from directory.profile_reading import read_profile
from directory.record.open import SqlRecord
from directory.rulebook import Rulebook
from directory.states import Language, Severity, Visibility
from directory.workdays import WorkCalendar
from seeds.generate import generate
from seeds.reference import load_reference
from seeds.sample import SampleFirm, SampleReport
from tests.factories import make_blockage, make_firm

AT_ONCE = 500
REFERENCE = load_reference()
RULEBOOK = Rulebook(REFERENCE, WorkCalendar(REFERENCE.work_years), REFERENCE.limits)
CONVERTED = {"severity": Severity, "visibility": Visibility, "language": Language, "clauses": tuple}
TAKEN_OVER = frozenset({"title", "description", "category", *CONVERTED})


def entities(documents: int) -> Iterator[Firm | Blockage]:
    """Firms, each before its reports; `documents` of them together."""
    return islice(_endless(documents), documents)


def _endless(firms: int) -> Iterator[Firm | Blockage]:
    now = datetime.now(UTC)
    for sample in generate(firms, today=now.date()):
        firm = _firm(sample, now)
        yield firm
        for report in sample.reports:
            yield _report(report, firm, now)


def _firm(sample: SampleFirm, now: datetime) -> Firm:
    declared = read_profile(sample.profile, RULEBOOK, now.date())
    at = now - timedelta(days=sample.submitted_days_ago)
    return make_firm(
        profile=declared.profile,
        owner=sample.owner_subject,
        created_at=at,
        listed_at=at,
        updated_at=at,
    )


def _report(report: SampleReport, firm: Firm, now: datetime) -> Blockage:
    at = now - timedelta(days=report.reported_days_ago)
    given: dict[str, Any] = {
        name: CONVERTED.get(name, _same)(value)
        for name, value in report.report.items()
        if name in TAKEN_OVER and value is not None
    }
    return make_blockage(
        firm_id=firm.id,
        reporter=firm.owner,
        region=firm.profile.region,
        forms=firm.profile.forms,
        reported_at=at,
        updated_at=at,
        **given,
    )


def _same(value: Any) -> Any:
    return value


def _with_own_number(entity: Any, taken: set[str]) -> Any:
    """The entity under a number that no other has: of 200,000 drawn ones two are the same every other time."""
    field, prefix = (
        ("entry_number", Prefix.ENTRY) if isinstance(entity, Firm) else ("reference", Prefix.REPORT)
    )
    while getattr(entity, field) in taken:
        entity = entity.model_copy(update={field: new_number(prefix, secrets.token_bytes)})
    taken.add(getattr(entity, field))
    return entity


async def fill(record: SqlRecord, documents: int) -> None:
    """Keeps the entities, many in one transaction, and seals them."""
    taken: set[str] = set()
    waiting = (_with_own_number(each, taken) for each in entities(documents))
    while some := list(islice(waiting, AT_ONCE)):
        async with record.unit_of_work() as uow:
            for each in some:
                store: Any = uow.firms if isinstance(each, Firm) else uow.blockages
                await store.add(each, kind="entity:kept", actor="benchmark", at=each.updated_at)
    sealer = record.sealer()
    while await sealer.seal_once():
        pass
    await sealer.stop()
