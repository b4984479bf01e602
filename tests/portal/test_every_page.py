"""Every page, as everyone who may see it: a barrier to nobody, nothing from elsewhere, and no word that only programs read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.measure import FULL
from tests.portal.browsing import DESK, PHONE, Browsing
from tests.portal.demo_site import DemoSite
from tests.portal.places import Place, Visitors, places, routes, visitors
from tests.portal.reading import Reading, begun_small, raw_words

# Where the words of programs are what the page is about.
OF_PROGRAMS = ("/api", "/api/types/{name}")
MAY_SEE, LED_ON, TOLD_WHY_NOT, NOT_THERE = 200, 303, 403, 404


@dataclass(frozen=True)
class Window:
    """A size and a colour scheme."""

    size: tuple[int, int]
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.size[0]} {self.scheme}"


WINDOWS = (Window(DESK, "light"), Window(PHONE, "dark"))


@dataclass(frozen=True)
class Sight:
    """What one of the people got at a place."""

    place: Place
    person: str
    status: int
    shape: frozenset[tuple[str, str]]
    strange: tuple[str, ...]

    @property
    def told(self) -> list[str]:
        """What is strange to a reader, with where it stands."""
        return [f"{self.person} {self.place.path}: {words}" for words in self.strange]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def those(demo_site: DemoSite) -> AsyncIterator[Visitors]:
    """Everyone, signed in."""
    async with visitors(demo_site) as everyone:
        yield everyone


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sights(those: Visitors) -> list[Sight]:
    """Every place as each of the people gets it, in Chinese."""
    return [
        _seen(place, person, await those.get(person, place.path))
        for place in await places(those)
        for person in place.people
    ]


def _seen(place: Place, person: str, answer: httpx2.Response) -> Sight:
    read = Reading(answer.text)
    strange = () if place.route in OF_PROGRAMS else (*raw_words(read), *begun_small(read))
    return Sight(place, person, answer.status_code, frozenset(read.shape), strange)


def new_to_the_eye(sights: Iterable[Sight]) -> list[Sight]:
    """The first sight of each page, and those that show something that no sight before has shown."""
    read: set[tuple[str, int]] = set()
    shown: set[tuple[str, str]] = set()
    found = []
    for sight in sights:
        page = (sight.place.route, sight.status)
        if FULL or (sight.status == MAY_SEE and page not in read) or not sight.shape <= shown:
            found.append(sight)
        read.add(page)
        shown |= sight.shape
    return found


def test_every_route_has_somebody_who_reads_its_page(sights: list[Sight]) -> None:
    """A route without a visit is a page that nobody looked at; people are told why they may not, and nothing fails."""
    read = {sight.place.route for sight in sights if sight.status == MAY_SEE}

    assert [route for route in routes() if route not in read] == []
    assert [sight for sight in sights if sight.status not in (MAY_SEE, LED_ON, TOLD_WHY_NOT, NOT_THERE)] == []


def test_no_page_shows_a_word_that_only_programs_read(sights: list[Sight]) -> None:
    """Neither a key of a text nor a value, a code or the absence of one."""
    assert [fault for sight in sights for fault in sight.told] == []


async def test_no_english_page_shows_such_a_word_or_a_label_out_of_a_sentence(
    those: Visitors, sights: list[Sight]
) -> None:
    """What is new to the eye in Chinese is read in English too; what stands alone there begins with a capital."""
    told = []
    for sight in new_to_the_eye(sights):
        answer = await those.clients[sight.person].get(f"/en{sight.place.path}")
        told += _seen(sight.place, sight.person, answer).told

    assert told == []


@pytest.mark.parametrize("shown", ["desk.title", "PUBLIC_NOTICE", "live-commerce", "None", "undefined"])
def test_such_a_word_is_found(shown: str) -> None:
    """In what is read and in what is heard, though not in code."""
    assert raw_words(Reading(f'<html lang="zh-CN"><main><p>{shown}</p></main>'))
    assert raw_words(Reading(f'<html lang="zh-CN"><main><a aria-label="{shown}">x</a></main>'))
    assert raw_words(Reading(f"<main><code>{shown}</code></main>")) == []


def test_a_label_that_begins_small_is_found() -> None:
    """In a heading and in a badge of an English page; not in code, and not within a sentence."""
    page = '<html lang="{}"><main><h1>registration: Tea</h1><p>the <span class="badge"><svg></svg><span>listed</span></span></p>'
    page += "<dl><dt><code>id</code></dt><dd>small</dd></dl></main></html>"

    assert begun_small(Reading(page.format("en"))) == [
        "'registration: Tea' begins small",
        "'listed' begins small",
    ]
    assert begun_small(Reading(page.format("zh-CN"))) == []


@pytest.mark.chromium
async def test_no_page_is_a_barrier_or_too_wide_or_asks_elsewhere(
    chromium_browser: Browser, those: Visitors, sights: list[Sight]
) -> None:
    """Large and small, light and dark, as everyone to whom it shows something of its own; in both languages, which a short
    measure takes in turn."""
    wanted = [sight for sight in new_to_the_eye(sights) if sight.status != LED_ON]
    wanted.sort(key=lambda sight: sight.person)
    own = {"zh": wanted, "en": wanted} if FULL else {"zh": wanted[::2], "en": wanted[1::2]}
    looks = (_looked(chromium_browser, those, segment, some) for segment, some in own.items())

    assert [fault for faults in await asyncio.gather(*looks) for fault in faults] == []


async def _looked(browser: Browser, those: Visitors, segment: str, sights: Sequence[Sight]) -> list[str]:
    """What is wrong with the sights in that language; those of one person come one after the other."""
    context = await browser.new_context(locale="zh-CN")
    browsing = Browsing(await context.new_page(), those.site.url)
    found, person = [], ""
    for sight in sights:
        if sight.person != person:
            person = sight.person
            await browsing.become(those.clients[person].cookies.jar)
        path = f"/{segment}{sight.place.path}"
        found += [f"{person} {path}: {fault}" for fault in await _faults(browsing, sight, path)]
    await context.close()
    return found


async def _faults(browsing: Browsing, sight: Sight, path: str) -> list[str]:
    """Opened once, and looked at through each window."""
    browsing.complaints.clear()
    status = await browsing.open(path)
    found = [] if status == sight.status else [f"status {status}"]
    for window in WINDOWS:
        await browsing.sized(window.size)
        await browsing.coloured(window.scheme)
        wide = ["too wide"] if await browsing.too_wide() else []
        found += [f"{window}: {fault}" for fault in [*wide, *await browsing.barriers()]]
    # The browser notes a status that is no success.
    return found + [one for one in browsing.complaints if f"status of {sight.status}" not in one]


@pytest.mark.chromium
async def test_a_barrier_and_a_page_too_wide_are_found(browsing: Browsing) -> None:
    """A picture without words, words too pale to read, a script that fails, a request to elsewhere, a table off the edge."""
    await browsing.phone()
    await browsing.page.set_content(
        '<html lang="en"><title>x</title><main><h1>x</h1><img src="https://elsewhere.example/x.png">'
        '<p style="color: #ccc; background: #fff; width: 900px">pale</p><script>missing()</script></main>'
    )
    rules = {one.partition(":")[0] for one in await browsing.barriers()}

    assert rules == {"image-alt", "color-contrast"}
    assert await browsing.too_wide()
    assert any("elsewhere.example" in one for one in browsing.complaints)
    assert any("missing" in one for one in browsing.complaints)
