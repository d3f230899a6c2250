"""Who stands in for a team while its supervisors are away or slow."""

from __future__ import annotations

from http import HTTPStatus

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from agents.approving import substituting
from agents.models import Substitution
from api.description import acts, reads
from api.keys import Answered
from api.models import Scope
from api.problems import Unprocessable
from api.shapes import attention as shapes
from api.views.door import Door, given

SUPERVISE = frozenset([Scope.SUPERVISE.value])


class Substitutes(Door):
    """Who stands in."""

    scopes = {"GET": SUPERVISE, "POST": SUPERVISE}

    @reads(
        "list_substitutes",
        "List who stands in for which team",
        scopes=SUPERVISE,
        about="Now and later. For supervisors and administrators.",
        answer=shapes.CoverPage,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """List every team with its substitutes."""
        caller = self.caller_of(request)
        rows = substituting.covers(caller.who, caller.led().pk, now=timezone.now())
        return Response({"results": shapes.Cover(rows, many=True).data})

    @acts(
        "name_substitute",
        "Let somebody stand in for a team",
        scopes=SUPERVISE,
        about="A supervisor of another team, for a team of the caller's own; administrators for every team.",
        body=shapes.NewStandIn,
        example={"team": 5, "user": 12, "only_when_late": False, "ends_at": "2026-12-31T23:00:00Z"},
        answers={201: shapes.StandIn},
        may=[404],
    )
    def post(self, request: Request) -> Response:
        """Name them, once for each key."""
        caller, sent = self.caller_of(request), self.sent(request, shapes.NewStandIn)

        def name() -> Answered:
            organisation, now = caller.led(), timezone.now()
            if not sent["only_when_late"] and sent["ends_at"] is None:
                raise Unprocessable(
                    {"ends_at": [_("Say until when: who stands in for everything does so for a time.")]}
                )
            teams = substituting.teams_led_by(caller.who, organisation.pk)
            people = substituting.supervisors_of(organisation.pk)
            made = substituting.stand_in(
                team=given(teams.filter(pk=sent["team"]).first(), "team", _("This is no team of yours.")),
                user=given(people.filter(pk=sent["user"]).first(), "user", _("There is no such supervisor.")),
                starts_at=max(sent["starts_at"] or now, now),
                ends_at=sent["ends_at"],
                only_when_late=sent["only_when_late"],
                by_id=caller.by_id,
                now=now,
            )
            return Answered(status=HTTPStatus.CREATED, body=dict(shapes.StandIn(made).data))

        return self.once(request, name)


class EndSubstitute(Door):
    """Standing in no more."""

    scopes = {"POST": SUPERVISE}

    @acts(
        "end_substitute",
        "Let somebody stand in no more",
        scopes=SUPERVISE,
        body=None,
        answers={200: shapes.Ended},
        may=[404],
    )
    def post(self, request: Request, substitution_id: int) -> Response:
        """End it, once for each key."""
        caller = self.caller_of(request)

        def end() -> Answered:
            teams = substituting.teams_led_by(caller.who, caller.led().pk)
            found = get_object_or_404(Substitution, pk=substitution_id, team__in=teams)
            substituting.end(substitution=found, by_id=caller.by_id, now=timezone.now())
            return Answered(status=HTTPStatus.OK, body={"id": substitution_id})

        return self.once(request, end)
