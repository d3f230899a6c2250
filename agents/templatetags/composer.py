"""What the composer and the thread say about answering: until when, when it leaves, what can be corrected. No database."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.translation import gettext as _

from agents import finds, timing
from agents.approving.changes import Run, changes
from agents.writing.composing import as_typed
from agents.writing.sheets import may_change
from enquiries.models import Message, MessageChange, Reply
from enquiries.queries.thread import Answered
from enquiries.rules.may_reply import Standing, Why
from enquiries.rules.personal_data import Find
from enquiries.rules.plain_language import Hint
from enquiries.services.replies.reach import hindrance_in_words, standing_of

register = template.Library()
SOON = timedelta(minutes=2)
"""An approved reply that leaves within so long counts its seconds."""
NEAR = timedelta(hours=2)


@register.simple_tag(takes_context=True)
def reach(context: template.Context, standing: Standing, message: Message, purpose: str = "ANSWER") -> str:
    """Say whether and until when a message can be answered so; empty where there is nothing to say."""
    if not standing.may:
        return hindrance_in_words(standing)
    if standing.until is None:
        return ""
    place = _("Messenger") if message.account.kind == "facebook" else message.account.get_kind_display()
    told = {"place": place, "time": ahead(context, standing.until)}
    if purpose == Reply.Purpose.PRIVATELY:
        return _("You can write once, on %(place)s, until %(time)s.") % told
    return _("You can answer on %(place)s until %(time)s.") % told


@register.simple_tag(takes_context=True)
def standing_now(context: template.Context, message: Message) -> Standing:
    """Say whether a message of the thread can be answered, by what the page knows."""
    return standing_of(message, at=context["now"], heard=context["inbound"])


@register.simple_tag(takes_context=True)
def private_way(context: template.Context, message: Message) -> Standing | None:
    """Say how it stands with a private answer to public words; None where there is no such way, or nobody asked."""
    ways: dict[int, Standing] = context.get("private_ways") or {}
    return ways.get(message.pk)


@register.filter
def is_used_up(standing: Standing) -> bool:
    """Tell whether what the platform allows once has been done."""
    return standing.why is Why.ONCE_ONLY


@register.simple_tag(takes_context=True)
def ahead(context: template.Context, at: datetime) -> str:
    """Write a moment that lies ahead: the time today, "14:05 tomorrow", else the day with it."""
    there, today = at.astimezone(context["zone"]), context["now"].astimezone(context["zone"])
    time, days = timing.written(there, "H:i"), (there.date() - today.date()).days
    if days == 0:
        return time
    if days == 1:
        return _("%(time)s tomorrow") % {"time": time}
    return timing.written(there, "l j F, H:i")


@register.filter
def is_near(standing: Standing, now: datetime) -> bool:
    """Tell whether there is little time left to answer, or none."""
    return not standing.may or (standing.until is not None and standing.until - now < NEAR)


@register.filter
def was_summoned(standing: Standing) -> bool:
    """Tell whether we may answer because the writer named us."""
    return standing.why is Why.SUMMONED


@register.simple_tag(takes_context=True)
def local(context: template.Context, at: datetime | None) -> str:
    """Write a moment as a field for local time takes it."""
    return as_typed(at, context["zone"])


@register.simple_tag(takes_context=True)
def seconds_left(context: template.Context, entry: Answered) -> int:
    """Count the seconds until an approved reply leaves; -1 where that is not soon."""
    left = entry.leaves_at - context["now"]
    return max(0, int(left.total_seconds())) if left < SOON else -1


@register.filter
def can_replace(entry: Answered) -> bool:
    """Tell whether our post can get other words where it stands."""
    return _able(entry)[0]


@register.filter
def can_remove(entry: Answered) -> bool:
    """Tell whether our post can be taken down."""
    return _able(entry)[1]


def _able(entry: Answered) -> tuple[bool, bool]:
    own = entry.posted
    if own is None or entry.approval.reply.corrects_id:
        return False, False
    own.account = entry.postings[0].account
    return may_change(own)


@register.filter
def differences(change: MessageChange) -> list[Run]:
    """Compare a corrected post with what stood there, word by word."""
    return changes(change.message.text, change.text)


@register.filter
def reason(find: Find) -> str:
    """Say why the guard marks something."""
    return finds.reason_of(find)


@register.filter
def advice(hint: Hint) -> str:
    """Say what would be plainer."""
    return finds.hint_in_words(hint)
