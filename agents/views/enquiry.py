"""One enquiry: its thread, the composer, the facts; and keeping and submitting what was written there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents import facts
from agents.access import enquiry_for, visible_to
from agents.files.composer import files_of
from agents.forms.files import chosen_in, is_forgotten
from agents.forms.writing import ReplyForm
from agents.frame import frame
from agents.queue.listing import listing
from agents.views.drafts import look_at
from agents.views.files import put_in
from agents.views.leaving import back_to, say
from agents.writing import composing
from agents.writing.composing import Typed
from agents.writing.privately import ways_of
from agents.writing.sheets import Wish, choose, wish_of
from enquiries.models import Enquiry, PolicyDecision, ReplyVersion
from enquiries.queries.thread import inbound_of, page_of, to_answer
from enquiries.rules.workflow import IllegalMove
from enquiries.services import replies, triage
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.replies.drafting import DraftRefused, NewerVersion

REFUSALS = (DraftRefused, SomebodyWasFaster, IllegalMove, triage.CannotClose)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, reference: str) -> HttpResponse:
    """Show an enquiry; keep or submit what was written in its composer."""
    found = enquiry_for(request.user, reference)
    if request.method == "POST":
        return _write(request, found)
    if found.merged_into_id:
        root = visible_to(request.user).filter(pk=found.merged_into_id).first()
        return back_to(request, root) if root else show(request, found, wish=wish_of(request.GET))
    return show(request, found, wish=wish_of(request.GET))


def _write(request: HttpRequest, found: Enquiry) -> HttpResponse:
    now = timezone.now()
    form = ReplyForm(request.POST, zone=ZoneInfo(found.organisation.time_zone), now=now)
    wish, typed = wish_of(request.POST), replace(_typed(form), files=chosen_in(request.POST))
    if form.errors.get("send_at"):
        return show(request, found, wish=wish, typed=typed, error=str(form.errors["send_at"][0]), status=422)
    if not form.is_valid():
        error = _("This form was not complete. Your text is below: save it again.")
        return show(request, found, wish=wish, typed=typed, error=error, status=422)
    if form.cleaned_data["action"] == "check":
        return show(request, found, wish=wish, typed=typed, looked_at=True)
    if form.cleaned_data["action"] == "attach":
        put, error = put_in(request, found, answers_id=form.cleaned_data["answers"])
        typed = replace(typed, files=[*(typed.files or []), *put])
        return show(request, found, wish=wish, typed=typed, error=error, status=422 if error else 200)
    if is_forgotten(request.POST):
        error = _("You chose a file and did not add it yet. Choose it again and press “Add it”, or save without it.")
        return show(request, found, wish=wish, typed=typed, error=error, status=422)
    try:
        done = _save(request, found, form, now)
    except NewerVersion as newer:
        return show(request, found, wish=wish, typed=typed, other=newer.version, status=409)
    except REFUSALS as refusal:
        found.refresh_from_db()
        return show(request, found, wish=wish, typed=typed, error=say(refusal), status=422)
    messages.success(request, done)
    return back_to(request, found)


def _typed(form: ReplyForm) -> Typed:
    form.is_valid()
    sent = getattr(form, "cleaned_data", {})
    return Typed(
        text=form.data.get("text", ""),
        send_at=sent.get("send_at"),
        in_parts=bool(sent.get("in_parts")),
        as_quote=bool(sent.get("as_quote")),
        confirmed=bool(sent.get("confirmed")),
        draft_id=sent.get("draft"),
    )


def _save(request: HttpRequest, found: Enquiry, form: ReplyForm, now: datetime) -> str:
    """Keep the wording, hand it over where that is asked for, and say what was done. Raises what the services raise."""
    sent = form.cleaned_data
    writing = replies.Writing(
        answers_id=sent["answers"],
        author_id=request.user.pk or 0,
        text=sent["text"],
        seen_id=sent["version"] or replies.NO_VERSION,
        aim=form.aim(),
        badge=replies.Badge(said=sent["side"], confirmed=sent["confirmed"]),
        files=chosen_in(request.POST),
    )
    if sent["action"] == "submit":
        return _submitted(replies.submit_text(enquiry_id=found.pk, writing=writing, now=now).decision)
    version = replies.save_text(enquiry_id=found.pk, writing=writing, now=now)
    return _("Saved as version %(n)d.") % {"n": version.n}


def _submitted(decision: PolicyDecision) -> str:
    """Say who reads it before it leaves: the author learns after submitting, never before."""
    if decision.outcome == PolicyDecision.Outcome.RELEASED:
        return _("Submitted. It leaves without a check; until then you can undo it below.")
    if decision.persons > 1:
        return _("Submitted. Two supervisors read it before it leaves.")
    return _("Submitted. A supervisor reads it before it leaves.")


def show(
    request: HttpRequest,
    found: Enquiry,
    *,
    wish: Wish,
    typed: Typed | None = None,
    other: ReplyVersion | None = None,
    error: str = "",
    looked_at: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show an enquiry's page, or, to a page that has the list already, the panes beside it."""
    now = timezone.now()
    beside = {} if _is_pane_only(request) else listing(request, now=now)
    context = frame(request, current=beside.get("view", ""), now=now) | beside
    page = page_of(found)
    writing, thread, inbound = page.writing, page.entries, inbound_of(page.entries)
    facts.see_notes(request, found, thread, now)
    shut = composing.why_shut(found, writing.reply)
    ways = ways_of(inbound, thread=thread, writing=writing, now=now)
    context |= facts.facts_context(request, found, now) | {
        "enquiry": found,
        "shut": shut,
        "private_ways": ways,
        "refused": error,
        "looked_at": looked_at,
        "trail": beside.get("trail", request.GET.urlencode()),
    }
    context |= {"thread": thread, "inbound": inbound, "to_answer": to_answer(thread), "reply": writing.reply}
    if not shut:
        by_id = request.user.pk or 0
        chosen = choose(found, wish, inbound=inbound, thread=thread, writing=writing, by_id=by_id, now=now, ways=ways)
        context["composer"] = composing.compose(
            found,
            inbound=inbound,
            writing=writing,
            chosen=chosen,
            texts=page.texts,
            by_id=by_id,
            now=now,
            typed=typed,
            other=other,
            error=error or chosen.refusal,
        )
        put_in = typed.files if typed else None
        context["reply_files"] = files_of(context["composer"], page.put_in, by_id=by_id, typed=put_in)
        if looked_at and typed:
            context |= look_at(found, chosen.answers, typed.text, purpose=chosen.purpose)
    return render(request, _template_for(request), context, status=status)


def _template_for(request: HttpRequest) -> str:
    return "desk/_enquiry.html" if _is_pane_only(request) else "desk/enquiry.html"


def _is_pane_only(request: HttpRequest) -> bool:
    """Whether the list is on the screen already, so that only the panes beside it are asked for."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == "enquiry" and not htmx.history_restore_request
