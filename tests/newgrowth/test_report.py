"""The mandate report: figures that anyone with the log can make again, on a page that anyone can read."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shlex
from collections.abc import Awaitable, Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from directory.messages.statistics import DEFINITIONS
from directory.record.open import SqlRecord, open_record
from directory.states import OPEN_STATUSES, BlockageStatus
from directory.workdays import SHANGHAI
from tests.factories import make_blockage, make_firm
from tests.indexer.drawn_reports import drawn_reports
from tests.newgrowth.terminal import done, newgrowth
from tests.record.fixtures import migrated
from tests.record.steps import change, keep, seal

NOT_COUNTED = {BlockageStatus.REJECTED, BlockageStatus.DUPLICATE, BlockageStatus.WITHDRAWN}
PERIOD = ("--from", "2026-01-01", "--to", "2026-03-31")
FIRM = make_firm()
REPORTS = list(drawn_reports(FIRM.id, 300))
Lines = dict[tuple[str, str, str], str]


def in_record(data_dir: Path, work: Callable[[SqlRecord], Awaitable[Any]]) -> None:
    """Does something with the record, and seals it."""

    async def do() -> None:
        async with await open_record(f"sqlite+aiosqlite:///{data_dir / 'record.db'}") as record:
            await work(record)
            await seal(record)

    asyncio.run(do())


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the drawn reports, indexed."""
    place = tmp_path_factory.mktemp("reported")
    migrated(f"sqlite+aiosqlite:///{place / 'record.db'}")
    in_record(place, lambda record: keep(record, FIRM, *REPORTS))
    done("index", "rebuild", "--data-dir", place)
    return place


def lines(data_dir: Path, *options: str) -> Lines:
    """The report as CSV: values by table, key and figure."""
    result = newgrowth("report", *PERIOD, *options, "--format", "csv", "--data-dir", data_dir)
    assert result.exit_code == 0, result.output
    rows = csv.DictReader(io.StringIO(result.stdout.removeprefix("\ufeff")))
    return {(row["table"], row["key"], row["figure"]): row["value"] for row in rows}


def figures_of(told: Lines) -> Lines:
    """All but where the figures come from."""
    return {key: value for key, value in told.items() if key[0] != "provenance"}


def said(told: Lines, key: str) -> str:
    """A line of where the figures come from."""
    return told[("provenance", key, key)]


def test_the_figures_are_made_again_from_the_log_up_to_their_position(data_dir: Path, tmp_path: Path) -> None:
    """Whatever has happened since: the command in the report gives the same figures, under the same digest."""
    before = lines(data_dir, "--audience", "internal")
    at = datetime(2026, 2, 2, tzinfo=SHANGHAI)
    later = make_blockage(firm_id=FIRM.id, reported_at=at, updated_at=at)
    closed = REPORTS[0].model_copy(update={"version": 1})

    async def go_on(record: SqlRecord) -> None:
        await keep(record, later)
        await change(record, closed, status=BlockageStatus.WITHDRAWN, category="work-injury")

    in_record(data_dir, go_on)
    program, command, *options = said(before, "recompute").split()

    assert (program, command) == ("newgrowth", "report")
    again = lines(data_dir, *options)
    assert figures_of(again) == figures_of(before)
    assert said(again, "digest") == said(before, "digest")
    assert figures_of(lines(data_dir, "--audience", "internal")) != figures_of(before)


def test_a_report_on_some_reports_only_names_its_filter(data_dir: Path) -> None:
    """The API's own filter: it stands in the report, and the command in the report makes the same figures again."""
    given = {"categories": [REPORTS[0].category], "severities": ["HIGH", "MEDIUM"], "overdue": False}
    chosen = ("--audience", "internal", "--position", str(len(REPORTS) + 1))
    told = lines(data_dir, *chosen, "--filter", json.dumps(given))
    everything = lines(data_dir, *chosen)

    assert json.loads(said(told, "filter")) == given
    assert ("provenance", "filter", "filter") not in everything
    categories = {key for table, key, figure in told if (table, figure) == ("CATEGORY", "reported")}
    assert categories == {REPORTS[0].category}
    assert 0 < int(told["TOTAL", "", "reported"]) < int(everything["TOTAL", "", "reported"])
    assert figures_of(lines(data_dir, *shlex.split(said(told, "recompute"))[2:])) == figures_of(told)


def test_the_figures_of_some_reports_are_those_of_the_index(data_dir: Path) -> None:
    """The filter means the same to the log and to the index."""
    done("index", "rebuild", "--data-dir", data_dir)
    given = {"severities": ["HIGH", "CRITICAL"], "open": True, "regions": ["330000"]}
    told = lines(data_dir, "--audience", "internal", "--filter", json.dumps(given))

    assert said(told, "indexAgreement") == "equal"


