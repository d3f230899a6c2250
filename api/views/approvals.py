"""Approval by programs of supervisors: what waits, one proposal, and a view for each decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api import deciding
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.shapes import approvals as shapes
from api.shapes.fields import Body
from api.views.door import Door

APPROVE = frozenset([Scope.APPROVE.value])


class Approvals(Door):
    """What waits."""

    scopes = {"GET": APPROVE}

    @reads(
        "list_approvals",
        "List what waits for approval",
        scopes=APPROVE,
        about="Least of the citizen's time left first.",
        answer=shapes.WaitingPage,
    )
    def get(self, request: Request) -> Response:
        """List what waits."""
        rows = deciding.waiting(self.caller_of(request))
        return Response({"results": shapes.WaitingRow(rows, many=True).data})


class OneApproval(Door):
    """One reply that waits."""

    scopes = {"GET": APPROVE}

    @reads(
        "read_approval",
        "Read a proposal",
        scopes=APPROVE,
        about="With its finds, its changes, what was said before, and what the policy asked for.",
        answer=shapes.Proposal,
        may=[404],
    )
    def get(self, request: Request, reply_id: int) -> Response:
        """Read one reply with all that its approver has to see."""
        caller = self.caller_of(request)
        return Response(shapes.Proposal(deciding.proposal(caller, caller.reply(reply_id))).data)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A decision about a reply that waits."""

    summary: str
    shape: type[Body]
    run: Callable[..., Answered]
    about: str


DECISIONS: Mapping[str, Decision] = {
    "approve": Decision(
        summary="Approve",
        shape=shapes.Approve,
        run=deciding.approve,
        about="Exactly the version with this hash. Where two have to, the first one's word makes it wait for the second.",
    ),
    "endorse": Decision(
        summary="Approve as the first of two",
        shape=shapes.Endorse,
        run=deciding.endorse,
        about="And ask a second person, by name or anybody.",
    ),
    "edit": Decision(
        summary="Change it and hand it on",
        shape=shapes.Edit,
        run=deciding.edit,
        about="Who changes it is an author: another person approves, or the policy where it frees this.",
    ),
    "return": Decision(
        summary="Send it back to its author",
        shape=shapes.Return,
        run=deciding.return_,
        about="With a reason.",
    ),
}
"""Name, as in the address → decision."""


def view_of(name: str) -> type[Door]:
    """Make the view of one decision."""
    decision = DECISIONS[name]

    class DecisionView(Door):
        """One decision about one reply."""

        scopes = {"POST": APPROVE}

        @acts(
            f"{name}_reply",
            decision.summary,
            scopes=APPROVE,
            about=decision.about,
            body=decision.shape,
            answers={200: shapes.Decided},
            may=[404],
        )
        def post(self, request: Request, reply_id: int) -> Response:
            """Decide, once for each key."""
            caller = self.caller_of(request)
            sent: dict[str, Any] = self.sent(request, decision.shape)
            return self.once(request, lambda: decision.run(caller, reply_id, sent, now=timezone.now()))

    return DecisionView
