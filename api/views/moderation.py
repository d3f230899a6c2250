"""What stands around an enquiry, and citizens' words under our posts: asked about, decided, taken back; for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import message_for, moderation_for, require_supervisor
from agents.views.context import around_of
from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import listening as shapes
from api.views.door import Door
from enquiries.models import Moderation
from enquiries.queries import moderations
from enquiries.services.platforms import context, moderating

READ, TRIAGE = frozenset([Scope.READ.value]), frozenset([Scope.TRIAGE.value])
SUPERVISE = frozenset([Scope.SUPERVISE.value])
MOST = 100


class Surroundings(Door):
    """What was said around the citizen's posts."""

    scopes = {"GET": READ, "POST": TRIAGE}

    @reads(
        "read_surroundings",
        "Read what was said around an enquiry",
        scopes=READ,
        about="In public, as it was fetched last, without what is gone.",
        answer=shapes.Around,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read it."""
        return Response(shapes.Around(around_of(self.caller_of(request).enquiry(reference))).data)

    @acts(
        "fetch_surroundings",
        "Have what was said around an enquiry fetched again",
        scopes=TRIAGE,
        about="It comes within seconds. What is under way, or was just done, is not begun anew.",
        body=None,
        answers={202: shapes.Around},
        may=[404],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Ask for it, once for each key."""
        caller = self.caller_of(request)

        def fetch() -> Answered:
            enquiry = caller.enquiry(reference)
            newest = around_of(enquiry).newest
            if newest:
                context.ask_again(newest, now=timezone.now())
            return Answered(status=HTTPStatus.ACCEPTED, body=dict(shapes.Around(around_of(enquiry)).data))

        return self.once(request, fetch)


class Moderations(Door):
    """What waits for a second person."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "list_moderations",
        "List what was asked about citizens' words",
        scopes=SUPERVISE,
        about="What waits for a second person, and what was decided and is not done.",
        answer=shapes.AskedPage,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List it, as far as the caller may see it."""
        caller = self.caller_of(request)
        caller.require_role()
        seen = caller.visible()
        found = {"waiting": moderations.waiting(seen)[:MOST], "in_trouble": moderations.in_trouble(seen)[:MOST]}
        return Response(shapes.AskedPage(found).data)


class AskModeration(Door):
    """Asking a second person."""

    scopes = {"POST": TRIAGE}

    @acts(
        "ask_moderation",
        "Ask that a citizen's public words be hidden, shown again or taken down",
        scopes=TRIAGE,
        about="A supervisor of the team who did not ask decides. Nothing is changed before that.",
        body=shapes.Ask,
        answers={201: shapes.ModerationStands},
        may=[404],
        example={"act": "HIDE", "reason": "Hate against a person"},
    )
    def post(self, request: Request, message_id: int) -> Response:
        """Ask, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Ask)

        def ask() -> Answered:
            message = message_for(caller.who, message_id)
            if message.account.organisation_id not in caller.organisations:
                raise Http404
            made = moderating.ask(message_id=message.pk, by_id=caller.by_id, now=timezone.now(), **sent)
            return _stands(made, HTTPStatus.CREATED)

        return self.once(request, ask)


class DecideModeration(Door):
    """The second person's word."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "decide_moderation",
        "Decide about what was asked",
        scopes=SUPERVISE,
        about="For supervisors of the team, never for whoever asked. What is agreed to is done within seconds.",
        body=shapes.ModerationDecision,
        answers={200: shapes.ModerationStands},
        may=[404],
    )
    def post(self, request: Request, moderation_id: int) -> Response:
        """Decide, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.ModerationDecision)

        def decide() -> Answered:
            one = _asked(caller, moderation_id)
            require_supervisor(caller.who, one.message.enquiry)
            now = timezone.now()
            return _stands(moderating.decide(moderation_id=one.pk, by_id=caller.by_id, now=now, **sent))

        return self.once(request, decide)


class WithdrawModeration(Door):
    """Taking it back."""

    scopes = {"POST": TRIAGE}

    @acts(
        "withdraw_moderation",
        "Take back what you asked for",
        scopes=TRIAGE,
        about="Before it is decided.",
        body=None,
        answers={200: shapes.ModerationStands},
        may=[404],
    )
    def post(self, request: Request, moderation_id: int) -> Response:
        """Take it back, once for each key."""
        caller = self.caller_of(request)

        def withdraw() -> Answered:
            one = _asked(caller, moderation_id)
            return _stands(moderating.withdraw(moderation_id=one.pk, by_id=caller.by_id, now=timezone.now()))

        return self.once(request, withdraw)


def _asked(caller: Caller, moderation_id: int) -> Moderation:
    one = moderation_for(caller.who, moderation_id)
    if one.message.account.organisation_id not in caller.organisations:
        raise Http404
    return one


def _stands(one: Moderation, status: HTTPStatus = HTTPStatus.OK) -> Answered:
    return Answered(status=status, body={"id": one.pk, "state": str(one.state)})
