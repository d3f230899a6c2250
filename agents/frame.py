"""What every desk page stands in: the views with their counts, the zone of the organisation, and the moment of reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from agents.approving.leading import leads
from agents.live.stamp import stamp_of
from agents.queue.kept_filters import filters_for
from enquiries.models import Freeze, Organisation
from enquiries.queries.counts import Counts, standing
from enquiries.queries.queue import Onlooker, View
from enquiries.queries.trouble import TroubleCounts
from enquiries.services.approving.freezing import live_freezes

NOWHERE = ZoneInfo("UTC")


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of the menu. `count` is None where nothing is counted; `hot` counts are drawn in the colour of danger."""

    name: str
    label: str
    icon: str
    address: str
    count: int | None = None
    hot: bool = False


def frame(request: HttpRequest, *, current: str, now: datetime) -> dict[str, Any]:
    """Give what `desk/_frame.html` needs; `current` names the menu line of this page."""
    user = request.user
    organisation = rights_of(user).home
    counts, trouble = standing_of(user, now=now)
    freezes = freezes_seen_by(user, now=now)
    lines = menu(counts, trouble, current=current)
    return {
        "now": now,
        "zone": zone_of(organisation),
        "organisation": organisation,
        "menu": lines,
        "current": current,
        "current_count": next((line.count for line in lines if line.name == current), None),
        "stamp": stamp_of(counts, trouble, freezes),
        # Panes beside a list that stands already have no menu.
        "saved_filters": SimpleLazyObject(lambda: filters_for(user)),
        "leads": leads(user),
        "freezes": freezes,
    }


def zone_of(organisation: Organisation | None) -> ZoneInfo:
    """Give the zone in which somebody's desk tells the time; UTC for who works nowhere."""
    return ZoneInfo(organisation.time_zone) if organisation else NOWHERE


def freezes_seen_by(user: Person, *, now: datetime) -> list[Freeze]:
    """List what stands still where somebody works. It costs a statement only while something does."""
    return [freeze for organisation in rights_of(user).frozen for freeze in live_freezes(organisation, now=now)]


def standing_of(user: Person, *, now: datetime) -> tuple[Counts, TroubleCounts]:
    """Count what somebody's desk holds."""
    rights = rights_of(user)
    return standing(rights, by=Onlooker(user_id=user.pk or 0, teams=rights.teams), now=now)


def menu(counts: Counts, trouble: TroubleCounts, *, current: str = "") -> list[Item]:
    """List the views with their counts. The line for practice is there while somebody practises."""

    def line(view: View, label: str, icon: str, count: int, *, hot: bool = False) -> Item:
        return Item(name=view.value, label=label, icon=icon, address=_of(view), count=count, hot=hot)

    attention = reverse("desk:attention")
    lines = [
        line(View.ALL, _("All open"), "inbox", counts.all),
        line(View.MINE, _("My queue"), "pen", counts.mine),
        line(View.MENTIONED, _("Notes for me"), "note", counts.mentioned),
        line(View.TEAM, _("My team"), "users", counts.team),
        line(View.UNASSIGNED, _("Unassigned"), "eye", counts.unassigned),
        line(View.OVERDUE, _("Overdue"), "clock", counts.overdue, hot=bool(counts.overdue)),
        line(View.WAITING, _("Waiting"), "wait", counts.waiting),
        Item(
            name="approvals",
            label=_("Approvals"),
            icon="check",
            address=reverse("desk:approvals"),
            count=counts.awaiting,
        ),
        Item(
            name="attention",
            label=_("Needs attention"),
            icon="warn",
            address=attention,
            count=trouble.total,
            hot=bool(trouble.total),
        ),
        Item(
            name="unreadable",
            label=_("Unreadable"),
            icon="mail",
            address=f"{attention}#payloads",
            count=trouble.payloads,
            hot=bool(trouble.payloads),
        ),
        Item(name="overheard", label=_("Overheard"), icon="find", address=reverse("desk:overheard")),
        line(View.ANSWERED, _("Answered"), "ok", counts.answered),
        line(View.CLOSED, _("Closed"), "lock", counts.closed),
        Item(name="standards", label=_("Standard answers"), icon="note", address=reverse("desk:standards")),
    ]
    if counts.practice or current == View.PRACTICE:
        lines.append(line(View.PRACTICE, _("Practice"), "pen", counts.practice))
    return lines


def _of(view: View) -> str:
    desk = reverse("desk:queue")
    return desk if view is View.ALL else f"{desk}?view={view}"
