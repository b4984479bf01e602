"""A listed firm whose reports have files."""

import pytest_asyncio

from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports
from tests.journeys.stage import Stage
from tests.record.steps import keep


@pytest_asyncio.fixture
async def reports(stage: Stage) -> Reports:
    """The reports of one listed firm in Hangzhou, owned by `OWNER`."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    return Reports(stage, global_id("Firm", firm.id))
