"""The page of substitutes: who stands in for which team, what they are asked about now, and naming or ending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agents.access import visible_to
from agents.approving import substituting
from agents.approving.leading import led_by
from agents.forms.substitutes import StandInForm
from agents.frame import frame
from agents.models import Substitution


@require_http_methods(["GET", "HEAD", "POST"])
def substitutes(request: HttpRequest) -> HttpResponse:
    """Show who stands in; name somebody for a team of one's own."""
    led_by(request.user)
    context = frame(request, current="substitutes", now=timezone.now())
    form = _form(request)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _name(request, form, context):
            return redirect("desk:substitutes")
        status = 422
    organisation = led_by(request.user)
    context |= {
        "form": form,
        "covers": substituting.covers(request.user, organisation.pk, now=context["now"]),
        "late": substituting.late_replies(visible_to(request.user)),
    }
    return render(request, "desk/substitutes.html", context, status=status)


def _form(request: HttpRequest) -> StandInForm:
    organisation = led_by(request.user)
    return StandInForm(
        request.POST if request.method == "POST" else None,
        teams=substituting.teams_led_by(request.user, organisation.pk),
        people=substituting.supervisors_of(organisation.pk),
    )


def _name(request: HttpRequest, form: StandInForm, context: dict[str, Any]) -> bool:
    sent, now = form.cleaned_data, context["now"]
    starts_at, ends_at = form.span(context["zone"], now=now)
    try:
        made = substituting.stand_in(
            team=sent["team"],
            user=sent["user"],
            starts_at=starts_at,
            ends_at=ends_at,
            only_when_late=sent["when"] == "late",
            by_id=request.user.pk or 0,
            now=now,
        )
    except substituting.CannotStandIn as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("%(name)s stands in for %(team)s.") % {"name": made.user, "team": made.team})
    return True


@require_POST
def end_substitution(request: HttpRequest, substitution_id: int) -> HttpResponse:
    """Let somebody stand in no more."""
    organisation = led_by(request.user)
    ours = Substitution.objects.filter(team__organisation=organisation).select_related("user", "team")
    found = get_object_or_404(ours, pk=substitution_id)
    if not substituting.teams_led_by(request.user, organisation.pk).filter(pk=found.team_id).exists():
        raise Http404
    substituting.end(substitution=found, by_id=request.user.pk or 0, now=timezone.now())
    messages.success(request, _("%(name)s stands in for %(team)s no more.") % {"name": found.user, "team": found.team})
    return redirect("desk:substitutes")
