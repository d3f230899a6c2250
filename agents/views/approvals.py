"""What waits for a second pair of eyes: the list, one proposal with its changes and finds, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents.access import reply_for, require_supervisor, visible_to
from agents.approving import deciding, just_approved
from agents.approving.gone_along import gone_from
from agents.forms.approving import DecisionForm
from agents.frame import frame
from enquiries.models import Endorsement, PolicyDecision, Reply, ReplyVersion
from enquiries.queries.approvals import waiting_for_approval
from enquiries.rules.approval import ApprovalRefused
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies.drafting import DraftRefused, NewerVersion

REFUSALS = (ApprovalRefused, SomebodyWasFaster, IllegalMove, DraftRefused)


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits, with the most urgent reply that this person may decide on opened."""
    answer = _first(request)
    just_approved.forget(answer, request)
    return answer


def _first(request: HttpRequest) -> HttpResponse:
    waiting = _waiting(request)
    more = {"just": just_approved.just_approved(request)}
    if not waiting:
        return render(request, "desk/approvals.html", _page(request, []) | {"proposal": None} | more)
    first = next((reply for reply in waiting if _is_for(reply, request.user.pk)), waiting[0])
    return _show(request, reply_for(request.user, first.pk), waiting=waiting, is_chosen=False, more=more)


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Show one reply that waits; approve it, ask a second person, change it and hand it on, or return it."""
    reply = reply_for(request.user, reply_id)
    if request.method != "POST":
        return _show(request, reply)
    require_supervisor(request.user, reply.enquiry, is_late=reply.escalated_at is not None)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, reply, form=form, status=422)
    return _decide(request, reply, form)


def _decide(request: HttpRequest, reply: Reply, form: DecisionForm) -> HttpResponse:
    try:
        done = DECISIONS[form.cleaned_data["action"]](reply, form, request.user.pk or 0)
    except NewerVersion as newer:
        return _show(request, reply_for(request.user, reply.pk), form=form, refused=str(newer), status=409)
    except REFUSALS as refusal:
        return _show(request, reply_for(request.user, reply.pk), form=form, refused=_say(refusal), status=409)
    messages.success(request, f"{reply.enquiry.reference}: {done}")
    answer = redirect("desk:approvals")
    if form.cleaned_data["action"] == "approve":
        just_approved.remember(answer, reply)
    return answer


def _approve(reply: Reply, form: DecisionForm, by_id: int) -> str:
    made = replies.approve(
        reply_id=reply.pk,
        approver_id=by_id,
        seen_sha256=form.cleaned_data["sha256"],
        now=timezone.now(),
        acknowledged=form.acknowledged,
    )
    if isinstance(made, Endorsement):
        return _("Approved by you as the first of two. It waits for a second person.")
    return _("Approved. It leaves in a moment; until then it can be called back.")


def _ask_second(reply: Reply, form: DecisionForm, by_id: int) -> str:
    made = replies.endorse(
        reply_id=reply.pk,
        by_id=by_id,
        seen_sha256=form.cleaned_data["sha256"],
        now=timezone.now(),
        asked_id=form.cleaned_data["asked"],
        words=form.cleaned_data["words"],
        acknowledged=form.acknowledged,
    )
    if made.asked:
        return _("Approved by you; %(name)s is asked to be the second.") % {"name": made.asked}
    return _("Approved by you as the first of two. It waits for a second person.")


def _edit(reply: Reply, form: DecisionForm, by_id: int) -> str:
    version = replies.edit_and_submit(
        reply_id=reply.pk,
        editor_id=by_id,
        text=form.cleaned_data["text"],
        seen_id=form.cleaned_data["version"] or replies.NO_VERSION,
        now=timezone.now(),
    )
    return _how_it_goes_on(version)


def _how_it_goes_on(version: ReplyVersion) -> str:
    decision = replies.newest_decision(version)
    if decision and decision.outcome == PolicyDecision.Outcome.RELEASED:
        return _("Changed. Your policy lets it leave without a further reader; the author sees what you changed.")
    return _("Changed. You are one of its authors now, so another supervisor approves it; the author sees the changes.")


def _return(reply: Reply, form: DecisionForm, by_id: int) -> str:
    sent = form.cleaned_data
    replies.return_reply(
        reply_id=reply.pk,
        by_id=by_id,
        reason=sent["reason"],
        note=sent["note"],
        serious=sent["serious"],
        now=timezone.now(),
    )
    return _("Returned to its author.")


DECISIONS = {"approve": _approve, "second": _ask_second, "edit": _edit, "return": _return}


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
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = _page(request, _waiting(request) if waiting is None else waiting)
    case = deciding.case_of(reply, request.user)
    context |= deciding.context_of(case, reply, form=form or DecisionForm(), now=context["now"])
    if form is not None and form.is_valid():
        context["stale"] = deciding.stale_of(case, form.cleaned_data["sha256"])
    context |= {"refused": refused, "is_chosen": is_chosen} | (more or {})
    return render(request, "desk/approvals.html", context, status=status)


def _waiting(request: HttpRequest) -> list[Reply]:
    """List what waits: what this person was asked about and what their learners wrote first, then by the time left."""
    me = request.user.pk

    def place(row: Reply) -> int:
        return 0 if me in (row.asked_id, row.buddy_id) else 1  # type: ignore[attr-defined]

    return sorted(waiting_for_approval(visible_to(request.user)), key=place)


def _is_for(reply: Reply, user_id: int | None) -> bool:
    return user_id not in (reply.author_id, reply.first_id)  # type: ignore[attr-defined]


def _page(request: HttpRequest, waiting: list[Reply]) -> dict[str, Any]:
    now = timezone.now()
    return frame(request, current="approvals", now=now) | {"waiting": waiting, "gone": gone_from(request.user, now=now)}
