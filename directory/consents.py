"""
Consent (同意) to what is published of a natural person: per purpose, to one version of its notice, withdrawn as given.

Nothing of the service depends on it. A consent covers the purpose that its notice names and no other; the notice that
somebody agreed to stays known by its version, and a new version asks again.
Sources: PIPL (个人信息保护法), articles 14 to 16 (consent, withdrawal, no refusal), 17 (notice), 25 (publication). The words of
the notices are ours: have counsel confirm them before they are shown to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from directory.access import Caller
from directory.entities import Consent, Firm
from directory.errors import InvalidInput, NotAllowedNow
from directory.masking import mask_name
from directory.privacy import is_person
from directory.visibility import may_read_firm_field


class ConsentPurpose(StrEnum):
    """What is published only while its person agrees."""

    PUBLISH_CONTACT = "PUBLISH_CONTACT"
    PUBLISH_NAME = "PUBLISH_NAME"


@dataclass(frozen=True, slots=True)
class ConsentNotice:
    """What somebody is told before agreeing, in Chinese and English, and its version."""

    version: str
    zh: str
    en: str
    # Whoever hands in an entry asks for it to be listed under the name given: that is agreed to until it is withdrawn.
    by_handing_in: bool = False


NOTICES: Mapping[ConsentPurpose, ConsentNotice] = {
    ConsentPurpose.PUBLISH_CONTACT: ConsentNotice(
        version="2026-11",
        zh="同意后，本条目的联系人、联系电话、电子邮箱和通讯地址向所有人公开，供他人与您联系。不同意或撤回同意不影响列入名录和报送堵点；"
        "撤回后立即不再公开。",
        en="If you agree, the contact person, telephone, mail and postal address of this entry are public, so that others can "
        "reach you. Listing and reporting do not depend on it. Once withdrawn, they are no longer public at once.",
    ),
    ConsentPurpose.PUBLISH_NAME: ConsentNotice(
        version="2026-11",
        zh="申报即请求以所填名称列入名录；该名称、其他名称、平台账号和简介向所有人公开。您可随时撤回：撤回后仅公开姓氏和经营类别，"
        "列入名录和报送堵点不受影响。",
        en="Handing in asks to be listed under the name given; it is public with other names, platform accounts and summary. You "
        "may withdraw this at any time: only the first character and the kind of business are public then, and listing "
        "and reporting go on.",
        by_handing_in=True,
    ),
}


def holds(firm: Firm, purpose: ConsentPurpose) -> bool:
    """Whether the person behind the entry agrees to the purpose now."""
    said = [each for each in firm.consents if each.purpose == purpose.value]
    if not said:
        return NOTICES[purpose].by_handing_in
    return said[-1].withdrawn_at is None


def with_consent(firm: Firm, purpose: ConsentPurpose, version: str, at: datetime) -> Firm:
    """The entry with a consent to the present notice. Raises: InvalidInput for another version of it."""
    if version != NOTICES[purpose].version:
        raise InvalidInput.at("version", key="consent.version", version=NOTICES[purpose].version)
    given = Consent(purpose=purpose.value, version=version, given_at=at)
    return firm.model_copy(update={"consents": (*firm.consents, given), "updated_at": at})


def without_consent(firm: Firm, purpose: ConsentPurpose, at: datetime) -> Firm:
    """The entry with the consent withdrawn. Raises: NotAllowedNow, when there is none to withdraw."""
    if not holds(firm, purpose):
        raise NotAllowedNow.at("purpose", key="consent.none")
    said = [each for each in firm.consents if each.purpose == purpose.value]
    last = said[-1] if said else _by_handing_in(firm, purpose)
    withdrawn = last.model_copy(update={"withdrawn_at": at})
    kept = (*(each for each in firm.consents if each is not last), withdrawn)
    return firm.model_copy(update={"consents": kept, "updated_at": at})


def _by_handing_in(firm: Firm, purpose: ConsentPurpose) -> Consent:
    return Consent(purpose=purpose.value, version=NOTICES[purpose].version, given_at=firm.created_at)


def face_for(caller: Caller, firm: Firm) -> Firm:
    """The entry as the caller may see it: whole to its firm and its reviewers."""
    return firm if may_read_firm_field(caller, firm, "consents") else public_face(firm)


def public_face(firm: Firm) -> Firm:
    """The entry as strangers may see it: that of a person who withdrew the consent to be named, without what names them."""
    if not is_person(firm) or holds(firm, ConsentPurpose.PUBLISH_NAME):
        return firm
    unnamed = {
        "name": mask_name(firm.profile.name),
        "name_en": None,
        "other_names": (),
        "uscc": None,
        "summary": None,
        "summary_en": None,
        "website": None,
        "platforms": (),
    }
    profile = firm.profile.model_copy(update=unnamed)
    return firm.model_copy(update={"profile": profile, "former_names": ()})
