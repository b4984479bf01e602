"""The rules' outside knowledge for tests: the real reference data and calendar."""

from __future__ import annotations

from directory.rulebook import Rulebook
from directory.workdays import WorkCalendar
from seeds.reference import load_reference

REFERENCE = load_reference()
RULEBOOK = Rulebook(REFERENCE, WorkCalendar(REFERENCE.work_years), REFERENCE.limits)
ONE_REVIEWER = Rulebook(REFERENCE, RULEBOOK.calendar, REFERENCE.limits, second_person=False)
