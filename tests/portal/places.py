"""Every page of the portal with addresses to look at it under, out of sample data that has something of everything."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

import httpx2

from directory.access import Role
from newgrowth.accounts import grant
from newgrowth.machine_keys import create
from portal.site import PAGES
from tests.measure import measure
from tests.portal.demo_site import DemoSite
from tests.portal.sending import handed_in, send, send_file
from tests.rules.evidence_files import PDF

NOBODY = "nobody"
# One of each role.
PEOPLE = (NOBODY, "xiaoyu", "handler", "supervisor", "analyst", "operator")
OFFICES = ("officer", "handler", "supervisor")
FILE = re.compile(r"\.(csv|json|\{format\})$|/\{file\}$")
# Answers to scripts, not to readers.
FOR_SCRIPTS = frozenset({"/suggestions"})
# Of a list at a desk, so many are opened to find every act.
FEW = measure(3, 30)
SEARCH = "q=%E7%9B%B4%E6%92%AD"


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the page with this route, within a language; `people` are those who look at it."""

    route: str
    path: str
    people: Sequence[str] = PEOPLE


def routes() -> list[str]:
    """The routes of all pages that someone reads."""
    return [
        page.path
        for page in PAGES
        if page.show and not FILE.search(page.path) and page.path not in FOR_SCRIPTS
    ]


@dataclass
class Visitors:
    """Browsers without a screen, one for each of the people."""

    site: DemoSite
    clients: dict[str, httpx2.AsyncClient]
    _got: dict[tuple[str, str], httpx2.Response] = field(default_factory=dict)

    async def get(self, person: str, path: str) -> httpx2.Response:
        """The Chinese page, got once."""
        if (person, path) not in self._got:
            self._got[person, path] = await self.clients[person].get(f"/zh{path}")
        return self._got[person, path]

    async def links(self, person: str, path: str, pattern: str) -> list[str]:
        """The links of the page that look like this, each once, within the language."""
        found = re.findall(f'href="/zh({pattern})[#"]', (await self.get(person, path)).text)
        return [unescape(link) for link in dict.fromkeys(found)]


@asynccontextmanager
async def visitors(site: DemoSite) -> AsyncIterator[Visitors]:
    """All of them, signed in."""
    async with AsyncExitStack() as stack:
        clients = {NOBODY: await stack.enter_async_context(site.client())}
        for person in ("xiangyan", *OFFICES, *PEOPLE[1:]):
            if person not in clients:
                clients[person] = await stack.enter_async_context(site.signed_in(person))
        yield Visitors(site, clients)


async def places(those: Visitors) -> list[Place]:
    """All places; what they need that the sample data lacks is made."""
    return [
        *(await _of_all(those)),
        *(await _of_firms(those)),
        *(await _of_offices(those)),
        *(await _kept(those)),
    ]


async def _of_all(those: Visitors) -> list[Place]:
    (firm, *_), (point, *_) = [
        await those.links(NOBODY, path, f'{path_of}/[^"/?]+')
        for path, path_of in ((f"/directory?{SEARCH}", "/firms"), ("/points?status=IN_PROGRESS", "/points"))
    ]
    agency = (await those.links("analyst", "/accountability", '/accountability/[^"/.]+'))[0]
    report = (await those.links(NOBODY, "/blockages?status=RESOLVED", '/reports/[^"/?]+'))[0]
    return [
        Place("/", "/"),
        Place("/directory", f"/directory?{SEARCH}&form=live-commerce"),
        Place("/directory", "/directory?q=zzz"),
        Place("/firms/{number}", firm),
        Place("/blockages", f"/blockages?{SEARCH}&status=RESOLVED&open=yes"),
        Place("/blockages", "/blockages"),
        Place("/blockages", "/blockages?view=charts"),
        Place("/points", "/points"),
        Place("/points/{reference}", point),
        Place("/policies", "/policies"),
        Place("/policies/{policy}", "/policies/ndrc-2020-1157"),
        Place("/policies/{policy}/{number}", "/policies/ndrc-2020-1157/14"),
        Place("/accountability", "/accountability"),
        Place("/accountability/{agency}", agency),
        Place("/reports/{reference}", report),
        Place("/api", "/api"),
        Place("/api", "/api?q=overdueLevel"),
        Place("/api/types/{name}", "/api/types/Blockage"),
        Place("/components", "/components"),
        Place("", "/no-such-page", (NOBODY, "xiaoyu")),
    ]


