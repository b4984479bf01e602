"""Reports like one that is filed or still being written, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

import strawberry

from directory.errors import ErrorCode, InvalidInput, Problem
from directory.likeness import Likeness, LikeReason, Shared, Traits
from directory.phrases import phrases
from directory.reference import Reference
from directory.terms import distinct_terms
from directory.vocabulary import Label
from indexer.query.alikeness import alike_reports
from schema.arguments import First, In
from schema.blockages.seeing import Seen, all_seen
from schema.blockages.sight import visible_to
from schema.blockages.types import SIMILAR, Blockage, shown_blockage
from schema.context import Context, Info
from schema.enums import Language
from schema.limits import page_size

MOST_CODES = 20
LONGEST_SHOWN = 64
LABELS = {
    LikeReason.WORDS: Label("用词相近", "Words in common"),
    LikeReason.CLAUSE: Label("涉及同一条款", "The same clause"),
    LikeReason.CATEGORY: Label("堵点类别相同", "The same kind of obstacle"),
    LikeReason.FORM: Label("业态相同", "The same business form"),
    LikeReason.PLATFORM: Label("涉及同一平台", "The same platform"),
    LikeReason.REGION: Label("地区相同", "The same region"),
}


@strawberry.type(description="What two reports have in common.")
class SimilarityReason:
    """One reason; made by `_shown`."""

    shared: strawberry.Private[Shared]
    reference: strawberry.Private[Reference]
    code: str = strawberry.field(
        description="One of words, clause, category, form, platform and region, in the order of what they weigh."
    )
    values: list[str] = strawberry.field(
        description="The words that both say, the most telling first, at most eight; or the codes that both bear."
    )

    @strawberry.field(description="The reason in words.")
    def label(self, language: In = Language.ZH) -> str:
        return LABELS[self.shared.reason].in_(language or Language.ZH)

    @strawberry.field(
        description="The values as a reader knows them: words, pieces of one phrase joined to it; codes by their names."
    )
    def value_labels(self, language: In = Language.ZH) -> list[str]:
        values = self.shared.values
        if self.shared.reason is LikeReason.WORDS:
            return phrases(values, dict.fromkeys(values, (0,)))
        name = NAMES[self.shared.reason]
        return [name(self.reference, value).in_(language or Language.ZH) for value in values]


@strawberry.type(description="A report like another one (相似诉求).")
class SimilarReport:
    """A report with its likeness."""

    blockage: Blockage = strawberry.field(description="The report.")
    score: float = strawberry.field(description="How alike, from 0.3 to 1; what is less alike is not shown.")
    reasons: list[SimilarityReason] = strawberry.field(
        description="Why; words are always among the reasons, and come first."
    )


def _term(vocabulary: str) -> Callable[[Reference, str], Label]:
    return lambda reference, code: reference.vocabulary(vocabulary).require(code).label


def _clause(reference: Reference, code: str) -> Label:
    found = reference.clause(code)
    return found.heading if found else Label(code, code)


NAMES: dict[LikeReason, Callable[[Reference, str], Label]] = {
    LikeReason.CLAUSE: _clause,
    LikeReason.CATEGORY: _term("blockage_categories"),
    LikeReason.FORM: _term("business_forms"),
    LikeReason.PLATFORM: _term("platforms"),
    LikeReason.REGION: lambda reference, code: reference.regions.require(code).label,
}

Codes = list[str] | None
Title = Annotated[str, strawberry.argument(description="The title so far.")]
Description = Annotated[str | None, strawberry.argument(description="The description so far.")]
Category = Annotated[
    str | None, strawberry.argument(description="A code of the vocabulary `blockage_categories`.")
]
Clauses = Annotated[Codes, strawberry.argument(description="Codes of clauses.")]
Forms = Annotated[Codes, strawberry.argument(description="Codes of the vocabulary `business_forms`.")]
Platforms = Annotated[Codes, strawberry.argument(description="Codes of the vocabulary `platforms`.")]
RegionCode = Annotated[str | None, strawberry.argument(description="Six digits, GB/T 2260.")]


@strawberry.type
class SimilarQueries:
    """What to show beside a form while someone writes a report."""

    @strawberry.field(
        description="Reports that the caller may read and that are like the one being written, most alike first, with the "
        "reasons; none for a text that is too short to compare. Nothing of what is asked is kept."
    )
    async def similar_reports(
        self,
        info: Info,
        title: Title,
        description: Description = None,
        category: Category = None,
        clauses: Clauses = None,
        forms: Forms = None,
        platforms: Platforms = None,
        region: RegionCode = None,
        first: First = SIMILAR,
    ) -> list[SimilarReport]:
        context, reference = info.context, info.context.reference
        most = page_size(first, SIMILAR)
        own = traits_of_draft(reference, title, description, category, clauses, forms, platforms, region)
        return await _found(context, own, first=most)


def traits_of_draft(
    reference: Reference,
    title: str,
    description: str | None,
    category: str | None,
    clauses: Codes,
    forms: Codes,
    platforms: Codes,
    region: str | None,
) -> Traits:
    """What is compared, of a report that is still being written. Raises: InvalidInput, with every code that is none."""
    own = Traits(
        terms=tuple(distinct_terms((title, description or ""), reference.lexicon)),
        category=category,
        clauses=tuple(clauses or ()),
        forms=tuple(forms or ()),
        platforms=tuple(platforms or ()),
        region=region,
    )
    if problems := list(_unknown(own, reference)):
        raise InvalidInput.all_of(problems)
    return own


def traits_of_report(seen: Seen, reference: Reference) -> Traits:
    """What is compared, of a report that is filed: as its caller reads it."""
    report, words = seen.report, seen.words
    return Traits(
        terms=tuple(distinct_terms((words.title, words.description), reference.lexicon)),
        category=report.category,
        clauses=tuple(report.clauses),
        forms=tuple(report.forms),
        platforms=tuple(report.platforms),
        region=report.region,
    )


def _unknown(own: Traits, reference: Reference) -> Iterator[Problem]:
    """The codes that are none, each with its place."""
    known: Sequence[tuple[str, tuple[str, ...], Callable[[str], bool]]] = (
        ("clauses", own.clauses, lambda code: reference.clause(code) is not None),
        ("forms", own.forms, reference.vocabulary("business_forms").__contains__),
        ("platforms", own.platforms, reference.vocabulary("platforms").__contains__),
    )
    if own.category is not None and own.category not in reference.vocabulary("blockage_categories"):
        yield _problem(own.category, "category")
    for name, codes, is_known in known:
        if len(codes) > MOST_CODES:
            params = {"most": MOST_CODES, "given": len(codes)}
            yield Problem(ErrorCode.TOO_LARGE, (name,), "value.too_many", params)
            continue
        yield from (_problem(code, name, str(at)) for at, code in enumerate(codes) if not is_known(code))
    if own.region is not None and not reference.regions.is_known(own.region):
        yield _problem(own.region, "region")


def _problem(given: str, *path: str) -> Problem:
    return Problem(ErrorCode.INVALID, path, "code.unknown", {"given": given[:LONGEST_SHOWN]})


async def similar_to(context: Context, seen: Seen, *, first: int) -> list[SimilarReport]:
    """Reports in the caller's sight that are like this one, itself left out."""
    own = traits_of_report(seen, context.reference)
    return await _found(context, own, first=first, own_id=seen.report.id)


async def _found(
    context: Context, own: Traits, *, first: int, own_id: str | None = None
) -> list[SimilarReport]:
    """The reports that the record, which is ahead of the index, still lets the caller see."""
    visible = visible_to(context.caller, context.reference.agencies)
    alike = await alike_reports(own, visible, context.services.search.search, first=first, own_id=own_id)
    seen = await all_seen(context, [each.id for each in alike])
    return [
        SimilarReport(
            blockage=shown_blockage(context, one),
            score=each.likeness.score,
            reasons=shown_reasons(each.likeness, context.reference),
        )
        for each, one in zip(alike, seen, strict=True)
        if one is not None
    ]


def shown_reasons(found: Likeness, reference: Reference) -> list[SimilarityReason]:
    """The reasons as the API shows them."""
    return [
        SimilarityReason(
            shared=shared, reference=reference, code=shared.reason.value, values=list(shared.values)
        )
        for shared in found.reasons
    ]
