"""Words for listening, for what stands around a post, and for what is hidden. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from agents.listening import changes
from agents.listening.offered import may_be_asked
from enquiries.models import Message
from enquiries.queries.surroundings import has_surroundings

register = template.Library()


@register.filter
def every(seconds: int) -> str:
    """Say how often something is done that is done every so many seconds."""
    return changes.every(seconds)


@register.filter
def may_moderate(message: Message) -> bool:
    """Say whether hiding is worth offering at a message."""
    return may_be_asked(message)


@register.filter
def tells_around(inbound: Iterable[Message]) -> bool:
    """Say whether something may stand around one of these messages that can be shown."""
    return any(has_surroundings(message) for message in inbound or ())
