"""The bar that leads a newcomer through the demo: desk, admin, simulators, mailbox, and one-click sign-ins."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """Somewhere the bar leads to: by a link, or by a form that signs in."""

    label: str | Promise
    address: str


SIMULATORS = {"x": _("Simulated X"), "facebook": _("Simulated Facebook"), "mailbox": _("Mailboxes")}
ROLES = {"agent": _("Agent"), "supervisor": _("Supervisor"), "admin": _("Administrator")}


def demo_bar(request: HttpRequest) -> dict[str, object]:
    """Put the demo's addresses into each page as `demo`; nothing outside the demo.

    `demo` is {"links": [Place], "sign_ins": [Place], "simulators": {name: address}}.
    """
    if settings.MODE != "demo":
        return {}
    return {"demo": {"simulators": settings.SIMULATORS, "links": _links(), "sign_ins": _sign_ins()}}


def _links() -> list[Place]:
    ours = [
        Place(_("Public site"), "/"),
        Place(_("Desk"), settings.LOGIN_REDIRECT_URL),
        Place(_("Admin"), reverse("admin:index")),
    ]
    simulated = [Place(label, settings.SIMULATORS[name]) for name, label in SIMULATORS.items()]
    return ours + [place for place in simulated if place.address]


def _sign_ins() -> list[Place]:
    return [Place(label, reverse("demo_sign_in", kwargs={"role": role})) for role, label in ROLES.items()]
