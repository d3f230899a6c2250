"""The trust ladder: the board of all people, one rung with the figures and the decision, and everybody's own page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.access import rights_of
from agents.forms.trust import BuddyForm, StepForm
from agents.frame import frame
from agents.models import User
from agents.trust import buddies
from agents.trust.board import board_of, fallen, kinds_of, people_of
from agents.trust.reviewing import returns_of, reviews_of
from agents.trust.rung import hindrance_of, place_now, steps_of
from enquiries.models import Organisation, Topic
from enquiries.queries.trust import Rung, times_of
from enquiries.services.approving import trust as service

FALLEN_DAYS = 90


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show everybody's level on every channel, with the figures and what waits for a decision."""
    organisation = _supervised(request)
    return _board(request, organisation)


def _board(
    request: HttpRequest, organisation: Organisation, *, form: BuddyForm | None = None, status: int = 200
) -> HttpResponse:
    context = frame(request, current="trust", now=timezone.now())
    context |= {
        "board": board_of(organisation, now=context["now"]),
        "fallen": fallen(organisation, since=context["now"] - timedelta(days=FALLEN_DAYS)),
        "buddies": form or BuddyForm(organisation_id=organisation.pk),
        "people": people_of(organisation),
    }
    return render(request, "desk/trust.html", context, status=status)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show somebody their own levels, what is missing for the next, and what came back to them."""
    context = frame(request, current="my_trust", now=timezone.now())
    person = _signed_in(request)
    organisation = context["organisation"]
    if organisation:
        (row,) = board_of(organisation, now=context["now"], only=person).rows
        context |= {
            "row": row,
            "times": times_of(organisation.pk, author_id=person.pk, now=context["now"]),
            "reviews": reviews_of(person),
            "returns": returns_of(person),
            "learners": [pair.agent for pair in person.learners.select_related("agent").order_by("agent__name")],
        }
    return render(request, "desk/my_trust.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rung(request: HttpRequest, user_id: int, kind: str) -> HttpResponse:
    """Show one person on one channel, and take a supervisor's decision about the next step."""
    organisation = _supervised(request)
    person, topic = _person(organisation, user_id), _topic(organisation, request.GET.get("topic", ""))
    if kind not in dict(kinds_of(organisation)):
        raise Http404
    where = Rung(person.pk, kind, topic.pk if topic else None)
    if request.method != "POST":
        return _show(request, organisation, person, where, topic)
    if organisation.pk not in rights_of(request.user).supervises:
        raise PermissionDenied(_("Only a supervisor decides about trust."))
    form = StepForm(request.POST)
    if not form.is_valid():
        return _show(request, organisation, person, where, topic, form=form, status=422)
    try:
        done = _decide(organisation, where, form.cleaned_data, request.user.pk or 0)
    except service.TrustRefused as refusal:
        return _show(request, organisation, person, where, topic, form=form, refused=str(refusal), status=409)
    messages.success(request, done % {"name": person})
    return redirect("desk:trust")


def _decide(organisation: Organisation, where: Rung, sent: dict[str, Any], by_id: int) -> str:
    how: dict[str, Any] = {"organisation_id": organisation.pk, "by_id": by_id, "now": timezone.now()}
    seen = sent["seen"] or 0
    match sent["action"]:
        case "give":
            service.give_step(rung=where, seen_id=seen, level=sent["level"], **how)
            return _("Decided. The new level counts for the next reply of %(name)s.")
        case "not_yet":
            review_on, reason = sent["review_on"], sent["reason"]
            service.not_yet(rung=where, seen_id=seen, reason=reason, review_on=review_on, **how)
            return _("Kept as it is. %(name)s can read the reason.")
        case "apart":
            apart = where._replace(topic_id=sent["topic"])
            service.set_apart(rung=apart, reason=sent["reason"], **how)
            return _("The topic has a level of its own now, from the bottom, for %(name)s.")
    service.take_back(rung=where, reason=sent["reason"], **how)
    return _("From now on every reply of %(name)s on this channel is checked.")


def _show(
    request: HttpRequest,
    organisation: Organisation,
    person: User,
    where: Rung,
    topic: Topic | None,
    *,
    form: StepForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context = frame(request, current="trust", now=timezone.now())
    context |= {
        "place": place_now(organisation, person, where, topic=topic, now=context["now"]),
        "form": form or StepForm(),
        "refused": refused,
        "steps": steps_of(organisation, where),
        "topics": organisation.topics.order_by("position", "name"),
        "hindrance": hindrance_of(request.user, organisation, person),
        "latest": context["now"].date() + timedelta(days=91),
    }
    return render(request, "desk/trust_step.html", context, status=status)


@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """Set or end who reads along with whom."""
    organisation = _supervised(request)
    if organisation.pk not in rights_of(request.user).supervises:
        raise PermissionDenied(_("Only a supervisor makes pairs."))
    form = BuddyForm(request.POST, organisation_id=organisation.pk)
    if not form.is_valid():
        return _board(request, organisation, form=form, status=422)
    agent, buddy = form.cleaned_data["agent"], form.cleaned_data["buddy"]
    buddies.pair(agent=agent, buddy=buddy, by=_signed_in(request), organisation_id=organisation.pk, now=timezone.now())
    named = {"agent": agent, "buddy": buddy}
    said = _("%(buddy)s reads along with %(agent)s now.") if buddy else _("Nobody reads along with %(agent)s any more.")
    messages.success(request, said % named)
    return redirect("desk:trust")


def _supervised(request: HttpRequest) -> Organisation:
    """Find the organisation whose people somebody looks after. Raises PermissionDenied for everybody else."""
    rights = rights_of(request.user)
    there = rights.supervises | rights.administers
    if rights.home and rights.home.pk in there:
        return rights.home
    found = Organisation.objects.filter(pk__in=there).order_by("pk").first()
    if found is None:
        raise PermissionDenied(_("Only supervisors see everybody’s levels. Your own are on your own page."))
    return found


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - every page of the desk is for people who are signed in
    return request.user


def _person(organisation: Organisation, user_id: int) -> User:
    person = next((one for one in people_of(organisation) if one.pk == user_id), None)
    if person is None:
        raise Http404
    return person


def _topic(organisation: Organisation, number: str) -> Topic | None:
    if not number:
        return None
    topic = organisation.topics.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if topic is None:
        raise Http404
    return topic
