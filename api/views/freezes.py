"""Stopping what leaves, and letting it go on. All members read what stands still; those who lead act."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.callers import Caller
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.problems import Unprocessable
from api.shapes import around as shapes
from api.views.door import Door, given
from enquiries.models import ChannelAccount, Freeze, Topic
from enquiries.services.approving import freezing

FREEZE = frozenset([Scope.FREEZE.value])
NEEDS = {Freeze.Scope.CHANNEL: "channel", Freeze.Scope.ACCOUNT: "account", Freeze.Scope.TOPIC: "topic"}


class Freezes(Door):
    """What stands still, and stopping."""

    scopes = {"GET": FREEZE, "POST": FREEZE}

    @reads(
        "list_freezes",
        "List what stands still",
        scopes=FREEZE,
        about="Now, the newest first.",
        answer=shapes.FreezePage,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List what stands still."""
        live = freezing.live_freezes(self.caller_of(request).organisation.pk, now=timezone.now())
        return Response({"results": shapes.FreezeRow(live, many=True).data})

    @acts(
        "freeze",
        "Stop what leaves",
        scopes=FREEZE,
        about="Writing and approving go on; what is approved meanwhile waits. For supervisors and administrators.",
        body=shapes.NewFreeze,
        answers={201: shapes.MadeFreeze},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Stop what leaves, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewFreeze)
        return self.once(request, lambda: _freeze(caller, sent))


def _freeze(caller: Caller, sent: dict[str, Any]) -> Answered:
    organisation, now = caller.led(), timezone.now()
    _check(sent)
    account = topic = None
    if sent["account"]:
        found = ChannelAccount.objects.filter(organisation=organisation, pk=sent["account"]).first()
        account = given(found, "account", _("There is no such account."))
    if sent["topic"]:
        about = Topic.objects.filter(organisation=organisation, pk=sent["topic"]).first()
        topic = given(about, "topic", _("There is no such topic."))
    made = freezing.freeze(
        organisation=organisation,
        scope=sent["scope"],
        kind=sent["channel"] or "",
        account_id=account.pk if account else None,
        topic_id=topic.pk if topic else None,
        reason=sent["reason"],
        public_notice=sent["public_notice"],
        by_id=caller.by_id,
        expires_at=now + timedelta(hours=sent["hours"]),
        now=now,
    )
    made.held = freezing.held_back(made, now=now)  # type: ignore[attr-defined]
    made.under_way = freezing.under_way(organisation.pk)  # type: ignore[attr-defined]
    return Answered(status=HTTPStatus.CREATED, body=dict(shapes.MadeFreeze(made).data))


def _check(sent: dict[str, Any]) -> None:
    """Ask for the one thing that the scope needs, and for none of the others. Raises Unprocessable."""
    needed = NEEDS.get(Freeze.Scope(sent["scope"]))
    for name in NEEDS.values():
        if name == needed and sent[name] is None:
            raise Unprocessable({name: [_("Say which one.")]})
        if name != needed and sent[name] is not None:
            raise Unprocessable({name: [_("This does not belong to that scope.")]})


class ConfirmNotice(Door):
    """A second person's word that citizens may read a notice."""

    scopes = {"POST": FREEZE}

    @acts(
        "confirm_notice",
        "Let citizens read a notice",
        scopes=FREEZE,
        about="For supervisors and administrators, and not for whoever wrote it.",
        body=shapes.ReadNotice,
        answers={200: shapes.FreezeRow},
        may=[404],
    )
    def post(self, request: Request, freeze_id: int) -> Response:
        """Confirm it, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.ReadNotice)

        def confirm() -> Answered:
            if not Freeze.objects.filter(organisation=caller.led(), pk=freeze_id).exists():
                raise Http404
            confirmed = freezing.confirm_notice(
                freeze_id=freeze_id, notice=sent["notice"], by_id=caller.by_id, now=timezone.now()
            )
            return Answered(status=HTTPStatus.OK, body=dict(shapes.FreezeRow(confirmed).data))

        return self.once(request, confirm)


class LiftFreeze(Door):
    """Letting things leave again."""

    scopes = {"POST": FREEZE}

    @acts(
        "lift_freeze",
        "Let things leave again",
        scopes=FREEZE,
        about="Each is looked at once more and goes in its order. For supervisors and administrators.",
        body=None,
        answers={200: shapes.FreezeRow},
        may=[404],
    )
    def post(self, request: Request, freeze_id: int) -> Response:
        """Lift it, once for each key."""
        caller = self.caller_of(request)

        def lift() -> Answered:
            ours = Freeze.objects.filter(organisation=caller.led(), pk=freeze_id)
            if not ours.exists():
                raise Http404
            lifted = freezing.lift(freeze_id=freeze_id, by_id=caller.by_id, now=timezone.now())
            return Answered(status=HTTPStatus.OK, body=dict(shapes.FreezeRow(lifted).data))

        return self.once(request, lift)
