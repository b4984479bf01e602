"""Every operation and every field of the running API against the written table of rights."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from graphql import is_required_argument

from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.files import kept
from tests.journeys.reports import Report, Reports, on
from tests.journeys.stage import HELPER, LEAD, LEADER, OWNER, SUPERVISOR, Stage
from tests.record.steps import keep
from tests.rules.evidence_files import TEXT
from tests.schema.rights.selecting import TYPES, asks_nothing, is_told, least, objects, selection
from tests.schema.rights.table import BY_CALLER, FIELDS, OF_ROLE, ON_A_REPORT, OPERATIONS, PEOPLE, READERS
from tests.schema.rights.things import things_of

REFUSED = {"FORBIDDEN", "NOT_FOUND"}
Preparing = Callable[..., Awaitable[Report]]
# What no one life of these four things has at once with the rest: tested where such lives are led.
WITHOUT_VALUE = {
    "Submission.draft",
    "Submission.completeness",
    "Submission.recommendedBy",
    "Blockage.duplicateOf",
}


def test_every_operation_has_a_row() -> None:
    """A mutation, query or subscription that nobody has thought about fails the build."""
    for kind, rows in OPERATIONS.items():
        assert set(TYPES[kind].fields) <= rows.keys(), kind  # type: ignore[attr-defined]


def test_every_field_has_a_row() -> None:
    """A field of any type that is added without saying who reads it fails the build."""
    without = {
        f"{name}.{field}"
        for name, kind in objects().items()
        if name not in OPERATIONS
        for field in kind.fields.keys() - FIELDS.get(name, {}).keys()
    }

    assert without == set()


def test_every_row_names_readers_that_are_known() -> None:
    """No group is misspelt, and no person."""
    groups = {group for rows in FIELDS.values() for group in rows.values()}

    assert groups <= READERS.keys() | {BY_CALLER}
    assert set().union(*READERS.values(), *ON_A_REPORT.values()) <= PEOPLE.keys()
    assert {who for rows in OPERATIONS.values() for row in rows.values() for who in row} == OF_ROLE.keys()


async def test_every_mutation_is_for_the_roles_of_its_row(stage: Stage) -> None:
    """Role by role: whoever is not in the row is refused before anything is looked up, and nobody else is."""
    for name, field in TYPES["Mutation"].fields.items():  # type: ignore[attr-defined]
        kind = field.args["input"].type.of_type
        query = f"mutation M($input: {kind.name}!) {{ done: {name}(input: $input) {{ errors {{ code }} }} }}"
        admitted = set()
        for role, who in OF_ROLE.items():
            content = (await stage.answer(who, query, input=least(kind, "input", name))).content
            codes = [error["extensions"]["code"] for error in content.get("errors", [])]
            codes += [
                error["code"] for error in ((content.get("data") or {}).get("done") or {}).get("errors", [])
            ]
            assert "BAD_USER_INPUT" not in codes, (name, content)
            if "FORBIDDEN" not in codes:
                admitted.add(role)
        assert admitted == OPERATIONS["Mutation"][name], name


async def test_every_query_is_for_the_roles_of_its_row(stage: Stage) -> None:
    """Role by role; what is for all answers all, each with what they may know of."""
    for name, field in TYPES["Query"].fields.items():  # type: ignore[attr-defined]
        given = {
            key: least(each.type, key, name) for key, each in field.args.items() if is_required_argument(each)
        }
        declared = ", ".join(f"${key}: {field.args[key].type}" for key in given)
        used = ", ".join(f"{key}: ${key}" for key in given)
        call = f"{name}({used})" if given else name
        query = f"query Q{f'({declared})' if given else ''} {{ {call} {selection(field.type)} }}"
        admitted = {
            role
            for role, who in OF_ROLE.items()
            if "FORBIDDEN" not in (await stage.answer(who, query, **given)).codes
        }
        assert admitted == OPERATIONS["Query"][name], name


async def test_every_field_shows_each_caller_what_its_row_allows(stage: Stage) -> None:
    """On an entry, an amendment, a report and its cause: the same to all who read it, nothing to all others."""
    for kind, key in (await things_of(stage)).items():
        fields = {n: f for n, f in TYPES[kind].fields.items() if asks_nothing(f)}  # type: ignore[attr-defined]
        selected = " ".join(f"{name} {selection(field.type)}" for name, field in fields.items())
        query = f"query N($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {selected} }} }} }}"
        read = {name: (await stage.ask(who, query, id=key))["node"] for name, who in PEOPLE.items()}
        for field in fields:
            if (group := FIELDS[kind][field]) != BY_CALLER:
                _check({who: node[field] for who, node in read.items()}, group, f"{kind}.{field}")


def _check(told: Mapping[str, Any], group: str, field: str) -> None:
    """What each person was told of a field."""
    if group == "everyone":
        assert all(value == told["PUBLIC"] for value in told.values()), field
        return
    readers = READERS[group] | ({"SECOND_LEADER"} if "TRIAGE" in READERS[group] else set())
    telling = {who: value for who, value in told.items() if is_told(value)}
    assert telling.keys() == (set() if field in WITHOUT_VALUE else readers), field
    values = list(telling.values())
    assert all(value == values[0] for value in values), field


async def _asked(reports: Reports, **changes: Any) -> Report:
    report = await reports.in_progress(**changes)
    return await reports.does(LEADER, "requestInformation", **on(report, note="请提供结算单"))


async def _planned(reports: Reports, **changes: Any) -> Report:
    """A report with a step that the agency which helps owes."""
    report = await reports.in_progress(**changes)
    return await reports.does(SUPERVISOR, "planReportStep", **on(report, **A_STEP))


async def _with_file(reports: Reports, **changes: Any) -> Report:
    """A report with a file of its reporter and an office's copy of it."""
    report = await reports.in_progress(**changes)
    file = await kept(reports, OWNER, report)
    await kept(reports, LEADER, report, content=TEXT, redacts=file)
    return report


