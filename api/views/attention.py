"""What no machine could finish: listed with what is known, and decided by those who may."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from agents.access import accounts_visible_to, payload_for, posting_for, require_supervisor, supervised_by
from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import attention as shapes
from api.views.door import Door
from enquiries.models import Payload, Posting
from enquiries.queries.trouble import (
    PREVIEW_BYTES,
    beginning_of,
    troubled_accounts,
    troubled_postings,
    unreadable,
    unseen_notices,
    with_evidence,
)
from enquiries.services.incoming import intake
from enquiries.services.leaving import outcomes

SUPERVISE = frozenset([Scope.SUPERVISE.value])
MOST_SHOWN = 100


class Attention(Door):
    """All that waits for a person."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_attention",
        "List what no machine could finish",
        scopes=SUPERVISE,
        about="Postings nobody can be sure of, accounts that rest, and payloads that could not be read. Nothing is lost.",
        answer=shapes.Attention,
    )
    def get(self, request: Request) -> Response:
        """List it, as far as the caller may see it."""
        caller, now = self.caller_of(request), timezone.now()
        postings = list(with_evidence(troubled_postings(caller.visible()))[:MOST_SHOWN])
        mine = supervised_by(caller.who, [one.reply.enquiry for one in postings])
        for one in postings:
            waits = one.state == Posting.State.NEEDS_PERSON
            one.may_decide = waits and one.reply.enquiry_id in mine  # type: ignore[attr-defined]
        accounts = accounts_visible_to(caller.who).filter(organisation__in=caller.organisations)
        found = {
            "postings": postings,
            "accounts": troubled_accounts(accounts, now=now),
            "came_back": unseen_notices(caller.visible(), accounts)[:MOST_SHOWN],
            "payloads": unreadable(accounts)[:MOST_SHOWN],
        }
        return Response(shapes.Attention(found).data)


class DecidePosting(Door):
    """A person's word about a posting."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "decide_posting",
        "Say what you saw on the platform",
        scopes=SUPERVISE,
        about="THERE records it as posted, AGAIN sends it once more, GIVE_UP gives the reply back. For supervisors.",
        body=shapes.PostingDecision,
        example={"decision": "THERE", "external_id": "1792034117"},
        answers={200: shapes.PostingDecided},
        may=[404],
    )
    def post(self, request: Request, posting_id: int) -> Response:
        """Carry it out, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.PostingDecision)

        def decide() -> Answered:
            posting = posting_for(caller.who, posting_id)
            _stay_inside(caller, posting.reply.enquiry.organisation_id)
            require_supervisor(caller.who, posting.reply.enquiry)
            by_id, now = caller.by_id, timezone.now()
            match sent["decision"]:
                case "THERE":
                    outcomes.decide_it_is_there(posting.pk, by_id=by_id, external_id=sent["external_id"], now=now)
                case "AGAIN":
                    outcomes.decide_send_again(posting.pk, by_id=by_id, now=now)
                case _:
                    outcomes.decide_give_up(posting.pk, by_id=by_id, now=now)
            posting.refresh_from_db(fields=["state"])
            return Answered(status=HTTPStatus.OK, body={"id": posting.pk, "state": posting.state})

        return self.once(request, decide)


class OnePayload(Door):
    """Something unreadable."""

    scopes = {"GET": SUPERVISE}

    @reads(
        "read_unreadable",
        "Read the beginning of something unreadable",
        scopes=SUPERVISE,
        about="As plain text, whatever it claims to be. For the account's team and administrators.",
        answer=shapes.WholePayload,
        may=[404],
    )
    def get(self, request: Request, payload_id: int) -> Response:
        """Show its beginning."""
        found = _payload(self.caller_of(request), payload_id)
        raw = bytes(found.raw)
        found.size, found.is_cut = len(raw), len(raw) > PREVIEW_BYTES  # type: ignore[attr-defined]
        found.beginning = beginning_of(raw)  # type: ignore[attr-defined]
        return Response(shapes.WholePayload(found).data)


class RetryPayload(Door):
    """Reading it once more."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "retry_unreadable",
        "Read something unreadable once more",
        scopes=SUPERVISE,
        about="After a repair. If it fails again, it comes back to the list.",
        body=None,
        answers={200: shapes.Retried},
        may=[404],
    )
    def post(self, request: Request, payload_id: int) -> Response:
        """Put it back to be read, once for each key."""
        caller = self.caller_of(request)

        def retry() -> Answered:
            found = _payload(caller, payload_id)
            intake.retry_unreadable(found, by_id=caller.by_id, now=timezone.now())
            found.refresh_from_db(fields=["state"])
            return Answered(status=HTTPStatus.OK, body={"id": found.pk, "state": found.state})

        return self.once(request, retry)


def _payload(caller: Caller, payload_id: int) -> Payload:
    found = payload_for(caller.who, payload_id)
    _stay_inside(caller, found.account.organisation_id)
    return found


def _stay_inside(caller: Caller, organisation_id: int) -> None:
    """A token stays in its organisation though its person may work in two."""
    if organisation_id not in caller.organisations:
        raise Http404
