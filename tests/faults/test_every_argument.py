"""Every argument of every root field, and every field of every input, with values that break programs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
)

from directory.access import Role
from directory.consents import NOTICES, ConsentPurpose
from schema.root import SCHEMA
from tests.factories import make_uscc
from tests.faults.house import House, opened_house, owed
from tests.journeys.entries import REVIEWER, enterprise
from tests.journeys.reports import Reports
from tests.journeys.stage import LEAD, LEADER, OPERATOR, OTHER_OWNER, OWNER, SUPERVISOR, TRIAGE, Person
from tests.schema.blocking_points.points import CLAUSE, Points

TEXTS = ("", "\0", "\ud83d", "\u202e微光", "%_\\*'\";--", "9" * 40, "微" * 20_000, "a" + "\u0301" * 2_000)
NASTY: Mapping[str, tuple[Any, ...]] = {
    "String": TEXTS,
    "ID": (*TEXTS, "RmlybTox"),
    "USCC": TEXTS,
    "Int": (-(2**31), -1, 0, 2**31 - 1, 2**31, 1.5),
    "Float": (-1.0, 1e308),
    "Boolean": (0, "true"),
    "Decimal": ("-999999999999999999.999999", "0.000001", 10**17, "1e3"),
    "Date": ("0001-01-01", "9999-12-31", "2026-02-30"),
    "DateTime": ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-02T10:00:00"),
    "JSON": ([], {"a": [1]}, "x"),
}
USUAL: Mapping[str, Any] = {
    "String": "微光", "ID": "RmlybTox", "Int": 1, "Float": 1.0, "Boolean": True, "Decimal": "1", "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z", "JSON": {},
}  # fmt: skip
# Values with which a command comes as far as it can.
BY_NAME: Mapping[str, Callable[[], Any]] = {
    "uscc": make_uscc,
    "region": lambda: "330100",
    "regions": lambda: ["330100"],
    "provinces": lambda: ["330000"],
    "forms": lambda: ["live-commerce"],
    "platform": lambda: "douyin",
    "platforms": lambda: None,
    "category": lambda: "revenue-split",
    "occupation": lambda: None,
    "industry": lambda: None,
    "supportProgrammes": lambda: None,
    "source": lambda: None,
    "period": lambda: "2026-01",
    "phone": lambda: "13812345678",
    "email": lambda: "guang@example.cn",
    "url": lambda: "https://example.cn/",
    "website": lambda: "https://example.cn/",
    "clauses": lambda: None,
    "clientMutationId": lambda: None,
    "blockingPoint": lambda: None,
    "after": lambda: None,
    "coAgencies": lambda: None,
    "agency": lambda: "local-culture@330100",
    "agencies": lambda: None,
    "categories": lambda: None,
    "occupations": lambda: None,
    "industries": lambda: None,
    "vocabulary": lambda: "platforms",
    "form": lambda: "live-commerce",
    "parent": lambda: "330000",
    "duplicateOf": lambda: None,
    "yearlyCostBand": lambda: None,
    "jobsAffectedBand": lambda: None,
    "reportedBy": lambda: None,
    "criteria": lambda: None,
    "fieldComments": lambda: None,
    "answers": lambda: None,
    "objection": lambda: None,
    "openedOn": lambda: None,
    "suggestedAgency": lambda: None,
    "submission": lambda: None,
    "clause": lambda: None,
    "title": lambda: f"第{make_uscc()}号结算争议",
    "description": lambda: "结算单不透明，没有标准可依，多次交涉没有结果。",
    "summary": lambda: "已发布示范文本，明确比例和结算周期。",
    "reason": lambda: "情况属实，已经核实。",
    "note": lambda: "情况属实，已经核实。",
}
EVERYONE = tuple(role for role in Role if role not in (Role.PUBLIC, Role.CLOCK))


@dataclass(frozen=True)
class Asked:
    """A root field with all its arguments in variables."""

    operation: str
    name: str
    field: GraphQLField

    @property
    def query(self) -> str:
        """The operation, which selects what lies near."""
        kinds = ", ".join(f"${name}: {argument.type}" for name, argument in self.field.args.items())
        given = ", ".join(f"{name}: ${name}" for name in self.field.args)
        head = f"{self.operation}({kinds})" if kinds else self.operation
        return f"{head} {{ {self.name}{f'({given})' if given else ''} {selected(self.field.type, 2)} }}"


def root_fields() -> Iterator[Asked]:
    """Every mutation and every query that takes anything; mutations first, so that inputs are varied where they are kept."""
    schema = SCHEMA._schema
    for operation, root in (("mutation", schema.mutation_type), ("query", schema.query_type)):
        assert root is not None
        for name, field in root.fields.items():
            if field.args:
                yield Asked(operation, name, field)


def selected(kind: GraphQLOutputType, depth: int) -> str:
    """A selection of the fields of a type that need no arguments."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInterfaceType):
        return "{ __typename }"
    if not isinstance(named, GraphQLObjectType):
        return ""
    names = ["__typename"]
    for name, field in named.fields.items():
        inside = get_named_type(field.type)
        if isinstance(inside, GraphQLScalarType | GraphQLEnumType):
            names.append(name)
        elif depth > 1 and not field.args:
            names.append(f"{name} {selected(field.type, depth - 1)}")
    return f"{{ {' '.join(names)} }}"


