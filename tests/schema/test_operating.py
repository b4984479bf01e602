"""What operators see and do at the API: refused documents taken up again, keys and accounts."""

from __future__ import annotations

from directory.dead_letter_ports import DeadLetter
from schema.node import global_id
from tests.factories import NOW, make_firm
from tests.journeys.stage import OPERATOR, SUPERVISOR, Stage
from tests.record.steps import keep, seal
from tests.schema.test_machine_keys import issued

REPLAY = "mutation { replayDeadLetters(input: {}) { replayed refused errors { code } } }"
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
    assert refused == {"replayed": 0, "refused": 0, "errors": [{"code": "FORBIDDEN"}]}
    done = (await stage.ask(OPERATOR, REPLAY))["replayDeadLetters"]
    assert done["replayed"] == 2
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
