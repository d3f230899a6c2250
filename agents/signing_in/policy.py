"""Who must sign in with a second factor, as each organisation wants it; loaded by `agents.apps`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import Role
from enquiries.models import Organisation

LEADERS = (Role.SUPERVISOR, Role.ADMIN)


class SignInPolicy(models.Model):
    """Who must sign in with a second factor. An organisation without a row asks nobody."""

    class For(models.TextChoices):
        """Whom an organisation asks for a second factor."""

        NOBODY = "NOBODY", _("nobody")
        LEADERS = "LEADERS", _("supervisors and administrators")
        EVERYBODY = "EVERYBODY", _("everybody")

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="sign_in_policy")
    second_factor_for = models.CharField(
        _("second factor required for"), max_length=12, choices=For, default=For.NOBODY
    )

    class Meta:
        verbose_name = _("sign-in policy")
        verbose_name_plural = _("sign-in policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(second_factor_for__in=["NOBODY", "LEADERS", "EVERYBODY"]), name="second_factor_for_somebody"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_second_factor_for_display()}"


def asked_of(role: str, *, whom: str | None) -> bool:
    """Say whether who asks `whom` for a second factor asks people of this role. None: there is no policy."""
    if whom == SignInPolicy.For.LEADERS:
        return role in LEADERS
    return whom == SignInPolicy.For.EVERYBODY
