"""SIGKILL in the middle of commands: what was acknowledged is there, and nothing is there by half."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from sqlalchemy import func, select, text

from directory.record.open import SqlRecord, open_record
from directory.record.tables import firms, log_entries, log_pending, log_seals, submissions
from directory.record.verify import verify_log
from tests.factories import make_firm, make_submission
from tests.record.steps import keep

KILLS = 3
MOST_ACKNOWLEDGED = 60

# Each acknowledged command is told on standard output, one id a line.
WRITER = """
import asyncio, os, sys
from directory.record.open import open_record
from tests.factories import make_firm, make_freelancer_profile, make_submission
from tests.record.steps import keep

async def write(record):
    while True:
        firm = make_firm(profile=make_freelancer_profile(platforms=()))
        await keep(record, firm, make_submission(firm_id=firm.id))
        os.write(1, b"kept " + firm.id.encode() + b"\\n")

async def main():
    async with await open_record(sys.argv[1]) as record:
        sealing = record.sealer(lease_seconds=0.1).run(asyncio.Event(), poll_seconds=0.005)
        await asyncio.gather(sealing, *(write(record) for _ in range(4)))

asyncio.run(main())
"""


async def acknowledged_until_killed(url: str, wanted: int) -> set[str]:
    """The ids that a writing process acknowledged before it was killed, some time after the `wanted`th."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITER, url), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(wanted)]
    process.kill()
    rest = await process.stdout.read()
    await process.wait()
    # The last line may have been cut off by the kill: then nobody heard it.
    whole = b"".join(told) + rest[: rest.rfind(b"\n") + 1]
    return {line.removeprefix("kept ") for line in whole.decode().splitlines() if line.startswith("kept ")}


async def counts(record: SqlRecord) -> dict[str, int]:
    """Rows by table, all at one moment: a server may still be finishing what its killed client began."""
    tables = (firms, submissions, log_entries, log_pending, log_seals)
    statement = select(
        *(select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables)
    )
    async with record.reader() as reader:
        return dict((await reader.session.execute(statement)).one()._mapping)


async def sealed_to_the_end(record: SqlRecord) -> None:
    """One more command, and the whole log sealed; the killed sealer's lease has to end first."""
    await keep(record, firm := make_firm(), make_submission(firm_id=firm.id))
    whole = (await counts(record))["log_entries"]
    done = asyncio.Event()
    sealer = record.sealer(lease_seconds=0.1, sealed=lambda head: done.set() if head == whole else None)
    sealing = asyncio.create_task(sealer.run(asyncio.Event(), poll_seconds=0.01))
    await asyncio.wait_for(done.wait(), 30)
    sealing.cancel()
    await asyncio.wait([sealing])


async def test_no_acknowledged_command_is_lost_and_none_is_half(empty_record_url: str) -> None:
    """Killed again and again at random moments, with four commands and the sealer under way."""
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        acknowledged |= await acknowledged_until_killed(
            empty_record_url, random.randint(1, MOST_ACKNOWLEDGED)
        )
        async with await open_record(empty_record_url) as record:
            async with record.reader() as reader:
                kept = await reader.firms(sorted(acknowledged))
                if reader.session.dialect == "sqlite":
                    checked = await reader.session.execute(text("PRAGMA integrity_check"))
                    assert checked.scalar() == "ok"
            rows = await counts(record)
            assert kept.keys() == acknowledged
            assert rows["submissions"] == rows["firms"]
            assert rows["log_entries"] == 2 * rows["firms"] == rows["log_pending"] + rows["log_seals"]
            await sealed_to_the_end(record)
            async with record.reader() as reader:
                assert await verify_log(reader) is None
