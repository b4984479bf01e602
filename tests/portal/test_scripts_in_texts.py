"""Texts that would be scripts if a page took them for markup, in every text of a firm, a report and a point."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import cycle
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Dialog

from directory.entities import Blockage, BlockingPoint, Firm
from directory.public_texts import public_words
from tests.factories import make_firm, make_point, make_profile
from tests.measure import measure
from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite, demo_site_in
from tests.schema.blockages.corpus import taken_up

pytestmark = pytest.mark.chromium

RUN = "window.ran=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<img/src=x/onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<iframe src=javascript:parent.{RUN}>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN} id=clickme>x</a>",
    f"javascript:{RUN}",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<style>*{{background:url(javascript:{RUN})}}</style>",
    f'<link rel=stylesheet href="data:text/css,*{{}}" onload={RUN}>',
    f"<meta http-equiv=refresh content=0;url=javascript:{RUN}>",
    f"<base href=javascript:{RUN}//>",
    f"<form action=javascript:{RUN}><button id=send>x</button></form>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<template><script>{RUN}</script></template>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;&#60;img src=x onerror={RUN}&#62;",
)


@dataclass(frozen=True)
class Written:
    """What somebody wrote a payload into, all of it."""

    payload: str
    firm: Firm
    report: Blockage
    point: BlockingPoint

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that show it: as a thing of its own, in lists with marks, and said back in a search box."""
        asked = quote(self.payload)
        return (
            f"/firms/{self.firm.entry_number}",
            f"/reports/{self.report.reference}",
            f"/points/{self.point.reference}",
            f"/directory?q={asked}",
            f"/blockages?q={asked}",
            f"/{asked}",
        )


def written(payload: str) -> Written:
    """A firm, its report and a blocking point of which every text is the payload."""
    profile = make_profile(
        name=payload, name_en=payload, other_names=(payload,), summary=payload, summary_en=payload
    )
    firm = make_firm(profile=profile, former_names=(payload,))
    report = taken_up(firm, title=payload, description=payload, public_title=payload, public_summary=payload)
    texts = dict.fromkeys(("title", "title_en", "description", "description_en"), payload)
    return Written(payload, firm, report, make_point(**texts))


# A short measure takes every fourth.
WRITTEN = [written(payload) for payload in PAYLOADS[:: measure(4, 1)]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoSite]:
    """The sample data, and all that was written with ill will."""
    entities = [entity for each in WRITTEN for entity in (each.firm, each.report, each.point)]
    async with demo_site_in(tmp_path_factory.mktemp("scripts"), *entities) as found:
        yield found


async def reads(browsing: Browsing, text: str) -> bool:
    """Whether the page says this, letter by letter."""
    return text in await browsing.page.locator("main").inner_text()


async def test_no_text_is_ever_a_script(site: DemoSite, chromium_browser: Browser) -> None:
    """No dialog, nothing that ran, no breach of the policy, and the reader sees what was written, letter by letter."""
    context = await chromium_browser.new_context(locale="zh-CN")
    browsing = Browsing(await context.new_page(), site.url)
    dialogs: list[str] = []

    async def dismissed(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        await dialog.dismiss()

    browsing.page.on("dialog", dismissed)
    ran, unseen = [], []
    for segment, each in zip(cycle(("zh", "en")), WRITTEN, strict=False):
        for page in each.pages:
            await browsing.page.goto(f"{site.url}/{segment}{page}")
            if await browsing.page.evaluate("'ran' in window"):
                ran.append((page, each.payload))
            if page == each.pages[1] and not await reads(browsing, public_words(each.report).title):
                unseen.append(each.payload)
    await context.close()

    # A page that is not there is told with the status 404, which the browser notes.
    complaints = [each for each in browsing.complaints if "404" not in each]
    assert (dialogs, ran, unseen, complaints) == ([], [], [], [])
