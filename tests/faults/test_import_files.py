"""Files that are none, and rows that are none: told, and no other row is harmed."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from indexer.transfer.read import LONGEST_LINE, UnreadableFile, rows, survey
from tests.faults.evidence import log_length
from tests.faults.import_desk import Desk, Profile, enterprise, written

BAD_ROWS: dict[str, tuple[Profile | str, str, list[str]]] = {
    "half an object": ('{"name": "x"', "INVALID", []),
    "a list": ("[1]", "INVALID", []),
    "a text": ('"x"', "INVALID", []),
    "null": ("null", "INVALID", []),
    "not a number": ('{"name": NaN}', "INVALID", []),
    "a number of 5,000 digits": ('{"name": ' + "9" * 5_000 + "}", "INVALID", []),
    "an exponent beyond all bounds": ('{"name": 1e99999999999999999999}', "INVALID", []),
    "100,000 brackets": ('{"name": ' + "[" * 100_000, "INVALID", []),
    "a line of more than a mebibyte": (enterprise(summary="多" * LONGEST_LINE), "TOO_LARGE", []),
    "a field in two spellings": ({**enterprise(nameEn="A B"), "name_en": "A C"}, "INVALID", ["nameEn"]),
    "a field twice": ('{"region": "330100", "region": "330106"}', "INVALID", ["region"]),
    "an unknown field": (enterprise(colour="red"), "INVALID", ["colour"]),
    "a wrong check character": (enterprise(uscc="91330100MA00000019"), "INVALID", ["uscc"]),
    "half an emoji": ('{"name": "\\ud83d"}', "INVALID_TEXT", ["name"]),
    "a zero character": (enterprise(name="微\0光"), "INVALID_TEXT", ["name"]),
    "a turned name": (enterprise(name="微光\u202e司公"), "INVALID_TEXT", ["name"]),
    "an account that is a number": (enterprise(platforms=[3]), "INVALID", ["platforms", "0"]),
    "followers in a float": (
        enterprise(platforms=[{"platform": "douyin", "accountName": "a", "followers": 1.5}]),
        "INVALID",
        ["platforms", "0", "followers"],
    ),
    "a figure with too many places": (
        enterprise(metrics=[{"metric": "MONTHLY_TURNOVER_CNY", "period": "2026-01", "value": 0.001}]),
        "INVALID",
        ["metrics", "0", "value"],
    ),
}


@pytest.mark.parametrize("bad", BAD_ROWS)
async def test_a_bad_row_is_told_and_harms_no_other(desk: Desk, tmp_path: Path, bad: str) -> None:
    """With code, path and a sentence in both languages; the rows around it are registered."""
    row, code, path = BAD_ROWS[bad]

    report = await desk.imports(written(tmp_path / "rows", [enterprise(1), row, enterprise(2)]))

    assert [(one["line"], one["outcome"]) for one in report] == [
        (1, "registered"), (2, "refused"), (3, "registered"),
    ]  # fmt: skip
    assert (code, path) in [(problem["code"], problem["path"]) for problem in report[1]["problems"]]
    assert all(problem["message"]["zh"] and problem["message"]["en"] for problem in report[1]["problems"])


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gbk", "GB18030"),
        ("big5", "not UTF-8"),
    ],
)
async def test_another_encoding_is_refused_by_name(
    desk: Desk, tmp_path: Path, encoding: str, named: str
) -> None:
    """Before the first row, however far down the first foreign byte stands; nothing is guessed."""
    file = tmp_path / "rows"
    lines = [json.dumps(enterprise(), ensure_ascii=True), '{"name": "杭州微光"}']
    file.write_bytes("\n".join(lines).encode(encoding))

    with pytest.raises(UnreadableFile, match=named):
        await desk.imports(file)

    assert log_length(desk.record) == 0


@pytest.mark.parametrize(
    "shape",
    ["\ufeff{row}\n", "{row}\r\n", "\n\n  \n{row}\n\n", "{row}"],
    ids=["mark", "CRLF", "blank", "bare"],
)
async def test_every_usual_shape_of_the_file_is_read(desk: Desk, tmp_path: Path, shape: str) -> None:
    """A byte order mark, line ends of Windows, blank lines, no line end at the end."""
    file = tmp_path / "rows"
    file.write_text(shape.replace("{row}", json.dumps(enterprise(), ensure_ascii=False)), newline="")

    assert await desk.outcomes(file) == ["registered"]


async def test_an_empty_file_is_no_mistake(desk: Desk, tmp_path: Path) -> None:
    """It has no rows."""
    assert await desk.outcomes(written(tmp_path / "rows", [])) == []


def test_a_file_is_read_in_constant_memory(tmp_path: Path) -> None:
    """A line of twelve mebibytes and thousands of short ones: never more than a few mebibytes at a time."""
    file = tmp_path / "rows"
    row = json.dumps(enterprise()) + "\n"
    with file.open("w") as out:
        out.write('{"name": "' + "a" * (12 << 20) + '"}\n')
        for _ in range(5_000):
            out.write(row)
    tracemalloc.start()

    lines = survey(file).lines
    read = sum(1 for _ in rows(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert read == lines
    assert peak < 5 << 20
