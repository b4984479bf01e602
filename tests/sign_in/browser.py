"""A browser as signing in knows it: cookies, redirects that are followed by hand, and what browsers say of themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx2

from directory.access import Caller
from schema.people import Known
from schema.sign_in.desk import SignInDesk


@dataclass
class Browser:
    """One person's browser at the API of `url`."""

    client: httpx2.AsyncClient
    url: str

    async def begin(self, next: str | None = None) -> str:
        """Asks to sign in; where the browser is sent to."""
        response = await self.client.get("/sign-in", params={"next": next} if next else {})
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def choose(self, authorize: str, persona: str) -> str:
        """Chooses who to be on the provider's page; where it sends the browser back to."""
        response = await self.client.get(
            authorize, params={**httpx2.URL(authorize).params, "person": persona}
        )
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def come_back(self, location: str) -> httpx2.Response:
        """Goes where the provider sends the browser."""
        return await self.client.get(location)

    async def sign_in(self, persona: str, next: str | None = None) -> httpx2.Response:
        """The whole way; the API's answer at its end."""
        return await self.come_back(await self.choose(await self.begin(next), persona))

    @property
    def secret(self) -> str | None:
        """The session's secret, as the cookie holds it."""
        return next((each.value for each in self.client.cookies.jar if each.name.endswith("-session")), None)

    @property
    def cookies(self) -> dict[str, str | None]:
        """All cookies."""
        return {each.name: each.value for each in self.client.cookies.jar}

    async def session(self) -> dict[str, Any] | None:
        """What the API says of the session."""
        response = await self.client.get("/sign-in/session")
        assert response.status_code == 200
        found: dict[str, Any] | None = response.json()["session"]
        return found

    async def proof(self) -> dict[str, str]:
        """The headers by which a page of ours proves itself."""
        session = await self.session()
        assert session is not None
        return {
            "origin": self.url,
            "sec-fetch-site": "same-origin",
            "x-csrf-token": session["csrfToken"],
        }

    async def ask(self, query: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        """One operation by the cookie, with a page's proof unless other headers are given."""
        sent = await self.proof() if headers is None else headers
        return await self.client.post(
            "/graphql",
            content=json.dumps({"query": query}),
            headers={"content-type": "application/json", **sent},
        )

    async def subject(self, proof: dict[str, str] | None = None) -> str | None:
        """Whom the API takes the browser for; None when it refuses the session."""
        response = await self.ask("{ viewer { subject } }", proof)
        return response.json()["data"]["viewer"]["subject"] if response.status_code == 200 else None

    async def sign_out(self) -> httpx2.Response:
        """Ends the session, as a form of ours does."""
        proof = await self.proof()
        token = proof.pop("x-csrf-token")
        return await self.client.post("/sign-out", data={"csrf_token": token}, headers=proof)


async def seated(
    desk: SignInDesk, client: httpx2.AsyncClient, caller: Caller, name: str = "someone"
) -> Browser:
    """A browser that is signed in as the caller, without the way to a provider."""
    secret = await desk.sessions.begin(desk.provider.client.issuer, Known(caller, 0), name, None, before=None)
    client.cookies.set(desk.session_cookie.name, secret)
    return Browser(client, desk.public_url)
