"""The standing of a listed entry: suspended and restored, graduated and relisted, gone at its own wish."""

from __future__ import annotations

import pytest

from directory.access import THE_CLOCK
from directory.commands import AmendFirm, ChangeFirmStatus, SubmitFirm
from directory.states import FirmStatus
from tests.commands.front_desk import STRANGER, WANG, ZHAO, Desk, a_firm_user
from tests.declarations import raw_enterprise

STATUS_ROUTES = [
    (FirmStatus.SUSPENDED, FirmStatus.LISTED),
    (FirmStatus.GRADUATED, FirmStatus.LISTED),
    (FirmStatus.SUSPENDED, FirmStatus.DELISTED),
    (FirmStatus.GRADUATED, FirmStatus.DELISTED),
]


@pytest.mark.parametrize(("first", "second"), STATUS_ROUTES)
async def test_a_reviewer_changes_the_standing_with_a_reason(
    desk: Desk, first: FirmStatus, second: FirmStatus
) -> None:
    """Suspended and restored, graduated and relisted, or out: each step with its reason."""
    firm = await desk.listed(a_firm_user())
    for to in (first, second):
        firm = await desk.firm(
            await desk.done(
                ChangeFirmStatus(firm=firm.id, expected_version=firm.version, to=to, reason=f"转为{to}"), WANG
            )
        )
        assert (firm.status, firm.status_reason) == (to, f"转为{to}")


async def test_the_clock_suspends_and_sends_nobody_away(desk: Desk) -> None:
    """Whoever gives no yearly update is suspended by time; to leave takes a person's decision."""
    firm = await desk.listed(a_firm_user())

    def to(status: FirmStatus) -> ChangeFirmStatus:
        return ChangeFirmStatus(firm=firm.id, expected_version=firm.version, to=status, reason="逾期未更新")

    assert (await desk.refusal(to(FirmStatus.DELISTED), THE_CLOCK))[0] == "FORBIDDEN"
    assert (
        await desk.firm(await desk.done(to(FirmStatus.SUSPENDED), THE_CLOCK))
    ).status is FirmStatus.SUSPENDED


async def test_a_firm_leaves_at_its_own_wish(desk: Desk) -> None:
    """It may go, but neither suspend itself nor send others away."""
    owner = a_firm_user()
    firm = await desk.listed(owner)

    def to(status: FirmStatus, reason: str = "不再经营") -> ChangeFirmStatus:
        return ChangeFirmStatus(firm=firm.id, expected_version=firm.version, to=status, reason=reason)

    forbidden = ("FORBIDDEN", "firm", "firm.status_not_yours")
    assert await desk.refusal(to(FirmStatus.SUSPENDED), owner) == forbidden
    assert await desk.refusal(to(FirmStatus.DELISTED), STRANGER) == forbidden
    assert await desk.refusal(to(FirmStatus.DELISTED), ZHAO) == forbidden
    assert await desk.refusal(to(FirmStatus.DELISTED, " "), owner) == ("REQUIRED", "reason", "required")
    assert await desk.refusal(to(FirmStatus.PENDING), WANG) == ("NOT_ALLOWED_NOW", "to", "firm.no_way_to")
    await desk.done(to(FirmStatus.DELISTED), owner)
    assert (await desk.firm(firm.id)).status is FirmStatus.DELISTED


async def test_a_delisted_entry_has_no_open_submission(desk: Desk) -> None:
    """What was asked for an entry that left is withdrawn with it, and its identity is free."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(AmendFirm(firm=firm.id, expected_version=firm.version, profile=profile), owner)
    firm = await desk.firm(firm.id)
    await desk.done(
        ChangeFirmStatus(firm=firm.id, expected_version=firm.version, to=FirmStatus.DELISTED, reason="注销"),
        WANG,
    )
    assert (await desk.submission(outcome)).status.value == "WITHDRAWN"
    await desk.done(SubmitFirm(profile=profile), a_firm_user())


async def test_a_suspension_does_not_stop_an_amendment(desk: Desk) -> None:
    """It changes the standing and nothing that the firm declared, so the firm need not declare again."""
    owner, profile = a_firm_user(), raw_enterprise()
    firm = await desk.listed(owner, profile)
    outcome = await desk.done(
        AmendFirm(firm=firm.id, expected_version=firm.version, profile={**profile, "summary": "新"}), owner
    )
    firm = await desk.firm(firm.id)
    await desk.done(
        ChangeFirmStatus(firm=firm.id, expected_version=firm.version, to=FirmStatus.SUSPENDED, reason="核查"),
        WANG,
    )
    await desk.approve(outcome)
    after = await desk.firm(firm.id)
    assert (after.status, after.profile.summary) == (FirmStatus.SUSPENDED, "新")
