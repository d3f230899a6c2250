"""Who listens for what, for programs of those who lead: begin, change, pause and resume."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import accounts_visible_to, monitor_for, require_lead
from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import listening as shapes
from api.views.door import Door, given
from enquiries.models import Monitor
from enquiries.queries import listening as lists
from enquiries.services.platforms import listening

SUPERVISE = frozenset([Scope.SUPERVISE.value])


class Monitors(Door):
    """Who listens for what."""

    scopes = {"GET": SUPERVISE, "POST": SUPERVISE}

    @reads(
        "list_monitors",
        "See who listens for what",
        scopes=SUPERVISE,
        about="On the accounts whose arrivals the caller may see.",
        answer=shapes.Monitors,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List them."""
        caller = self.caller_of(request)
        caller.require_role()
        accounts = accounts_visible_to(caller.who).filter(organisation__in=caller.organisations)
        return Response(shapes.Monitors({"results": lists.monitors(accounts)}).data)

    @acts(
        "begin_monitor",
        "Begin to listen for words",
        scopes=SUPERVISE,
        about="For those who lead, on accounts whose arrivals they may see and that can be searched.",
        body=shapes.NewMonitor,
        answers={201: shapes.OneMonitor},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Begin, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewMonitor)

        def begin() -> Answered:
            ours = listening.able(accounts_visible_to(caller.who).filter(organisation=caller.led()))
            account = given(
                ours.filter(pk=sent["account"]).first(), "account", _("There is no such account that can be searched.")
            )
            wanted = {name: sent[name] for name in ("name", "query", "every_seconds")}
            made = listening.begin(account_id=account.pk, by_id=caller.by_id, now=timezone.now(), **wanted)
            body: dict[str, Any] = dict(shapes.OneMonitor(made).data)
            return Answered(status=HTTPStatus.CREATED, body=body)

        return self.once(request, begin)


def switch_of(name: str) -> type[Door]:
    """Make the view that pauses monitors, or lets them listen again."""
    switch = {"pause": listening.pause, "resume": listening.resume}[name]
    summary = {"pause": "Pause a monitor", "resume": "Let a monitor listen again"}[name]

    class Switch(Door):
        """One switch."""

        scopes = {"POST": SUPERVISE}

        @acts(
            f"{name}_monitor",
            summary,
            scopes=SUPERVISE,
            about="For those who lead. What was found stays on the list.",
            body=None,
            answers={200: shapes.OneMonitor},
            may=[404],
        )
        def post(self, request: Request, monitor_id: int) -> Response:
            """Switch it, once for each key."""
            caller = self.caller_of(request)

            def act() -> Answered:
                monitor = _to_lead(caller, monitor_id)
                switch(monitor_id=monitor.pk, by_id=caller.by_id, now=timezone.now())
                monitor.refresh_from_db()
                return Answered(status=HTTPStatus.OK, body=dict(shapes.OneMonitor(monitor).data))

            return self.once(request, act)

    return Switch


class ChangeMonitor(Door):
    """Other words, another rhythm, another name."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "change_monitor",
        "Change what a monitor listens for",
        scopes=SUPERVISE,
        about="For those who lead. What was found stays; new words are searched for at once, as a new monitor would.",
        body=shapes.ChangedMonitor,
        answers={200: shapes.OneMonitor},
        may=[404],
    )
    def post(self, request: Request, monitor_id: int) -> Response:
        """Change it, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.ChangedMonitor)

        def change() -> Answered:
            monitor = _to_lead(caller, monitor_id)
            made = listening.change(monitor_id=monitor.pk, by_id=caller.by_id, now=timezone.now(), **sent)
            return Answered(status=HTTPStatus.OK, body=dict(shapes.OneMonitor(made).data))

        return self.once(request, change)


def _to_lead(caller: Caller, monitor_id: int) -> Monitor:
    """Fetch a monitor for those who lead where it listens. Raises Http404, PermissionDenied."""
    monitor = monitor_for(caller.who, monitor_id)
    if monitor.account.organisation_id not in caller.organisations:
        raise Http404
    require_lead(caller.who, monitor.account.organisation_id)
    return monitor
