"""The list beside every enquiry: one view of the queue, filtered as the address says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from agents.access import visible_to
from agents.forms import FilterForm
from enquiries.queries.queue import View, in_view, matching, page_of

KEPT = ("view", "q", "kind", "state")


def listing(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Give what `desk/_list.html` needs. `trail` is what links to enquiries carry, so that the list stays beside them."""
    form = FilterForm(request.GET)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) or "" for name in ("q", "kind", "state")}
    view = form.chosen_view
    everything = visible_to(request.user)
    searched = bool(chosen["q"]) and not form.cleaned_data.get("view")
    # A search from the top of the page looks everywhere; a filter inside a view stays in the view.
    rows = everything if searched else in_view(everything, view, user_id=request.user.pk or 0, now=now)
    found = matching(rows, kind=chosen["kind"], state=chosen["state"], text=chosen["q"])
    page = page_of(found, history=searched or view.is_history, after=form.cleaned_data.get("after"))
    trail = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return {
        "filter": form,
        "view": "search" if searched else view.value,
        "title": _("Found") if searched else _title(view),
        "rows": page.rows,
        "trail": urlencode(trail),
        "older": urlencode({**trail, "after": str(page.older)}) if page.older else "",
        "is_filtered": any(chosen.values()),
    }


def _title(view: View) -> str:
    return {
        View.ALL: _("All open"),
        View.MINE: _("My queue"),
        View.UNASSIGNED: _("Unassigned"),
        View.OVERDUE: _("Overdue"),
        View.ANSWERED: _("Answered"),
        View.CLOSED: _("Closed"),
    }[view]
