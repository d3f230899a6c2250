"""Trust and after-checks: the board, one rung with a supervisor's word, one's own levels, and the looks afterwards."""

from __future__ import annotations

from http import HTTPStatus

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from agents.models import User
from agents.trust import buddies
from api import trust
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.problems import Unprocessable
from api.shapes import trust as shapes
from api.shapes.fields import BIGGEST_ID
from api.views.door import Door, given
from enquiries.rules.review import NAMES

SUPERVISE = frozenset([Scope.SUPERVISE.value])
OWN = frozenset([Scope.WRITE.value, Scope.SUPERVISE.value])
TOPIC = OpenApiParameter(
    "topic",
    {"type": "integer", "minimum": 1, "maximum": BIGGEST_ID},
    description="The number of a topic with a level of its own; left out for all others.",
)


class Board(Door):
    """Everybody's levels."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_trust_board",
        "Read everybody's levels with the figures",
        scopes=SUPERVISE,
        about="And what the figures speak for. For supervisors and administrators.",
        answer=shapes.Board,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """Tell the board."""
        return Response(shapes.Board(trust.board(self.caller_of(request), now=timezone.now())).data)


class Mine(Door):
    """One's own levels."""

    scopes = {"GET": OWN}

    @reads(
        "read_own_trust",
        "Read one's own levels",
        scopes=OWN,
        about="What is missing for the next, what came of looks at one's replies, and what came back.",
        answer=shapes.Mine,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """Tell somebody their own levels."""
        return Response(shapes.Mine(trust.mine(self.caller_of(request), now=timezone.now())).data)


class OneRung(Door):
    """One rung of one person."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_trust",
        "Read somebody's level on a channel",
        scopes=SUPERVISE,
        about="With its figures and all steps that led there. For supervisors and administrators.",
        answer=shapes.WholeRung,
        parameters=[TOPIC],
        may=[400, 404],
    )
    def get(self, request: Request, user_id: int, kind: str) -> Response:
        """Tell one rung."""
        caller = self.caller_of(request)
        found = trust.at(caller, user_id, kind, _number(request.query_params.get("topic")))
        return Response(shapes.WholeRung(trust.whole(caller, found, now=timezone.now())).data)


def view_of(name: str) -> type[Door]:
    """Make the view of one word about a rung."""
    word = trust.WORDS[name]

    class WordView(Door):
        """One supervisor's word about one rung."""

        scopes = {"POST": SUPERVISE}

        @acts(
            f"{name.replace('-', '_')}_trust",
            word.summary,
            scopes=SUPERVISE,
            about=f"{word.about} For supervisors, and never about oneself.",
            body=word.shape,
            example=word.example,
            answers={200: shapes.WholeRung},
            may=[404],
        )
        def post(self, request: Request, user_id: int, kind: str) -> Response:
            """Carry it out, once for each key."""
            caller, sent = self.caller_of(request), self.sent(request, word.shape)
            return self.once(request, lambda: trust.say(word, caller, user_id, kind, sent, now=timezone.now()))

    return WordView


class Buddies(Door):
    """Who reads along with whom."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "pair_buddies",
        "Let somebody read along with a colleague",
        scopes=SUPERVISE,
        about="Their replies come first to the buddy. Without a buddy the pair ends. For supervisors.",
        body=shapes.Pair,
        example={"agent": 12, "buddy": 7},
        answers={200: shapes.Paired},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Make or end a pair, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Pair)

        def pair() -> Answered:
            organisation = trust.supervised(caller)
            here = User.objects.filter(memberships__organisation=organisation, is_active=True).distinct()
            agent = given(here.filter(pk=sent["agent"]).first(), "agent", _("There is no such colleague."))
            buddy = None
            if sent["buddy"] is not None:
                buddy = given(here.filter(pk=sent["buddy"]).first(), "buddy", _("There is no such colleague."))
            if buddy == agent:
                raise Unprocessable({"buddy": [_("Nobody reads along with themselves. Choose somebody else.")]})
            buddies.pair(agent=agent, buddy=buddy, by=caller.who, organisation_id=organisation.pk, now=timezone.now())
            return Answered(status=HTTPStatus.OK, body=dict(shapes.Paired({"agent": agent, "buddy": buddy}).data))

        return self.once(request, pair)


class Reviews(Door):
    """What waits for a look."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "list_reviews",
        "List what has left and waits for a look",
        scopes=SUPERVISE,
        about="For supervisors of the team, and for the author's buddy; nobody looks at their own.",
        answer=shapes.ReviewPage,
    )
    def get(self, request: Request) -> Response:
        """List what waits."""
        rows = trust.reviews(self.caller_of(request))
        return Response({"results": shapes.ReviewRow(rows, many=True).data})


class OneReview(Door):
    """One look."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_review",
        "Read a reply that has left, with its sheet",
        scopes=SUPERVISE,
        answer=shapes.WholeReview,
        may=[404],
    )
    def get(self, request: Request, review_id: int) -> Response:
        """Tell question, answer, finds and sheet."""
        return Response(shapes.WholeReview(trust.whole_review(self.caller_of(request), review_id)).data)


class FinishReview(Door):
    """Keeping the sheet."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "finish_review",
        "Keep what came of the look",
        scopes=SUPERVISE,
        about="The author can read it. SERIOUS takes the author's trust on the channel back and asks for a correction.",
        body=shapes.Sheet,
        example={"verdict": "COACH", "marks": dict.fromkeys(NAMES, 4), "note": "Name the hour, too."},
        answers={200: shapes.Reviewed},
        may=[404],
    )
    def post(self, request: Request, review_id: int) -> Response:
        """Keep the sheet, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.Sheet)
        return self.once(request, lambda: trust.finish(caller, review_id, sent, now=timezone.now()))


class ReadReview(Door):
    """The author's mark."""

    scopes = {"POST": OWN}

    @acts(
        "mark_review_read",
        "Note that its author has read a look",
        scopes=OWN,
        about="For the author only.",
        body=None,
        answers={200: shapes.Reviewed},
        may=[404],
    )
    def post(self, request: Request, review_id: int) -> Response:
        """Note it, once for each key."""
        caller = self.caller_of(request)
        return self.once(request, lambda: trust.mark_read(caller, review_id, now=timezone.now()))


def _number(text: str | None) -> int | None:
    """Read a topic's number from a query. Raises ValidationError."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= BIGGEST_ID):
        raise ValidationError({"topic": [_("Send the number of a topic.")]})
    return int(text)
