"""A row of the list as it is shown: all that its template may use, so that the same row is drawn once and not on each page.

The list stands beside every enquiry, and a team looks at the same fifty rows all day. What a row shows is one value; two
rows with the same value look the same, so the drawn one is kept under it. Nothing that is not in the value can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agents import timing
from agents.words import split_handles
from enquiries.models import Enquiry, SideChoice
from enquiries.queries.search_marks import Piece
from enquiries.registry import label_of

KEPT = 4000
"""Drawn rows that a process keeps: some ten megabytes at most."""


class Row(NamedTuple):
    """What `desk/_row.html` shows of an enquiry. `moment` is when it wakes, or when the citizen wrote last, in words.

    A value of plain values, so that finding it among the drawn ones is cheap: what can be said from them is said when
    it is drawn.
    """

    pk: int
    reference: str
    trail: str
    kind: str
    side: str
    state: str
    priority: int
    whole_subject: str
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

    @property
    def address(self) -> str:
        """Where the enquiry is, with the way back to this list."""
        place = reverse("desk:enquiry", kwargs={"reference": self.reference})
        return f"{place}?{self.trail}" if self.trail else place

    @property
    def subject(self) -> str:
        """What it is about, without the handles before it."""
        return split_handles(self.whole_subject)[1]

    @property
    def kind_label(self) -> str:
        """The channel, in words."""
        return label_of(self.kind)

    @property
    def side_label(self) -> str:
        """Who can read it, in words."""
        return str(SideChoice(self.side).label)

    @property
    def priority_label(self) -> str:
        """How urgent it is, in words."""
        return str(Enquiry.Priority(self.priority).label)


def drawn(
    enquiries: Iterable[Enquiry], *, trail: str, current_id: int | None, now: datetime, zone: ZoneInfo
) -> SafeString:
    """Draw the rows of enquiries that `with_row` has read, in the language of the request; the open one is marked."""
    language = get_language() or ""
    rows = (shown(one, trail=trail, current_id=current_id, now=now, zone=zone) for one in enquiries)
    return SafeString("".join([_drawn(row, zone, language) for row in rows]))


def shown(enquiry: Enquiry, *, trail: str, current_id: int | None, now: datetime, zone: ZoneInfo) -> Row:
    """Say what the list shows of an enquiry that `with_row` has read."""
    due_at, wakes_at, assignee = enquiry.due_at, enquiry.waiting_until, enquiry.assignee
    about = enquiry.topic or enquiry.team
    moment_at = wakes_at or enquiry.last_inbound_at
    return Row(
        pk=enquiry.pk,
        reference=enquiry.reference,
        trail=trail,
        kind=enquiry.kind,
        side=enquiry.side,
        state=enquiry.state,
        priority=enquiry.priority,
        whole_subject=enquiry.subject,
        found_subject=tuple(getattr(enquiry, "found_subject", ())),
        found=tuple(getattr(enquiry, "found", ())),
        citizen=enquiry.citizen.name,
        about=about.name if about else "",
        due_at=due_at,
        due=timing.time_left(due_at, now=now, zone=zone),
        wakes=wakes_at is not None,
        moment_at=moment_at,
        moment="" if due_at else timing.when(moment_at.astimezone(zone), today=now.astimezone(zone).date()),
        is_troubled=bool(getattr(enquiry, "is_troubled", False)),
        is_current=enquiry.pk == current_id,
        assignee=str(assignee) if assignee else "",
        initials=assignee.initials if assignee else "",
    )


@lru_cache(maxsize=KEPT)
def _drawn(row: Row, zone: ZoneInfo, language: str) -> SafeString:
    return SafeString(get_template("desk/_row.html").render({"row": row, "due": row.due, "zone": zone}))
