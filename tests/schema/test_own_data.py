"""Personal data at the API: consents, logged views of contact details, a copy and the erasure of one's own."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from newgrowth.person import export_person
from newgrowth.settings import Settings
from tests.journeys.entries import REVIEWER, Entries, Payload, freelancer
from tests.journeys.files import kept
from tests.journeys.reports import Reports, on
from tests.journeys.stage import ANALYST, FAR_OFFICER, OTHER_OWNER, OWNER, PUBLIC, SUPERVISOR, Person
from tests.rules.evidence_files import TEXT

CONTACT = "contact { person phone masked }"


async def asked(entries: Entries, who: Person, number: str, fields: str) -> Any:
    """An entry as somebody reads it."""
    query = f"query F($number: String!) {{ firm(entryNumber: $number) {{ {fields} }} }}"
    return (await entries.stage.ask(who, query, number=number))["firm"]


async def sent(entries: Entries, who: Person, mutation: str, fields: str, **input: Any) -> Payload:
    """The payload of a command on personal data."""
    kind = mutation[0].upper() + mutation[1:] + "Input!"
    query = f"mutation S($input: {kind}) {{ payload: {mutation}(input: $input) {{ {fields} errors {{ code path }} }} }}"
    payload: Payload = (await entries.stage.ask(who, query, input=input))["payload"]
    return payload


async def version_of(entries: Entries, purpose: str) -> str:
    """The version of the purpose's notice, which has words in both languages."""
    query = "{ viewer { consentNotices { purpose version zh: text en: text(language: EN) } } }"
    notices = (await entries.stage.ask(OWNER, query))["viewer"]["consentNotices"]
    (notice,) = [each for each in notices if each["purpose"] == purpose]
    assert notice["zh"]
    assert notice["en"]
    return str(notice["version"])


async def consents(entries: Entries, firm_id: str, purpose: str) -> Payload:
    """The owner agrees to a purpose."""
    version = await version_of(entries, purpose)
    given = {"firm": firm_id, "purpose": purpose, "version": version}
    return await sent(entries, OWNER, "giveConsent", "firm { consents { purpose } }", **given)


async def test_contact_details_are_public_while_their_person_agrees(entries: Entries) -> None:
    """By a consent of its own; withdrawn with one call, they are gone at once for everyone else."""
    done = await entries.listed(freelancer())
    firm_id, number = done["firm"]["id"], done["firm"]["entryNumber"]
    assert (await asked(entries, PUBLIC, number, CONTACT))["contact"] is None

    assert (await consents(entries, firm_id, "PUBLISH_CONTACT"))["errors"] == []
    published = await asked(entries, PUBLIC, number, CONTACT)
    await sent(entries, OWNER, "withdrawConsent", "firm { id }", firm=firm_id, purpose="PUBLISH_CONTACT")

    assert published["contact"] == {"person": "王小光", "phone": "13812345678", "masked": False}
    assert (await asked(entries, PUBLIC, number, CONTACT))["contact"] is None
    shown = await asked(entries, OWNER, number, "status consents { purpose withdrawnAt }")
    assert shown["status"] == "LISTED"
    assert [bool(each["withdrawnAt"]) for each in shown["consents"]] == [True]
    assert (await asked(entries, ANALYST, number, "consents { purpose }"))["consents"] is None


async def test_a_name_is_masked_once_its_person_agrees_no_longer(entries: Entries) -> None:
    """For everyone but the firm and its reviewers; no search finds it by name after the index's next step."""
    done = await entries.listed(freelancer())
    firm_id, number = done["firm"]["id"], done["firm"]["entryNumber"]
    assert (await entries.found(PUBLIC, "totalCount", filter={"text": "小光手作"}))["totalCount"] == 1

    withdrawn = {"firm": firm_id, "purpose": "PUBLISH_NAME"}
    assert (await sent(entries, OWNER, "withdrawConsent", "firm { id }", **withdrawn))["errors"] == []
    await entries.stage.index()

    fields = "name otherNames platforms { accountName }"
    assert await asked(entries, PUBLIC, number, fields) == {"name": "小**", "otherNames": [], "platforms": []}
    assert (await asked(entries, REVIEWER, number, fields))["name"] == "小光手作"
    assert (await entries.found(PUBLIC, "totalCount", filter={"text": "小光手作"}))["totalCount"] == 0

    assert (await consents(entries, firm_id, "PUBLISH_NAME"))["errors"] == []
    await entries.stage.index()
    assert (await asked(entries, PUBLIC, number, "name"))["name"] == "小光手作"
    assert (await entries.found(PUBLIC, "totalCount", filter={"text": "小光手作"}))["totalCount"] == 1


async def test_a_consent_is_to_the_notice_that_was_read(entries: Entries) -> None:
    """An old version asks again; what was never given cannot be withdrawn; nobody agrees for another."""
    done = await entries.listed(freelancer())
    firm_id = done["firm"]["id"]

    old = {"firm": firm_id, "purpose": "PUBLISH_CONTACT", "version": "2019-01"}
    none = {"firm": firm_id, "purpose": "PUBLISH_CONTACT"}
    refused = [
        await sent(entries, OWNER, "giveConsent", "firm { id }", **old),
        await sent(entries, OWNER, "withdrawConsent", "firm { id }", **none),
        await sent(entries, OTHER_OWNER, "withdrawConsent", "firm { id }", **none),
    ]

    codes = [[each["code"] for each in payload["errors"]] for payload in refused]
    assert codes == [["INVALID"], ["NOT_ALLOWED_NOW"], ["FORBIDDEN"]]


