"""A record into which files are imported, and rows to import."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from directory.handlers.registry import HANDLERS
from directory.handling import Directory
from directory.record.open import open_record
from newgrowth.importing import import_firms
from newgrowth.settings import read_settings
from tests.factories import make_uscc
from tests.rulebooks import RULEBOOK

OWNER = "batch-clerk"
Profile = dict[str, Any]


def enterprise(number: int = 1, **changes: Any) -> Profile:
    """An enterprise with a code of its own, as a row."""
    values = {
        "name": f"杭州{chr(0x4E00 + number * 37 % 20_000)}{chr(0x5000 + number * 41 % 20_000)}文化有限公司",
        "uscc": make_uscc(),
        "entityKind": "ENTERPRISE",
        "forms": ["live-commerce"],
        "region": "330100",
    }
    return {**values, **changes}


def freelancer(**changes: Any) -> Profile:
    """A freelancer with figures, an account and contact details, in the rules' own spelling."""
    values = {
        "name": "小光手作",
        "entity_kind": "FREELANCER",
        "forms": ["live-commerce"],
        "region": "330106",
        "platforms": [{"platform": "douyin", "account_name": "小光手作", "followers": 120}],
        "metrics": [{"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": 1200.5}],
        "contact": {"person": "王小光", "phone": "+86 138 1234 5678"},
    }
    return {**values, **changes}


def written(path: Path, profiles: Iterable[Profile | str]) -> Path:
    """A file with these rows; a text is a line as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in profiles]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@dataclass
class Desk:
    """An empty record, and imports into it."""

    data_dir: Path

    @property
    def record(self) -> Path:
        """The record's file."""
        return self.data_dir / "record.db"

    @property
    def url(self) -> str:
        """The record's URL."""
        return f"sqlite+aiosqlite:///{self.record}"

    async def imports(
        self, file: Path, subject: str = OWNER, *, dry_run: bool = False, as_one: bool = False
    ) -> list[dict[str, Any]]:
        """The report of an import."""
        report = io.StringIO()
        settings = read_settings(data_dir=self.data_dir)
        quiet = Console(file=io.StringIO())
        accepted = await import_firms(
            settings, file, subject, dry_run=dry_run, as_one=as_one, report=report, console=quiet
        )
        results = [json.loads(line) for line in report.getvalue().splitlines()]
        assert accepted is all(result["outcome"] != "refused" for result in results)
        return results

    async def outcomes(self, file: Path, subject: str = OWNER, *, dry_run: bool = False) -> list[str]:
        """What became of each row."""
        return [result["outcome"] for result in await self.imports(file, subject, dry_run=dry_run)]

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[Directory]:
        """The command side over the record."""
        async with await open_record(self.url) as record:
            yield Directory(record, RULEBOOK, HANDLERS)

    async def state(self) -> dict[str, Any]:
        """Profile, standing and submissions of each entry, by what it is in law."""
        async with await open_record(self.url, mode="read") as record, record.reader() as reader:
            firms = await reader.firms_owned_by(OWNER)
            handed_in = await reader.submissions_of_firms([firm.id for firm in firms])
        assert len({firm.profile.uscc for firm in firms}) == len(firms)
        return {
            str(firm.profile.uscc): (firm.profile, firm.status, len(handed_in[firm.id])) for firm in firms
        }
