"""An import of all rows or none: one refused row keeps every other out, and says so row by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.handling import Directory
from tests.faults.import_desk import Desk, enterprise, written


async def test_a_file_without_faults_is_imported_whole(desk: Desk, tmp_path: Path) -> None:
    """And changes nothing when it comes again."""
    file = written(tmp_path / "firms.ndjson", [enterprise(number) for number in range(8)])

    first = await desk.imports(file, as_one=True)
    again = await desk.imports(file, as_one=True)

    assert [row["outcome"] for row in first] == ["registered"] * 8
    assert [row["outcome"] for row in again] == ["already_there"] * 8
    assert [row["entryNumber"] for row in first] == [row["entryNumber"] for row in again]
    assert len(await desk.state()) == 8


@pytest.mark.parametrize("at", [0, 3, 7], ids=["first", "in the middle", "last"])
async def test_one_refused_row_keeps_all_others_out(desk: Desk, tmp_path: Path, at: int) -> None:
    """The report names what is wrong with it, and calls the others acceptable; corrected, the file is imported."""
    rows = [enterprise(number) for number in range(8)]
    spoilt = [{**row, "region": "999999"} if place == at else row for place, row in enumerate(rows)]

    results = await desk.imports(written(tmp_path / "spoilt.ndjson", spoilt), as_one=True)

    assert [row["outcome"] for row in results] == ["acceptable"] * at + ["refused"] + ["acceptable"] * (
        7 - at
    )
    assert results[at]["problems"][0]["path"] == ["region"]
    assert await desk.state() == {}
    corrected = await desk.imports(written(tmp_path / "corrected.ndjson", rows), as_one=True)
    assert {row["outcome"] for row in corrected} == {"registered"}


async def test_rows_that_stand_in_the_way_only_of_each_other_keep_all_out(desk: Desk, tmp_path: Path) -> None:
    """Two that claim one code: the second is refused, though the record knew neither."""
    first = enterprise(1)
    rows = [enterprise(0), first, enterprise(2, uscc=first["uscc"]), enterprise(3)]

    results = await desk.imports(written(tmp_path / "firms.ndjson", rows), as_one=True)

    assert [row["outcome"] for row in results] == ["acceptable", "acceptable", "refused", "acceptable"]
    assert await desk.state() == {}


async def test_row_by_row_the_same_file_is_imported_but_for_one(desk: Desk, tmp_path: Path) -> None:
    """The mode without the option, and the broken twin of this one: seven of eight are there."""
    rows = [enterprise(number, **({"region": "999999"} if number == 3 else {})) for number in range(8)]
    outcomes = await desk.outcomes(written(tmp_path / "firms.ndjson", rows))
    assert outcomes.count("registered") == len(await desk.state()) == 7


async def test_an_import_of_all_or_nothing_that_dies_on_the_way_kept_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is one unit of work: begun again, it imports everything."""
    file = written(tmp_path / "firms.ndjson", [enterprise(number) for number in range(8)])
    honest, done = Directory._carried_out, 0

    async def dies(self: Directory, *arguments: object) -> object:
        nonlocal done
        done += 1
        if done == 8 + 5:  # each was judged before
            raise KeyboardInterrupt
        return await honest(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "_carried_out", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.imports(file, as_one=True)

    assert await desk.state() == {}
    assert {row["outcome"] for row in await desk.imports(file, as_one=True)} == {"registered"}
