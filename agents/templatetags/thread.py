"""What a thread tells of its messages: their sender, their older words, what became of them on their platform. No database."""

from __future__ import annotations

from datetime import datetime

from django import template

from agents import platform_words, timing
from agents.approving.changes import Run, changes
from agents.platform_words import Trust
from enquiries.models import Message
from enquiries.queries.said import Became, Said
from enquiries.queries.thread import Answered
from enquiries.registry import label_of

register = template.Library()
EXACT = "l j F Y, H:i"
MOST_COMPARED = 5000
"""Longer words are shown whole: comparing them would take seconds."""


@register.filter
def trust_of(message: Message) -> Trust | None:
    """Say what is known of the sender of a mail; None for what is no mail."""
    return platform_words.trust_of(message)


@register.simple_tag(takes_context=True)
def blanked(context: template.Context, message: Message, entry: Said | None = None) -> str:
    """Say that the words of a message are gone, since when, and what stays."""
    gone = entry.gone if isinstance(entry, Said) else None
    at = gone.at if gone else message.blanked_at
    return platform_words.blanked_in_words(message, gone, when=_written(context, at)) if at else ""


@register.simple_tag(takes_context=True)
def became(context: template.Context, message: Message, one: Became) -> str:
    """Say that a post was hidden or shown again."""
    return platform_words.became_in_words(message, one, when=_written(context, one.at))


@register.simple_tag(takes_context=True)
def own_gone(context: template.Context, entry: Answered) -> str:
    """Say that a post of ours is not on its platform any more; empty where it is."""
    if entry.gone is None:
        return ""
    place = str(label_of(entry.postings[0].account.kind))
    return platform_words.own_gone_in_words(place, when=_written(context, entry.gone.at))


def _written(context: template.Context, at: datetime) -> str:
    return timing.written(at.astimezone(context["zone"]), EXACT)


@register.filter
def before_quote(message: Message) -> str:
    """Give what a mail says itself, without the earlier words that it repeats; all of it where it says nothing itself."""
    own = message.text[: message.quote_from]
    return own if own.strip() else message.text


@register.filter
def quoted(message: Message) -> str:
    """Give the earlier words that a mail repeats below its own; empty where there are none."""
    at = message.quote_from
    return message.text[at:] if at and message.text[:at].strip() else ""


@register.filter
def step(pair: tuple[Message, Message]) -> list[Run] | None:
    """Compare a wording with the one that took its place; None where they are too long for that."""
    older, newer = pair
    if max(len(older.text), len(newer.text)) > MOST_COMPARED:
        return None
    return changes(older.text, newer.text)


@register.filter
def written_at(message: Message) -> datetime:
    """Say when a wording was written."""
    return message.version_at or message.occurred_at
