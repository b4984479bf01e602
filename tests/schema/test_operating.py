"""What operators see and do at the API: refused documents taken up again, keys and accounts."""

from __future__ import annotations

from directory.access import Caller, Role
from directory.dead_letter_ports import DeadLetter
from directory.machine_keys import Scope
from schema.node import global_id
from tests.factories import NOW, make_firm
from tests.journeys.stage import OPERATOR, SUPERVISOR, Stage
from tests.record.steps import keep, seal, whole_log
from tests.schema.test_machine_keys import issued

REPLAY = "mutation { replayDeadLetters(input: {}) { replayed refused untried errors { code } } }"
LETTERS = """query($after: String) { deadLetters(first: 1, after: $after) {
    nodes { entityId reason } pageInfo { hasNextPage endCursor }
} }"""


async def test_a_refused_document_is_found_again_after_a_replay(stage: Stage) -> None:
    """The letter is listed with its reason until then; nobody but an operator replays it."""
    firm = make_firm()
    await keep(stage.record, firm)
    await seal(stage.record)
    letters = [DeadLetter("firm", id_, 1, "refused", NOW) for id_ in sorted((firm.id, "f" * 32))]
    await stage.record.dead_letters.keep(letters)
    first = (await stage.ask(OPERATOR, LETTERS))["deadLetters"]
    rest = (await stage.ask(OPERATOR, LETTERS, after=first["pageInfo"]["endCursor"]))["deadLetters"]
    listed = [each["entityId"] for page in (first, rest) for each in page["nodes"]]

    assert listed == [global_id("Firm", letter.id) for letter in letters]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    refused = (await stage.ask(SUPERVISOR, REPLAY))["replayDeadLetters"]
    assert refused == {"replayed": 0, "refused": 0, "untried": 0, "errors": [{"code": "FORBIDDEN"}]}
    done = (await stage.ask(OPERATOR, REPLAY))["replayDeadLetters"]
    assert (done["replayed"], done["untried"]) == (2, 0)
    assert firm.id not in {each.id for each in await stage.record.dead_letters.page(first=10)}


async def test_keys_and_accounts_are_told_without_a_secret(stage: Stage) -> None:
    """A key by its beginning, with what it is bound to and whether it holds now."""
    secret, key = await issued(stage.served)
    asked = """{ machineKeys { nodes { name subject roles scopes holds revokedAt } }
        accounts { nodes { subject roles disabled } } }"""
    answer = await stage.ask(OPERATOR, asked)

    assert answer["machineKeys"]["nodes"] == [
        {"name": key.id, "subject": "sync", "roles": ["FIRM"], "scopes": ["READ"], "holds": True}
        | {"revokedAt": None}
    ]
    assert secret not in str(answer)


async def test_no_key_revokes_another_or_shuts_anybody_out(stage: Stage) -> None:
    """Whoever finds an operator's key must not lock the operators out."""
    secret, key = await issued(stage.served, *Scope, role=Role.OPERATOR)
    revoke = f'mutation {{ revokeMachineKey(input: {{name: "{key.id}"}}) {{ errors {{ code }} }} }}'
    refused = await stage.served.ask(revoke, token=secret)
    done = await stage.ask(OPERATOR, revoke)
    again = await stage.ask(OPERATOR, revoke)

    assert refused.data["revokeMachineKey"]["errors"] == [{"code": "FORBIDDEN"}]
    assert done["revokeMachineKey"]["errors"] == []
    assert again["revokeMachineKey"]["errors"] == [{"code": "NOT_ALLOWED_NOW"}]


async def test_what_operators_do_is_on_the_log_under_their_name(stage: Stage) -> None:
    """An account that is shut out, and let in again, as it was seen; a repeat of the request does nothing twice."""
    caller = Caller("leaver", frozenset({Role.ANALYST}))
    await stage.record.accounts.grant("account1", "issuer", caller, actor="operator", at=NOW)
    turn = """mutation($version: Int!, $account: ID!) {
        disableAccount(input: {account: $account, expectedVersion: $version, clientMutationId: "once"}) { errors { code } }
    }"""
    given = {"version": 1, "account": global_id("Account", "account1")}
    answers = [(await stage.ask(OPERATOR, turn, **given))["disableAccount"]["errors"] for _ in range(2)]
    await seal(stage.record)
    logged = [entry.fact for entry in await whole_log(stage.record) if entry.fact.kind == "account:disabled"]

    assert answers == [[], []]
    assert [(fact.entity_id, fact.actor) for fact in logged] == [("account1", OPERATOR.subject)]
