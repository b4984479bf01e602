"""The mandate report as a file: one HTML page that needs nothing else, or CSV with one figure a line."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from re import sub
from shlex import quote
from typing import Any, BinaryIO

from rich.console import Console

from directory.disclosure import LEAST_SHOWN
from directory.messages.statistics import DEFINITIONS
from directory.spreadsheets import guarded
from directory.vocabulary import Label
from directory.workdays import SHANGHAI
from newgrowth.report_words import Audience, Page
from newgrowth.reporting import SECTIONS, Agreement, Asked, MandateReport, Section, mandate_report
from newgrowth.settings import Settings
from newgrowth.wiring import opened
from schema.enums import Language
from schema.statistics.types import StatisticsRow, withheld_sentence

TITLE = Label("新业态成长型企业名录堵点办理情况专报", "Mandate report on reports of policy obstacles")
TOTAL = Label("全部", "All")
WITHHELD = Label("未提供", "withheld")
NOT_REACHED = Label("不适用", "n/a")
AUDIENCES: Mapping[Audience, Label] = {
    Audience.PUBLIC: Label(
        f"公开：任何人可查阅的诉求；数字取最接近的5的倍数，不足{LEAST_SHOWN}件不显示",
        f"Public: reports that anyone may read; to the nearest five, groups of fewer than {LEAST_SHOWN} left out",
    ),
    Audience.INTERNAL: Label("内部：全部诉求的精确数字", "Internal: all reports, exact figures"),
}
AGREEMENTS: Mapping[Agreement, Label] = {
    Agreement.EQUAL: Label("与日志复算一致", "counts as the log does"),
    Agreement.DIFFERENT: Label("与日志复算不一致", "differs from the log"),
    Agreement.NOT_COMPARED: Label("位置不同，未比对", "stands elsewhere; not compared"),
}
RATES = frozenset({"onTimeRate", "confirmationRate", "reopenRate"})
STYLE = (
    "body{font-family:sans-serif;line-height:1.5;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#111;"
    "background:#fff}table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:bold;"
    "padding:.5rem 0}th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}thead th{background:#eee}.scroll{overflow-x:auto}"
    "@page{size:A4 landscape;margin:14mm 12mm 16mm;@bottom-right{content:counter(page) ' / ' counter(pages)}}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:8.5pt}.scroll{overflow:visible}"
    "th[scope=row]{min-width:13em}tr{break-inside:avoid}h2{break-after:avoid}}"
)

Figure = float | int | None


async def print_report(settings: Settings, asked: Asked, form: Page, out: BinaryIO, console: Console) -> None:
    """Writes the report to `out`. Raises: NotReported; RecordUnavailable."""
    async with opened(settings, mode="read") as parts:
        report = await mandate_report(parts.record, parts.engine, parts.reference, asked)
    out.write(codecs.BOM_UTF8 + as_csv(report).encode() if form is Page.CSV else as_html(report).encode())
    out.flush()
    console.print(f"Counted at log position {report.position}; the index: {report.index.agreement.value}.")


def values_of(row: StatisticsRow) -> dict[str, Figure]:
    """The figures of a row by the names of the API, in the order of their definitions."""
    return {
        name: getattr(row, sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)) for name in DEFINITIONS
    }


def provenance(report: MandateReport) -> Iterator[tuple[str, Label, str]]:
    """All that decides over the figures, and how they were checked: key, name and value."""
    asked = report.asked
    yield "from", Label("报送日期自", "Reported from"), asked.since.isoformat()
    yield "to", Label("报送日期至", "Reported to"), asked.until.isoformat()
    yield "audience", Label("范围", "Audience"), asked.audience.value
    if asked.filter is not None:
        yield "filter", Label("筛选条件", "Filter"), _json(asked.filter)
    yield "position", Label("日志位置", "Log position"), str(report.position)
    yield "digest", Label("该位置的日志摘要（SHA-256）", "Digest of the log there (SHA-256)"), report.digest
    yield "asOf", Label("统计时点", "As of"), _instant(report.as_of)
    yield "reference", Label("基础数据版本", "Version of the reference data"), report.reference_version
    yield (
        "erased",
        Label("依法删除、不再计入的诉求", "Reports erased since by law, not counted"),
        str(report.erased),
    )
    index = report.index
    yield "indexGeneration", Label("检索索引", "Search index"), f"{index.engine} {index.generation or '-'}"
    yield "indexAgreement", Label("索引比对", "Index compared"), index.agreement.value
    yield "recompute", Label("复算命令", "To compute it again"), recompute(report)


def recompute(report: MandateReport) -> str:
    """The command that gives the same figures from the same log."""
    asked = report.asked
    chosen = "" if asked.filter is None else f" --filter {quote(_json(asked.filter))}"
    return (
        f"newgrowth report --from {asked.since} --to {asked.until} --audience {asked.audience.value}{chosen}"
        f" --position {report.position} --as-of {_instant(report.as_of)}"
    )


def _json(given: Mapping[str, Any]) -> str:
    """The same text for the same filter, on one line."""
    return json.dumps(given, ensure_ascii=False, sort_keys=True)


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat()


def as_csv(report: MandateReport) -> str:
    """One figure a line: table, key, name in both languages, figure, value. Empty values are withheld or unknown."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(["table", "key", "nameZh", "nameEn", "figure", "value"])
    for cells in _lines(report):
        writer.writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def _lines(report: MandateReport) -> Iterator[Sequence[str]]:
    for key, name, value in provenance(report):
        yield "provenance", key, name.zh, name.en, key, value
    for field, ((zh, en), (sentence_zh, sentence_en)) in DEFINITIONS.items():
        yield "definition", field, zh, en, "zh", sentence_zh
        yield "definition", field, zh, en, "en", sentence_en
    yield from _figures("TOTAL", "", TOTAL, report.total)
    for section in report.sections:
        for row in section.rows:
            (part,) = row.keys
            yield from _figures(section.dimension.value, part.value, part.shown, row)
        title = SECTIONS[section.dimension]
        yield section.dimension.value, "", title.zh, title.en, "suppressed", str(section.suppressed)