async def _of_firms(those: Visitors) -> list[Place]:
    client = those.clients["xiangyan"]
    draft = (await send(client, "/zh/apply")).headers["location"].removeprefix("/zh").rpartition("/")[0]
    asked = (await handed_in(client, "晨光手作")).removeprefix("/zh")
    await _review(those, asked, "take")
    await _review(
        those, asked, "request_changes", **{"fieldComments.1.comment": "名称与平台账号不一致，请核对。"}
    )
    sent = (await handed_in(client, "晨曦手作")).removeprefix("/zh")
    steps = ("who", "accounts", "place", "figures", "contact", "review")
    own = [
        Place("/reports/{reference}", path, (person,))
        for person in ("xiaoyu", "xiangyan")
        for path in await those.links(person, "/reports", '/reports/BK-[^"/?]+')
    ]
    await send_file(those.clients["xiaoyu"], f"/zh{own[0].path}", ("结算单.pdf", PDF))
    return [
        Place("/apply", "/apply", (*PEOPLE, "xiangyan")),
        *(Place("/apply/{draft}/{step}", f"{draft}/{step}", ("xiangyan",)) for step in steps),
        *(Place("/submissions/{id}", path, ("xiangyan",)) for path in (asked, sent)),
        Place("/my-firm", "/my-firm"),
        Place("/my-firm/amend", "/my-firm/amend"),
        Place("/my-firm/amend", "/my-firm/amend?yearly=true", ("xiaoyu",)),
        Place("/my-data", "/my-data"),
        Place("/notices", "/notices"),
        Place("/notices/channels", "/notices/channels"),
        Place("/report", "/report"),
        Place("/reports", "/reports"),
        *own,
    ]


async def _review(those: Visitors, submission: str, act: str, **fields: str) -> None:
    done = await send(those.clients["officer"], f"/zh/desk{submission}?act={act}", fields)
    assert done.status_code == 303, (act, done.status_code)


async def _of_offices(those: Visitors) -> list[Place]:
    found = [
        Place("/desk", "/desk"),
        Place("/desk/triage", "/desk/triage"),
        Place("/desk/submissions", "/desk/submissions"),
        Place("/desk/submissions", "/desk/submissions?level=OVERDUE", ("supervisor",)),
        Place("/policies", "/policies?by=YEARLY_COST", ("supervisor",)),
        Place("/desk/supervision", "/desk/supervision"),
        Place("/desk/points", "/desk/points"),
        Place("/desk/points/new", "/desk/points/new", OFFICES),
    ]
    kinds = {
        "/desk/reports/{reference}": ('/desk/reports/[^"?]+', "/desk"),
        "/desk/submissions/{id}": ('/desk/submissions/[^"?]+', "/desk"),
        "/desk/points/{reference}": ('/desk/points/BP-[^"?]+', "/desk/points"),
    }
    for route, (pattern, listed) in kinds.items():
        for person in OFFICES:
            offered: dict[str, str] = {}
            listing = await those.links(person, listed, f'{pattern}(?:\\?[^"]*)?')
            for bare in list(dict.fromkeys(path.partition("?")[0] for path in listing))[:FEW]:
                found.append(Place(route, bare, (person,)))
                for act in await those.links(person, bare, re.escape(bare) + r"\?act=[a-z_]+"):
                    offered.setdefault(act.partition("?")[2], act)
            found += [Place(route, path, (person,)) for path in offered.values()]
    return list(dict.fromkeys(found))


async def _kept(those: Visitors) -> list[Place]:
    """Saved searches, and what operators see."""
    analyst, settings = those.clients["analyst"], those.site.settings
    await send(analyst, f"/zh/searches/new?{SEARCH}", {"name": "直播"})
    search = (await those.links("analyst", "/searches", "/searches/[A-Za-z0-9_-]{8,}"))[0]
    bounds = {"roles": [Role.ANALYST], "agency": None, "region": None}
    await create(settings, subject="sync", scopes=(), lifetime=timedelta(days=1), **bounds)  # type: ignore[arg-type]
    await grant(settings, subject="sync", issuer="https://id.example", **bounds)  # type: ignore[arg-type]
    return [
        Place("/searches", "/searches"),
        Place("/searches/new", f"/searches/new?{SEARCH}"),
        Place("/searches/{id}", search, ("analyst",)),
        *(Place(path, path) for path in ("/admin", "/admin/deliveries", "/admin/keys", "/admin/accounts")),
    ]
