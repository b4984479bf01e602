"""The lists of operators (运维) with what can be done to one of their lines; the address names the line with `which`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.acts import Act
from portal.operation import Operation, operation

Line = Mapping[str, Any]

REVOKE = Act("revoke", operation("admin_key_revoke"), "admin.revoke", tone="danger")
DISABLE = Act("disable", operation("admin_account_disable"), "admin.disable", tone="danger")
ENABLE = Act("enable", operation("admin_account_enable"), "admin.enable")
RESEND = Act("resend", operation("admin_delivery_resend"), "admin.resend")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what it asks for, its template, and of a line what calls it, what its form carries, what may be done to it."""

    path: str
    asked: Operation
    template: str
    called: str
    carried: Callable[[Line], Sequence[tuple[str, object]]]
    open_acts: Callable[[Line], Sequence[Act]]


DELIVERIES = Listing(
    "/admin/deliveries",
    operation("admin_deliveries"),
    "admin_deliveries.html",
    "name",
    lambda line: [("name", line["name"]), ("way", line["way"])],
    lambda line: [RESEND],
)
KEYS = Listing(
    "/admin/keys",
    operation("admin_keys"),
    "admin_keys.html",
    "name",
    lambda line: [("name", line["name"])],
    lambda line: [REVOKE] if line["holds"] else [],
)
ACCOUNTS = Listing(
    "/admin/accounts",
    operation("admin_accounts"),
    "admin_accounts.html",
    "id",
    lambda line: [("account", line["id"]), ("expectedVersion", line["version"])],
    lambda line: [ENABLE] if line["disabled"] else [DISABLE],
)
LISTINGS = (DELIVERIES, KEYS, ACCOUNTS)
ACTS = (REVOKE, DISABLE, ENABLE, RESEND)
# What is said once it is done.
DONE: Mapping[str, str] = {
    REVOKE.name: "flash.key_revoked",
    DISABLE.name: "flash.account_disabled",
    ENABLE.name: "flash.account_enabled",
    RESEND.name: "flash.delivery_resent",
}
