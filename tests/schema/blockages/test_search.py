"""Searching reports: filters, facets, orders, pages, marks, and what a search never tells."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.entities import Blockage, Firm
from directory.standing import is_public
from directory.states import OPEN_STATUSES, Severity, Visibility
from schema.node import global_id
from tests.factories import make_firm
from tests.journeys.stage import (
    ANALYST,
    ASSISTANT,
    FAR_OFFICER,
    LEADER,
    OTHER_OWNER,
    OWNER,
    PUBLIC,
    SECOND_LEAD,
    SUPERVISOR,
    TRIAGE,
    Person,
    Stage,
    staged_in,
)
from tests.measure import measure
from tests.rules.report_lives import china
from tests.schema.blockages.corpus import indexed, mixed, references, taken_up

SEARCH = """query Search(
    $filter: BlockageFilter, $facets: [BlockageFacet!], $orderBy: BlockageSort, $direction: Direction,
    $first: Int, $after: String
) {
    blockages(
        filter: $filter, facets: $facets, orderBy: $orderBy, direction: $direction, first: $first, after: $after
    ) {
        totalCount
        nodes { reference }
        edges { cursor score highlights { field fragments } }
        pageInfo { hasNextPage hasPreviousPage endCursor }
        facets { field otherCount values { value label en: label(language: EN) count selected } }
    }
}"""

Corpus = list[Blockage]


@pytest.fixture(scope="module")
def firm() -> Firm:
    """The firm that reported everything."""
    return make_firm(owner="firm-user")


@pytest.fixture(scope="module")
def corpus(firm: Firm) -> Corpus:
    """Twenty-four reports of all kinds."""
    return mixed(firm, 24)


@pytest_asyncio.fixture(scope="module")
async def library(
    tmp_path_factory: pytest.TempPathFactory, firm: Firm, corpus: Corpus
) -> AsyncIterator[Stage]:
    """A directory in which the corpus is searchable; nothing is changed in it."""
    async with staged_in(tmp_path_factory.mktemp("library")) as running:
        await indexed(running, firm, *corpus)
        yield running.at("2026-04-01 12:00")


async def found(stage: Stage, who: Person = SUPERVISOR, **asked: Any) -> Any:
    """The connection."""
    return (await stage.ask(who, SEARCH, **{"first": 100, **asked}))["blockages"]


def late(report: Blockage) -> bool:
    """Whether its limit has passed on 1 April."""
    return any(limit.due_at <= china("2026-04-01 12:00") for limit in report.deadlines)


FILTERS: list[tuple[dict[str, Any], Callable[[Blockage], bool]]] = [
    ({}, lambda r: True),
    ({"statuses": ["TRIAGED", "RESOLVED"]}, lambda r: r.status.value in ("TRIAGED", "RESOLVED")),
    ({"statuses": []}, lambda r: True),
    ({"open": True}, lambda r: r.status in OPEN_STATUSES),
    ({"open": False}, lambda r: r.status not in OPEN_STATUSES),
    ({"overdue": True}, late),
    ({"overdue": False}, lambda r: not late(r)),
    ({"supervised": True}, lambda r: r.supervised),
    ({"categories": ["tax-classification"]}, lambda r: r.category == "tax-classification"),
    ({"categories": ["platform"]}, lambda r: r.category == "platform-fees"),
    ({"severities": ["HIGH", "LOW"]}, lambda r: r.severity in (Severity.HIGH, Severity.LOW)),
    ({"forms": ["short-video"]}, lambda r: "short-video" in r.forms),
    ({"platforms": ["taobao"]}, lambda r: "taobao" in r.platforms),
    ({"regions": ["330000"]}, lambda r: r.region.startswith("33")),
    ({"regions": ["330100", "440000"]}, lambda r: r.region[:4] in ("3301", "4403")),
    ({"agencies": [SECOND_LEAD]}, lambda r: r.agency == SECOND_LEAD),
    ({"clauses": ["ndrc-2020-1157#13"]}, lambda r: "ndrc-2020-1157#13" in r.clauses),
    ({"causeLevels": ["national", "county"]}, lambda r: r.cause_level in ("national", "county")),
    ({"causeLevels": ["unknown"]}, lambda r: r.cause_level is None),
    ({"causeLevels": ["platform", "unknown"]}, lambda r: r.cause_level in ("platform", None)),
    ({"procedureSteps": ["tax"]}, lambda r: r.procedure_step == "tax"),
    (
        {"procedureSteps": ["unknown"], "causeLevels": ["unknown"]},
        lambda r: r.procedure_step is None and r.cause_level is None,
    ),
    ({"blockingPoint": global_id("BlockingPoint", "0" * 32)}, lambda r: False),
    ({"blockingPoint": "garbage"}, lambda r: False),
    (
        {"reportedAt": {"from": "2026-03-05", "to": "2026-03-08"}},
        lambda r: "2026-03-05" <= f"{r.reported_at:%Y-%m-%d}" <= "2026-03-08",
    ),
    ({"reportedAt": {"from": "2026-03-08", "to": "2026-03-05"}}, lambda r: False),
    ({"resolvedAt": {"from": "2026-03-20"}}, lambda r: (r.closed_at is not None and r.closed_at.day >= 20)
     or (r.closed_at is not None and r.closed_at.month > 3)),
    (
        {"open": True, "severities": ["CRITICAL"], "regions": ["330000"], "text": "platform"},
        lambda r: r.status in OPEN_STATUSES and r.severity is Severity.CRITICAL and r.region.startswith("33"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("filter", "matches"), FILTERS, ids=[str(filter) for filter, _ in FILTERS])
async def test_a_filter_finds_what_it_says(
    library: Stage, corpus: Corpus, filter: dict[str, Any], matches: Callable[[Blockage], bool]
) -> None:
    """Counted by hand over the same reports."""
    page = await found(library, filter=filter)

    expected = {report.reference for report in corpus if matches(report)}
    assert set(references(page["nodes"])) == expected
    assert page["totalCount"] == len(expected)


FACETS: dict[str, Callable[[Blockage], list[str]]] = {
    "STATUS": lambda r: [r.status.value],
    "CATEGORY": lambda r: [r.category],
    "SEVERITY": lambda r: [r.severity.value],
    "FORM": lambda r: list(r.forms),
    "PLATFORM": lambda r: list(r.platforms),
    "REGION": lambda r: [r.region],
    "AGENCY": lambda r: [r.agency] if r.agency else [],
    "CLAUSE": lambda r: list(r.clauses),
    "CAUSE_LEVEL": lambda r: [r.cause_level or "unknown"],
    "PROCEDURE_STEP": lambda r: [r.procedure_step or "unknown"],
    "REPORTED_MONTH": lambda r: [f"{r.reported_at.astimezone(china('2026-01-01 00:00').tzinfo):%Y-%m}"],
}


async def test_facets_count_all_but_their_own_filter(library: Stage, corpus: Corpus) -> None:
    """Choosing a severity does not empty the list of severities; all others shrink."""
    page = await found(library, filter={"severities": ["HIGH"], "regions": ["330000"]}, facets=list(FACETS))

    def kept(report: Blockage, but: str) -> bool:
        return (but == "SEVERITY" or report.severity is Severity.HIGH) and (
            but == "REGION" or report.region.startswith("33")
        )

    counted = {f["field"]: {v["value"]: v["count"] for v in f["values"]} for f in page["facets"]}
    assert counted == {
        name: dict(Counter(value for r in corpus if kept(r, name) for value in values(r)))
        for name, values in FACETS.items()
    }


async def test_facets_count_under_all_filters_where_that_is_asked(library: Stage, corpus: Corpus) -> None:
    """Then they are the parts of what was found."""
    query = """query($filter: BlockageFilter, $facets: [BlockageFacet!]) { blockages(
        filter: $filter, facets: $facets, facetMode: ALL_FILTERS, first: 1
    ) { totalCount facets { field values { value count } } } }"""
    wanted = {"severities": ["HIGH"], "regions": ["330000"]}

    page = (await library.ask(ANALYST, query, filter=wanted, facets=list(FACETS)))["blockages"]

    def found_by_hand(report: Blockage) -> bool:
        return report.severity is Severity.HIGH and report.region.startswith("33")

    counted = {f["field"]: {v["value"]: v["count"] for v in f["values"]} for f in page["facets"]}
    assert counted == {
        name: dict(Counter(value for r in corpus if found_by_hand(r) for value in values(r)))
        for name, values in FACETS.items()
    }
    assert counted["SEVERITY"] == {"HIGH": page["totalCount"]}


async def test_facets_are_labelled_in_both_languages_and_marked(library: Stage, corpus: Corpus) -> None:
    """Inside a chosen province every city counts as chosen."""
    page = await found(
        library,
        filter={"regions": ["330000"], "statuses": ["RESOLVED", "TRIAGED"]},
        facets=["REGION", "STATUS"],
    )

    regions, statuses = ({v["value"]: v for v in facet["values"]} for facet in page["facets"])
    assert (regions["330200"]["label"], regions["330200"]["selected"]) == ("宁波市", True)
    assert regions["440300"]["selected"] is False
    assert (statuses["RESOLVED"]["label"], statuses["RESOLVED"]["selected"]) == ("已解决", True)
    assert all(value["en"] for facet in page["facets"] for value in facet["values"])


async def test_what_is_not_known_of_the_cause_is_a_value_with_a_label(library: Stage, corpus: Corpus) -> None:
    """It can be chosen like the codes of the vocabulary, and says what it is."""
    page = await found(library, filter={"causeLevels": ["unknown"]}, facets=["CAUSE_LEVEL"])

    levels = {v["value"]: v for v in page["facets"][0]["values"]}
    shown = {code: (each["label"], each["en"], each["selected"]) for code, each in levels.items()}
    assert shown["unknown"] == ("未注明", "Not stated", True)
    assert shown["platform"] == ("平台规则", "platform rule", False)


ORDERS: dict[str, Callable[[Blockage], Any]] = {
    "REPORTED_AT": lambda r: r.reported_at,
    "UPDATED_AT": lambda r: r.updated_at,
    "RELEVANCE": lambda r: r.reported_at,
    "SEVERITY": lambda r: list(Severity).index(r.severity),
}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("order", ORDERS)
async def test_a_list_comes_in_the_order_asked_for(
    library: Stage, corpus: Corpus, order: str, direction: str
) -> None:
    """Without a text, relevance is the time of the report."""
    page = await found(library, orderBy=order, direction=direction)

    by_reference = {report.reference: ORDERS[order](report) for report in corpus}
    keys = [by_reference[reference] for reference in references(page["nodes"])]
    assert keys == sorted(keys, reverse=direction == "DESC")
    assert len(keys) == len(corpus)


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_what_has_no_limit_comes_last_by_due_date(
    library: Stage, corpus: Corpus, direction: str
) -> None:
    """A closed report is due at no time, in either direction."""
    page = await found(library, orderBy="DUE_AT", direction=direction)

    due = {report.reference: [limit.due_at for limit in report.deadlines] for report in corpus}
    keys = [due[reference] for reference in references(page["nodes"])]
    running = [key for key in keys if key]
    assert running == sorted(running, reverse=direction == "DESC")
    assert keys == running + [[]] * (len(keys) - len(running))


@pytest.mark.parametrize("order", ["REPORTED_AT", "SEVERITY", "DUE_AT", "RELEVANCE"])
async def test_a_walk_by_cursors_sees_each_report_once(
    stage: Stage, firm: Firm, corpus: Corpus, order: str
) -> None:
    """Also where many are equal in the order, and while others come in; only scores move when they do."""
    await indexed(stage, firm, *corpus)
    walked: list[str] = []
    after = None
    for step in range(20):
        page = await found(stage, orderBy=order, first=5, after=after, filter={"text": "platform number"})
        walked += references(page["nodes"])
        after = page["pageInfo"]["endCursor"]
        if step == 0 and order != "RELEVANCE":
            await indexed(stage, taken_up(firm, title="没有要找的词"))
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert sorted(walked) == sorted(report.reference for report in corpus)


async def test_a_cursor_belongs_to_its_question_and_its_caller(library: Stage, corpus: Corpus) -> None:
    """Taken elsewhere it is no cursor."""
    page = await found(library, filter={"open": True}, first=2)
    after = page["pageInfo"]["endCursor"]

    other_question = await library.answer(SUPERVISOR, SEARCH, filter={"open": False}, after=after)
    other_order = await library.answer(
        SUPERVISOR, SEARCH, filter={"open": True}, orderBy="SEVERITY", after=after
    )
    other_caller = await library.answer(ANALYST, SEARCH, filter={"open": True}, after=after)

    assert [a.codes for a in (other_question, other_order, other_caller)] == [["CURSOR_INVALID"]] * 3


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_has_1_to_100_reports(library: Stage, first: int) -> None:
    """More is another page."""
    assert (await library.answer(PUBLIC, SEARCH, first=first)).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("filter", "argument"),
    [
        ({"categories": ["no-such"]}, ["filter", "categories", "0"]),
        ({"regions": ["330000", "990000"]}, ["filter", "regions", "1"]),
        ({"agencies": ["' OR 1=1"]}, ["filter", "agencies", "0"]),
        ({"clauses": [""]}, ["filter", "clauses", "0"]),
        ({"causeLevels": ["unknown", "village"]}, ["filter", "causeLevels", "1"]),
        ({"procedureSteps": ["queueing"]}, ["filter", "procedureSteps", "0"]),
    ],
)
async def test_an_unknown_code_is_told_at_its_place(
    library: Stage, filter: dict[str, Any], argument: list[str]
) -> None:
    """A typing error must not look like an empty directory."""
    answer = await library.answer(PUBLIC, SEARCH, filter=filter)

    assert answer.codes == ["INVALID"]
    assert answer.content["errors"][0]["extensions"]["argument"] == argument


@pytest.mark.parametrize("spelling", [str, str.lower, lambda s: s.replace("-", " "), lambda s: f" {s} "])
async def test_a_number_in_the_search_box_finds_exactly_that_report(
    library: Stage, corpus: Corpus, spelling: Callable[[str], str]
) -> None:
    """In any spacing, whatever else holds the same letters."""
    wanted = corpus[3].reference

    page = await found(library, filter={"text": spelling(wanted)})

    assert references(page["nodes"]) == [wanted]


async def test_matches_are_marked_in_the_original_text_and_nothing_else_is_markup(stage: Stage) -> None:
    """Traditional characters stay as written; what a reporter typed as markup is only text."""
    firm = make_firm()
    report = taken_up(
        firm, title="直播分成<b>沒有</b>標準", description="平台抽成 & 分成均由機構決定，無從查核。"
    )
    await indexed(stage, firm, report)

    page = await found(stage, filter={"text": "标准 分成"})

    marks = {mark["field"]: mark["fragments"] for mark in page["edges"][0]["highlights"]}
    assert marks["title"] == ["直播<em>分成</em>&lt;b&gt;沒有&lt;/b&gt;<em>標準</em>"]
    assert marks["description"] == ["平台抽成 &amp; <em>分成</em>均由機構決定，無從查核。"]


@pytest.mark.parametrize("text", ["抽成 -平台", '"微利经营"', "commission OR 抽成", "plat*"])
async def test_the_box_has_a_small_language(stage: Stage, text: str) -> None:
    """Excluded words, phrases, alternatives, beginnings of words."""
    firm = make_firm()
    with_platform = taken_up(
        firm, title="platform 抽成过高", description="平台抽成占三成，微利经营难以为继。"
    )
    without = taken_up(firm, title="代理抽成过高", description="代理抽成占三成，微利经营难以为继。", platforms=(),
                       category="tax-classification", forms=())  # fmt: skip
    await indexed(stage, firm, with_platform, without)

    page = await found(stage, filter={"text": text})

    expected = {
        "抽成 -平台": {without.reference},
        '"微利经营"': {with_platform.reference, without.reference},
        "commission OR 抽成": {with_platform.reference, without.reference},
        "plat*": {with_platform.reference},
    }[text]
    assert set(references(page["nodes"])) == expected


@pytest.mark.parametrize("text", ["a" * 1001, " ".join(f"w{n}" for n in range(65))])
async def test_too_long_a_search_says_so(library: Stage, text: str) -> None:
    """The one thing that can be wrong with a search."""
    assert (await library.answer(PUBLIC, SEARCH, filter={"text": text})).codes == ["QUERY_TOO_LONG"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (PUBLIC, is_public),
        (ANALYST, is_public),
        (OTHER_OWNER, is_public),
        (OWNER, lambda r: True),
        (SUPERVISOR, lambda r: True),
        (TRIAGE, lambda r: is_public(r) or r.region.startswith("3301")),
        (FAR_OFFICER, lambda r: is_public(r) or r.region.startswith("4403")),
        (ASSISTANT, lambda r: is_public(r) or bool(r.co_agencies)),
        (
            LEADER,
            lambda r: is_public(r) or r.region.startswith("3301") or r.agency == LEADER.claims["agency"],
        ),
    ],
    ids=lambda value: getattr(value, "subject", ""),
)
async def test_each_caller_counts_what_the_rules_of_sight_show(
    library: Stage, corpus: Corpus, who: Person, sees: Callable[[Blockage], bool]
) -> None:
    """Lists, totals and facets over the same reports, and no more."""
    page = await found(library, who, facets=["REGION"])

    expected = [report for report in corpus if sees(report)]
    assert set(references(page["nodes"])) == {report.reference for report in expected}
    assert page["totalCount"] == len(expected)
    assert {v["value"]: v["count"] for v in page["facets"][0]["values"]} == dict(
        Counter(report.region for report in expected)
    )


async def test_search_and_single_reading_agree_on_who_sees_what(library: Stage, corpus: Corpus) -> None:
    """The index says the same rules in its own fields: checked report by report for every caller."""
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Blockage { reference } } }"
    ids = [global_id("Blockage", report.id) for report in corpus]
    for who in (PUBLIC, OWNER, OTHER_OWNER, ANALYST, SUPERVISOR, TRIAGE, LEADER, ASSISTANT, FAR_OFFICER):
        single = [node for node in (await library.ask(who, query, ids=ids))["nodes"] if node]
        listed = (await found(library, who))["nodes"]
        assert sorted(references(single)) == sorted(references(listed)), who.subject


@pytest.mark.parametrize(
    "who",
    [PUBLIC, ANALYST, OTHER_OWNER, ASSISTANT, TRIAGE, LEADER, SUPERVISOR],
    ids=lambda who: who.subject,
)
@pytest.mark.parametrize("whose", ["firm", "nobody", "garbage"])
async def test_the_filter_by_reporter_is_no_oracle(
    library: Stage, corpus: Corpus, firm: Firm, who: Person, whose: str
) -> None:
    """The refusal is the same for the firm that reported, for one that does not exist, and for no id."""
    asked = {
        "firm": global_id("Firm", firm.id),
        "nobody": global_id("Firm", "0" * 32),
        "garbage": "garbage",
    }[whose]

    answer = await library.answer(who, SEARCH, filter={"reportedBy": asked})

    assert answer.codes == ["FIELD_NOT_ALLOWED"]


async def test_a_firm_alone_searches_by_its_own_reports(stage: Stage, corpus: Corpus, firm: Firm) -> None:
    """To whoever handles them, supervisors too, the filter would list what one firm reported."""
    other = make_firm(owner="other-firm")
    await indexed(stage, firm, *corpus, other, taken_up(other))
    asked = {"reportedBy": global_id("Firm", firm.id)}

    assert (await found(stage, OWNER, filter=asked))["totalCount"] == len(corpus)


async def test_a_hidden_report_leaves_no_trace_in_a_search(stage: Stage) -> None:
    """Its words find nothing, its number finds nothing, no facet counts it, no list of alike reports names it."""
    firm = make_firm(owner="firm-user")
    hidden = taken_up(firm, title="独家分成秘闻", visibility=Visibility.AGENCIES_ONLY)
    open_one = taken_up(firm, title="独家分成公开")
    await indexed(stage, firm, hidden, open_one)
    query = "query($r: String!) { blockage(reference: $r) { similar { reference } } }"

    by_word = await found(stage, PUBLIC, filter={"text": "秘闻"}, facets=["STATUS", "CATEGORY"])
    by_number = await found(stage, PUBLIC, filter={"text": hidden.reference})
    alike = await stage.ask(PUBLIC, query, r=open_one.reference)
    alike_for_office = await stage.ask(TRIAGE, query, r=open_one.reference)

    assert (by_word["totalCount"], by_word["nodes"], by_number["totalCount"]) == (0, [], 0)
    assert all(facet["values"] == [] for facet in by_word["facets"])
    assert alike["blockage"]["similar"] == []
    assert references(alike_for_office["blockage"]["similar"]) == [hidden.reference]


async def test_a_report_that_was_hidden_since_is_left_out(stage: Stage) -> None:
    """The record is ahead of the index: what it no longer shows, no list shows."""
    firm = make_firm(owner="firm-user")
    report = taken_up(firm)
    await indexed(stage, firm, report)
    async with stage.record.unit_of_work() as uow:
        kept = await uow.blockages.get(report.id)
        hidden = kept.model_copy(update={"visibility": Visibility.AGENCIES_ONLY})
        await uow.blockages.save(hidden, kind="blockage:hidden", actor="clerk", at=stage.clock.now)

    assert (await found(stage, PUBLIC))["nodes"] == []


@pytest.mark.parametrize("first", [1, 3])
async def test_alike_reports_come_most_alike_first(stage: Stage, first: int) -> None:
    """Shown while someone writes, and beside a report: itself is not among them."""
    firm = make_firm()
    wanted = taken_up(
        firm, title="机构单方下调分成", description="签约机构单方面下调主播分成比例，没有协商。"
    )
    near = taken_up(
        firm, title="机构单方下调分成比例", description="签约机构单方面下调分成比例，主播没有协商余地。"
    )
    far = taken_up(firm, title="发票难开", description="小规模主体代开发票须多次往返，耗时太久。")
    await indexed(stage, firm, wanted, near, far)

    query = "query($r: String!, $n: Int!) { blockage(reference: $r) { similar(first: $n) { reference } } }"
    answer = await stage.ask(PUBLIC, query, r=wanted.reference, n=first)

    assert references(answer["blockage"]["similar"])[0] == near.reference
    assert len(answer["blockage"]["similar"]) <= first


@settings(max_examples=measure(20, 60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.text(alphabet='-*"“OR直播 a\u0000\u200b', max_size=60))
async def test_nothing_typed_into_the_box_is_an_error(library: Stage, text: str) -> None:
    """Quotes without partners, lone minus signs, control characters: text, at worst without a match."""
    answer = await library.answer(PUBLIC, SEARCH, filter={"text": text}, facets=["STATUS"])

    assert answer.codes == []
    assert answer.data["blockages"]["totalCount"] <= 24
