"""What the public reads of a report is what an officer approved, and the reporter's words stay the reporter's."""

from __future__ import annotations

import pytest

from directory.blockages import Step
from directory.entities import Blockage
from directory.errors import NotAllowedNow
from directory.following import accepted_by_triage
from directory.moves import Side
from directory.public_texts import (
    Words,
    approved_anew,
    own_words,
    proposed_words,
    public_text,
    public_words,
    reads_own_words,
    words_for,
)
from directory.states import BlockageStatus
from tests.rulebooks import RULEBOOK
from tests.rules.report_lives import Life, life_in

S = BlockageStatus
WORDED = Words("平台抽成过高（已核）", "多家主体反映平台抽成占成交额三成。")
STRANGER: frozenset[Side] = frozenset()


def worded(life: Life, words: Words | None = WORDED) -> Blockage:
    """The life's report with another public text."""
    return approved_anew(life.report, Step("triage", life.now, RULEBOOK), words)


def test_taking_a_report_up_approves_its_own_words() -> None:
    """Where the officer words nothing anew."""
    report = life_in(S.TRIAGED).report
    text = public_text(report)

    assert text is not None
    assert (text.words, text.revision, text.approved_by, text.stale) == (
        own_words(report),
        1,
        "triage",
        False,
    )
    assert words_for(report, STRANGER) == own_words(report)


def test_taking_a_report_up_can_word_it_anew() -> None:
    """The reporter named itself, or a person: the public reads the officer's words, the parties the reporter's."""
    reported = life_in(S.REPORTED)
    report = accepted_by_triage(
        reported.report,
        reported.step("triage"),
        category=reported.report.category,
        severity=reported.report.severity,
        clauses=(),
        note=None,
        public=WORDED,
    )

    assert words_for(report, STRANGER) == WORDED
    for side in (Side.REPORTER, Side.LEAD, Side.CO_AGENCY, Side.TRIAGE, Side.SUPERVISOR):
        assert words_for(report, frozenset({side})) == own_words(reported.report)
    assert not reads_own_words(report, STRANGER)


def test_nothing_is_approved_before_triage() -> None:
    """What nobody has read is nobody's to publish."""
    assert public_text(life_in(S.REPORTED).report) is None


def test_a_text_worded_anew_is_another_revision() -> None:
    """The words of the report stay; the count goes up; going back to the reporter's words is a revision too."""
    life = life_in(S.IN_PROGRESS)
    second = worded(life)
    third = worded(life._became(second), None)

    texts = [public_text(each) for each in (second, third)]
    assert [text.revision for text in texts if text] == [2, 3]
    assert (public_words(second), own_words(second)) == (WORDED, own_words(third))
    assert public_words(third) == own_words(third)


def test_a_text_is_stale_once_the_reporter_said_more() -> None:
    """An answer, a dispute: somebody should look at it again; approving it does."""
    life = life_in(S.IN_PROGRESS)
    fresh = public_text(life.report)
    answered = public_text(life.ask().answer().report)
    again = public_text(worded(life))

    assert [text.stale for text in (fresh, answered, again) if text] == [False, True, False]


@pytest.mark.parametrize("status", [S.REPORTED, S.REJECTED, S.DUPLICATE])
def test_a_report_that_is_never_public_has_no_public_text_to_word(status: S) -> None:
    """There is nobody to read it."""
    with pytest.raises(NotAllowedNow):
        worded(life_in(status))


def test_what_is_left_out_stays_as_it_was() -> None:
    """A title alone; and the reporter's own words are no wording."""
    report = life_in(S.REPORTED).report
    assert proposed_words(report, WORDED.title, None) == Words(WORDED.title, report.description)
    assert proposed_words(report, None, None) is None
    assert proposed_words(report, report.title, report.description) is None
