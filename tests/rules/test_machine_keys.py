"""Keys for machines: what a scope opens, and how long a key holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.access import PERMISSIONS, Operation, Role, may
from directory.machine_keys import SCOPES, MachineKey, Scope, digest_of, is_secret
from tests.factories import NOW

KEY = MachineKey(
    id="ngk_abcdefgh",
    subject="sync",
    roles=frozenset({Role.FIRM, Role.SUPERVISOR}),
    scopes=frozenset({Scope.READ}),
    created_at=NOW,
    expires_at=NOW + timedelta(days=90),
)


def test_every_operation_has_its_scope() -> None:
    """Each in one, but for what only the running server or a person does: no key opens that."""
    opened = [operation for scope in SCOPES.values() for operation in scope]

    assert len(opened) == len(set(opened))
    by_no_key = {each for each in Operation if PERMISSIONS[each] == {Role.CLOCK}} | {
        Operation.UNSEAL_REPORTER,
        Operation.DECIDE_ON_OWN_DATA,
        Operation.READ_OWN_DATA,
        Operation.CHANGE_GRANTS,
    }
    assert set(Operation) - set(opened) == by_no_key


def test_a_scope_opens_only_what_the_roles_allow() -> None:
    """It narrows the roles and adds nothing to them."""
    for scope in Scope:
        caller = replace(KEY, scopes=frozenset({scope})).caller()
        opened = {each for each in Operation if may(caller, each)}
        by_role = {each for each in Operation if not PERMISSIONS[each].isdisjoint(KEY.roles)}

        assert opened == by_role & (SCOPES[scope] | SCOPES[Scope.READ]), scope


@pytest.mark.parametrize(
    ("key", "after", "holds"),
    [
        (KEY, timedelta(), True),
        (KEY, timedelta(days=90) - timedelta(seconds=1), True),
        (KEY, timedelta(days=90), False),
        (replace(KEY, revoked_at=NOW), timedelta(), False),
    ],
)
def test_a_key_holds_until_it_ends_or_is_revoked(key: MachineKey, after: timedelta, holds: bool) -> None:
    """To the second: a machine's clock is the server's."""
    assert key.holds(NOW + after) is holds


@pytest.mark.parametrize(
    "text", ["", "ngk_", "ngk_" + "a" * 42, "ngk_" + "a" * 44, "ngk_" + "å" * 43, "NGK_" + "a" * 43]
)
def test_a_text_of_another_shape_is_no_secret(text: str) -> None:
    """It is never looked up."""
    assert not is_secret(text)
    assert is_secret("ngk_" + "a" * 43)


def test_what_is_kept_of_a_secret_does_not_hold_it() -> None:
    """SHA-256, by the test value of FIPS 180-4."""
    assert digest_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
