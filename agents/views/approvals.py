"""What waits for a second pair of eyes: the list, one proposal with its changes, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents import facts
from agents.access import may_supervise, reply_for, require_supervisor, visible_to
from agents.changes import changes
from agents.composing import measure
from agents.forms import BY_PEOPLE, DecisionForm
from agents.frame import frame
from enquiries.models import Reply
from enquiries.queries.approvals import Proposal, proposal_of, waiting_for_approval
from enquiries.rules.approval import ApprovalRefused
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies
from enquiries.services.moves import SomebodyWasFaster

REFUSALS = (ApprovalRefused, SomebodyWasFaster, IllegalMove)


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits, with the most urgent reply that this person may decide on opened."""
    waiting = waiting_for_approval(visible_to(request.user))
    if not waiting:
        return render(request, "desk/approvals.html", _page(request, []) | {"proposal": None})
    first = next((reply for reply in waiting if reply.author_name != str(request.user)), waiting[0])  # type: ignore[attr-defined]
    return _show(request, reply_for(request.user, first.pk), waiting=waiting, is_chosen=False)


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Show one reply that waits; approve or return it."""
    reply = reply_for(request.user, reply_id)
    if request.method != "POST":
        return _show(request, reply)
    require_supervisor(request.user, reply.enquiry)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, reply, form=form, status=422)
    return _decide(request, reply, form)


def _decide(request: HttpRequest, reply: Reply, form: DecisionForm) -> HttpResponse:
    now, by_id, sent = timezone.now(), request.user.pk or 0, form.cleaned_data
    try:
        if sent["action"] == "approve":
            replies.approve(reply_id=reply.pk, approver_id=by_id, seen_sha256=sent["sha256"], now=now)
            done = _("Approved. It leaves within seconds.")
        else:
            replies.return_reply(reply_id=reply.pk, by_id=by_id, reason=sent["reason"], note=sent["note"], now=now)
            done = _("Returned to its author.")
    except REFUSALS as refusal:
        return _show(request, reply_for(request.user, reply.pk), form=form, refused=_say(refusal), status=409)
    messages.success(request, f"{reply.enquiry.reference}: {done}")
    return redirect("desk:approvals")


def _say(refusal: Exception) -> str:
    if isinstance(refusal, IllegalMove):
        return _("Somebody else has decided already.")
    return _(str(refusal))


def _show(
    request: HttpRequest,
    reply: Reply,
    *,
    waiting: list[Reply] | None = None,
    form: DecisionForm | None = None,
    refused: str = "",
    is_chosen: bool = True,
    status: int = 200,
) -> HttpResponse:
    if waiting is None:
        waiting = waiting_for_approval(visible_to(request.user))
    proposal = proposal_of(reply)
    context = _page(request, waiting)
    context |= {
        "proposal": proposal,
        "reply": reply,
        "enquiry": reply.enquiry,
        "changes": changes(proposal.compared.text, proposal.version.text) if proposal.compared else None,
        "measure": measure(reply.answers, proposal.version.text),
        "promise": facts.promise_of(reply.enquiry, now=context["now"]),
        "reasons": [{"value": reason.value, "label": reason.label} for reason in BY_PEOPLE],
        "form": form or DecisionForm(),
        "refused": refused,
        "hindrance": _hindrance(request, reply, proposal),
        "is_chosen": is_chosen,
    }
    return render(request, "desk/approvals.html", context, status=status)


def _page(request: HttpRequest, waiting: list[Reply]) -> dict[str, Any]:
    return frame(request, current="approvals", now=timezone.now()) | {"waiting": waiting}


def _hindrance(request: HttpRequest, reply: Reply, proposal: Proposal) -> str:
    """Say why this person cannot approve this reply; empty when they can."""
    if reply.state != Reply.State.SUBMITTED:
        return _("This reply is not waiting for approval any more.")
    if request.user.pk in proposal.authors:
        return _("You wrote part of this reply, so another supervisor has to approve it.")
    if not may_supervise(request.user, reply.enquiry):
        return _("Only a supervisor of the team can approve or return a reply.")
    return ""
