"""Files of reports in the portal: sent by a form, listed, saved, taken back, and shown to everyone only as published copies."""

from __future__ import annotations

import re

import httpx2
import pytest

from portal.multipart import SentFile, parts_of
from tests.portal.demo_site import DemoSite
from tests.portal.sending import reported, send, send_file
from tests.rules.evidence_files import PDF, TEXT

SAVED = re.compile(r'href="/zh(/evidence/[^"]+)"')
OPTION = r'<option value="([^"]+)"[^>]*>{}'


def chosen(page: str, text: str) -> str:
    """The value of the choice with that text."""
    found = re.search(OPTION.format(re.escape(text)), page)
    assert found is not None, text
    return found[1]


async def act(client: httpx2.AsyncClient, path: str, name: str, text: str) -> httpx2.Response:
    """The answer to an act of an office on the file called so."""
    page = (await client.get(f"{path}?act={name}")).text
    form = next(each for each in page.split("<form")[1:] if f'name="act" value="{name}"' in each)
    hidden = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form.split("</form>")[0])
    )
    return await client.post(path, data={**hidden, "file": chosen(page, text)})


async def test_a_firm_sends_a_file_and_takes_it_back(demo_site: DemoSite) -> None:
    """Without a script; what is wrong is told at the field, in the language of the page."""
    async with demo_site.signed_in("xiaoyu") as client:
        path = await reported(client, "结算单没有统一格式")
        nothing = await send_file(client, path, None)
        wrong = await send_file(client, path.replace("/zh", "/en"), ("合同.pdf", b"MZ\0"))
        large = await send_file(client, path, ("合同.pdf", PDF[:9] + b"a" * (6 << 20)))
        done = await send_file(client, path, ('a"b 合同.exe', PDF))
        page = (await client.get(path)).text
        saved = await client.get(f"/zh{SAVED.findall(page)[0]}")
        taken_back = await send(client, path, ask="take_back")
        after = (await client.get(path)).text
        gone = await client.get(f"/zh{SAVED.findall(page)[0]}")

    assert [each.status_code for each in (nothing, wrong, large, done)] == [422, 422, 422, 303]
    for answer in (nothing, wrong, large):
        assert 'href="#f-evidence"' in answer.text
    assert "the content decides" in wrong.text
    assert "文件不得超过5 MB" in large.text
    assert "a_b 合同.exe.pdf" in page
    assert (saved.content, saved.headers["cache-control"]) == (PDF, "no-store")
    assert taken_back.status_code == 303
    assert (SAVED.findall(after), gone.status_code) == ([], 410)


async def test_an_office_publishes_a_copy_and_nobody_else_reads_the_file(demo_site: DemoSite) -> None:
    """The reporter follows: who read the file stands among the own data, and the copy on the page of the report."""
    async with demo_site.signed_in("xiaoyu") as firm:
        path = await reported(firm, "保证金退还没有期限")
        assert (await send_file(firm, path, ("保证金.pdf", PDF))).status_code == 303
    desk = path.replace("/zh", "/zh/desk")
    async with demo_site.signed_in("supervisor") as office:
        taken = await send(
            office,
            f"{desk}?act=triage_accept",
            publicTitle="保证金退还",
            publicSummary="保证金退还没有期限。",
        )
        assert taken.status_code == 303, taken.text
        page = (await office.get(desk)).text
        (file,) = SAVED.findall(page)
        assert (await office.get(f"/zh{file}")).content == PDF
        copied = await send_file(office, desk, ("公开.txt", TEXT), redacts=chosen(page, "保证金.pdf"))
        published = await act(office, desk, "publish_evidence", "公开.txt")
    async with demo_site.client() as public:
        shown = (await public.get(path)).text
        (copy,) = SAVED.findall(shown)
        assert (await public.get(f"/zh{copy}")).content == TEXT
        hidden = await public.get(f"/zh{file}")
    async with demo_site.signed_in("xiaoyu") as firm:
        own = (await firm.get("/zh/my-data")).text

    assert (copied.status_code, published.status_code, hidden.status_code) == (303, 303, 404)
    assert "公开.txt" in shown
    assert "保证金.pdf" not in shown
    assert f"查阅了诉求{path.rpartition('/')[2]}的一份材料" in own


async def test_a_file_that_another_site_sends_is_refused(demo_site: DemoSite) -> None:
    """Without the session's own token nothing is kept."""
    async with demo_site.signed_in("xiaoyu") as client:
        path = await reported(client, "流量规则不公开")
        forged = await send_file(client, path, ("a.pdf", PDF), csrf_token="")
        page = (await client.get(path)).text

    assert (forged.status_code, SAVED.findall(page)) == (403, [])


BODY = (
    b'--x\r\nContent-Disposition: form-data; name="redacts"\r\n\r\n\xe4\xb8\x80\r\n'
    b'--x\r\nContent-Disposition: form-data; name="evidence"; filename="\xe4\xb8\x80%22.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n%PDF\r\n--y\r\n\r\n--x--\r\n"
)
OF_FORMS = "multipart/form-data; boundary=x"


async def test_a_form_with_a_file_is_taken_apart() -> None:
    """Byte for byte, line breaks and dashes inside the file too."""
    parts = await parts_of(OF_FORMS, BODY)
    assert parts.texts == {"redacts": ["一"]}
    assert parts.files == {"evidence": SentFile('一".pdf', b"%PDF\r\n--y\r\n")}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", BODY),
        ("multipart/form-data; boundary=z", BODY),
        (OF_FORMS, BODY.replace(b"form-data; name", b"form-data; nome")),
        (OF_FORMS, BODY.replace(b"--x\r\n", b"--x\r\n" + BODY[: BODY.index(b"--x", 1)] * 50, 1)),
        (OF_FORMS, BODY.replace(b"--x--", BODY[BODY.rindex(b"--x\r\n") :])),
    ],
)
async def test_what_no_browser_sends_is_refused(kind: str, body: bytes) -> None:
    """Without a boundary, with another, without names, with too many fields, with two files."""
    with pytest.raises(ValueError, match=r".+"):
        await parts_of(kind, body)


@pytest.mark.parametrize("end", [6, 12, 30])
async def test_a_file_that_was_cut_off_is_none(end: int) -> None:
    """What came of it is not taken for the whole."""
    assert (await parts_of(OF_FORMS, BODY[:-end])).files == {}
