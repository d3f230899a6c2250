"""One act on many enquiries: what was ticked, or all that match. First a page that counts, then batches that are told.

Each request does one batch, so that none runs long; the page asks for the next one by itself, or by its button. What has
been done so far travels, signed, with the form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.access import rights_of, visible_to
from agents.forms.bulk import ACTS, BulkForm
from agents.frame import frame
from agents.queue import many
from agents.queue.listing import Selection, selection, trail_of
from agents.queue.many import MOST_TICKED, Plan
from enquiries.models import Enquiry


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Count what an act would touch, then do it a batch at a time."""
    if request.method == "POST":
        return _go_on(request)
    act = request.GET.get("act", "")
    if act not in ACTS:
        raise Http404
    ids = [int(one) for one in request.GET.getlist("id") if one.isascii() and one.isdigit() and len(one) < 19]
    is_all = request.GET.get("all") == "1"
    # What the list leaves out is left out of the plan: so it shows later whether all of it still means something.
    query = urlencode(trail_of(_listed(request, request.GET.get("filter", "")[:2000])))
    plan = Plan(act=act, is_all=is_all, query=query, ids=[] if is_all else ids[:MOST_TICKED])
    found = _meant(request, plan)
    plan = many.counted(plan, found)
    form = BulkForm(act=act, organisations=rights_of(request.user).organisations)
    return _ask(request, plan, form, found)


def _meant(request: HttpRequest, plan: Plan) -> QuerySet[Enquiry]:
    """Select what a plan is about, of what somebody may see."""
    if not plan.is_all:
        return visible_to(request.user).filter(pk__in=plan.ids, merged_into__isnull=True)
    return _listed(request, plan.query).enquiries


def _listed(request: HttpRequest, query: str) -> Selection:
    return selection(request.user, QueryDict(query), now=timezone.now())


def _is_narrowed_no_more(request: HttpRequest, plan: Plan) -> bool:
    """Say whether something that the filter names is gone since it was counted: a list leaves that out and grows."""
    return plan.is_all and bool(_listed(request, plan.query).ignored)


def _stopped(plan: Plan) -> Plan:
    """Leave alone all that is still to be done, and say why."""
    rest = plan.total - plan.done - sum(plan.refused.values())
    why = _("Something that the list was filtered by is not there any more. Filter it anew, then count again.")
    return replace(plan, refused=plan.refused | {why: rest}) if rest > 0 else plan


def _ask(
    request: HttpRequest, plan: Plan, form: BulkForm, found: QuerySet[Enquiry], *, status: int = 200
) -> HttpResponse:
    states = dict(Enquiry.State.choices)
    context: dict[str, Any] = {
        "sample": many.sample_of(found),
        "more": max(0, plan.total - many.SAMPLE),
        "by_state": [(states[state], n) for state, n in many.by_state(found)],
    }
    return _page(request, plan, status=status, form=form, is_question=True, **context)


def _go_on(request: HttpRequest) -> HttpResponse:
    plan = _read(request)
    if _is_narrowed_no_more(request, plan):
        return _page(request, _stopped(plan), is_over=True)
    form = BulkForm(request.POST, act=plan.act, organisations=rights_of(request.user).organisations)
    found = _meant(request, plan).filter(pk__lte=plan.upto)
    if not form.is_valid():
        return _ask(request, plan, form, found, status=422)
    surrounding = frame(request, current="", now=timezone.now())
    act = form.as_act(by_id=request.user.pk or 0, zone=surrounding["zone"], now=timezone.now())
    plan, is_over = many.next_batch(plan, found, act)
    return _page(request, plan, form=form, is_over=is_over, surrounding=surrounding)


def _read(request: HttpRequest) -> Plan:
    """Read the plan that our own page carries. What nobody of us signed is no plan."""
    try:
        return many.read(request.POST.get("plan", ""), salt=_salt(request))
    except many.NoPlan as error:
        raise Http404 from error


def _salt(request: HttpRequest) -> str:
    """A plan is for whoever counted."""
    return f"desk.bulk.{request.user.pk}"


def _page(
    request: HttpRequest, plan: Plan, *, status: int = 200, surrounding: dict[str, Any] | None = None, **context: Any
) -> HttpResponse:
    refused = sum(plan.refused.values())
    values = {
        "plan": plan,
        "signed": many.signed(plan, salt=_salt(request)),
        "what": ACTS[plan.act],
        "title": ACTS[plan.act],
        "handled": plan.done + refused,
        "refused_total": refused,
    }
    held = surrounding or frame(request, current="", now=timezone.now())
    return render(request, "desk/bulk.html", held | values | context, status=status)
