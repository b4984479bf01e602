"""Reports like one that is filed or being written, with the reasons, for each caller."""

from __future__ import annotations

from typing import Any

from directory.states import Visibility
from tests.factories import make_firm
from tests.journeys.stage import PUBLIC, TRIAGE, Person, Stage
from tests.record.steps import keep
from tests.schema.blockages.corpus import indexed, taken_up

REASONS = "score blockage { title } reasons { code label values english: valueLabels(language: EN) }"
WRITING = f"""query W($title: String!, $description: String, $category: String, $clauses: [String!], $region: String) {{
    similarReports(title: $title, description: $description, category: $category, clauses: $clauses, region: $region)
    {{ {REASONS} }} }}"""
FILED = f"query F($r: String!) {{ blockage(reference: $r) {{ similarWithReasons {{ {REASONS} }} similar {{ title }} }} }}"
CUT: dict[str, Any] = {
    "category": "platform-fees",
    "clauses": ("ndrc-2020-1157#13",),
    "forms": ("vlog",),
    "platforms": ("douyin",),
}


async def filled(stage: Stage) -> Any:
    """Three reports on the cut of platforms, one of them kept to agencies, and one on invoices."""
    firm = make_firm(owner="firm-user")
    await keep(stage.record, firm)
    first = taken_up(firm, title="平台抽成占成交额三成", description="抽成规则不透明。", **CUT)
    await indexed(
        stage,
        first,
        taken_up(firm, title="平台抽成占成交额四成", description="抽成逐年上升。", **CUT),
        taken_up(
            firm,
            title="平台抽成秘闻",
            description="抽成占成交额五成。",
            visibility=Visibility.AGENCIES_ONLY,
            **CUT,
        ),
        taken_up(firm, title="发票难开", description="代开发票须多次往返。", category="invoice"),
    )
    return first


async def writing(stage: Stage, who: Person = PUBLIC, **draft: Any) -> list[Any]:
    """What is shown beside the form."""
    found: list[Any] = (await stage.ask(who, WRITING, **draft))["similarReports"]
    return found


async def test_likes_are_shown_while_someone_writes(stage: Stage) -> None:
    """A title is enough; each comes with its reasons, in either language."""
    await filled(stage)

    found = await writing(
        stage, title="抽成占成交额太多", category="platform-fees", clauses=["ndrc-2020-1157#13"]
    )

    assert {each["blockage"]["title"] for each in found} == {"平台抽成占成交额三成", "平台抽成占成交额四成"}
    words, clause, category = found[0]["reasons"]
    assert (words["code"], words["label"]) == ("words", "用词相近")
    assert "抽成" in words["values"]
    assert (clause["code"], clause["values"]) == ("clause", ["ndrc-2020-1157#13"])
    assert (category["values"], category["english"]) == (
        ["platform-fees"],
        ["High commission, service fee or deposit"],
    )


async def test_a_report_shows_its_likes_with_reasons(stage: Stage) -> None:
    """Beside the report; the plain list names the same."""
    first = await filled(stage)

    shown = (await stage.ask(PUBLIC, FILED, r=first.reference))["blockage"]

    (like,) = shown["similarWithReasons"]
    assert shown["similar"] == [like["blockage"]] == [{"title": "平台抽成占成交额四成"}]
    assert [reason["code"] for reason in like["reasons"]] == [
        "words", "clause", "category", "form", "platform", "region",
    ]  # fmt: skip
    assert 0.3 <= like["score"] <= 1


async def test_hidden_reports_are_like_nothing_for_the_public(stage: Stage) -> None:
    """An office in reach is shown all three."""
    await filled(stage)

    assert len(await writing(stage, title="抽成占成交额太多")) == 2
    assert len(await writing(stage, TRIAGE, title="抽成占成交额太多")) == 3


async def test_nothing_is_like_too_short_a_text(stage: Stage) -> None:
    """Blanks, particles, marks, and whatever else is typed first."""
    await filled(stage)

    for title in ("", " ", "的", "!?", "\u200b", "a"):
        assert await writing(stage, title=title) == []


async def test_codes_that_are_none_are_told(stage: Stage) -> None:
    """All of them at once, each with its place."""
    answer = await stage.answer(
        PUBLIC, WRITING, title="抽成", category="nothing", clauses=["ndrc-2020-1157#13", "x#1"], region="1"
    )

    assert [error["extensions"]["argument"] for error in answer.content["errors"]] == [
        ["category"],
        ["clauses", "1"],
        ["region"],
    ]
