"""What was overheard, for programs: the list, joining and leaving."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import accounts_visible_to, overheard_for
from api.acts import stands
from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import acts as act_shapes
from api.shapes import listening as shapes
from api.views.door import Door
from enquiries.models import Overheard
from enquiries.queries import listening as lists
from enquiries.services.platforms import overhearing

READ, TRIAGE = frozenset([Scope.READ.value]), frozenset([Scope.TRIAGE.value])
CURSOR = r"[0-9]{1,16}_[0-9]{1,18}"
PARAMETERS = (
    OpenApiParameter("account", str, description="The number of an account. What names none narrows nothing."),
    OpenApiParameter("monitor", str, description="The number of a monitor. What names none narrows nothing."),
    OpenApiParameter("state", str, description="LEFT for what was left alone; else what is new."),
    OpenApiParameter("cursor", {"type": "string", "pattern": f"^{CURSOR}$"}),
)


class OverheardPosts(Door):
    """Public posts that nobody addressed to us."""

    scopes = {"GET": READ}

    @reads(
        "list_overheard",
        "List what was overheard",
        scopes=READ,
        about="Found by monitors, the newest first, of the accounts whose arrivals the caller may see.",
        answer=shapes.HeardPage,
        parameters=PARAMETERS,
        may=[400, 404],
    )
    def get(self, request: Request) -> Response:
        """List one page."""
        caller, asked = self.caller_of(request), request.query_params
        caller.require_role()
        accounts = accounts_visible_to(caller.who).filter(organisation__in=caller.organisations)
        page = lists.page_of(
            lists.overheard(accounts),
            state=Overheard.State.LEFT if asked.get("state") == "LEFT" else Overheard.State.NEW,
            account_id=_number(asked.get("account", "")),
            monitor_id=_number(asked.get("monitor", "")),
            after=_place(asked.get("cursor")),
        )
        told = {"results": page.rows, "next": str(page.older) if page.older else None}
        return Response(shapes.HeardPage(told).data)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text, re.ASCII) else None


def _place(text: str | None) -> lists.Place | None:
    if text is None:
        return None
    if not re.fullmatch(CURSOR, text, re.ASCII):
        raise ValidationError({"cursor": [_("This names no place in the list.")]})
    return lists.Place.read(text)


class JoinOverheard(Door):
    """Taking part."""

    scopes = {"POST": TRIAGE}

    @acts(
        "join_overheard",
        "Make an enquiry of a post",
        scopes=TRIAGE,
        about="Once: whoever is second is told. Its promise begins now. Tells where the enquiry stands.",
        body=None,
        answers={201: act_shapes.Done},
        may=[404],
    )
    def post(self, request: Request, overheard_id: int) -> Response:
        """Join, once for each key."""
        caller = self.caller_of(request)

        def join() -> Answered:
            heard = _heard(caller, overheard_id)
            enquiry = overhearing.join(overheard_id=heard.pk, by_id=caller.by_id, now=timezone.now())
            return Answered(status=HTTPStatus.CREATED, body=stands(caller, enquiry))

        return self.once(request, join)


class LeaveOverheard(Door):
    """Not taking part."""

    scopes = {"POST": TRIAGE}

    @acts(
        "leave_overheard",
        "Leave a post alone",
        scopes=TRIAGE,
        about="It can still be joined until it is let go, a week after it was found.",
        body=None,
        answers={200: shapes.LeftAlone},
        may=[404],
    )
    def post(self, request: Request, overheard_id: int) -> Response:
        """Leave it, once for each key."""
        caller = self.caller_of(request)

        def leave() -> Answered:
            heard = _heard(caller, overheard_id)
            overhearing.leave(overheard_id=heard.pk, by_id=caller.by_id, now=timezone.now())
            return Answered(status=HTTPStatus.OK, body={"id": heard.pk, "state": Overheard.State.LEFT.value})

        return self.once(request, leave)


def _heard(caller: Caller, overheard_id: int) -> Overheard:
    heard = overheard_for(caller.who, overheard_id)
    if heard.account.organisation_id not in caller.organisations:
        raise Http404
    return heard
