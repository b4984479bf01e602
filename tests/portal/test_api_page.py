"""The pages about the API: every program on them runs as it stands, and the reference says what the schema says."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from portal.api_reference import found, reference
from portal.api_samples import samples
from schema.export import sorted_schema
from tests.portal.browsing import Browsing
from tests.portal.demo_site import DemoSite

PROGRAM = re.compile(r"<h4>([^<]+)</h4>\s*<pre [^>]*><code>(.*?)</code></pre>", re.DOTALL)
# How files of each kind are run, one after the other, and what their names end in.
RUN: Mapping[str, tuple[str, Sequence[str]]] = {
    "curl": (".sh", ("sh", "-c", 'for each in "$@"; do sh "$each" || exit 1; done', "sh")),
    "Python": (
        ".py",
        (sys.executable, "-c", "import runpy, sys\nfor each in sys.argv[1:]: runpy.run_path(each)"),
    ),
    "JavaScript": (
        ".mjs",
        ("node", "--input-type=module", "-e", "for (const each of process.argv.slice(1)) await import(each)"),
    ),
}
NEEDED = {"curl": "curl", "Python": sys.executable, "JavaScript": "node"}


async def printed_by(kind: str, programs: Sequence[str], folder: Path) -> list[Any]:
    """What the programs print, copied into files; they go straight to the server, whatever proxy there is."""
    ending, command = RUN[kind]
    files = [folder / f"{number}{ending}" for number in range(len(programs))]
    for file, program in zip(files, programs, strict=True):
        file.write_text(program, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *command,
        *map(str, files),
        env={**os.environ, "no_proxy": "*", "NO_PROXY": "*"},
        stdout=asyncio.subprocess.PIPE,
    )
    text, _ = await process.communicate()
    assert process.returncode == 0
    return list(documents(text.decode()))


def documents(text: str) -> Iterator[Any]:
    """The JSON documents of a text, one behind the other."""
    text = text.lstrip()
    while text:
        document, end = json.JSONDecoder().raw_decode(text)
        yield document
        text = text[end:].lstrip()


@pytest.mark.parametrize("kind", RUN)
async def test_every_program_runs_as_it_stands_on_the_page(
    demo_site: DemoSite, tmp_path: Path, kind: str
) -> None:
    """By whatever of curl, Python and Node.js is here; each answers its query without an error."""
    if shutil.which(NEEDED[kind]) is None:
        pytest.skip(f"{kind} is not installed")
    page = await demo_site.text("/zh/api")
    programs = [html.unescape(text) for name, text in PROGRAM.findall(page) if name == kind]
    answers = await printed_by(kind, programs, tmp_path)

    assert len(answers) == len(samples())
    for program, answer in zip(programs, answers, strict=True):
        assert answer.get("data"), (program, answer)
        assert "errors" not in answer, (program, answer)


def test_the_reference_has_every_type_field_and_argument_of_the_schema() -> None:
    """With the schema's own descriptions; only what GraphQL itself brings is left out."""
    types = reference()
    blockages = next(one for one in types["Query"].members if one.name == "blockages")
    field = sorted_schema().type_map["Query"].fields["blockages"]  # type: ignore[attr-defined]

    assert types.keys() == {name for name in sorted_schema().type_map if not name.startswith("__")} - {
        "Boolean",
        "Float",
        "ID",
        "Int",
        "String",
    }
    assert blockages.description == field.description
    assert {one.name: one.description for one in blockages.arguments} == {
        name: argument.description for name, argument in field.args.items()
    }
    assert "".join(text for text, _ in blockages.written) == str(field.type)


def test_a_search_finds_names_first_and_chinese_terms_too() -> None:
    """All words have to be there; nothing is found by nothing."""
    assert found("machine key")[0].type == "MachineKey"
    assert "Query" in {hit.type for hit in found("督办")}
    assert [*found("machine nonsense"), *found(" ")] == []


async def test_a_type_has_its_page_with_links_to_others(demo_site: DemoSite) -> None:
    """A search leads to a field on its type's page; a type that is not there is told as such."""
    searched = await demo_site.text("/en/api?q=overdueLevel")
    page = await demo_site.text("/en/api/types/Blockage")
    async with demo_site.client() as client:
        missing = await client.get("/zh/api/types/Nothing")

    assert 'href="/en/api/types/Blockage#m-overdueLevel"' in searched
    assert 'id="m-overdueLevel"' in page
    assert 'href="/en/api/types/OverdueLevel"' in page
    assert missing.status_code == 404


@pytest.mark.chromium
async def test_one_goes_from_an_example_to_the_explorer_and_back(browsing: Browsing) -> None:
    """The example stands in the explorer ready to run, and the way back leads to the page in the same language."""
    await browsing.open("/zh/api")
    await browsing.page.click("text=检索堵点")
    await browsing.page.click('a[href="/explorer?example=3"]')
    await expect(browsing.page.locator("#query")).to_have_value(re.compile("query Blockages"))
    await browsing.page.click("#en")
    await browsing.page.click("#portal")
    await browsing.page.wait_for_url("**/en/api")

    assert browsing.complaints == []
