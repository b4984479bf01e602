"""`newgrowth person`: a copy of everything, erasure beside a running server, and again after a restore."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest

from directory.record.holdings import HOLDINGS
from directory.record.open import open_record
from newgrowth.forgetting import clean_files
from newgrowth.settings import Settings
from tests.contracts.record.test_person_erasure import NAME, PHONE, SUBJECT, TRACES, kept_person
from tests.factories import NOW, make_firm
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import keep, seal, whole_log
from tests.record.traces import tables_with, values_in_files


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with a person in it, among others, and a whole index."""
    folder = tmp_path / "data"
    folder.mkdir()
    migrated(url_of(folder))
    asyncio.run(fill(folder))
    done("index", "rebuild", "--data-dir", folder)
    return folder


def url_of(data_dir: Path) -> str:
    """The record's URL."""
    return f"sqlite+aiosqlite:///{data_dir / 'record.db'}"


async def fill(data_dir: Path) -> None:
    """The person, and somebody else's entry."""
    async with await open_record(url_of(data_dir)) as record:
        await kept_person(record)
        await keep(record, make_firm(owner="wang"))
        await seal(record)


def test_a_copy_holds_every_table_that_can_hold_something_of_a_person(data_dir: Path, tmp_path: Path) -> None:
    """By the table of holdings: a new table is in the copy, or says that it holds nothing."""
    done("person", "export", SUBJECT, tmp_path / "copy", "--data-dir", data_dir)

    copied = json.loads((tmp_path / "copy" / "person.json").read_text(encoding="utf-8"))

    assert set(copied) == {table.name for table, holding in HOLDINGS.items() if holding.personal}
    assert copied["contacts"][0]["phone"] == PHONE
    assert copied["firms"][0]["state"]["owner"] == SUBJECT
    assert copied["saved_searches"][0]["filter"] == {"text": PHONE}
    assert "secret" not in copied["webhooks"][0]
    assert "wang" not in json.dumps(copied)


def test_a_copy_can_be_opened_in_a_spreadsheet(data_dir: Path, tmp_path: Path) -> None:
    """A file a table that holds something, with the same rows."""
    done("person", "export", SUBJECT, tmp_path / "copy", "--data-dir", data_dir)

    with (tmp_path / "copy" / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)

    # A spreadsheet takes a cell that begins with a sign for a formula; this one begins with a digit.
    assert (row["person"], row["phone"]) == (NAME, PHONE)


def test_that_a_copy_was_made_is_on_the_log(data_dir: Path, tmp_path: Path) -> None:
    """Of whom it was, it says by reference; whoever asks who has seen the person is told."""
    done("person", "export", SUBJECT, tmp_path / "copy", "--data-dir", data_dir)

    kinds = asyncio.run(sealed_kinds(data_dir))

    assert kinds[-1] == "person:exported"
    assert "person:exported  operator  person_request" in done(
        "person", "seen", SUBJECT, "--data-dir", data_dir
    )


async def sealed_kinds(data_dir: Path) -> list[str]:
    """The kinds of all entries of the log."""
    async with await open_record(url_of(data_dir)) as record:
        await seal(record)
        return [entry.fact.kind for entry in await whole_log(record)]


def test_of_somebody_unknown_there_is_nothing(data_dir: Path, tmp_path: Path) -> None:
    """Neither to copy nor to erase, and the exit code says so."""
    assert newgrowth("person", "export", "nobody", tmp_path / "copy", "--data-dir", data_dir).exit_code == 1
    assert newgrowth("person", "erase", "nobody", "--data-dir", data_dir).exit_code == 1
    assert not (tmp_path / "copy").exists()


def test_an_erased_person_is_in_no_file_of_the_data_directory(data_dir: Path) -> None:
    """Record, write-ahead log, index and list, once the index has followed; the chain verifies."""
    assert {value for _, value in values_in_files(data_dir, TRACES)} == set(TRACES)
    done("person", "erase", SUBJECT, "--data-dir", data_dir)
    done("index", "rebuild", "--data-dir", data_dir)
    done("index", "drop-previous", "--data-dir", data_dir)

    assert values_in_files(data_dir, TRACES) == set()
    assert "whole" in done("log", "verify", "--data-dir", data_dir)
    assert " 0 differ" in done("index", "verify", "--data-dir", data_dir)


