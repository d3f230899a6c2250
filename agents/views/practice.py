"""The training room: enquiries to practise on, one's own attempts, and what colleagues said about them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents.access import rights_of
from agents.frame import frame
from enquiries.models import Enquiry, Organisation, ReplyVersion, Review, Team
from enquiries.services.approving import reviewing
from practice import starting
from practice.scenarios import SCENARIOS, Scenario, UnknownScenario

MOST_ATTEMPTS = 30


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One enquiry that somebody practised on, with the newest wording of their own and the look at it."""

    enquiry: Enquiry
    scenario: Scenario | None
    version: ReplyVersion | None
    review: Review | None


@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """List the scenarios and what somebody has practised so far."""
    context = frame(request, current="training", now=timezone.now())
    organisation = context["organisation"]
    attempts = _attempts(request.user.pk or 0, organisation) if organisation else []
    tried = {attempt.scenario.key for attempt in attempts if attempt.scenario}
    context |= {
        "scenarios": [(scenario, scenario.key in tried) for scenario in SCENARIOS],
        "attempts": attempts,
        "tried": len(tried),
    }
    return render(request, "desk/practice.html", context)


@require_POST
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Let a scenario arrive, and lead to it."""
    organisation, team = _place_of(request)
    try:
        enquiry = starting.start(
            key=key, organisation=organisation, learner_id=request.user.pk or 0, team=team, now=timezone.now()
        )
    except UnknownScenario:
        raise Http404 from None
    except starting.EnoughOpen:
        messages.error(request, _("You have ten open practice enquiries. Finish or close one first."))
        return redirect("desk:practice")
    messages.success(request, _("It is yours. Answer it as you would answer a citizen: nothing of it reaches anybody."))
    return redirect("desk:enquiry", reference=enquiry.reference)


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for a look at one's newest wording of a practice reply: by the buddy or a supervisor of the team."""
    organisation, _team = _place_of(request)
    me = request.user.pk or 0
    enquiry = get_object_or_404(starting.attempts_of(me, organisation.pk), reference=reference.replace("\x00", ""))
    version = ReplyVersion.objects.filter(reply__enquiry=enquiry, author_id=me).order_by("-pk").first()
    if version is None:
        messages.error(request, _("Write a reply first, then ask for a look at it."))
        return redirect("desk:enquiry", reference=enquiry.reference)
    reviewing.ask_coaching(version_id=version.pk, by_id=me, now=timezone.now())
    messages.success(request, _("Asked. Your buddy or a supervisor looks at it, and you read here what they say."))
    return redirect("desk:practice")


def _attempts(learner_id: int, organisation: Organisation) -> list[Attempt]:
    enquiries = list(starting.attempts_of(learner_id, organisation.pk)[:MOST_ATTEMPTS])
    versions = ReplyVersion.objects.filter(reply__enquiry__in=enquiries, author_id=learner_id)
    newest = {version.reply.enquiry_id: version for version in versions.select_related("reply").order_by("pk")}
    looks = Review.objects.filter(version__reply__enquiry__in=enquiries, author_id=learner_id)
    seen = {
        look.version.reply.enquiry_id: look
        for look in looks.select_related("version__reply", "reviewer").order_by("pk")
    }
    return [
        Attempt(
            enquiry=enquiry,
            scenario=starting.scenario_of(enquiry.practised_as),  # type: ignore[attr-defined]
            version=newest.get(enquiry.pk),
            review=seen.get(enquiry.pk),
        )
        for enquiry in enquiries
    ]


def _place_of(request: HttpRequest) -> tuple[Organisation, Team]:
    """Find where somebody practises: in their first team, so that its supervisors approve. Raises Http404 without one."""
    rights = rights_of(request.user)
    if rights.home is None:
        raise Http404
    own = Team.objects.filter(memberships__user=request.user.pk, organisation=rights.home)
    team = own.order_by("memberships__pk").first() or rights.home.teams.order_by("pk").first()
    if team is None:
        raise Http404
    return rights.home, team