async def test_who_looks_at_contact_details_is_seen_by_their_person(entries: Entries) -> None:
    """A reviewer sees them masked; looking at them whole is on the log, with agency and purpose."""
    done = await entries.listed(freelancer())
    firm_id, number = done["firm"]["id"], done["firm"]["entryNumber"]
    masked = await asked(entries, REVIEWER, number, CONTACT)
    views = "{ viewer { contactViews { way agency purpose report } } }"
    assert (await entries.stage.ask(OWNER, views))["viewer"]["contactViews"] == []

    looked = {"firm": firm_id, "purpose": "REVIEW"}
    whole = await sent(entries, REVIEWER, "viewContact", "contacts { person phone masked }", **looked)
    await entries.stage.index()

    assert masked["contact"] == {"person": "王**", "phone": "138****5678", "masked": True}
    assert whole["contacts"] == [{"person": "王小光", "phone": "13812345678", "masked": False}]
    seen = (await entries.stage.ask(OWNER, views))["viewer"]["contactViews"]
    assert seen == [{"way": "LOOKED_AT", "agency": "local-amr@330100", "purpose": "REVIEW", "report": None}]
    assert (await entries.stage.ask(OTHER_OWNER, views))["viewer"]["contactViews"] == []


async def test_who_is_shown_a_reporter_or_makes_a_copy_is_seen_by_their_person(
    entries: Entries, tmp_path: Path
) -> None:
    """Each time, by its way: a supervisor who unseals a report, an operator who copies all that is kept."""
    done = await entries.listed(freelancer())
    reports = Reports(entries.stage, done["firm"]["id"])
    report = await reports.reported()
    for _ in range(2):
        report = await reports.does(SUPERVISOR, "unsealReporter", **on(report, reason="须当面核实。"))
    await kept(reports, OWNER, report, content=TEXT)
    silent = Console(file=StringIO())
    assert await export_person(Settings(data_dir=tmp_path), OWNER.subject, tmp_path / "copy", silent)
    await entries.stage.index()
    (file,) = (tmp_path / "copy" / "files").iterdir()
    assert (file.suffix, file.read_bytes()) == (".txt", TEXT)

    views = "{ viewer { contactViews { way purpose report } } }"
    seen = (await entries.stage.ask(OWNER, views))["viewer"]["contactViews"]
    unsealed = {"way": "UNSEALED", "purpose": None, "report": report["reference"]}
    assert seen == [unsealed, unsealed, {"way": "COPIED", "purpose": None, "report": None}]
    for who in (OTHER_OWNER, SUPERVISOR):
        assert (await entries.stage.ask(who, views))["viewer"]["contactViews"] == []


@pytest.mark.parametrize("who", [FAR_OFFICER, OTHER_OWNER, PUBLIC], ids=lambda who: who.subject)
async def test_contact_details_out_of_reach_are_not_looked_at(entries: Entries, who: Person) -> None:
    """Nor is anything logged."""
    done = await entries.listed(freelancer())
    looked = {"firm": done["firm"]["id"], "purpose": "REVIEW"}
    answer = await sent(entries, who, "viewContact", "contacts { phone }", **looked)
    await entries.stage.index()

    assert (answer["contacts"], [each["code"] for each in answer["errors"]]) == ([], ["FORBIDDEN"])
    views = "{ viewer { contactViews { agency } } }"
    assert (await entries.stage.ask(OWNER, views))["viewer"]["contactViews"] == []


async def test_a_person_has_a_copy_of_everything(entries: Entries) -> None:
    """Their own and nobody else's."""
    await entries.listed(freelancer())
    query = "{ viewer { myData { json } } }"

    copied = json.loads((await entries.stage.ask(OWNER, query))["viewer"]["myData"]["json"])
    other = json.loads((await entries.stage.ask(OTHER_OWNER, query))["viewer"]["myData"]["json"])

    assert [each["phone"] for each in copied["contacts"]] == ["13812345678"]
    assert [each["state"]["profile.name"] for each in copied["firms"]] == ["小光手作"]
    assert other["firms"] == []
    assert (await entries.stage.ask(PUBLIC, query))["viewer"]["myData"] is None


async def test_a_person_erases_themselves(entries: Entries) -> None:
    """Named once more, so that nobody does it by mistake; then there is nothing left, in no search either."""
    done = await entries.listed(freelancer())
    number = done["firm"]["entryNumber"]
    mistaken = await sent(entries, OWNER, "eraseMyData", "erased", subject="somebody")

    gone = await sent(entries, OWNER, "eraseMyData", "erased", subject=OWNER.subject)
    await entries.stage.index()

    assert (mistaken["erased"], gone["erased"]) == (False, True)
    assert await asked(entries, PUBLIC, number, "name") is None
    assert (await entries.found(PUBLIC, "totalCount", filter={"text": "小光手作"}))["totalCount"] == 0
