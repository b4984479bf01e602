"""Machines' keys at the API: what they open, what they do not, and that revoked ones open nothing."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from directory.access import Role
from directory.machine_keys import ID_LENGTH, MARK, MachineKey, Scope, digest_of
from schema.identity import BadToken
from schema.people import CERTAIN_FOR
from schema.sockets import UNAUTHORIZED
from tests.factories import make_firm
from tests.journeys.stage import OPERATOR, Stage
from tests.record.steps import keep
from tests.schema.serving import Answer, Served
from tests.schema.test_sockets import closing_code, hear, introduced, socket, subscribed

WHO = "{ viewer { subject roles } }"
SAVE = """mutation { saveDraft(input: {profile: {name: "微光"}}) { submission { id } errors { code } } }"""
REFUSED = [{"code": "FORBIDDEN"}]


async def issued(
    served: Served, *scopes: Scope, role: Role = Role.FIRM, days: int = 90, agency: str | None = None
) -> tuple[str, MachineKey]:
    """A new key's secret, and the key."""
    secret, now = MARK + secrets.token_urlsafe(32), served.services.clock()
    key = MachineKey(
        id=secret[:ID_LENGTH],
        subject="sync",
        roles=frozenset({role}),
        scopes=frozenset({Scope.READ, *scopes}),
        created_at=now,
        expires_at=served.clock() + timedelta(days=days),
        agency=agency,
    )
    await served.record.machine_keys.add(key, digest_of(secret), actor="operator")
    return secret, key


async def revoke(served: Served, key: MachineKey) -> None:
    """Ends the key."""
    assert await served.record.machine_keys.revoke(key.id, actor="operator", at=served.clock())


async def saved(served: Served, secret: str) -> Answer:
    """What a mutation by this key leads to."""
    return await served.ask(SAVE, token=secret)


async def test_a_machine_is_known_by_its_key(served: Served) -> None:
    """As the subject and the roles that it was made for; the day of its use is kept."""
    secret, _ = await issued(served, role=Role.ANALYST)

    answer = await served.ask(WHO, token=secret)
    (kept,) = await served.record.machine_keys.every()

    assert answer.data["viewer"] == {"subject": "sync", "roles": ["ANALYST"]}
    assert kept.last_used_on == served.clock().date()


async def test_a_key_without_the_scope_reads_only(stage: Stage) -> None:
    """Its role may submit; the key may not."""
    reading, _ = await issued(stage.served)
    writing, _ = await issued(stage.served, Scope.SUBMIT)

    refused, taken = await saved(stage.served, reading), await saved(stage.served, writing)

    assert refused.data["saveDraft"] == {"submission": None, "errors": REFUSED}
    assert taken.data["saveDraft"]["errors"] == []


async def test_a_key_exports_only_by_its_scope(stage: Stage) -> None:
    """A file is the widest way out there is."""
    keys = [await issued(stage.served, *scopes, role=Role.ANALYST) for scopes in ((), (Scope.EXPORT,))]
    async with stage.served.client() as client:
        answers = [
            await client.post("/export/firms.ndjson", json={}, headers={"authorization": f"Bearer {secret}"})
            for secret, _ in keys
        ]

    assert [answer.status_code for answer in answers] == [403, 200]


async def test_a_revoked_key_opens_nothing(served: Served) -> None:
    """From the next request on."""
    secret, key = await issued(served)
    before = await served.ask(WHO, token=secret)
    await revoke(served, key)
    after = await served.ask(WHO, token=secret)

    assert (before.status, after.status, after.codes) == (200, 401, ["UNAUTHENTICATED"])


async def test_a_key_ends_by_itself(served: Served) -> None:
    """To the second."""
    secret, _ = await issued(served, days=1)
    served.clock.ahead = timedelta(days=1, seconds=1)

    assert (await served.ask(WHO, token=secret)).status == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: secret[:-1],
        lambda secret: secret + "A",
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: digest_of(secret),
        lambda secret: MARK + digest_of(secret)[:43],
        lambda secret: secret.upper(),
        lambda secret: MARK + "' OR 1=1 --".ljust(43, "a"),
        lambda secret: MARK,
    ],
    ids=[
        "shorter",
        "longer",
        "one off",
        "its digest",
        "its digest marked",
        "upper case",
        "a query",
        "its mark",
    ],
)
async def test_what_is_like_a_key_is_no_key(served: Served, change) -> None:  # type: ignore[no-untyped-def]
    """401, never the public."""
    secret, _ = await issued(served)

    assert (await served.ask(WHO, token=change(secret))).status == 401


async def test_an_open_connection_ends_with_its_key(served: Served) -> None:
    """A connection asks again every few seconds: within five a revoked key holds on none."""
    secret, key = await issued(served)
    async with socket(served) as ws:
        await introduced(ws, secret)
        await revoke(served, key)

        assert await closing_code(ws) == UNAUTHORIZED
    assert timedelta(seconds=5) > CERTAIN_FOR


async def test_an_open_connection_goes_on_with_its_key(served: Served) -> None:
    """However often it asks again: an operation that comes later is answered."""
    secret, _ = await issued(served)
    async with socket(served) as ws:
        await introduced(ws, secret)
        served.clock.ahead = 10 * CERTAIN_FOR
        await subscribed(ws, WHO)

        assert (await hear(ws))["payload"]["data"]["viewer"]["subject"] == "sync"


async def test_a_key_is_no_longer_certain_than_it_lives(served: Served) -> None:
    """One that ends in two seconds is certain for two."""
    secret, key = await issued(served, days=1)
    tokens = served.services.tokens
    assert tokens is not None
    served.clock.ahead = timedelta(days=1, seconds=-2)

    identity = await tokens.identify(secret)
    assert identity.expires_at == key.expires_at
    with pytest.raises(BadToken):
        await tokens.identify(secret[:-1])


async def test_the_feed_and_the_index_pass_over_keys(stage: Stage) -> None:
    """They are on the log for who audits it, and in nobody's feed; what comes after them is searchable."""
    await issued(stage.served)
    await keep(stage.record, make_firm())
    await stage.index()

    found = await stage.ask(OPERATOR, "{ changes { nodes { position kind } } firms { totalCount } }")

    assert found["changes"]["nodes"] == [{"position": "2", "kind": "entity:kept"}]
    assert found["firms"]["totalCount"] == 1
