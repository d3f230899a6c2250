"""How the accounts stand, what a platform shows of a posting, and what came back: for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import accounts_visible_to, notice_for, posting_for
from agents.channels.board import board
from agents.channels.one_posting import STILL_OPEN, look
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import attention as trouble_shapes
from api.shapes import channels as shapes
from api.views.door import Door
from enquiries.services.leaving import notices
from enquiries.services.leaving.outcomes import NotDecidable

SUPERVISE = frozenset([Scope.SUPERVISE.value])


class Channels(Door):
    """The board of the channels."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_channels",
        "See how every account stands",
        scopes=SUPERVISE,
        about="What came and went last, what is left of allowances, and what somebody has to mend. For those who lead.",
        answer=shapes.ChannelBoard,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """Draw it up."""
        caller, now = self.caller_of(request), timezone.now()
        accounts = accounts_visible_to(caller.who).filter(organisation=caller.led())
        return Response(shapes.ChannelBoard({"results": board(accounts, now=now)}).data)


class PlatformView(Door):
    """What the platform shows of a posting."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "look_at_posting",
        "Ask the platform what it shows now",
        scopes=SUPERVISE,
        about="Of a posting nobody can be sure of, once in ten seconds. It decides nothing, takes up to half a minute, and is"
        " on record.",
        body=None,
        answers={200: shapes.PlatformView},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request, posting_id: int) -> Response:
        """Look."""
        caller = self.caller_of(request)
        posting = posting_for(caller.who, posting_id)
        if posting.reply.enquiry.organisation_id not in caller.organisations:
            raise Http404
        if posting.state not in STILL_OPEN:
            raise NotDecidable("This is settled: there is nothing to look for any more.")
        return Response(shapes.PlatformView(look(posting, by_id=caller.by_id, now=timezone.now())).data)


class SeeNotice(Door):
    """Somebody's word that they have seen to what came back."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "see_notice",
        "Say that you have seen to what came back",
        scopes=SUPERVISE,
        about="It leaves the list. Its posting keeps what was told.",
        body=None,
        answers={200: trouble_shapes.SeenTo},
        may=[404],
    )
    def post(self, request: Request, notice_id: int) -> Response:
        """Note it, once for each key."""
        caller = self.caller_of(request)

        def see() -> Answered:
            found = notice_for(caller.who, notice_id)
            if found.account.organisation_id not in caller.organisations:
                raise Http404
            notices.see(found.pk, by_id=caller.by_id, now=timezone.now())
            return Answered(status=HTTPStatus.OK, body={"id": found.pk})

        return self.once(request, see)
