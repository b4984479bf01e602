"""Files of reports (证据材料), to be saved."""

from __future__ import annotations

from portal.evidence import download
from portal.page import Page

PAGES = (Page("/evidence/{file}", download),)
