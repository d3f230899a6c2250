"""The pages on which standard answers are kept: the list, one with its versions, writing, approving, renewing, retiring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import rights_of, standard_for, standards_visible_to
from agents.approving.changes import changes
from agents.forms.standards import ApproveForm, HeadForm, RenewForm, head_form, variants
from agents.frame import frame
from agents.writing.standards import gaps, mark_of, variants_of
from enquiries.models import Organisation, StandardAnswer, StandardAnswerVersion
from enquiries.queries.standards import Standing, lines_of, standing_of, supervises_in, usage_of, versions_of
from enquiries.services.standard_answers import standards as service

MOST_VERSIONS = 20
GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """List the standard answers: what needs somebody comes first."""
    context = frame(request, current="standards", now=timezone.now())
    rows = standards_visible_to(request.user)
    shows_retired = request.GET.get("retired") == "1"
    lines = lines_of(
        rows if shows_retired else rows.filter(retired_at__isnull=True),
        today=_today(context["organisation"], context["now"]),
        now=context["now"],
    )
    context |= {
        "lines": [(line, _mark(line.answer, line.standing, context["now"])) for line in lines],
        "shows_retired": shows_retired,
        "may_write": _writes_somewhere(request),
        "to_look_at": sum(line.standing in (Standing.EXPIRED, Standing.EXPIRING) for line in lines),
    }
    return render(request, "desk/standards.html", context)


@require_safe
def standard(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Show one standard answer: its words, what waits for approval, how it is used, and its versions."""
    return _show(request, standard_for(request.user, answer_id))


def _show(
    request: HttpRequest, answer: StandardAnswer, *, renewal: RenewForm | None = None, status: int = 200
) -> HttpResponse:
    context = frame(request, current="standards", now=timezone.now())
    versions = versions_of(answer)[:MOST_VERSIONS]
    approved = next((version for version in versions if version.approved_at), None)
    newest = versions[0] if versions else None
    waiting = newest if newest and not newest.approved_at and not answer.retired_at else None
    standing = standing_of(answer, is_approved=approved is not None, today=_today(answer.organisation, context["now"]))
    proposed = variants_of(waiting, before=approved) if waiting else []
    is_supervisor = supervises_in(user_id=request.user.pk or 0, organisation_id=answer.organisation_id)
    context |= {
        "answer": answer,
        "mark": _mark(answer, standing, context["now"]),
        "approved": approved,
        "approved_texts": variants_of(approved) if approved else [],
        "waiting": waiting,
        "waiting_texts": [one for one in proposed if one.runs or not approved],
        "same_texts": [one for one in proposed if approved and not one.runs],
        "versions": _history(versions),
        "usage": usage_of([answer.pk], now=context["now"]).get(answer.pk),
        "may_write": service.may_write(answer, request.user.pk or 0) and not answer.retired_at,
        "may_approve": waiting is not None and is_supervisor and waiting.author_id != request.user.pk,
        "is_author": waiting is not None and waiting.author_id == request.user.pk,
        "renewal": renewal or RenewForm(initial={"until": answer.expires_on}),
    }
    return render(request, "desk/standard.html", context, status=status)


def _history(versions: list[StandardAnswerVersion]) -> list[dict[str, Any]]:
    """Put each version beside what it changed."""
    pairs = zip(versions, [*versions[1:], None], strict=True)
    return [{"version": one, "texts": variants_of(one, before=before)} for one, before in pairs]


@require_http_methods(GET_AND_POST)
def standard_new(request: HttpRequest) -> HttpResponse:
    """Write a new standard answer. It can be inserted once another supervisor has approved it."""
    organisation = _home_of_writer(request)
    if request.method != "POST":
        return _form(request, organisation, head_form(organisation), variants(organisation))
    head, texts = head_form(organisation, data=request.POST), variants(organisation, data=request.POST)

    def keep(now: datetime) -> int:
        added = service.add(
            organisation=organisation, head=head.head(), texts=texts.texts(), by_id=request.user.pk or 0, now=now
        )
        return added.pk

    return _keep(request, organisation, head, texts, keep)


