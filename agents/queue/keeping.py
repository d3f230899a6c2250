"""Keeping a look at the queue under a name: one's own, or shared with a team; for the desk and for programs."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from agents.models import SavedFilter
from agents.queue.listing import selection
from enquiries.models import Team


class CannotKeep(Exception):
    """This filter cannot be kept like this. The message says why."""


def teams_to_share_with(user: Person) -> QuerySet[Team]:
    """Keep the teams that somebody may share a filter with: their own."""
    return Team.objects.filter(pk__in=rights_of(user).teams)


def only_what_is_known(user: Person, query: str, *, now: datetime) -> str:
    """Keep view and filters that exist, without place and sort: what is kept today must still work tomorrow."""
    found = selection(user, QueryDict(query), now=now)
    view = [("view", found.asked.view.value)] if found.asked.view else []
    return urlencode(view + [(name, value) for name, values in found.chosen.items() for value in values])


def keep(*, owner_id: int, name: str, query: str, team: Team | None) -> SavedFilter:
    """Keep a filter. The same name again replaces what was kept under it."""
    held, _is_new = SavedFilter.objects.update_or_create(
        owner_id=owner_id, name=name, defaults={"query": query, "team": team}
    )
    return held


def change(held: SavedFilter, *, name: str, team: Team | None) -> SavedFilter:
    """Give one's own filter another name, or share it with another team or nobody. Raises CannotKeep for a name in use."""
    held.name, held.team = name, team
    try:
        with transaction.atomic():
            held.save(update_fields=["name", "team"])
    except IntegrityError as error:
        raise CannotKeep(_("You have kept another filter under this name. Choose another one.")) from error
    return held
