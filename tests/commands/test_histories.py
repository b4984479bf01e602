"""The log of real commands gives every earlier state back, personal values included, until they are erased."""

from __future__ import annotations

import pytest

from directory.commands import AmendFirm
from directory.entities import Firm
from directory.errors import Gone
from directory.history import changes_between, state_as_of
from directory.states import EntityType
from tests.commands.front_desk import Desk, a_firm_user
from tests.declarations import raw_freelancer, reading


async def renamed(desk: Desk) -> tuple[Firm, Firm]:
    """A freelancer's entry before and after a change of name."""
    owner = a_firm_user()
    profile = raw_freelancer(metrics=[reading("FOLLOWERS", "2026-01", 900)])
    before = await desk.listed(owner, profile)
    desk.wait(days=1)
    outcome = await desk.done(
        AmendFirm(
            firm=before.id,
            expected_version=before.version,
            profile={**profile, "name": "大光", "metrics": [reading("FOLLOWERS", "2026-02", 990)]},
        ),
        owner,
    )
    await desk.approve(outcome)
    return before, await desk.firm(await desk.end_notice(outcome))


async def test_an_entry_is_shown_as_it_was(desk: Desk) -> None:
    """As of the day before the change, field for field, and as it is now."""
    before, after = await renamed(desk)
    entries = await desk.log_of(EntityType.FIRM, before.id)
    assert state_as_of(entries, before.updated_at) == before
    assert state_as_of(entries) == after


async def test_what_an_amendment_changed_is_told_by_field(desk: Desk) -> None:
    """Old name and new, the former names, the readings with the new one at their end."""
    before, after = await renamed(desk)
    changes = changes_between(await desk.log_of(EntityType.FIRM, before.id), before.version, after.version)
    found = {change.field: (change.before, change.after) for change in changes}
    assert found["profile.name"] == ("小光", "大光")
    assert found["former_names"] == (None, ["小光"])
    assert [one["value"] for one in found["readings"][1]] == ["900", "990"]
    assert "profile.region" not in found


async def test_an_erased_entry_shows_no_earlier_state(desk: Desk) -> None:
    """What was erased is gone from every day of the past, too."""
    before, after = await renamed(desk)
    async with desk.record.unit_of_work() as uow:
        await uow.erase(after.id, actor="operator", at=desk.now)
    with pytest.raises(Gone):
        state_as_of(await desk.log_of(EntityType.FIRM, before.id), before.updated_at)
    command = AmendFirm(firm=after.id, expected_version=after.version, profile=raw_freelancer())
    assert (await desk.refusal(command, a_firm_user()))[0] == "GONE"