@require_http_methods(GET_AND_POST)
def standard_edit(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Write a new version. The approved one goes on being inserted until the new one is approved."""
    answer = standard_for(request.user, answer_id)
    if not service.may_write(answer, request.user.pk or 0):
        raise PermissionDenied(_("Only its owner and supervisors may change a standard answer."))
    organisation = answer.organisation
    newest = answer.versions.order_by("-n").first()
    if request.method != "POST":
        head = head_form(organisation, answer=answer, seen=newest.n if newest else 0)
        texts = variants(organisation, texts=newest.texts if newest else None)
        return _form(request, organisation, head, texts, answer=answer)
    head, texts = head_form(organisation, data=request.POST), variants(organisation, data=request.POST)

    def keep(now: datetime) -> int:
        service.write_version(
            answer_id=answer.pk,
            texts=texts.texts(),
            by_id=request.user.pk or 0,
            now=now,
            seen_n=head.cleaned_data["seen"] or 0,
            head=head.head(),
        )
        return answer.pk

    return _keep(request, organisation, head, texts, keep, answer=answer)


def _keep(
    request: HttpRequest,
    organisation: Organisation,
    head: HeadForm,
    texts: Any,
    keep: Callable[[datetime], int],
    *,
    answer: StandardAnswer | None = None,
) -> HttpResponse:
    """Keep what was sent, or show it again with what is wrong beside it: no word is lost."""
    if not (head.is_valid() and texts.is_valid()):
        return _form(request, organisation, head, texts, answer=answer, status=422)
    try:
        kept = keep(timezone.now())
    except service.NewerWords as newer:
        return _form(request, organisation, head, texts, answer=answer, newer=newer.version, status=409)
    except service.FaultyTexts as faulty:
        _put_beside(texts, faulty)
        return _form(request, organisation, head, texts, answer=answer, error=str(faulty), status=422)
    except service.StandardRefused as refusal:
        return _form(request, organisation, head, texts, answer=answer, error=str(refusal), status=422)
    messages.success(request, _("Kept. Another supervisor has to approve new words before anybody can insert them."))
    return redirect("desk:standard", answer_id=kept)


def _put_beside(texts: Any, faulty: service.FaultyTexts) -> None:
    """Put each fault beside the text it is about."""
    for form in texts.forms:
        sent = form.cleaned_data
        for fault in faulty.faults:
            if (fault.kind, fault.language) == (sent.get("kind"), sent.get("language")) and sent.get("text"):
                form.add_error("text", fault.sentence)


def _form(
    request: HttpRequest,
    organisation: Organisation,
    head: HeadForm,
    texts: Any,
    *,
    answer: StandardAnswer | None = None,
    newer: StandardAnswerVersion | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = frame(request, current="standards", now=timezone.now())
    context |= {
        "organisation": organisation,
        "answer": answer,
        "head": head,
        "texts": texts,
        "gaps": gaps(),
        "error": error,
        "newer": newer,
        "newer_texts": _against_mine(newer, texts) if newer else [],
        "seen": newer.n if newer else head["seen"].value() or 0,
    }
    return render(request, "desk/standard_edit.html", context, status=status)


def _against_mine(newer: StandardAnswerVersion, texts: Any) -> list[dict[str, Any]]:
    """Show the newer words against those that were just typed."""
    mine = texts.texts()
    return [
        {"label": one.label, "runs": changes(mine.get(one.kind, {}).get(one.language, ""), one.text)}
        for one in variants_of(newer)
    ]


@require_POST
def standard_approve(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Let people insert exactly the version that was read."""
    answer = standard_for(request.user, answer_id)
    _require_supervisor(request, answer)
    form = ApproveForm(request.POST)
    version = answer.versions.filter(pk=form.cleaned_data["version"]).first() if form.is_valid() else None
    if version is None:
        messages.error(request, _("That version is not part of this answer. Nothing was approved."))
        return _back(answer)

    def approve(now: datetime) -> None:
        service.approve_version(version_id=version.pk, by_id=request.user.pk or 0, now=now)

    return _act(request, answer, approve, _("Approved. From now on these words are inserted."))


@require_POST
def standard_renew(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Say until when the words are right."""
    answer = standard_for(request.user, answer_id)
    _require_writer(request, answer)
    form = RenewForm(request.POST)
    if not form.is_valid():
        return _show(request, answer, renewal=form, status=422)

    def renew(now: datetime) -> None:
        service.renew(answer_id=answer.pk, until=form.cleaned_data["until"], by_id=request.user.pk or 0, now=now)

    return _act(request, answer, renew, _("Renewed."))


@require_POST
def standard_retire(request: HttpRequest, answer_id: int) -> HttpResponse:
    """Take it out of use."""
    answer = standard_for(request.user, answer_id)
    _require_writer(request, answer)

    def retire(now: datetime) -> None:
        service.retire(answer_id=answer.pk, by_id=request.user.pk or 0, now=now)

    return _act(request, answer, retire, _("Out of use. What it said stays readable here."))


def _act(request: HttpRequest, answer: StandardAnswer, act: Callable[[datetime], None], done: str) -> HttpResponse:
    try:
        act(timezone.now())
    except service.StandardRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return _back(answer)


def _back(answer: StandardAnswer) -> HttpResponse:
    return redirect(reverse("desk:standard", args=[answer.pk]))


def _require_writer(request: HttpRequest, answer: StandardAnswer) -> None:
    if not service.may_write(answer, request.user.pk or 0):
        raise PermissionDenied(_("Only its owner and supervisors may change a standard answer."))


def _require_supervisor(request: HttpRequest, answer: StandardAnswer) -> None:
    if not supervises_in(user_id=request.user.pk or 0, organisation_id=answer.organisation_id):
        raise PermissionDenied(_("Only a supervisor may approve a standard answer."))


def _home_of_writer(request: HttpRequest) -> Organisation:
    """Find the organisation for which this person may write. Raises PermissionDenied."""
    home = rights_of(request.user).home
    if home is None or not supervises_in(user_id=request.user.pk or 0, organisation_id=home.pk):
        raise PermissionDenied(_("Only supervisors write standard answers."))
    return home


def _writes_somewhere(request: HttpRequest) -> bool:
    home = rights_of(request.user).home
    return home is not None and supervises_in(user_id=request.user.pk or 0, organisation_id=home.pk)


def _today(organisation: Organisation | None, now: datetime) -> date:
    return now.astimezone(ZoneInfo(organisation.time_zone if organisation else "UTC")).date()


def _mark(answer: StandardAnswer, standing: Standing, now: datetime) -> Any:
    return mark_of(standing, answer.expires_on, today=_today(answer.organisation, now))
