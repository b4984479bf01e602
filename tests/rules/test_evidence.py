"""Evidence of a report: what is taken by its content, what it is called, how much there may be, and who reads it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.blockages import open_actions
from directory.entities import Blockage
from directory.errors import ErrorCode, Forbidden, Gone, InvalidInput, LimitExceeded, NotAllowedNow, NotFound
from directory.evidence import (
    KINDS,
    LONGEST_NAME,
    MOST_BYTES,
    MOST_EVER,
    MOST_FILES,
    clean_name,
    kind_of,
    live,
    same_content,
)
from directory.moves import Action, Side
from directory.remains import remains_of
from directory.report_evidence import published, readable_file
from directory.report_fields import may_read_report_field
from directory.retention import anonymised
from directory.standing import readable_timeline
from directory.states import BlockageStatus, Visibility
from tests.rulebooks import RULEBOOK
from tests.rules.evidence_files import REFUSED, TAKEN
from tests.rules.report_lives import LEAD, Life, evidence_file, life_in

S = BlockageStatus
ON_FILES = {
    Action.ADD_EVIDENCE,
    Action.ADD_OFFICE_EVIDENCE,
    Action.WITHDRAW_EVIDENCE,
    Action.REDACT_EVIDENCE,
    Action.PUBLISH_EVIDENCE,
}
PDF_KIND = KINDS[0]


def buttons(report: Blockage, *sides: Side) -> set[Action]:
    """What of files a page offers to a caller with these sides."""
    return ON_FILES & set(open_actions(report, frozenset(sides), report.updated_at, RULEBOOK))


def redacted() -> Life:
    """A public report in progress with a file of its reporter, and a copy of it that is not public."""
    return life_in(S.IN_PROGRESS).add_evidence().redact()


@pytest.mark.parametrize("media_type", TAKEN)
def test_a_file_is_what_its_content_proves(media_type: str) -> None:
    """The name and the type that came with it are not asked."""
    assert kind_of(TAKEN[media_type]).media_type == media_type


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_content_proves_is_refused(what: str) -> None:
    """Programs, archives, what was cut off, and whatever carries something behind its end."""
    with pytest.raises(InvalidInput) as refused:
        kind_of(REFUSED[what])
    assert [problem.key for problem in refused.value.problems] == ["evidence.kind"]


def test_nothing_and_too_much_are_refused() -> None:
    """Each with a code of its own, at the file."""
    for content, code in ((b"", ErrorCode.INVALID), (b"a" * (MOST_BYTES + 1), ErrorCode.TOO_LARGE)):
        with pytest.raises(InvalidInput) as refused:
            kind_of(content)
        assert [(each.code, each.path) for each in refused.value.problems] == [(code, ("file",))]
    assert kind_of(b"a" * MOST_BYTES).media_type == "text/plain"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("合同.pdf", "合同.pdf"),
        ("合同.PDF", "合同.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\结算单.pdf", "结算单.pdf"),
        ("../../..", "evidence.pdf"),
        ("发票.exe", "发票.exe.pdf"),
        ("fdp.\u202egnp.pdf", "fdp.gnp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('"><script>.pdf', "___script_.pdf"),
        ("\u200b\u2060.pdf", "evidence.pdf"),
        ("", "evidence.pdf"),
        ("a" * 500 + ".pdf", "a" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned_and_ends_as_its_kind_does(given_name: str, kept: str) -> None:
    """No folder, nothing that nobody sees, nothing that a header would read as more than a name."""
    assert clean_name(given_name, PDF_KIND) == kept


@given(st.text(max_size=300))
def test_whatever_a_file_is_called_its_name_is_harmless(given_name: str) -> None:
    """Short, in one line, with one ending of its kind, and it can be sent."""
    name = clean_name(given_name, PDF_KIND)
    assert len(name) <= LONGEST_NAME
    assert re.fullmatch(r"[^/\\\"<>|:*?;%\x00-\x1f\x7f]+\.pdf", name)
    name.encode()


def test_the_same_content_is_the_same_file() -> None:
    """For the same purpose; a copy that is its original hides nothing, and what was taken back may come again."""
    files = (evidence_file("e0", sha256="one"), evidence_file("e1", sha256="two", redacts="e0"))
    assert same_content(files, "one", None) is files[0]
    assert same_content(files, "three", None) is None
    with pytest.raises(InvalidInput):
        same_content(files, "one", "e0")
    gone = files[0].model_copy(update={"withdrawn_at": files[0].added_at})
    assert same_content((gone,), "one", None) is None


def test_a_report_holds_so_many_files() -> None:
    """Ten, twenty megabytes of them, and no more than forty come and go."""
    full = life_in(S.IN_PROGRESS)
    for _ in range(MOST_FILES):
        full.add_evidence()
    assert Action.ADD_EVIDENCE not in buttons(full.report, Side.REPORTER)
    with pytest.raises(LimitExceeded):
        full.add_evidence()
    full.redact()
    heavy = life_in(S.IN_PROGRESS)
    for _ in range(4):
        heavy.add_evidence(size=MOST_BYTES)
    with pytest.raises(LimitExceeded):
        heavy.add_evidence(size=1)
    restless = life_in(S.IN_PROGRESS)
    for number in range(MOST_EVER):
        restless.add_evidence().take_back(f"e{number}")
    with pytest.raises(LimitExceeded):
        restless.add_evidence()


@pytest.mark.parametrize("status", [S.REPORTED, S.TRIAGED])
def test_at_the_desk_triage_adds_and_afterwards_who_leads(status: S) -> None:
    """And the reporter and supervisors as long as the report is open; a platform that helps never."""
    for report, office in ((life_in(status).report, Side.TRIAGE), (life_in(S.ASSIGNED).report, Side.LEAD)):
        adding = {side for side in Side if buttons(report, side)}
        assert adding == {Side.REPORTER, office, Side.SUPERVISOR}
    assert buttons(life_in(S.RESOLVED).report, *Side) == set()


def test_whoever_added_a_file_takes_it_back_and_its_copy_goes_with_it() -> None:
    """Also after the end; the reporter not what an office added, nor the other way round. That it was there stays."""
    life = redacted()
    with pytest.raises(Forbidden):
        life.take_back("e0", Side.LEAD)
    with pytest.raises(Forbidden):
        life.take_back("e1", Side.REPORTER)
    assert Action.WITHDRAW_EVIDENCE in buttons(life.report, Side.LEAD)

    after = life.withdraw().take_back().report

    assert live(after.evidence) == ()
    assert [each.withdrawn_at for each in after.evidence] == [after.updated_at] * 2
    assert Action.WITHDRAW_EVIDENCE not in buttons(after, *Side)
    with pytest.raises(Gone):
        life.take_back()
    with pytest.raises(NotFound):
        life.take_back("e9")


def test_a_copy_that_was_taken_back_can_be_made_again() -> None:
    """One at a time, and of a file that is there."""
    life = redacted()
    with pytest.raises(NotAllowedNow):
        life.redact()
    assert len(live(life.take_back("e1", Side.LEAD).redact().report.evidence)) == 2
    with pytest.raises(NotFound):
        life.redact("e2")


def test_what_is_published_is_a_copy_of_a_public_report() -> None:
    """Never the file itself, and nothing of a report that is for agencies only or not taken up."""
    life = redacted()
    assert Action.PUBLISH_EVIDENCE in buttons(life.report, Side.LEAD)
    assert published(life.report) == ()
    with pytest.raises(NotAllowedNow):
        life.publish("e0")
    (copy,) = published(life.publish().report)
    assert (copy.id, copy.published_at) == ("e1", life.report.updated_at)
    with pytest.raises(NotAllowedNow):
        life.publish()
    assert published(life.take_back().report) == ()

    sealed = life_in(S.IN_PROGRESS, visibility=Visibility.AGENCIES_ONLY).add_evidence().redact()
    assert Action.PUBLISH_EVIDENCE not in buttons(sealed.report, *Side)
    with pytest.raises(NotAllowedNow):
        sealed.publish()


def test_a_copy_of_a_report_that_is_public_no_more_is_not_either() -> None:
    """Taken up anew after a call-back, it is triage that decides."""
    life = redacted().publish().withdraw(asked_by_agency=True).reinstate()
    assert published(life.report) == ()


def test_evidence_is_for_those_who_write_to_each_other() -> None:
    """A platform that helps may be what it is about; to strangers a file that is not public is none at all."""
    readers = {
        side for side in Side if may_read_report_field("evidence", frozenset({side}), knows_reporter=False)
    }
    assert readers == {Side.REPORTER, Side.TRIAGE, Side.LEAD, Side.SUPERVISOR}
    report = redacted().publish().report
    assert readable_file(report, "e0", reads_evidence=True).id == "e0"
    assert readable_file(report, "e1", reads_evidence=False).id == "e1"
    with pytest.raises(NotFound):
        readable_file(report, "e0", reads_evidence=False)


def test_who_reads_no_evidence_does_not_read_that_there_is_some() -> None:
    """Of the steps only that a copy is public; who helps reads no more."""
    report = redacted().publish().report
    for sides in (frozenset[Side](), frozenset({Side.CO_AGENCY})):
        told = {step.action for step in readable_timeline(report, sides)}
        assert told & ON_FILES == {Action.PUBLISH_EVIDENCE}
    told = {step.action for step in readable_timeline(report, frozenset({Side.LEAD}))}
    assert told >= {Action.ADD_EVIDENCE, Action.REDACT_EVIDENCE, Action.PUBLISH_EVIDENCE}


def test_no_file_outlives_its_report() -> None:
    """Neither the end of its keeping nor its erasure: not even the names."""
    report = redacted().report
    assert anonymised(report).evidence == ()
    assert remains_of(report, report.updated_at)["evidence"] == []


def test_time_never_runs_backwards_in_a_list_of_files() -> None:
    """Whatever the clocks of two servers say."""
    life = redacted()
    life.later(-timedelta(hours=1)).take_back()
    assert life.report.evidence[0].withdrawn_at == life.report.updated_at


def test_a_file_of_an_office_says_which_office() -> None:
    """And never which person."""
    last = life_in(S.IN_PROGRESS).add_office_evidence().report.timeline[-1]
    assert (last.actor, last.action) == (LEAD, Action.ADD_OFFICE_EVIDENCE)
