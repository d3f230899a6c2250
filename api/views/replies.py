"""Writing a reply: what is under way, keeping, looking it over, handing it over, taking it back."""

from __future__ import annotations

from http import HTTPStatus

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import writing
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import replies as shapes
from api.views.door import Door
from enquiries.models import Reply
from enquiries.services import replies

WRITE = frozenset([Scope.WRITE.value])
CALL_BACK = WRITE | {Scope.APPROVE.value}


class ReplyUnderWay(Door):
    """The reply that is being written on an enquiry."""

    scopes = {"GET": WRITE, "POST": WRITE}

    @reads(
        "read_reply",
        "Read what is being written",
        scopes=WRITE,
        about="The reply under way with all its wordings; `reply` is null where nothing is.",
        answer=shapes.UnderWay,
        may=[404],
    )
    def get(self, request: Request, reference: str) -> Response:
        """Read the reply under way."""
        enquiry = self.caller_of(request).enquiry(reference)
        return Response(shapes.UnderWay({"reply": writing.written(enquiry)}).data)

    @acts(
        "save_reply",
        "Keep a wording",
        scopes=WRITE,
        about="As a new version, unless it is the newest one already. What waits for approval becomes a draft again.",
        body=shapes.Draft,
        answers={201: shapes.Saved},
        may=[404],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Keep a wording, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Draft)
        return self.once(request, lambda: writing.save(caller, caller.enquiry(reference), sent, now=timezone.now()))


class SubmitReply(Door):
    """Handing a reply over."""

    scopes = {"POST": WRITE}

    @acts(
        "submit_reply",
        "Hand a version over",
        scopes=WRITE,
        about="Only the newest one, and only while nobody else has the enquiry in hand. Tells what the policy asks for.",
        body=shapes.Submission,
        answers={200: shapes.HandedOver},
        may=[404],
    )
    def post(self, request: Request, reference: str) -> Response:
        """Submit, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Submission)
        return self.once(
            request,
            lambda: writing.submit(caller, caller.enquiry(reference), sent["version"], now=timezone.now()),
        )


class LookAtText(Door):
    """Looking a text over before it is kept."""

    scopes = {"POST": WRITE}

    @acts(
        "check_text",
        "Look a text over",
        scopes=WRITE,
        about="What the guard marks, what could be plainer, how long it is, how it would be cut. Nothing is kept.",
        body=shapes.Look,
        answers={200: shapes.Looked},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Look a text over."""
        sent, enquiry = self.sent(request, shapes.Look), self.caller_of(request).enquiry(reference)
        answers = writing.answered_in(enquiry, sent["answers"])
        return Response(shapes.Looked(writing.looked_at(enquiry, answers, sent["text"], purpose=sent["purpose"])).data)


class TakeOffline(Door):
    """Inviting a citizen to go on in private."""

    scopes = {"POST": WRITE}

    @acts(
        "take_offline",
        "Invite the citizen to go on in private",
        scopes=WRITE,
        about="Gives the live invitation where there is one. The link is for the public reply with purpose POINTER.",
        body=shapes.TakeOffline,
        answers={200: shapes.Invited},
        may=[404],
        has_key=False,
    )
    def post(self, request: Request, reference: str) -> Response:
        """Make an invitation; asking again gives the same one."""
        sent, caller = self.sent(request, shapes.TakeOffline), self.caller_of(request)
        made = writing.invite(caller, caller.enquiry(reference), sent["answers"], now=timezone.now())
        return Response(shapes.Invited(made).data)


class CallBack(Door):
    """Stopping an approved reply."""

    scopes = {"POST": CALL_BACK}

    @acts(
        "call_back_reply",
        "Stop an approved reply that has not left",
        scopes=CALL_BACK,
        about="It goes back to its author.",
        body=None,
        answers={200: shapes.CalledBack},
        may=[404],
    )
    def post(self, request: Request, reply_id: int) -> Response:
        """Call it back, once for each key."""
        caller = self.caller_of(request)

        def stop() -> Answered:
            reply = caller.reply(reply_id)
            replies.call_back(reply_id=reply.pk, by_id=caller.by_id, now=timezone.now())
            state = Reply.objects.values_list("state", flat=True).get(pk=reply.pk)
            return Answered(status=HTTPStatus.OK, body={"reply": reply.pk, "state": state})

        return self.once(request, stop)
