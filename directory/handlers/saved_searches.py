"""Searches that somebody keeps, to be told of what they find."""

from __future__ import annotations

from directory.access import Operation
from directory.commands import Command
from directory.errors import Forbidden, LimitExceeded, NotFound
from directory.handlers.case import fields_of, refuse_problems
from directory.handling import Handler, Handlers, Handling, Outcome
from directory.saved_searches import LONGEST_NAME, SavedSearch, Standing
from directory.subscription_commands import DeleteSavedSearch, KeepStanding, RenameSavedSearch, SaveSearch


async def save_search(command: SaveSearch, h: Handling) -> Outcome:
    """The caller's search, kept. Raises: InvalidInput, LimitExceeded, Forbidden."""
    owner, name, most = owner_of(h), _name(command), h.rulebook.limits.saved_searches
    saved = SavedSearch(h.new_id(), owner, name, command.filter, h.now)
    # First, so that of two searches saved at once the second one counts the first.
    await keep_own_standing(h)
    if not await h.uow.saved_searches.add(saved, most):
        raise LimitExceeded.at(key="search.too_many_saved", most=most)
    return Outcome(saved_search=saved.id)


async def rename(command: RenameSavedSearch, h: Handling) -> Outcome:
    """The caller's search under another name. Raises: NotFound, InvalidInput, Forbidden."""
    owner, name = owner_of(h), _name(command)
    if not await h.uow.saved_searches.rename(_id(command.saved_search), owner, name):
        raise NotFound.at("saved_search", key="not_found")
    return Outcome(saved_search=command.saved_search)


async def delete(command: DeleteSavedSearch, h: Handling) -> Outcome:
    """The caller's search is given up. Raises: NotFound, Forbidden."""
    if not await h.uow.saved_searches.delete(_id(command.saved_search), owner_of(h)):
        raise NotFound.at("saved_search", key="not_found")
    return Outcome()


async def keep_standing(command: KeepStanding, h: Handling) -> Outcome:
    """As what the caller is known now. Raises: Forbidden."""
    owner_of(h)
    await keep_own_standing(h)
    return Outcome()


async def keep_own_standing(h: Handling) -> None:
    """Notes as what the caller is known; of the same subject one transaction at a time goes on from here."""
    await h.uow.saved_searches.keep_standing(Standing(h.caller, h.now))


def owner_of(h: Handling) -> str:
    """The caller's subject. Raises: Forbidden, for a caller without one."""
    if h.caller.subject is None:
        raise Forbidden.at(key="forbidden.role", operation=Operation.SAVE_SEARCH.value)
    return h.caller.subject


def _name(command: Command) -> str:
    fields = fields_of(command, "name")
    name = fields.text("name", longest=LONGEST_NAME, required=True)
    refuse_problems(fields)
    return str(name)


def _id(text: str) -> str:
    """What can be an id of ours; others are not asked for: a database may refuse their characters."""
    if not (text.isascii() and text.isalnum()):
        raise NotFound.at("saved_search", key="not_found")
    return text


HANDLERS: Handlers = {
    SaveSearch: Handler(Operation.SAVE_SEARCH, save_search),
    RenameSavedSearch: Handler(Operation.SAVE_SEARCH, rename),
    DeleteSavedSearch: Handler(Operation.SAVE_SEARCH, delete),
    KeepStanding: Handler(Operation.SAVE_SEARCH, keep_standing),
}