async def _on(reports: Reports, report: Report, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the step is given on this report; one of its plan or its files goes by the key that it tells."""
    if given is SETTLED:
        (planned,) = (await reports.read(SUPERVISOR, report, "plan { key }"))["plan"]
        return on(report, **given, step=planned["key"])
    if given in (A_FILE, A_COPY):
        (file,) = (await reports.read(OWNER, report, "evidence { key redactionCopy { key } }"))["evidence"]
        return on(report, file=(file if given is A_FILE else file["redactionCopy"])["key"])
    return on(report, **given)


A_STEP = {"what": "提供合同示范条款", "owner": HELPER, "dueOn": "2026-03-20"}
SETTLED = {"status": "DONE"}
A_FILE, A_COPY = {"file": "the file"}, {"file": "the copy"}
# For each step: how to bring a report to where it is due, and what the step is given.
STEPS: Mapping[str, tuple[Preparing, Mapping[str, Any]]] = {
    "triageBlockage": (Reports.reported, {"accept": True}),
    "assignBlockage": (Reports.triaged, {"agency": LEAD, "coAgencies": [HELPER]}),
    "acceptAssignment": (Reports.assigned, {}),
    "returnAssignment": (Reports.assigned, {"note": "不属于本部门职责范围"}),
    "requestInformation": (Reports.in_progress, {"note": "请提供三个月的结算单"}),
    "provideInformation": (_asked, {"note": "已寄出，见附件"}),
    "postProgress": (Reports.in_progress, {"note": "已约谈机构代表"}),
    "planReportStep": (Reports.in_progress, A_STEP),
    "settleReportStep": (_planned, SETTLED),
    "proposeResolution": (Reports.in_progress, {"kind": "RULE_CLARIFIED", "summary": "已发布合同示范文本。"}),
    "answerResolution": (Reports.proposed, {"confirm": True, "rating": 4}),
    "reopenBlockage": (Reports.resolved, {"reason": "问题再次出现"}),
    "withdrawBlockage": (Reports.in_progress, {"reason": "已自行解决", "askedByAgency": False}),
    "extendDeadline": (Reports.in_progress, {"workingDays": 2, "reason": "需要征求有关部门意见"}),
    "closeUnresolved": (Reports.in_progress, {"note": "须待上位法修订"}),
    "superviseBlockage": (Reports.in_progress, {"note": "逾期未办结"}),
    "replyToSupervision": (Reports.supervised, {"note": "本周办结"}),
    "recordCallBack": (Reports.withdrawn, {"outcome": "WITHDRAWN_FREELY", "note": "企业确认自愿撤回"}),
    "sendReportMessage": (Reports.in_progress, {"text": "请问近期有无新的结算单？"}),
    "approvePublicText": (
        Reports.in_progress,
        {"title": "分成没有标准", "summary": "多家主体反映分成没有标准。"},
    ),
    "unsealReporter": (Reports.in_progress, {"reason": "上报主体失联，须上门核实"}),
    "withdrawEvidence": (_with_file, A_FILE),
    "publishEvidence": (_with_file, A_COPY),
}


def test_every_step_on_a_report_is_walked() -> None:
    """A new mutation about a report needs its row of persons and its way there."""
    about = {
        name
        for name, field in TYPES["Mutation"].fields.items()  # type: ignore[attr-defined]
        if "blockage" in field.args["input"].type.of_type.fields
    }

    assert about <= ON_A_REPORT.keys()
    assert ON_A_REPORT.keys() == STEPS.keys()


@pytest.mark.parametrize("mutation", ON_A_REPORT)
async def test_a_step_on_a_report_is_for_the_persons_of_its_row(stage: Stage, mutation: str) -> None:
    """Own or another's, of this agency or another, within reach or not: the others are refused, each of these is not."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    reports = Reports(stage, global_id("Firm", firm.id))
    prepare, given = STEPS[mutation]
    report = await prepare(reports)
    for name in PEOPLE.keys() - ON_A_REPORT[mutation]:
        refused = await reports.refuses(PEOPLE[name], mutation, **await _on(reports, report, given))
        assert {code for code, _ in refused} <= REFUSED, (name, refused)
    for number, name in enumerate(sorted(ON_A_REPORT[mutation])):
        fresh = await prepare(reports, title=f"另一项分成问题之{number}") if number else report
        await reports.does(PEOPLE[name], mutation, **await _on(reports, fresh, given))
