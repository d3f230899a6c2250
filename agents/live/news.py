"""What has changed on somebody's desk since a stamp: the slow half of the pulse, read from the tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import ngettext

from agents.access import Person, rights_of, visible_to
from agents.approving.leading import leads
from agents.frame import freezes_seen_by, menu, standing_of, zone_of
from agents.live.stamp import enquiry_stamp, is_same, newest_in, stamp_of
from agents.queue.listing import selection
from enquiries.models import Freeze

MOST_NEW = 100
"""A page left open for a month need not know how many there are."""


def news_for(user: Person, asked: QueryDict, *, now: datetime) -> dict[str, Any] | None:
    """Read what is new for a page that asks as `agents.live.stamp` says. None when nothing is."""
    seen = asked.get("v", "")
    counts, trouble = standing_of(user, now=now)
    freezes = freezes_seen_by(user, now=now)
    stamp, newest = stamp_of(counts, trouble, freezes), newest_in(seen)
    enquiry = _open_enquiry(user, asked)
    if is_same(stamp, seen) and enquiry is None:
        return None
    is_grown = newest is not None and newest < counts.newest_id
    new = selection(user, asked, now=now).enquiries.filter(pk__gt=newest)[:MOST_NEW].count() if is_grown else 0
    words = ngettext("%(n)d new enquiry: show", "%(n)d new enquiries: show", new) % {"n": new} if new else ""
    return {
        "v": stamp,
        "counts": {item.name: item.count for item in menu(counts, trouble) if item.count is not None},
        "freezes": _banner(user, freezes),
        "new": new,
        "arrived": words,
        "enquiry": enquiry,
    }


def _banner(user: Person, freezes: list[Freeze]) -> str:
    """Draw what every page says above itself while something stands still."""
    about = {"freezes": freezes, "leads": leads(user), "zone": zone_of(rights_of(user).home)}
    return render_to_string("desk/_freeze_banner.html", about).strip()


def _open_enquiry(user: Person, asked: QueryDict) -> dict[str, Any] | None:
    """Say whether the enquiry beside the list has changed. None when it has not, or none is open."""
    reference = asked.get("enquiry", "").replace("\x00", "")
    if not reference:
        return None
    found = visible_to(user).filter(reference=reference).values_list("pk", flat=True).first()
    stamp = enquiry_stamp(found) if found else ""
    if stamp == asked.get("e", ""):
        return None
    return {"reference": reference, "e": stamp, "is_gone": found is None}
