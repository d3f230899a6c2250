"""One act on many enquiries: what was ticked, or all that match. First a page that counts, then batches that are told.

Each request does one batch, so that none runs long; the page asks for the next one by itself, or by its button. What has
been done so far travels, signed, with the form.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agents.access import rights_of, visible_to
from agents.forms.bulk import ACTS, BulkForm
from agents.frame import frame
from agents.queue import many
from agents.queue.listing import selection
from agents.queue.many import MOST_TICKED, Plan
from enquiries.models import Enquiry

SALT = "desk.bulk"


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
    plan = Plan(
        act=act, is_all=is_all, query=request.GET.get("filter", "")[:2000], ids=[] if is_all else ids[:MOST_TICKED]
    )
    found = _meant(request, plan)
    plan = many.counted(plan, found)
    form = BulkForm(act=act, organisations=rights_of(request.user).organisations)
    return _ask(request, plan, form, found)


def _meant(request: HttpRequest, plan: Plan) -> QuerySet[Enquiry]:
    """Select what a plan is about, of what somebody may see."""
    if not plan.is_all:
        return visible_to(request.user).filter(pk__in=plan.ids, merged_into__isnull=True)
    return selection(request.user, QueryDict(plan.query), now=timezone.now()).enquiries


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
        return many.read(request.POST.get("plan", ""), salt=SALT)
    except many.NoPlan as error:
        raise Http404 from error


def _page(
    request: HttpRequest, plan: Plan, *, status: int = 200, surrounding: dict[str, Any] | None = None, **context: Any
) -> HttpResponse:
    refused = sum(plan.refused.values())
    values = {
        "plan": plan,
        "signed": many.signed(plan, salt=SALT),
        "what": ACTS[plan.act],
        "title": ACTS[plan.act],
        "handled": plan.done + refused,
        "refused_total": refused,
    }
    held = surrounding or frame(request, current="", now=timezone.now())
    return render(request, "desk/bulk.html", held | values | context, status=status)