def inputs_below(kind: GraphQLInputType) -> Iterator[GraphQLInputObjectType]:
    """The input types that a value of this type may hold, itself among them."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        yield named
        for field in named.fields.values():
            yield from inputs_below(field.type)


ASKED = {asked.name: asked for asked in root_fields()}
# Each input type is varied once, where it is met first.
VARIED_BY: dict[str, str] = {}
for _asked in ASKED.values():
    for _argument in _asked.field.args.values():
        for _input in inputs_below(_argument.type):
            VARIED_BY.setdefault(_input.name, _asked.name)


@dataclass(frozen=True)
class Values:
    """Values for one root field; `known` are ids of what there is, by the name of the field that takes them."""

    root: str
    known: Mapping[str, Any]

    def usual(self, name: str, kind: GraphQLInputType) -> Any:
        """A value with everything in it that can be given."""
        if name in self.known:
            return self.known[name]
        if name in BY_NAME:
            return BY_NAME[name]()
        if isinstance(kind, GraphQLNonNull):
            return self.usual(name, kind.of_type)
        if isinstance(kind, GraphQLList):
            return [self.usual(name, kind.of_type)]
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        if isinstance(kind, GraphQLInputObjectType):
            return self.whole(kind)
        return USUAL[get_named_type(kind).name]

    def whole(self, kind: GraphQLInputObjectType) -> dict[str, Any]:
        """An object with every field."""
        return {inside: self.usual(inside, field.type) for inside, field in kind.fields.items()}

    def variants(self, name: str, kind: GraphQLInputType) -> Iterator[Any]:
        """Values of the type in which one place is not as it should be."""
        if isinstance(kind, GraphQLNonNull):
            yield None
            yield from self.variants(name, kind.of_type)
        elif isinstance(kind, GraphQLList):
            one = self.usual(name, kind)
            yield from ([], [None], "x", {"0": 1}, (one or ["微光"]) * 401)
            yield from ([item] for item in self.variants(name, kind.of_type))
        elif isinstance(kind, GraphQLEnumType):
            yield from (*kind.values, "NO_SUCH_WORD", 1)
        elif isinstance(kind, GraphQLInputObjectType):
            yield from ({}, [], "x")
            if VARIED_BY[kind.name] == self.root:
                yield from self._of_fields(kind)
        else:
            yield from NASTY[get_named_type(kind).name]

    def _of_fields(self, kind: GraphQLInputObjectType) -> Iterator[Any]:
        for inside, field in kind.fields.items():
            for value in self.variants(inside, field.type):
                yield {**self.whole(kind), inside: value}


# Whose turn it is with a report, and how far the report has come then.
REPORT_TURNS: Mapping[str, tuple[Person, str]] = {
    "triageBlockage": (TRIAGE, "reported"),
    "withdrawBlockage": (OWNER, "reported"),
    "assignBlockage": (SUPERVISOR, "triaged"),
    "acceptAssignment": (LEADER, "assigned"),
    "returnAssignment": (LEADER, "assigned"),
    "requestInformation": (LEADER, "in_progress"),
    "postProgress": (LEADER, "in_progress"),
    "planReportStep": (LEADER, "in_progress"),
    "settleReportStep": (SUPERVISOR, "in_progress"),
    "proposeResolution": (LEADER, "in_progress"),
    "extendDeadline": (LEADER, "in_progress"),
    "closeUnresolved": (SUPERVISOR, "in_progress"),
    "superviseBlockage": (SUPERVISOR, "in_progress"),
    "replyToSupervision": (LEADER, "supervised"),
    "recordCallBack": (SUPERVISOR, "withdrawn"),
    "provideInformation": (OWNER, "in_progress"),
    "answerResolution": (OWNER, "proposed"),
    "reopenBlockage": (OWNER, "resolved"),
    "approvePublicText": (TRIAGE, "triaged"),
    "sendReportMessage": (LEADER, "in_progress"),
    "unsealReporter": (SUPERVISOR, "in_progress"),
    "withdrawEvidence": (OWNER, "in_progress"),
    "publishEvidence": (LEADER, "in_progress"),
}
SUBMISSION_TURNS: Mapping[str, Person] = {
    "submitFirm": OWNER,
    "saveDraft": OWNER,
    "submitDraft": OWNER,
    "withdrawSubmission": OWNER,
    "resubmit": OWNER,
    "amendFirm": OWNER,
    "reportBlockage": OWNER,
    "reviewSubmission": REVIEWER,
    "changeFirmStatus": REVIEWER,
    "mergeFirms": REVIEWER,
    "unmergeFirm": REVIEWER,
    "raiseObjection": OTHER_OWNER,
    "markNoticesRead": OWNER,
    "saveSearch": OWNER,
    "renameSavedSearch": OWNER,
    "deleteSavedSearch": OWNER,
    "createWebhook": OWNER,
    "deleteWebhook": OWNER,
    "enableWebhook": OWNER,
    "testWebhook": OWNER,
    "replayDelivery": OWNER,
    "subscribeByMail": OWNER,
    "confirmMail": OWNER,
    "unsubscribeMail": OWNER,
    "decideObjection": REVIEWER,
}
# Whose turn it is with a blocking point, and whether it is resolved then.
POINT_TURNS: Mapping[str, tuple[Person, bool]] = {
    "createBlockingPoint": (SUPERVISOR, False),
    "amendBlockingPoint": (SUPERVISOR, False),
    "linkBlockages": (SUPERVISOR, False),
    "splitBlockingPoint": (SUPERVISOR, False),
    "startBlockingPoint": (SUPERVISOR, False),
    "resolveBlockingPoint": (SUPERVISOR, False),
    "carryOverResolution": (SUPERVISOR, True),
    "postPointProgress": (SUPERVISOR, False),
    "planPointStep": (SUPERVISOR, False),
    "settlePointStep": (SUPERVISOR, False),
    "reopenBlockingPoint": (SUPERVISOR, True),
    "mergeBlockingPoints": (SUPERVISOR, False),
    "unmergeBlockingPoint": (SUPERVISOR, False),
    "joinBlockingPoint": (OWNER, False),
}

# Who may ask for what is kept of people. Someone of whom nothing is kept leaves, so that the others stay.
LEAVING = Person("leaving", Role.FIRM)
PERSON_TURNS: Mapping[str, Person] = {
    "giveConsent": OWNER,
    "withdrawConsent": OWNER,
    "viewContact": REVIEWER,
    "eraseMyData": LEAVING,
    "replayDeadLetters": OPERATOR,
    "revokeMachineKey": OPERATOR,
    "disableAccount": OPERATOR,
    "enableAccount": OPERATOR,
    "resendDelivery": OPERATOR,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server of its own: much of what is sent here is kept."""
    async with opened_house(tmp_path_factory.mktemp("crowded")) as running:
        yield running


