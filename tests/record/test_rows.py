"""What is written without the detour of reading back what was just written, or of SQLAlchemy a row."""

from __future__ import annotations

import secrets
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory.entities import Firm, dump
from directory.identifiers import new_id
from directory.ports import BulkWork, Expected
from directory.record.encoding import from_json, json_text, quick_json_text
from directory.record.open import SqlRecord
from directory.states import SubmissionStatus
from tests.factories import NOW, make_firm, make_freelancer_profile, make_submission
from tests.record.steps import CLERK, seal, whole_log
from tests.strategies import hostile_texts

NUMBERS = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1), JSON, max_size=4))
def test_a_state_reads_back_as_it_is_written(draft: dict[str, Any]) -> None:
    """So what the log compares need not be read back first; drafts hold whatever somebody sent."""
    state = dump(make_submission(status=SubmissionStatus.DRAFT, draft=draft))

    assert from_json(json_text(state)) == state
    assert from_json(json_text(entry := dump(make_firm()))) == entry


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.integers(1, 10_000).map(lambda score: score / 10_000)
        | hostile_texts,
        lambda some: st.lists(some, max_size=3) | st.dictionaries(hostile_texts, some, max_size=3),
        max_leaves=8,
    )
)
def test_the_quick_way_to_write_json_gives_the_same_text(value: Any) -> None:
    """Byte for byte, whatever the texts are: commitments are made of it."""
    assert quick_json_text(value) == json_text(value)


def entries(uow: BulkWork, count: int) -> list[Firm]:
    """Enterprises and freelancers under ids of the unit of work."""
    profiles = [{"profile": make_freelancer_profile()} if number % 2 else {} for number in range(count)]
    return [make_firm(id=uow.new_id(new_id(secrets.token_bytes)), **each) for each in profiles]


async def test_what_is_written_in_bulk_is_kept_and_logged_as_one_by_one(record: SqlRecord) -> None:
    """Each entry as it was added, and the log in that order; personal values come back from where they stand apart."""
    async with record.bulk_work() as uow:
        added = [
            await uow.firms.add(firm, kind="entity:kept", **CLERK, data={"reason": "批量"})
            for firm in entries(uow, 6)
        ]
    await seal(record)

    async with record.reader() as reader:
        assert await reader.firms([firm.id for firm in added]) == {firm.id: firm for firm in added}
        assert await reader.entry_numbers([added[1].id]) == {added[1].id: added[1].entry_number}
    facts = [entry.fact for entry in await whole_log(record)]
    assert [fact.entity_id for fact in facts] == [firm.id for firm in added]
    assert [fact.data for fact in facts] == [{"reason": "批量"}] * 6
    told = [{change.field: change.after for change in fact.changes} for fact in facts]
    assert [each["profile.name"] for each in told] == [firm.profile.name for firm in added]
    assert [each["owner"] for each in told] == [firm.owner for firm in added]


async def test_ids_of_one_transaction_begin_alike_and_nothing_else_of_them(record: SqlRecord) -> None:
    """So they lie together in every index; the ids of another transaction begin otherwise."""
    beginnings = []
    for _ in range(2):
        async with record.bulk_work() as uow:
            ids = [uow.new_id(new_id(secrets.token_bytes)) for _ in range(50)]
        assert {(len(each), each[12]) for each in ids} == {(32, "4")}
        assert len({each[8:] for each in ids}) == 50
        (beginning,) = {each[:8] for each in ids}
        beginnings.append(beginning)

    assert beginnings[0] != beginnings[1]


async def test_more_keys_may_be_expected_than_a_statement_takes(record: SqlRecord) -> None:
    """Both databases take some 32,000 values in one."""
    many = tuple(frozenset(f"name:{number}-{each}" for each in range(100)) for number in range(350))
    async with record.bulk_work() as uow:
        await uow.foresee(Expected("somebody", keys=many), [], NOW)

        assert await uow.firms.identities_sharing(many[7]) == []