async def test_a_person_is_erased_beside_a_running_server(data_dir: Path) -> None:
    """The command leaves the files to the server, which cleans them in its next round."""
    async with await open_record(url_of(data_dir)) as server:
        said = await asyncio.to_thread(done, "person", "erase", SUBJECT, "--data-dir", data_dir)
        assert "The running server cleans its files" in said

        assert await clean_files(Settings(data_dir=data_dir), server)

        assert await tables_with(server, TRACES) == set()
        assert not await clean_files(Settings(data_dir=data_dir), server)
    found = await asyncio.to_thread(values_in_files, data_dir, TRACES)
    assert {file for file, _ in found if file.startswith("record.db")} == set()


def test_an_entry_is_erased_by_its_number(data_dir: Path) -> None:
    """As for somebody whose entry another subject handed in."""
    number = asyncio.run(number_of_person(data_dir))
    done("person", "erase", "--entry", number, "--data-dir", data_dir)

    assert newgrowth("person", "erase", "--entry", number, "--data-dir", data_dir).exit_code == 1


async def number_of_person(data_dir: Path) -> str:
    """The person's entry number."""
    async with await open_record(url_of(data_dir), mode="read") as record, record.reader() as reader:
        return (await reader.firms_owned_by(SUBJECT))[0].entry_number


def test_a_backup_from_before_an_erasure_brings_nobody_back(data_dir: Path, tmp_path: Path) -> None:
    """The list beside the record names nobody and is enough to erase again, in record and index."""
    done("backup", tmp_path / "copy.db", "--data-dir", data_dir)
    done("person", "erase", SUBJECT, "--data-dir", data_dir)
    said = done("restore", tmp_path / "copy.db", "--replace", "--data-dir", data_dir)

    assert "2 entries or people were erased since the backup" in said
    assert values_in_files(data_dir, TRACES) == set()
    assert asyncio.run(traces(data_dir)) == set()


async def traces(data_dir: Path) -> set[tuple[str, str]]:
    """What the record still holds of the person."""
    async with await open_record(url_of(data_dir), mode="read") as record:
        return await tables_with(record, TRACES)


def test_a_restore_without_the_list_brings_the_person_back(data_dir: Path, tmp_path: Path) -> None:
    """The check above finds out what becomes of a backup that nobody erases from again."""
    done("backup", tmp_path / "copy.db", "--data-dir", data_dir)
    done("person", "erase", SUBJECT, "--data-dir", data_dir)
    for file in [*data_dir.glob("record.db*"), data_dir / "erased.list"]:
        file.unlink()
    done("restore", tmp_path / "copy.db", "--data-dir", data_dir)

    assert {value for _, value in asyncio.run(traces(data_dir))} == set(TRACES)


def test_the_operator_sees_who_has_seen_whom(data_dir: Path) -> None:
    """By person, for the person who asks; by reader, for a leak."""
    asyncio.run(looked_at(data_dir))

    seen = done("person", "seen", SUBJECT, "--data-dir", data_dir)
    exposed = done("person", "exposed", "officer-li", "--data-dir", data_dir)

    assert "contact:viewed  officer-li  samr  REVIEW" in seen
    assert exposed.split() == [SUBJECT]
    assert done("person", "exposed", "nobody", "--data-dir", data_dir) == ""


async def looked_at(data_dir: Path) -> None:
    """An officer looks at the person's contact details, twice."""
    said = {"purpose": "REVIEW", "firm": "id", "agency": "samr"}
    async with await open_record(url_of(data_dir)) as record:
        for _ in range(2):
            async with record.unit_of_work() as uow:
                await uow.note_about("contact:viewed", SUBJECT, actor="officer-li", at=NOW, data=said)
        await seal(record)
