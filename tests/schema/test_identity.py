"""Bearer tokens: which hold, and every way they do not (RFC 7519, RFC 7515, RFC 8725)."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from directory.access import Role
from schema.identity import BadToken, TokenVerifier
from schema.keys import KEEP_SECONDS, KeySet, KeysUnavailable, key_source, parse_keys
from tests.factories import NOW, make_firm
from tests.schema.forged import FORGED
from tests.schema.serving import AUDIENCE, ISSUER, KEY_ID, Served, Tokens


@pytest.fixture
def issuer(tmp_path: Path) -> Tokens:
    """An issuer with one key."""
    return Tokens(tmp_path / "keys.json")


@pytest.fixture
def verifier(issuer: Tokens) -> TokenVerifier:
    """A verifier that trusts the issuer's file."""
    return TokenVerifier(key_source(str(issuer.file)), issuer=ISSUER, audience=AUDIENCE)


@pytest.mark.parametrize("kind", FORGED)
async def test_a_forged_token_is_refused(issuer: Tokens, verifier: TokenVerifier, kind: str) -> None:
    """Nothing but the issuer's own signature over claims meant for us, now, is taken."""
    with pytest.raises(BadToken):
        await verifier.identify(FORGED[kind](issuer))


async def test_a_good_token_names_its_caller(issuer: Tokens, verifier: TokenVerifier) -> None:
    """Subject, roles, agency and region, and how long that holds."""
    identity = await verifier.identify(
        issuer.issue(Role.AGENCY, Role.SUPERVISOR, subject="li", agency="ndrc", region="330100")
    )

    caller = identity.caller
    assert (caller.subject, caller.agency, caller.region) == ("li", "ndrc", "330100")
    assert caller.roles == {Role.AGENCY, Role.SUPERVISOR}
    assert identity.expires_at is not None


@pytest.mark.parametrize("aud", [AUDIENCE, [AUDIENCE], ["other", AUDIENCE]])
async def test_one_of_several_audiences_is_enough(
    issuer: Tokens, verifier: TokenVerifier, aud: object
) -> None:
    """An issuer may mean a token for several services."""
    assert (await verifier.identify(issuer.issue(aud=aud))).caller.subject == "someone"


@pytest.mark.parametrize("late", [0, 25])
async def test_a_little_lateness_is_forgiven(issuer: Tokens, verifier: TokenVerifier, late: int) -> None:
    """Clocks differ by seconds."""
    assert await verifier.identify(issuer.issue(exp=issuer.claims()["iat"] - late))


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519", "RS256"])
async def test_each_allowed_algorithm_is_taken(tmp_path: Path, algorithm: str) -> None:
    """Ed25519, by its old name and its new one (RFC 9864), and RSA beside the usual curve."""
    key = RSAKey.generate_key(2048) if algorithm == "RS256" else OKPKey.generate_key("Ed25519")
    issuer = Tokens(tmp_path / "keys.json")
    issuer.file.write_text(json.dumps({"keys": [{**key.as_dict(private=False), "kid": KEY_ID}]}))
    verifier = TokenVerifier(key_source(str(issuer.file)), issuer=ISSUER, audience=AUDIENCE)
    token = jwt.encode({"alg": algorithm, "kid": KEY_ID}, issuer.claims(), key, algorithms=[algorithm])

    assert (await verifier.identify(token)).caller.subject == "someone"


async def test_a_short_rsa_key_is_no_key(tmp_path: Path) -> None:
    """1024 bits can be broken."""
    issuer = Tokens(tmp_path / "keys.json")
    key = RSAKey.generate_key(1024)
    issuer.file.write_text(json.dumps({"keys": [{**key.as_dict(private=False), "kid": KEY_ID}]}))
    verifier = TokenVerifier(key_source(str(issuer.file)), issuer=ISSUER, audience=AUDIENCE)

    with pytest.raises(BadToken):
        await verifier.identify(jwt.encode({"alg": "RS256", "kid": KEY_ID}, issuer.claims(), key))


