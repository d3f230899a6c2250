"""Who asks, and the names behind the numbers that acts are given."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from agents.models import Membership, User
from api.description import reads
from api.models import Scope
from api.shapes import around as shapes
from api.views.door import Door

ANY = frozenset(Scope.values)
ACTS_AS_SOMEBODY = ANY - {Scope.SUBMIT.value}


class Me(Door):
    """Who asks."""

    scopes = {"GET": ANY}

    @reads("read_me", "Say who asks", scopes=["any"], answer=shapes.Me)
    def get(self, request: Request) -> Response:
        """Tell the scopes of the token, and the roles of its person today."""
        caller = self.caller_of(request)
        token, person = caller.token, caller.person
        held = Membership.objects.filter(user=person, organisation__in=caller.organisations)
        roles = list(held.select_related("team").order_by("pk")) if person else []
        organisation = token.organisation.name if token else None
        found = {
            "scopes": sorted(caller.scopes),
            "organisation": organisation,
            "person": person,
            "roles": roles,
            "expires_at": token.expires_at if token else None,
        }
        return Response(shapes.Me(found).data)


class Directory(Door):
    """The names behind the numbers."""

    scopes = {"GET": ACTS_AS_SOMEBODY}

    @reads(
        "read_directory",
        "Read the names behind the numbers",
        scopes=["any but enquiries:submit"],
        about="Teams, topics, colleagues and accounts of the organisation.",
        answer=shapes.Directory,
        may=[404],
    )
    def get(self, request: Request) -> Response:
        """Tell teams, topics, colleagues and accounts."""
        organisation = self.caller_of(request).organisation
        people = User.objects.filter(memberships__organisation=organisation, is_active=True).distinct()
        found = {
            "teams": organisation.teams.order_by("name"),
            "topics": organisation.topics.order_by("position", "name"),
            "people": people.order_by("name", "pk"),
            "accounts": organisation.accounts.filter(is_active=True).order_by("pk"),
        }
        return Response(shapes.Directory(found).data)
