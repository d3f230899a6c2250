"""What only the approval pages need in their templates."""

from __future__ import annotations

from collections.abc import Collection

from django import template

from agents.finds import REASONS
from enquiries.rules.personal_data import Find

register = template.Library()


@register.filter
def reason_of(find: Find) -> str:
    """Say why a place is marked."""
    return str(REASONS[find.kind])


@register.filter
def is_in(find: Find, accepted: Collection[tuple[str, str]]) -> bool:
    """Tell whether a find was accepted in the form that came back."""
    return (find.kind.value, find.key) in accepted