def _figures(table: str, key: str, name: Label, row: StatisticsRow) -> Iterator[Sequence[str]]:
    for figure, value in values_of(row).items():
        yield table, key, name.zh, name.en, figure, "" if value is None else str(value)


def as_html(report: MandateReport) -> str:
    """The page: headings and tables in both languages, no script, nothing loaded from elsewhere."""
    body = "\n".join(
        [
            f"<h1>{escape(TITLE.zh)}<br>{_english(TITLE)}</h1>",
            f"<p>{_both(AUDIENCES[report.asked.audience])}</p>",
            _table(Label("合计", "Total"), _FIGURES, [(TOTAL, report.total)], "total"),
            *(_section(each) for each in report.sections),
            _definitions(),
            _provenance(report),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(TITLE.zh)} {report.asked.since} – {report.asked.until}</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _english(label: Label) -> str:
    return f'<span lang="en">{escape(label.en)}</span>'


def _both(label: Label) -> str:
    return escape(label.zh) if label.zh == label.en else f"{escape(label.zh)}<br>{_english(label)}"


_FIGURES: Mapping[str, Label] = {name: Label(*told) for name, (told, _) in DEFINITIONS.items()}


def _section(section: Section) -> str:
    title = SECTIONS[section.dimension]
    rows = [(row.keys[0].shown, row) for row in section.rows]
    table = _table(title, _FIGURES, rows, section.dimension.value.lower())
    if not section.suppressed:
        return table
    told = Label(
        f"为保护当事人，至多{section.suppressed}个组未显示。",
        f"Up to {section.suppressed} groups are left out to protect those concerned.",
    )
    return f"{table}\n<p>{_both(told)}</p>"


def _table(
    title: Label, heads: Mapping[str, Label], rows: Iterable[tuple[Label, StatisticsRow]], name: str
) -> str:
    head = "".join(f'<th scope="col">{_both(each)}</th>' for each in heads.values())
    lines = "\n".join(
        f'<tr><th scope="row">{_both(label)}</th>{"".join(_cells(row))}</tr>' for label, row in rows
    )
    group = _both(Label("组别", "Group"))
    return (
        f'<h2 id="{name}">{_both(title)}</h2>\n<div class="scroll" tabindex="0" role="region"'
        f' aria-labelledby="{name}"><table>\n<thead><tr><th scope="col">{group}</th>{head}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def _cells(row: StatisticsRow) -> Iterator[str]:
    why = " ".join(filter(None, (withheld_sentence(row.reason, each) for each in Language)))
    for name, value in values_of(row).items():
        if value is not None:
            yield f'<td class="n">{f"{value:.1%}" if name in RATES else f"{value:g}"}</td>'
        elif why:
            yield f'<td title="{escape(why)}">{_both(WITHHELD)}</td>'
        else:
            yield f"<td>{_both(NOT_REACHED)}</td>"


def _definitions() -> str:
    entries = "\n".join(
        f"<dt>{_both(Label(*name))}</dt>\n<dd>{_both(Label(*told))}</dd>"
        for name, told in DEFINITIONS.values()
    )
    return f"<h2>{_both(Label('指标定义', 'Definitions'))}</h2>\n<dl>\n{entries}\n</dl>"


def _provenance(report: MandateReport) -> str:
    lines = "\n".join(
        f'<tr><th scope="row">{_both(name)}</th><td>{escape(value)}</td></tr>'
        for _, name, value in provenance(report)
    )
    agreement = _both(AGREEMENTS[report.index.agreement])
    return (
        f"<h2>{_both(Label('数据来源与复算', 'Where the figures come from'))}</h2>\n<table>\n<tbody>\n{lines}\n"
        f"</tbody></table>\n<p>{agreement}</p>"
    )
