"""One enquiry: its thread, the composer, the facts; and what a person can do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents import composing, facts
from agents.access import enquiry_for, may_supervise, reply_for, visible_to
from agents.forms import ReplyForm, SortForm
from agents.frame import frame
from agents.listing import listing
from enquiries.models import Enquiry, ReplyVersion
from enquiries.queries.thread import inbound_of, thread_of, under_way
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies, triage
from enquiries.services.drafting import DraftRefused, NewerVersion
from enquiries.services.moves import SomebodyWasFaster

REFUSALS = (DraftRefused, SomebodyWasFaster, IllegalMove, triage.CannotClose)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, reference: str) -> HttpResponse:
    """Show an enquiry; keep or submit what was written in its composer."""
    found = enquiry_for(request.user, reference)
    if request.method == "POST":
        return _write(request, found)
    asked_for = request.GET.get("answers", "")
    return _show(request, found, answers_id=int(asked_for) if asked_for.isdecimal() and len(asked_for) < 19 else None)


def _write(request: HttpRequest, found: Enquiry) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        error = _("This form was not complete. Your text is below: save it again.")
        return _show(request, found, text=request.POST.get("text", ""), error=error, status=422)
    sent = form.cleaned_data
    now, by_id = timezone.now(), request.user.pk or 0
    try:
        version = replies.save_draft(
            enquiry_id=found.pk,
            answers_id=sent["answers"],
            author_id=by_id,
            text=sent["text"],
            now=now,
            seen_id=sent["version"] or replies.NO_VERSION,
        )
        if sent["action"] == "submit":
            replies.submit(enquiry_id=found.pk, by_id=by_id, version_id=version.pk, now=now)
    except NewerVersion as newer:
        return _show(request, found, answers_id=sent["answers"], text=sent["text"], other=newer.version, status=409)
    except REFUSALS as refusal:
        found.refresh_from_db()
        return _show(request, found, answers_id=sent["answers"], text=sent["text"], error=_say(refusal), status=422)
    if sent["action"] == "submit":
        messages.success(request, _("Submitted. A supervisor reads it before it leaves."))
    else:
        messages.success(request, _("Saved as version %(n)d.") % {"n": version.n})
    return _back(request, found)


def _show(
    request: HttpRequest,
    found: Enquiry,
    *,
    answers_id: int | None = None,
    text: str | None = None,
    other: ReplyVersion | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    beside = {} if _is_pane_only(request) else listing(request, now=now)
    context = frame(request, current=beside.get("view", ""), now=now) | beside
    writing = under_way(found)
    thread = thread_of(found, writing)
    inbound = inbound_of(thread)
    reply = replies.current_reply(found)
    shut = composing.why_shut(found, reply)
    context |= _facts(request, found, context["now"]) | {
        "enquiry": found,
        "thread": thread,
        "inbound": inbound,
        "reply": reply,
        "shut": shut,
        "composer": None
        if shut
        else composing.compose(
            found, inbound=inbound, reply=reply, answers_id=answers_id, text=text, other=other, error=error
        ),
        "refused": error,
        "trail": beside.get("trail", request.GET.urlencode()),
    }
    template = "desk/_enquiry.html" if _is_pane_only(request) else "desk/enquiry.html"
    return render(request, template, context, status=status)


def _is_pane_only(request: HttpRequest) -> bool:
    """Whether the list is on the screen already, so that only the panes beside it are asked for."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == "enquiry" and not htmx.history_restore_request


def _facts(request: HttpRequest, found: Enquiry, now: Any) -> dict[str, Any]:
    earlier = visible_to(request.user).filter(citizen_id=found.citizen_id).exclude(pk=found.pk).order_by("-pk")
    return {
        "promise": facts.promise_of(found, now=now),
        "identities": facts.identities_of(found),
        "earlier": list(earlier[: facts.MOST_EARLIER]),
        "sort_form": SortForm(
            organisation=found.organisation, initial={"topic": found.topic_id, "team": found.team_id}
        ),
        "supervises": may_supervise(request.user, found),
        "is_open": found.state != Enquiry.State.CLOSED,
    }


@require_POST
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an enquiry."""
    return _act(request, reference, triage.claim, _("It is yours now."))


@require_POST
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Give an enquiry back to its team."""
    return _act(request, reference, triage.release, _("Given back to the team."))


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close an enquiry."""
    return _act(request, reference, triage.close, _("Closed."))


@require_POST
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a closed enquiry again."""
    return _act(request, reference, triage.reopen, _("Open again. The clock has started."))


def _act(request: HttpRequest, reference: str, service: Callable[..., None], done: str) -> HttpResponse:
    found = enquiry_for(request.user, reference)
    try:
        service(enquiry_id=found.pk, by_id=request.user.pk, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, _say(refusal))
    else:
        messages.success(request, done)
    return _back(request, found)


@require_POST
def sort(request: HttpRequest, reference: str) -> HttpResponse:
    """Set topic and team. Who moves an enquiry out of their own sight lands in the queue."""
    found = enquiry_for(request.user, reference)
    form = SortForm(request.POST, organisation=found.organisation)
    if not form.is_valid():
        messages.error(request, _("Choose a topic and a team from the lists."))
        return _back(request, found)
    topic, team = form.cleaned_data["topic"], form.cleaned_data["team"]
    triage.sort(enquiry_id=found.pk, topic=topic, team=team, by_id=request.user.pk or 0, now=timezone.now())
    if visible_to(request.user).filter(pk=found.pk).exists():
        messages.success(request, _("Topic and team are set."))
        return _back(request, found)
    messages.success(request, _("%(reference)s went to %(team)s.") % {"reference": found.reference, "team": team})
    return redirect("desk:queue")


@require_POST
def call_back(request: HttpRequest, reply_id: int) -> HttpResponse:
    """Stop an approved reply that has not left yet."""
    reply = reply_for(request.user, reply_id)
    try:
        replies.call_back(reply_id=reply.pk, by_id=request.user.pk or 0, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, _say(refusal))
    else:
        messages.success(request, _("Called back. Nothing left the building."))
    return _back(request, reply.enquiry)


def _say(refusal: Exception) -> str:
    if isinstance(refusal, IllegalMove):
        return _("That is not possible any more: the enquiry has moved on. Here is where it stands.")
    return str(refusal)


def _back(request: HttpRequest, found: Enquiry) -> HttpResponse:
    """Go to the enquiry's page, with the list as it was."""
    answer = redirect("desk:enquiry", reference=found.reference)
    trail = request.GET.urlencode()
    if trail:
        answer["Location"] += f"?{trail}"
    return answer