async def prepared(house: House, root: str) -> tuple[str, Mapping[str, Any]]:
    """A token of someone whose turn it is, and what there is for the command to find."""
    listed = house.listed["firm"]
    known = {"firm": listed["id"], "entryNumber": listed["entryNumber"], "expectedVersion": listed["version"]}
    if root in REPORT_TURNS:
        who, stage = REPORT_TURNS[root]
        report = await getattr(Reports(house.stage, listed["id"]), stage)(title=f"第{make_uscc()}号争议")
        known |= {
            "blockage": report["id"],
            "reference": report["reference"],
            "expectedVersion": report["version"],
        }
    elif root in POINT_TURNS:
        who, resolved = POINT_TURNS[root]
        known |= await point_for(house, root, resolved=resolved)
    elif root in PERSON_TURNS:
        who = PERSON_TURNS[root]
        known |= {"version": NOTICES[ConsentPurpose.PUBLISH_CONTACT].version, "subject": LEAVING.subject}
    elif root in ("raiseObjection", "decideObjection"):
        who, done = SUBMISSION_TURNS[root], await house.entries.in_notice(enterprise())
        known |= {"submission": done["submission"]["id"], "expectedVersion": done["submission"]["version"]}
    elif root in SUBMISSION_TURNS:
        who, done = (
            SUBMISSION_TURNS[root],
            await house.entries.does(OWNER, "submitFirm", profile=enterprise()),
        )
        if root not in ("amendFirm", "changeFirmStatus", "saveDraft"):
            known |= {"submission": done["submission"]["id"], "expectedVersion": 1}
    else:
        return house.served.tokens.issue(*EVERYONE, subject="everyone", agency=LEAD), known
    return house.stage.token_of(who) or "", known


