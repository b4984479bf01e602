"""The command that words anew what the public reads of a report."""

from __future__ import annotations

from directory.commands import ApprovePublicText
from directory.handlers.case import fields_of, open_case, refuse_problems
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.moves import OPERATIONS, Action
from directory.public_texts import approved_anew, proposed_words
from directory.report_reading import read_public_words


async def approve_text(command: ApprovePublicText, h: Handling) -> Outcome:
    """Another public text, approved by whoever gives it."""
    case = await open_case(command.blockage, h, expected_version=command.expected_version)
    step = case.step(Action.APPROVE_TEXT)
    fields = fields_of(command, "title", "summary")
    title, summary = read_public_words(fields, "title", "summary")
    refuse_problems(fields)
    after = approved_anew(case.blockage, step, proposed_words(case.blockage, title, summary))
    return await case.keep(after, Action.APPROVE_TEXT)


HANDLERS: Handlers = {ApprovePublicText: Handler(OPERATIONS[Action.APPROVE_TEXT], approve_text)}
