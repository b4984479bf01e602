"""Commands on entries that are no submissions."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from directory.commands import UnmergeFirm
from directory.handling import Outcome
from directory.identifiers import Prefix, parse_number
from schema.context import Context, Info
from schema.firms.inputs import ChangeFirmStatusInput, MergeFirmsInput, UnmergeFirmInput
from schema.firms.payloads import FirmPayload
from schema.inputs import NO_SUCH_KEY


@strawberry.type
class FirmMutations:
    """Merging, and changes of standing."""

    @strawberry.mutation(
        description="Merge an entry into another (合并): its number, reports and open submissions go with it."
    )
    async def merge_firms(self, info: Info, input: MergeFirmsInput) -> FirmPayload:
        outcome = await info.context.handle(input.command())
        return await FirmPayload.of(info.context, outcome, input.client_mutation_id)

    @strawberry.mutation(
        description="Undo a merge: the entry stands on its own again, with what it had brought along."
    )
    async def unmerge_firm(self, info: Info, input: UnmergeFirmInput) -> FirmPayload:
        command = UnmergeFirm(
            firm=await _id_of(info.context, input.entry_number),
            reason=input.reason,
            client_mutation_id=input.client_mutation_id,
        )
        outcome = await info.context.handle(command)
        return await FirmPayload.of(info.context, _at_number(outcome), input.client_mutation_id)

    @strawberry.mutation(
        description="Suspend, restore, graduate, relist or delist an entry, with a reason. A firm may delist its own."
    )
    async def change_firm_status(self, info: Info, input: ChangeFirmStatusInput) -> FirmPayload:
        outcome = await info.context.handle(input.command())
        return await FirmPayload.of(info.context, outcome, input.client_mutation_id)


async def _id_of(context: Context, entry_number: str) -> str:
    """The id of the entry that bears the number itself; one that names nothing, where there is none."""
    number = parse_number(entry_number)
    if number is None or number.prefix is not Prefix.ENTRY:
        return NO_SUCH_KEY
    async with context.services.record.reader() as reader:
        firm = await reader.firm_numbered(number.canonical)
    return firm.id if firm else NO_SUCH_KEY


def _at_number(outcome: Outcome) -> Outcome:
    """The outcome with its problems where the caller named the entry: by number, not by id."""
    problems = tuple(
        replace(problem, path=("entry_number",)) if problem.path == ("firm",) else problem
        for problem in outcome.problems
    )
    return replace(outcome, problems=problems)
