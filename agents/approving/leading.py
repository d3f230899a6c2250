"""Who may set how the organisation works: its policy, what stands still, who stands in. Supervisors and administrators."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from agents.access import Person, rights_of
from enquiries.models import Organisation


def leads(user: Person) -> bool:
    """Say whether somebody supervises or administers the organisation whose desk they sit at."""
    rights = rights_of(user)
    return rights.home is not None and rights.home.pk in rights.supervises | rights.administers


def home_of(user: Person) -> Organisation:
    """Give the organisation whose desk somebody sits at. Raises Http404 for who works nowhere."""
    home = rights_of(user).home
    if home is None:
        raise Http404
    return home


def led_by(user: Person) -> Organisation:
    """Give the organisation for those who lead it. Raises PermissionDenied for its other members."""
    home = home_of(user)
    if not leads(user):
        raise PermissionDenied(_("Only supervisors and administrators may do this."))
    return home
