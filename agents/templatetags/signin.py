"""What the pages of signing in ask: is there single sign-on, may one use a password, must one have a second factor."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from agents.models import User
from agents.signing_in.second_factor.asking import Standing, standing_of

register = template.Library()


@register.simple_tag
def single_sign_on() -> Any:
    """Give the settings of single sign-on, or None where there is none."""
    return settings.OIDC if settings.OIDC.issuer else None


@register.simple_tag
def opens_by_password() -> bool:
    """Say whether the form for passwords is shown."""
    return not settings.OIDC.only or settings.OIDC.break_glass


@register.simple_tag(takes_context=True)
def second_factor(context: dict[str, Any]) -> Standing:
    """Tell what is asked of the person who looks, and what they have."""
    user = context["request"].user
    return standing_of(user) if isinstance(user, User) else Standing(must=False, has=False)
