"""What a caller may not read moves nothing that they can see: two directories that differ in it alone answer alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from directory.entities import Blockage, Entity, Firm, Impact, Provenance, TimelineEntry
from directory.moves import Action
from directory.profiles import ContactDetails
from directory.states import BlockageStatus, Visibility
from schema.node import global_id
from tests.factories import NOW, make_firm, make_profile
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    HELPER,
    LEAD,
    LEADER,
    OPERATOR,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SUPERVISOR,
    Person,
    staged_in,
)
from tests.measure import FULL
from tests.record.steps import keep
from tests.schema.blockages.corpus import taken_up
from tests.schema.firms.listing import turnover
from tests.schema.rights.exits import questions, told
from tests.schema.rights.exits_beside import EXITS_BESIDE, awaiting, matched, pushed, taken_away, told_anew

WORDS = ("秘密甲", "秘密乙", "13812345678")
STRANGERS = (PUBLIC, OTHER_OWNER, ANALYST, OPERATOR, FAR_OFFICER)

ONE, OTHER = (
    make_firm(owner=OWNER.subject, profile=make_profile(name="微光直播")),
    make_firm(owner="third-firm", profile=make_profile(name="深海数码")),
)
REPORT = taken_up(ONE, agency=LEAD, co_agencies=(HELPER,), status=BlockageStatus.IN_PROGRESS)


def changed(entity: Any, **changes: Any) -> Any:
    """The same entity with other values."""
    return entity.model_copy(update=changes)


def noted(word: str) -> Blockage:
    """The report with what its parties wrote to each other, about this word."""
    asked = TimelineEntry(
        at=NOW,
        actor=LEAD,
        action=Action.REQUEST_INFORMATION.value,
        before=BlockageStatus.IN_PROGRESS,
        after=BlockageStatus.INFORMATION_NEEDED,
        note=word,
    )
    report: Blockage = changed(
        REPORT,
        status=BlockageStatus.INFORMATION_NEEDED,
        timeline=(*REPORT.timeline, asked),
        impact=Impact(yearly_cost_band="10k-50k" if word == WORDS[0] else "50k-200k", explanation=word),
        suggested_agency=LEAD if word == WORDS[0] else HELPER,
    )
    return report


def known(word: str, other: bool) -> Firm:
    """The entry with what only its firm and its reviewers read, about this word."""
    firm: Firm = changed(
        ONE,
        good_standing=other,
        status_reason=word,
        provenance={"name": Provenance(source="registry", by=word, at=NOW)},
        owner=word,
    )
    return firm


# What differs, between which two directories, and from whom it is kept.
PAIRS: dict[str, tuple[Sequence[Entity], Sequence[Entity], Sequence[Person]]] = {
    "an entry's own affairs": (
        (known(WORDS[0], False), OTHER),
        (known(WORDS[1], True), OTHER),
        STRANGERS,
    ),
    "exact figures": (
        (changed(ONE, readings=(turnover("1000"),)), OTHER),
        (changed(ONE, readings=(turnover("2000"),)), OTHER),
        (PUBLIC, OTHER_OWNER, OPERATOR),
    ),
    "what parties write to each other": (
        (ONE, OTHER, noted(WORDS[0])),
        (ONE, OTHER, noted(WORDS[1])),
        STRANGERS,
    ),
    "who reported": (
        (ONE, OTHER, REPORT),
        (ONE, OTHER, changed(REPORT, firm_id=OTHER.id, reporter=OTHER.owner)),
        (*STRANGERS, ASSISTANT, LEADER, SUPERVISOR),
    ),
    "how a report for agencies only is worded": (
        (ONE, OTHER, changed(REPORT, visibility=Visibility.AGENCIES_ONLY, title=WORDS[0])),
        (ONE, OTHER, changed(REPORT, visibility=Visibility.AGENCIES_ONLY, title=WORDS[1], category="tax-classification")),
        STRANGERS,
    ),
}  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> Sequence[Path]:
    """Where two directories lie."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    return here, there


async def answers(place: Path, entities: Sequence[Entity], people: Sequence[Person]) -> dict[str, list[Any]]:
    """What each person is told by a directory of these entities."""
    async with staged_in(place) as stage:
        asked = list(questions(WORDS, [global_id("Firm", firm.id) for firm in (ONE, OTHER)]))
        for who in people:
            await awaiting(stage, who, WORDS)
        await keep(stage.record, *entities)
        await stage.index()
        await matched(stage)
        found = {who.subject: await told(stage, who, asked) for who in people}
        for who in people:
            found[who.subject] += [await told_anew(stage, who), *await taken_away(stage, who, WORDS)]
            found[who.subject].append(await pushed(stage, who))
        return found


@pytest.mark.parametrize("hidden", PAIRS)
async def test_what_is_hidden_moves_nothing_that_is_shown(places: Sequence[Path], hidden: str) -> None:
    """Search, order, facets, scores, highlights, suggestions, likeness, figures, the feed, nodes, errors: all the same.

    So is what is exported, what saved searches find and put into the inbox, and what subscriptions push.
    """
    first, second, strangers = PAIRS[hidden]
    people = strangers if FULL else strangers[::2]
    asked: list[Any] = list(questions(WORDS, [global_id("Firm", firm.id) for firm in (ONE, OTHER)]))
    asked += [(f"{{{exit}", {}) for exit in EXITS_BESIDE]

    here = await answers(places[0], first, people)
    there = await answers(places[1], second, people)

    moved = [
        (who, query.split("{")[1].strip()[:20], variables)
        for who in here
        for (query, variables), one, other in zip(asked, here[who], there[who], strict=True)
        if one != other
    ]
    assert moved == []


@pytest.mark.parametrize(
    ("hidden", "reader"),
    [
        ("exact figures", ANALYST),
        ("what parties write to each other", LEADER),
        ("who reported", OWNER),
        ("how a report for agencies only is worded", LEADER),
    ],
    ids=lambda each: each if isinstance(each, str) else each.subject,
)
async def test_who_may_read_it_sees_the_difference(
    places: Sequence[Path], hidden: str, reader: Person
) -> None:
    """The questions reach what is hidden: to whoever may read it, the two directories are not alike."""
    first, second, _ = PAIRS[hidden]

    assert await answers(places[0], first, (reader,)) != await answers(places[1], second, (reader,))


async def test_contact_details_are_found_by_nobody(places: Sequence[Path]) -> None:
    """Not even by those who read them: with and without, every answer is the same."""
    told_of: list[dict[str, list[Any]]] = []
    for number, phone in enumerate((None, "13812345678")):
        async with staged_in(places[number]) as stage:
            firm = ONE
            if phone is not None:
                async with stage.record.unit_of_work() as uow:
                    contact = await uow.contacts.put(ONE.id, ContactDetails(phone=phone))
                firm = changed(ONE, contact=contact)
            await keep(stage.record, firm, OTHER)
            await stage.index()
            asked = [each for each in questions(WORDS, []) if "changes" not in each[0]]
            told_of.append({who.subject: await told(stage, who, asked) for who in (PUBLIC, ANALYST, LEADER)})

    assert told_of[0] == told_of[1]
