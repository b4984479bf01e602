"""
Which fields hold personal values (个人信息), so that the log keeps only a commitment to them.

Source: PIPL (个人信息保护法), article 47: what is erased must go, while the log has to stay whole. A natural person is
also the freelancer and the operator of an individual household, so their names, accounts and texts count as personal.
"""

from __future__ import annotations

from directory.entities import Blockage, Entity, Firm, Submission
from directory.profiles import Profile
from directory.states import EntityKind

PERSON_LIKE = frozenset({EntityKind.FREELANCER, EntityKind.INDIVIDUAL_BUSINESS})

PERSON_PROFILE_FIELDS = frozenset(
    f"profile.{name}"
    for name in ("name", "name_en", "other_names", "platforms", "summary", "summary_en", "website", "uscc")
) | {"former_names"}

FREE_TEXT_OF_REPORTS = frozenset(
    {"title", "description", "impact", "timeline", "resolutions", "close_reason"}
)
FREE_TEXT_OF_SUBMISSIONS = frozenset({"draft", "objections", "change_requests"})


def personal_fields(entity: Entity) -> frozenset[str]:
    """The names of the state fields (as in `entities.dump`) whose values stay out of the log."""
    if isinstance(entity, Blockage):
        return FREE_TEXT_OF_REPORTS
    if isinstance(entity, Submission):
        return FREE_TEXT_OF_SUBMISSIONS | _of_profile(entity.profile)
    if isinstance(entity, Firm):
        return _of_profile(entity.profile)
    return frozenset()


def subject_of(entity: Entity) -> str:
    """The id of the firm whose person the personal values of `entity` belong to."""
    if isinstance(entity, Submission | Blockage):
        return entity.firm_id
    return entity.id


def _of_profile(profile: Profile | None) -> frozenset[str]:
    return PERSON_PROFILE_FIELDS if profile is None or profile.entity_kind in PERSON_LIKE else frozenset()
