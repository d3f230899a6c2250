"""A row of the list as it is shown: all that its template may use, so that the same row is drawn once and not on each page.

The list stands beside every enquiry, and a team looks at the same fifty rows all day. What a row shows is one value; two
rows with the same value look the same, so the drawn one is kept under it. Nothing that is not in the value can be shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agents import timing
from agents.words import split_handles
from enquiries.models import ChannelKind, Enquiry, SideChoice
from enquiries.queries.search_marks import Piece

KEPT = 4000
"""Drawn rows that a process keeps: some ten megabytes at most."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What `desk/_row.html` shows of an enquiry. `moment` is when it wakes, or when the citizen wrote last, in words."""

    pk: int
    reference: str
    address: str
    kind: str
    kind_label: str
    side: str
    side_label: str
    state: str
    priority: int
    priority_label: str
    subject: str
    found_subject: tuple[Piece, ...]
    found: tuple[Piece, ...]
    citizen: str
    about: str
    due_at: datetime | None
    due: timing.TimeLeft
    wakes: bool
    moment_at: datetime
    moment: str
    is_troubled: bool
    is_current: bool
    assignee: str
    initials: str


def shown(enquiry: Enquiry, *, trail: str, current_id: int | None, now: datetime, zone: ZoneInfo) -> Row:
    """Say what the list shows of an enquiry that `with_row` has read."""
    moment_at = enquiry.waiting_until or enquiry.last_inbound_at
    about = enquiry.topic or enquiry.team
    return Row(
        pk=enquiry.pk,
        reference=enquiry.reference,
        address=_address(enquiry.reference) + (f"?{trail}" if trail else ""),
        kind=enquiry.kind,
        kind_label=str(ChannelKind(enquiry.kind).label),
        side=enquiry.side,
        side_label=str(SideChoice(enquiry.side).label),
        state=enquiry.state,
        priority=enquiry.priority,
        priority_label=str(enquiry.get_priority_display()) if enquiry.priority else "",
        subject=split_handles(enquiry.subject)[1],
        found_subject=tuple(getattr(enquiry, "found_subject", ())),
        found=tuple(getattr(enquiry, "found", ())),
        citizen=enquiry.citizen.name,
        about=about.name if about else "",
        due_at=enquiry.due_at,
        due=timing.time_left(enquiry.due_at, now=now, zone=zone),
        wakes=enquiry.waiting_until is not None,
        moment_at=moment_at,
        moment=timing.when(moment_at, now=now, zone=zone) if enquiry.due_at is None else "",
        is_troubled=bool(getattr(enquiry, "is_troubled", False)),
        is_current=enquiry.pk == current_id,
        assignee=str(enquiry.assignee) if enquiry.assignee else "",
        initials=enquiry.assignee.initials if enquiry.assignee else "",
    )


def drawn(row: Row, *, zone: ZoneInfo) -> SafeString:
    """Draw a row in the language of the request."""
    return _drawn(row, zone, get_language() or "")


@lru_cache(maxsize=KEPT)
def _drawn(row: Row, zone: ZoneInfo, language: str) -> SafeString:
    return SafeString(get_template("desk/_row.html").render({"row": row, "due": row.due, "zone": zone}))


_PLACE = "REFERENCE"


@lru_cache(maxsize=1)
def _addresses() -> str:
    return reverse("desk:enquiry", kwargs={"reference": _PLACE})


def _address(reference: str) -> str:
    """Write the address of an enquiry. References are letters, digits and dashes: nothing in them has to be quoted."""
    return _addresses().replace(_PLACE, reference)