async def point_for(house: House, root: str, *, resolved: bool) -> Mapping[str, Any]:
    """A blocking point with a report, and another beside it."""
    points = Points(house.stage)
    report = await Reports(house.stage, house.listed["firm"]["id"]).triaged(title=f"第{make_uscc()}号争议")
    linked = () if root in ("createBlockingPoint", "linkBlockages") else (report,)
    point, other = await points.named(*linked), await points.named()
    if resolved:
        point = await points.resolved(point)
    return {
        "blockingPoint": point["id"],
        "reference": point["reference"],
        "expectedVersion": point["version"],
        "from": point["id"],
        "into": other["id"],
        "blockages": [report["id"]],
        "add": [report["id"]],
        "remove": None,
        "clauses": [CLAUSE],
        "leadAgency": LEAD,
    }


@pytest.mark.parametrize("root", ASKED)
async def test_no_value_breaks_the_field(house: House, root: str) -> None:
    """Whatever is sent, by whoever's turn it is: a typed answer, and the next caller is served."""
    asked = ASKED[root]
    token, known = await prepared(house, root)
    values = Values(root, known)
    usual = {name: values.usual(name, argument.type) for name, argument in asked.field.args.items()}

    for name, argument in asked.field.args.items():
        for value in values.variants(name, argument.type):
            answer = owed(await house.served.ask(asked.query, {**usual, name: value}, token=token))
            assert answer.status in (200, 413)

    assert await house.answers()


def test_every_command_is_played_by_someone() -> None:
    """A new mutation is refused for want of rights, and proves nothing, until it has a row here."""
    commands = {name for name, asked in ASKED.items() if asked.operation == "mutation"}

    assert commands == {*REPORT_TURNS, *SUBMISSION_TURNS, *POINT_TURNS, *PERSON_TURNS}