def test_the_figures_of_the_log_are_those_of_the_index(data_dir: Path) -> None:
    """Where both stand at one position they are compared, group by group, and the report says that they are equal."""
    done("index", "rebuild", "--data-dir", data_dir)
    told = lines(data_dir, "--audience", "internal")

    assert said(told, "indexAgreement") == "equal"
    assert said(told, "indexGeneration").startswith("embedded g")


def test_the_total_is_that_of_the_period(data_dir: Path) -> None:
    """The days are those of Shanghai, both included; at the position of the first report they are the drawn ones."""
    told = lines(data_dir, "--audience", "internal", "--position", str(len(REPORTS) + 1))
    days = [(each.reported_at.astimezone(SHANGHAI).date().isoformat(), each.status) for each in REPORTS]
    inside = [status for day, status in days if "2026-01-01" <= day <= "2026-03-31"]

    assert told[("TOTAL", "", "reported")] == str(sum(status not in NOT_COUNTED for status in inside))
    assert told[("TOTAL", "", "leftOut")] == str(sum(status in NOT_COUNTED for status in inside))


def test_a_public_report_is_rounded_and_of_public_reports_alone(data_dir: Path) -> None:
    """Nothing in it comes to less than ten, and it says so."""
    told = lines(data_dir)
    counts = [
        int(value) for (_, _, figure), value in told.items() if figure in ("reported", "open", "confirmed")
    ]

    assert counts
    assert all(count % 5 == 0 and count != 5 for count in counts)
    assert said(told, "audience") == "public"


def test_every_figure_is_defined_in_both_languages(data_dir: Path) -> None:
    """In the file itself."""
    told = lines(data_dir)
    assert {key for table, key, _ in told if table == "definition"} == set(DEFINITIONS)
    assert all(told[("definition", key, "zh")] and told[("definition", key, "en")] for key in DEFINITIONS)


class Page(HTMLParser):
    """What a page is made of."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_can_be_read_aloud(data_dir: Path) -> None:
    """No script, nothing loaded, a language, a title, and every heading cell with its scope."""
    text = done("report", *PERIOD, "--audience", "internal", "--data-dir", data_dir)
    page = Page(text[text.index("<!DOCTYPE") : text.index("</html>") + len("</html>")])
    names = [tag for tag, _ in page.tags]

    assert page.open == []
    assert ("html", {"lang": "zh-CN"}) in page.tags
    assert not {"script", "link", "img", "iframe", "object"}.intersection(names)
    assert not any("src" in attrs or "href" in attrs for _, attrs in page.tags)
    assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    assert names.count("h1") == 1
    assert ("span", {"lang": "en"}) in page.tags


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from", "2026-04-01", "--to", "2026-03-31"), "after the last"),
        (("--from", "spring", "--to", "2026-03-31"), "are days such as"),
        ((*PERIOD, "--as-of", "2026-04-01T00:00:00"), "offset from UTC"),
        ((*PERIOD, "--position", "999999"), "nothing at this position"),
        (("--from", "2020-01-01", "--to", "2020-01-31"), "nothing can be told to the public"),
        ((*PERIOD, "--filter", "{categories}"), "is not valid JSON"),
        ((*PERIOD, "--filter", '["revenue-split"]'), "--filter:"),
        ((*PERIOD, "--filter", '{"categories": ["no-such-thing"]}'), "no-such-thing"),
        ((*PERIOD, "--filter", '{"colour": "red"}'), "colour"),
        ((*PERIOD, "--filter", '{"text": "分成", "open": true}'), "text cannot be counted from the log"),
    ],
)
def test_what_cannot_be_reported_is_told(data_dir: Path, options: tuple[str, ...], told: str) -> None:
    """With what is wrong, and no file."""
    result = newgrowth("report", *options, "--data-dir", data_dir)
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())


def test_an_erased_report_counts_by_what_is_left_of_it(data_dir: Path) -> None:
    """The figures after an erasure are those before, and those of the index; only looking back one is missing, and told."""
    person = make_firm()
    closed = [each for each in drawn_reports(person.id, 40, seed=3) if each.status not in OPEN_STATUSES]

    async def erase(record: SqlRecord) -> None:
        async with record.unit_of_work() as uow:
            await uow.erase(person.id, actor="clerk", at=person.updated_at)

    in_record(data_dir, lambda record: keep(record, person, *closed))
    before = lines(data_dir, "--audience", "internal")
    in_record(data_dir, erase)
    done("index", "rebuild", "--data-dir", data_dir)
    after = lines(data_dir, "--audience", "internal")

    assert figures_of(after) == figures_of(before)
    assert (said(after, "erased"), said(after, "indexAgreement")) == ("0", "equal")
    looking_back = lines(data_dir, *shlex.split(said(before, "recompute"))[2:])
    assert said(looking_back, "erased") == str(len(closed))
