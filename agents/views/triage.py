"""What people do with an enquiry besides answering it: one view for all of it, as a page, or as a dialog over the page."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import enquiry_for, visible_to
from agents.acts import ACTS, Act, Doing
from agents.frame import frame
from agents.history import Line, changes_since, history_of
from agents.live import presence
from agents.live.stamp import enquiry_stamp
from agents.models import User
from enquiries.models import Enquiry
from enquiries.rules.workflow import IllegalMove
from enquiries.services import triage
from enquiries.services.moves import SomebodyWasFaster

REFUSALS = (triage.TriageRefused, SomebodyWasFaster, IllegalMove)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Show what an act asks for, and do it."""
    if name not in ACTS:
        raise Http404
    found = enquiry_for(request.user, reference)
    if request.method == "POST":
        return _do(request, found, name)
    form = ACTS[name].form(person=_who(request), enquiry=found, initial=_initial(found))
    return _show(request, found, name, form)


def _initial(found: Enquiry) -> dict[str, Any]:
    return {
        "stamp": enquiry_stamp(found.pk),
        "to": found.assignee_id,
        "team": found.team_id,
        "topic": found.topic_id,
        "priority": found.priority,
    }


def _do(request: HttpRequest, found: Enquiry, name: str) -> HttpResponse:
    asked = ACTS[name]
    form = asked.form(request.POST, person=_who(request), enquiry=found)
    if not form.is_valid():
        return _show(request, found, name, form, status=422)
    changed = changes_since(found, form.cleaned_data.get("stamp"), by=_who(request)) if asked.asks else []
    if changed:
        return _show(request, found, name, form, changed=changed, status=409)
    doing = Doing(person=_who(request), enquiry=found, now=timezone.now(), data=form.cleaned_data)
    try:
        said = asked.run(doing)
    except REFUSALS as refusal:
        return _refuse(request, found, name, form, refusal)
    return _done(request, found, said)


def _refuse(request: HttpRequest, found: Enquiry, name: str, form: Any, refusal: Exception) -> HttpResponse:
    """Say why not: in the form where there is one, else on the enquiry's page."""
    words = _("That is not possible any more: the enquiry has moved on. Here is where it stands.")
    words = words if isinstance(refusal, IllegalMove) else str(refusal)
    status = 422 if isinstance(refusal, triage.TriageRefused) else 409
    if ACTS[name].asks:
        form.add_error(None, words)
        return _show(request, found, name, form, status=status)
    if _is_script(request):
        return JsonResponse({"refused": words}, status=status)
    messages.error(request, words)
    return redirect(_back_to(request, found))


def _done(request: HttpRequest, found: Enquiry, said: str) -> HttpResponse:
    """Lead back to the enquiry, or to the list when it has left somebody's sight."""
    now_at = visible_to(request.user).filter(pk=found.pk).select_related("merged_into").first()
    address = _back_to(request, now_at.merged_into or now_at) if now_at else reverse("desk:queue")
    if _is_script(request) and now_at and not now_at.merged_into_id:
        return JsonResponse({"said": said, "address": address})
    messages.success(request, said)
    return JsonResponse({"said": said, "leave_for": address}) if _is_script(request) else redirect(address)


def _show(
    request: HttpRequest, found: Enquiry, name: str, form: Any, *, changed: list[Line] | None = None, status: int = 200
) -> HttpResponse:
    asked: Act = ACTS[name]
    if changed:
        form.data = form.data.copy()
        form.data["stamp"] = enquiry_stamp(found.pk)
    context = {
        "enquiry": found,
        "act": asked,
        "name": name,
        "form": form,
        "changed": changed,
        "buttons": getattr(form, "as_buttons", ""),
        "why_not": asked.why_not(found) if request.method != "POST" else "",
        "back": _back_to(request, found),
        "trail": request.GET.urlencode(),
        "title": asked.title,
    }
    return _answer(request, "desk/act.html", "desk/_act.html", context, status=status)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Tell everything that happened to an enquiry."""
    found = enquiry_for(request.user, reference)
    context = {
        "enquiry": found,
        "lines": history_of(found, by=request.user),
        "back": _back_to(request, found),
        "title": _("History of %(reference)s") % {"reference": found.reference},
    }
    return _answer(request, "desk/history.html", "desk/_history.html", context)


@require_POST
def here(request: HttpRequest) -> JsonResponse:
    """Hear from an open page where its person is (`enquiry`, `writing`) and no longer is (`left`); tell who else is at `rows`.

    What they may not see they neither mark nor learn about. A claim of one's own is renewed while one writes.
    """
    user, visible = _who(request), visible_to(request.user)
    at, rows = request.POST.get("enquiry", "")[:40], request.POST.get("rows", "").split(",")[: presence.MOST_ROWS]
    is_writing = request.POST.get("writing") == "1"
    found = (
        visible.filter(reference=at.replace("\x00", "")).only("pk", "reference", "assignee_id").first() if at else None
    )
    if left := request.POST.get("left", "")[:40]:
        presence.leave(user, left)
    if found:
        presence.beat(user, found.reference, is_writing=is_writing)
    if found and is_writing and found.assignee_id == user.pk:
        triage.renew(enquiry_id=found.pk, by_id=user.pk, now=timezone.now())
    people = presence.present_at([*([at] if found else []), *filter(None, rows)], but=user.pk)
    seen = set(visible.filter(reference__in=people).values_list("reference", flat=True)) if people else set()
    return JsonResponse({"here": {one: presence.as_words(people[one]) for one in people if one in seen}})


def _answer(request: HttpRequest, page: str, part: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw the dialog's content for a script, and a page of its own for everybody else."""
    surrounding = frame(request, current="", now=timezone.now())
    return render(request, part if _is_script(request) else page, surrounding | context, status=status)


def _who(request: HttpRequest) -> User:
    """Name the person who asks: nobody gets here without signing in."""
    return cast(User, request.user)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Dialog") == "1"


def _back_to(request: HttpRequest, found: Enquiry) -> str:
    trail = request.GET.urlencode()
    return reverse("desk:enquiry", kwargs={"reference": found.reference}) + (f"?{trail}" if trail else "")
