"""Words for the pages about channels and postings. Nothing here reads the database."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from agents.channels.concerns import Concern, seen_by_sweeps
from agents.channels.facts import Facts
from agents.timing import span_in_words
from enquiries.models import AccountStanding, ChannelAccount, Posting

register = template.Library()
SEEN_BY_PERSON = "seen-by-person:"


@register.filter
def seconds(took: timedelta | None) -> str:
    """Say how long a call took, to a tenth of a second."""
    if took is None:
        return _("not back yet")
    spent = max(0.0, took.total_seconds())
    return _("%(n).1f s") % {"n": spent} if spent < 60 else span_in_words(took)


@register.filter
def lag(spent: float) -> str:
    """Say how long messages took to arrive, given in seconds."""
    return seconds(timedelta(seconds=spent))


@register.filter
def proof(name: str) -> str:
    """Say by what we know that a posting is there: its name on the platform, or a person's word."""
    return _("A person saw it there.") if name.startswith(SEEN_BY_PERSON) else name


@register.filter
def words_of_route(posting: Posting) -> str:
    """Give the very words that this posting brings: its part of a text in parts, else the whole."""
    content = posting.version.content
    return str(content["routes"][posting.route].get("text", content["text"]))


@register.filter
def further_concerns(account: ChannelAccount) -> list[Concern]:
    """List what sweeps have seen of an account that is in use. Needs its standing and pick-up loaded."""
    standing = getattr(account, "standing", None) or AccountStanding(account=account)
    facts = Facts(standing=standing, pick_up=getattr(account, "pick_up", None))
    return seen_by_sweeps(account, facts, now=timezone.now()) if account.is_active else []
