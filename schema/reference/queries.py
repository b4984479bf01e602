"""Queries over reference data, and how its nodes are fetched by key."""

from __future__ import annotations

from typing import Annotated

import strawberry

from directory.vocabulary import UnknownCode
from schema.context import Context, Info
from schema.errors import ApiCode, ApiError
from schema.node import Fetchers
from schema.reference.types import (
    Agency,
    Clause,
    Policy,
    SupportProgramme,
    shown_agency,
    shown_clause,
    shown_policy,
    shown_programme,
)
from schema.terms import Region, Term, all_terms, shown_region


@strawberry.type
class ReferenceQueries:
    """The root fields over reference data."""

    @strawberry.field(
        description="All policies that the directory knows, in the order a reader should see them."
    )
    def policies(self, info: Info) -> list[Policy]:
        reference = info.context.reference
        return [shown_policy(reference, found) for found in reference.policies.values()]

    @strawberry.field(description="The clause with this code; null where there is none.")
    def clause(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="The clause's code, `<policy>#<number>`.")],
    ) -> Clause | None:
        reference = info.context.reference
        found = reference.clause(code)
        return shown_clause(reference, found) if found else None

    @strawberry.field(description="The national agencies and the types of local offices.")
    def agencies(self, info: Info) -> list[Agency]:
        reference = info.context.reference
        return [shown_agency(reference, found) for found in reference.agencies]

    @strawberry.field(description="The agency with this code, national or local; null where there is none.")
    def agency(
        self,
        info: Info,
        code: Annotated[
            str,
            strawberry.argument(description="The agency's code; a local office's has its region behind @."),
        ],
    ) -> Agency | None:
        found = info.context.reference.agencies.get(code)
        return shown_agency(info.context.reference, found) if found else None

    @strawberry.field(description="The support programmes, all or those for one business form.")
    def support_programmes(
        self,
        info: Info,
        form: Annotated[
            str | None, strawberry.argument(description="A code of the vocabulary `business_forms`.")
        ] = None,
    ) -> list[SupportProgramme]:
        reference = info.context.reference
        if form is not None and form not in reference.vocabulary("business_forms"):
            raise _unknown("business_forms", form)
        return [
            shown_programme(reference, found)
            for found in reference.programmes.values()
            if form is None or not found.forms or form in found.forms
        ]

    @strawberry.field(description="All terms of a vocabulary, in the order a reader should see them.")
    def terms(
        self,
        info: Info,
        vocabulary: Annotated[
            str,
            strawberry.argument(
                description="The vocabulary's name: business_forms, occupations, industries, platforms, "
                "blockage_categories, measures and others."
            ),
        ],
    ) -> list[Term]:
        try:
            return all_terms(info.context.reference, vocabulary)
        except UnknownCode as error:
            raise _unknown(error.vocabulary, error.code) from None

    @strawberry.field(description="The regions directly inside another; the provinces when none is named.")
    def regions(
        self,
        info: Info,
        parent: Annotated[
            str | None, strawberry.argument(description="A region's six-digit code, GB/T 2260.")
        ] = None,
    ) -> list[Region]:
        reference = info.context.reference
        if parent is not None and not reference.regions.is_known(parent):
            raise _unknown("regions", parent)
        return [shown_region(reference, found) for found in reference.regions.children(parent)]


def _unknown(vocabulary: str, code: str) -> ApiError:
    return ApiError(ApiCode.BAD_USER_INPUT, "code.unknown", vocabulary=vocabulary[:64], unknown=code[:64])


async def _fetch_policy(context: Context, key: str) -> Policy | None:
    found = context.reference.policies.get(key)
    return shown_policy(context.reference, found) if found else None


async def _fetch_clause(context: Context, key: str) -> Clause | None:
    found = context.reference.clause(key)
    return shown_clause(context.reference, found) if found else None


async def _fetch_agency(context: Context, key: str) -> Agency | None:
    found = context.reference.agencies.get(key)
    return shown_agency(context.reference, found) if found else None


async def _fetch_programme(context: Context, key: str) -> SupportProgramme | None:
    found = context.reference.programmes.get(key)
    return shown_programme(context.reference, found) if found else None


FETCHERS: Fetchers = {
    "Policy": _fetch_policy,
    "Clause": _fetch_clause,
    "Agency": _fetch_agency,
    "SupportProgramme": _fetch_programme,
}