@pytest.mark.parametrize("algorithms", [(), ("HS256",), ("ES256", "none")])
def test_settings_cannot_allow_weak_algorithms(issuer: Tokens, algorithms: tuple[str, ...]) -> None:
    """Nothing shared, nothing unsigned."""
    with pytest.raises(ValueError, match="ES256"):
        TokenVerifier(key_source(str(issuer.file)), issuer=ISSUER, audience=AUDIENCE, algorithms=algorithms)


def test_settings_cannot_forgive_more_than_a_minute(issuer: Tokens) -> None:
    """An expiry means something."""
    with pytest.raises(ValueError, match="minute"):
        TokenVerifier(
            key_source(str(issuer.file)), issuer=ISSUER, audience=AUDIENCE, leeway=timedelta(seconds=61)
        )


@contextmanager
def key_server(text: Callable[[], bytes], status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A web server that gives a key set; the value is its URL and the requests it saw."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(status)
            self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write(text())

        def log_message(self, *_: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/keys", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key server of a test is this machine's own."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


async def test_unknown_key_ids_do_not_hammer_the_issuer(issuer: Tokens) -> None:
    """A thousand tokens with invented keys cost one request, and the known key still works."""
    with key_server(issuer.file.read_bytes) as (url, seen):
        verifier = TokenVerifier(key_source(url), issuer=ISSUER, audience=AUDIENCE)
        for number in range(1_000):
            with pytest.raises(BadToken):
                await verifier.identify(issuer.sign(issuer.claims(), kid=f"invented-{number}"))
        assert await verifier.identify(issuer.issue())

    assert len(seen) == 1


async def test_a_new_key_is_found_a_minute_later(issuer: Tokens) -> None:
    """An issuer changes keys: the first token by the new one is refused at most for a minute."""
    now = 0.0
    keys = KeySet(issuer.file.read_bytes, monotonic=lambda: now)
    assert await keys.find(KEY_ID)
    new = ECKey.generate_key("P-256").as_dict(private=False)
    issuer.file.write_text(json.dumps({"keys": [{**new, "kid": "new"}]}))

    too_soon = await keys.find("new")
    now = 60.0

    assert too_soon is None
    assert await keys.find("new")
    assert await keys.find(KEY_ID) is None


async def test_a_token_by_a_removed_key_is_refused(issuer: Tokens) -> None:
    """A rotation: both keys hold while both are published, and only the new one afterwards."""
    now = 0.0
    keys = KeySet(issuer.file.read_bytes, monotonic=lambda: now)
    verifier = TokenVerifier(keys, issuer=ISSUER, audience=AUDIENCE)
    old, new = issuer.issue(), ECKey.generate_key("P-256")
    published = json.loads(issuer.file.read_bytes())["keys"]
    published.append({**new.as_dict(private=False), "kid": "new"})
    fresh = jwt.encode({"alg": "ES256", "kid": "new"}, issuer.claims(), new)

    issuer.file.write_text(json.dumps({"keys": published}))
    both = [await verifier.identify(token) for token in (old, fresh)]
    issuer.file.write_text(json.dumps({"keys": published[1:]}))
    now = KEEP_SECONDS

    assert all(each.caller.subject == "someone" for each in both)
    assert await verifier.identify(fresh)
    with pytest.raises(BadToken):
        await verifier.identify(old)


async def test_invented_keys_cost_one_request_a_minute(issuer: Tokens) -> None:
    """Ten minutes of them cost ten requests, however many there are."""
    now, reads = 0.0, 0

    def read() -> bytes:
        nonlocal reads
        reads += 1
        return issuer.file.read_bytes()

    keys = KeySet(read, monotonic=lambda: now)
    for second in range(600):
        now = float(second)
        assert await keys.find(f"invented-{second}") is None

    assert reads == 10


async def test_the_first_requests_of_a_server_wait_for_the_keys(issuer: Tokens) -> None:
    """However many come at once, the set is read a single time, and none is told that there are no keys."""
    reads = 0

    def read() -> bytes:
        nonlocal reads
        reads += 1
        return issuer.file.read_bytes()

    keys = KeySet(read)
    assert all(await asyncio.gather(*(keys.find(KEY_ID) for _ in range(20))))
    assert reads == 1


async def test_an_issuer_that_is_down_locks_nobody_out(issuer: Tokens) -> None:
    """The last keys stay in use while no others can be read."""
    now = 0.0
    keys = KeySet(issuer.file.read_bytes, monotonic=lambda: now)
    await keys.find(KEY_ID)
    issuer.file.unlink()
    now = 7200.0

    assert await keys.find(KEY_ID)


async def test_without_any_keys_nobody_is_judged(tmp_path: Path) -> None:
    """That is an outage, not a bad token."""
    with pytest.raises(KeysUnavailable):
        await key_source(str(tmp_path / "missing.json")).find(KEY_ID)


async def test_a_key_url_is_pinned(issuer: Tokens) -> None:
    """A redirect is not followed."""
    with key_server(issuer.file.read_bytes, status=302) as (url, seen), pytest.raises(KeysUnavailable):
        await key_source(url).find(KEY_ID)

    assert seen == ["/keys"]


async def test_an_endless_key_set_is_not_read_to_its_end() -> None:
    """A key set has a size."""
    with key_server(lambda: b'{"keys": [' + b" " * (300 << 10)) as (url, _), pytest.raises(KeysUnavailable):
        await key_source(url).find(KEY_ID)


@pytest.mark.parametrize("url", ["http://issuer.example/keys", "http://10.0.0.1/keys"])
def test_keys_travel_encrypted(url: str) -> None:
    """Over https, but for this machine itself."""
    with pytest.raises(ValueError, match="https"):
        key_source(url)


@pytest.mark.parametrize("text", [b"[]", b"{}", b'{"keys": {}}', b"not JSON", b'{"keys": null}'])
def test_what_is_no_key_set_is_refused(text: bytes) -> None:
    """The whole of it."""
    with pytest.raises(ValueError):  # noqa: PT011 - orjson and we word it differently
        parse_keys(text)


@pytest.mark.parametrize(
    "key",
    [
        3, {}, {"kty": "oct", "k": "c2VjcmV0", "kid": "a"}, {"kty": "EC", "kid": "a"}, {"kty": "EC", "crv": "P-256"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a"}, {"kty": ["EC"], "kid": "a"},
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_used_is_left_out(key: object) -> None:
    """A shared secret, a broken one, or one without a name."""
    assert parse_keys(json.dumps({"keys": [key]}).encode()) == {}


async def test_a_bad_token_is_never_taken_for_the_public(served: Served) -> None:
    """401, with the challenge of RFC 6750."""
    answer = await served.ask("{ viewer { roles } }", token="forged")

    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["Basic dTpw", "Bearer", "Bearer ", "token x"])
async def test_other_schemes_are_refused(served: Served, given: str) -> None:
    """Only bearer tokens."""
    headers = {"content-type": "application/json", "authorization": given}

    assert (await served.send('{"query": "{ viewer { roles } }"}', headers=headers)).status == 401


async def test_a_good_token_is_seen_by_the_viewer(served: Served) -> None:
    """The caller learns who the API takes it for."""
    token = served.tokens.issue(Role.AGENCY, subject="li", agency="ndrc")

    answer = await served.ask("{ viewer { subject roles agency { code name(language: EN) } } }", token=token)

    assert answer.data["viewer"]["subject"] == "li"
    assert answer.data["viewer"]["roles"] == ["AGENCY"]
    assert answer.data["viewer"]["agency"]["code"] == "ndrc"


async def test_a_firms_person_finds_the_own_entries(served: Served) -> None:
    """Newest first; another's are not among them, and other roles own none."""
    mine = [make_firm(owner="zhang", created_at=NOW + timedelta(days=day)) for day in range(2)]
    async with served.record.unit_of_work() as uow:
        for firm in (*mine, make_firm(owner="wang")):
            await uow.firms.add(firm, kind="firm:listed", actor="reviewer", at=NOW)
    query = "{ viewer { firm { entryNumber } firms { entryNumber } } }"

    own = await served.ask(query, token=served.tokens.issue(Role.FIRM, subject="zhang"))
    analyst = await served.ask(query, token=served.tokens.issue(Role.ANALYST, subject="zhang"))

    numbers = [{"entryNumber": firm.entry_number} for firm in reversed(mine)]
    assert own.data["viewer"] == {"firm": numbers[0], "firms": numbers}
    assert analyst.data["viewer"] == {"firm": None, "firms": []}
