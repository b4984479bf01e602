"""The demo as a newcomer starts it: a program of its own, signed in to as an officer, killed, started again."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.conditions import all_indexed, eventually

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(?=/zh/)")
ENTRY = re.compile(r"/zh/firms/([A-Z0-9-]+)")
OWN_PAGES = {"sec-fetch-site": "same-origin"}


@asynccontextmanager
async def demo(directory: Path) -> AsyncIterator[str]:
    """The address of a demo over the directory, all of it searchable; it is killed in the end, as by a power cut."""
    command = [sys.executable, "-m", "newgrowth", "demo", "--firms", "3", "--port", "0", "--data-dir"]
    process = await asyncio.create_subprocess_exec(
        *command, str(directory / "data"), stdout=PIPE, env={**os.environ, "COLUMNS": "200"}
    )
    try:
        assert process.stdout is not None
        url = await _address(process.stdout)
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            await eventually(lambda: all_indexed(client))
        yield url
    finally:
        process.kill()
        await process.wait()


async def _address(said: asyncio.StreamReader) -> str:
    async for line in said:
        if found := ADDRESS.search(line.decode()):
            return found[0]
    raise AssertionError("the demo ended without saying where it is")


async def sign_in(client: httpx2.AsyncClient, person: str) -> None:
    """Goes to the issuer and back, as the buttons of its page do."""
    to_issuer = (await client.get("/sign-in", params={"next": "/zh/"})).headers["location"]
    back = (await client.get(f"{to_issuer}&{urlencode({'person': person})}")).headers["location"]
    assert (await client.get(back)).headers["location"] == "/zh/"


async def seen(client: httpx2.AsyncClient) -> tuple[Any, set[str]]:
    """Whom the server takes the browser for, and the entries of the directory's first page."""
    known = (await client.get("/sign-in/session")).json()["session"]
    listed = (await client.get("/zh/directory")).text
    return known, set(ENTRY.findall(listed))


async def test_a_newcomer_signs_in_and_finds_everything_after_a_kill(tmp_path: Path) -> None:
    """Sample data is loaded once; whoever was signed in still is."""
    async with (
        demo(tmp_path) as url,
        httpx2.AsyncClient(base_url=url, headers=OWN_PAGES, timeout=30) as client,
    ):
        await sign_in(client, "officer")
        before = await seen(client)
        cookies = dict(client.cookies)
    async with (
        demo(tmp_path) as url,
        httpx2.AsyncClient(base_url=url, headers=OWN_PAGES, cookies=cookies, timeout=30) as client,
    ):
        after = await seen(client)

    assert all(before)
    assert after == before
