"""A listed firm whose reports have causes in common."""

import pytest
import pytest_asyncio

from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.reports import Reports
from tests.journeys.stage import Stage
from tests.record.steps import keep
from tests.schema.blocking_points.points import Points


@pytest_asyncio.fixture
async def reports(stage: Stage) -> Reports:
    """The reports of one listed firm in Hangzhou, owned by `OWNER`."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    return Reports(stage, global_id("Firm", firm.id))


@pytest.fixture
def points(stage: Stage) -> Points:
    """Blocking points, through the API."""
    return Points(stage)
