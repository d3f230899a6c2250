"""What every desk page stands in: the views with their counts, the zone of the organisation, and the moment of reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from agents.access import Person, accounts_visible_to, visible_to
from agents.models import Membership
from agents.pulse_stamp import stamp_of
from enquiries.models import Organisation
from enquiries.queries.queue import Counts, View, count_views
from enquiries.queries.trouble import TroubleCounts, count_trouble

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


def organisation_of(user: Person) -> Organisation | None:
    """Find the organisation somebody works for, the first one where there are several."""
    membership = Membership.objects.filter(user=user.pk).select_related("organisation").order_by("pk").first()
    return membership.organisation if membership else None


def frame(request: HttpRequest, *, current: str, now: datetime) -> dict[str, Any]:
    """Give what `desk/_frame.html` needs; `current` names the menu line of this page."""
    user = request.user
    organisation = organisation_of(user)
    enquiries = visible_to(user)
    counts = count_views(enquiries, user_id=user.pk or 0, now=now)
    trouble = count_trouble(enquiries, accounts_visible_to(user), now=now)
    lines = menu(counts, trouble)
    return {
        "now": now,
        "zone": ZoneInfo(organisation.time_zone) if organisation else NOWHERE,
        "organisation": organisation,
        "menu": lines,
        "current": current,
        "current_count": next((line.count for line in lines if line.name == current), None),
        "stamp": stamp_of(counts, trouble),
    }


def menu(counts: Counts, trouble: TroubleCounts) -> list[Item]:
    """List the views with their counts."""
    return [
        Item(name="all", label=_("All open"), icon="inbox", address=_of(View.ALL), count=counts.all),
        Item(name="mine", label=_("My queue"), icon="pen", address=_of(View.MINE), count=counts.mine),
        Item(
            name="unassigned",
            label=_("Unassigned"),
            icon="users",
            address=_of(View.UNASSIGNED),
            count=counts.unassigned,
        ),
        Item(
            name="overdue",
            label=_("Overdue"),
            icon="clock",
            address=_of(View.OVERDUE),
            count=counts.overdue,
            hot=bool(counts.overdue),
        ),
        Item(
            name="approvals",
            label=_("Approvals"),
            icon="check",
            address=reverse("desk:approvals"),
            count=counts.approvals,
        ),
        Item(
            name="attention",
            label=_("Needs attention"),
            icon="warn",
            address=reverse("desk:attention"),
            count=trouble.total,
            hot=bool(trouble.total),
        ),
        Item(name="answered", label=_("Answered"), icon="ok", address=_of(View.ANSWERED), count=counts.answered),
        Item(name="closed", label=_("Closed"), icon="lock", address=_of(View.CLOSED)),
    ]


def _of(view: View) -> str:
    desk = reverse("desk:queue")
    return desk if view is View.ALL else f"{desk}?view={view}"
