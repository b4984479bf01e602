"""What a resolver may use: who asks, the services, and the loaders of this one operation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from directory.access import Caller, Operation, may
from directory.commands import Command
from directory.handling import Outcome
from directory.reference import Reference
from schema.allowances import Allowance, Purpose
from schema.errors import ApiCode, ApiError
from schema.loaders import Loaders
from schema.node import Fetchers
from schema.services import Services

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Context:
    """One operation's context. `cost` is set before the operation runs; callers in this process have no `allowance`."""

    services: Services
    caller: Caller
    fetchers: Fetchers
    allowance: Allowance | None = None
    loaders: Loaders = field(init=False)
    made: dict[object, Any] = field(init=False, default_factory=dict)
    cost: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.services.record)

    @property
    def reference(self) -> Reference:
        """The reference data."""
        return self.services.reference

    def may(self, operation: Operation) -> bool:
        """True when the permission table lets the caller do this."""
        return may(self.caller, operation)

    def require(self, operation: Operation) -> None:
        """Raises: ApiError FORBIDDEN, when the permission table does not let the caller do this."""
        if not self.may(operation):
            raise ApiError(ApiCode.FORBIDDEN, "forbidden.read")

    def draw(self, purpose: Purpose, amount: int) -> None:
        """Draws from what the caller may take. Raises: ApiError RATE_LIMITED."""
        if self.allowance is not None:
            self.allowance.draw(purpose, amount)

    def place(self) -> AbstractContextManager[None]:
        """A place among the operations under way. Entering raises: ApiError RATE_LIMITED, BUSY."""
        return self.allowance.places.taken_by(self.allowance.who) if self.allowance else nullcontext()

    def loader(self, make: Callable[[Context], DataLoader[K, V]]) -> DataLoader[K, V]:
        """The operation's own loader by `make`, for what is asked of more than the record."""
        if make not in self.made:
            self.made[make] = make(self)
        loader: DataLoader[K, V] = self.made[make]
        return loader

    async def handle(self, command: Command) -> Outcome:
        """Carries the command out for the caller. What was loaded before is forgotten: it may have changed."""
        outcome = await self.services.directory.handle(command, self.caller)
        self.forget()
        return outcome

    def forget(self) -> None:
        """Forgets what was loaded: after a command, and before each result of a subscription."""
        self.loaders = Loaders(self.services.record)
        self.made.clear()


Info = strawberry.Info[Context, None]
