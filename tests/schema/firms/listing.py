"""A small directory to search: each entry differs from the others in what a filter asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from directory.entities import Firm, GrowthFinding, MetricReading, TimelineEntry
from directory.moves import Action
from directory.profiles import PlatformAccount
from directory.states import BlockageStatus, EntityKind, FirmStatus, Metric, SizeClass, Visibility
from schema.firms.words import FirmFacet
from tests.factories import NOW, make_blockage, make_firm, make_freelancer_profile, make_profile
from tests.journeys.stage import Stage
from tests.record.steps import keep

FACETS = [facet.value for facet in FirmFacet]


def turnover(value: str) -> MetricReading:
    return MetricReading(
        metric=Metric.MONTHLY_TURNOVER_CNY,
        period="2026-01",
        value=Decimal(value),
        source=None,
        reported_at=NOW,
    )


def growth_finding(qualifies: bool) -> GrowthFinding:
    return GrowthFinding(ruleset="MEG-1", qualifies=qualifies, assessed_at=NOW, criteria=())


def sample() -> list[Firm]:
    """微光 (a streaming enterprise in Hangzhou), 小鱼 (a freelancer in Xihu), 深海 (a household in Shenzhen), and two
    that the public does not see.
    """
    return [
        make_firm(
            owner="owner-of-微光",
            profile=make_profile(
                name="微光直播",
                name_en="Glimmer Live",
                other_names=("微光好物",),
                industry="6421",
                founded_on=date(2020, 7, 14),
                summary="网络直播间带货。",
                platforms=(PlatformAccount(platform="douyin", account_name="微光", followers=1_000),),
            ),
            readings=(turnover("88000.50"),),
            size_class=SizeClass.SMALL,
            growth=growth_finding(True),
            listed_at=datetime(2026, 1, 31, 16, 30, tzinfo=UTC),  # 1 February in Shanghai
            updated_at=datetime(2026, 2, 1, tzinfo=UTC),
        ),
        make_firm(
            profile=make_freelancer_profile(
                name="小鱼手作",
                region="330106",
                occupation="content-creator",
                forms=("short-video",),
                platforms=(PlatformAccount(platform="bilibili", account_name="小鱼", followers=50_000),),
            ),
            size_class=SizeClass.MICRO,
            growth=growth_finding(False),
            listed_at=datetime(2026, 2, 10, tzinfo=UTC),
            updated_at=datetime(2026, 2, 12, tzinfo=UTC),
        ),
        make_firm(
            status=FirmStatus.SUSPENDED,
            profile=make_profile(
                name="深海数码",
                entity_kind=EntityKind.INDIVIDUAL_BUSINESS,
                region="440300",
                summary="直播设备。",
            ),
            readings=(turnover("9000"),),
            listed_at=datetime(2026, 3, 1, tzinfo=UTC),
            updated_at=datetime(2026, 3, 1, tzinfo=UTC),
        ),
        make_firm(status=FirmStatus.PENDING, owner="firm-user", profile=make_profile(name="未列直播")),
        make_firm(status=FirmStatus.DELISTED, profile=make_profile(name="移出直播", region="440300")),
    ]


async def listed(stage: Stage) -> dict[str, Firm]:
    """The sample in record and index, by name; 微光 has an open public report, 小鱼 one for agencies only."""
    firms = {firm.profile.name: firm for firm in sample()}
    await keep(stage.record, *firms.values())
    taken_up = TimelineEntry(at=NOW, actor="triage", action=Action.TRIAGE_ACCEPT.value)
    working = {"status": BlockageStatus.IN_PROGRESS, "timeline": (taken_up,)}
    await keep(
        stage.record,
        make_blockage(firm_id=firms["微光直播"].id, **working),
        make_blockage(firm_id=firms["小鱼手作"].id, visibility=Visibility.AGENCIES_ONLY, **working),
        make_blockage(firm_id=firms["深海数码"].id, status=BlockageStatus.REJECTED),
    )
    await stage.index()
    return firms
