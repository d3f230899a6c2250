"""One act on many enquiries (counted first), and looks at the list under a name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.models import SavedFilter
from agents.queue import keeping
from api import many, reading
from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import many as shapes
from api.views.door import Door, given
from enquiries.models import Team

TRIAGE = frozenset([Scope.TRIAGE.value])
READ_OR_TRIAGE = frozenset([Scope.READ.value, Scope.TRIAGE.value])


class BulkPreview(Door):
    """Counting what an act would touch."""

    scopes = {"POST": TRIAGE}

    @acts(
        "preview_bulk",
        "Count what an act would touch",
        scopes=TRIAGE,
        about="Nothing is done yet. With a filter it means all that it lists now, and nothing that comes later.",
        body=shapes.Meant,
        example={"act": "transfer", "filter": "view=unassigned&channel=x"},
        answers={200: shapes.Planned},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request) -> Response:
        """Count, and give the plan."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Meant)
        return Response(shapes.Planned(many.preview(caller, sent, now=timezone.now())).data)


class Bulk(Door):
    """Doing it."""

    scopes = {"POST": TRIAGE}

    @acts(
        "do_bulk",
        "Do what was counted, a hundred at a time",
        scopes=TRIAGE,
        about="Each as if it were done alone: what one refuses is counted with its reason and stops none of the others.",
        body=shapes.Bulk,
        example={"plan": "The plan of the preview.", "team": 5},
        answers={200: shapes.BulkDone},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Do the next batch, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Bulk)
        return self.once(request, lambda: many.go_on(caller, sent, now=timezone.now()))


class Filters(Door):
    """Looks at the list under a name."""

    scopes = {"GET": READ_OR_TRIAGE, "POST": TRIAGE}

    @reads(
        "list_filters",
        "List the kept filters",
        scopes=READ_OR_TRIAGE,
        about="One's own, and those that colleagues share with one's teams.",
        answer=shapes.FilterPage,
    )
    def get(self, request: Request) -> Response:
        """List them by name."""
        caller = self.caller_of(request)
        rows = reading.kept_filters(caller).select_related("owner", "team").order_by("name", "pk")
        return Response({"results": [_told(caller, row) for row in rows]})

    @acts(
        "keep_filter",
        "Keep a filter under a name",
        scopes=TRIAGE,
        about="The same name again replaces what was kept under it.",
        body=shapes.NewFilter,
        example={"name": "Late on X", "query": "view=overdue&channel=x", "team": None},
        answers={201: shapes.KeptFilter},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Keep it, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewFilter)

        def keep() -> Answered:
            caller.require_role()
            query = keeping.only_what_is_known(caller.who, sent["query"], now=timezone.now())
            team = _team(caller, sent["team"])
            held = keeping.keep(owner_id=caller.by_id, name=sent["name"], query=query, team=team)
            return Answered(status=HTTPStatus.CREATED, body=_told(caller, held))

        return self.once(request, keep)


class OneFilter(Door):
    """One filter of one's own."""

    scopes = {"POST": TRIAGE}

    @acts(
        "change_filter",
        "Rename a kept filter, share it, or share it no more",
        scopes=TRIAGE,
        body=shapes.FilterName,
        example={"name": "Late on X", "team": 5},
        answers={200: shapes.KeptFilter},
        may=[404],
    )
    def post(self, request: Request, filter_id: int) -> Response:
        """Change it, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.FilterName)

        def change() -> Answered:
            held, team = _own(caller, filter_id), _team(caller, sent["team"])
            return Answered(
                status=HTTPStatus.OK, body=_told(caller, keeping.change(held, name=sent["name"], team=team))
            )

        return self.once(request, change)


class DropFilter(Door):
    """Forgetting one."""

    scopes = {"POST": TRIAGE}

    @acts(
        "drop_filter",
        "Forget a kept filter",
        scopes=TRIAGE,
        body=None,
        answers={200: shapes.Dropped},
        may=[404],
    )
    def post(self, request: Request, filter_id: int) -> Response:
        """Forget it, once for each key."""
        caller = self.caller_of(request)

        def drop() -> Answered:
            _own(caller, filter_id).delete()
            return Answered(status=HTTPStatus.OK, body={"id": filter_id})

        return self.once(request, drop)


def _own(caller: Caller, filter_id: int) -> SavedFilter:
    """Fetch a filter of the caller's own; a shared one is its owner's. Raises Http404."""
    return get_object_or_404(reading.kept_filters(caller), pk=filter_id, owner=caller.who)


def _team(caller: Caller, team_id: int | None) -> Team | None:
    """Find the team to share with. Raises Unprocessable for one that is not the caller's."""
    if team_id is None:
        return None
    ours = keeping.teams_to_share_with(caller.who).filter(organisation__in=caller.organisations)
    return given(ours.filter(pk=team_id).first(), "team", _("This is no team of yours."))


def _told(caller: Caller, held: SavedFilter) -> dict[str, Any]:
    held.is_own = held.owner_id == caller.by_id  # type: ignore[attr-defined]
    return dict(shapes.KeptFilter(held).data)
