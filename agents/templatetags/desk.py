"""Icons and time in words for the desk's templates. Nothing here reads the database."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaks_filter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agents import timing, words
from agents.queue import rows
from enquiries.contract import Side
from enquiries.models import ChannelIdentity, Enquiry, Posting, SideChoice
from enquiries.queries.thread import Happened
from enquiries.registry import label_of, traits_of

register = template.Library()
JOINTS = re.compile(r"(?<=\w[@._+-])(?=\w)")
"""Where an address may go on in the next line."""
EXACT = "l j F Y, H:i"
MOST_KEPT = 5000
"""Longer texts are not remembered as they were drawn."""


@register.simple_tag
def sends_mail() -> bool:
    """Say whether the service can send mails of its own, such as for a forgotten password."""
    return bool(settings.EMAIL_HOST)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Draw an icon; with a `label` it speaks, without one it is decoration. `size` is "s" for small, "flip" for arrows."""
    return _drawn(name, size, str(label))


@lru_cache(maxsize=1000)  # a list of fifty rows draws two hundred, and a dozen different ones
def _drawn(name: str, size: str, label: str) -> SafeString:
    spoken = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    where = f"{static('icons.svg')}#i-{name}"
    return format_html('<svg class="i {}"{}><use href="{}"/></svg>', size, spoken, where)


@register.simple_tag
def badge(side: str) -> SafeString:
    """Draw who will be able to read something: everybody, or the citizen alone."""
    return _badge(side, get_language())


@register.filter
def side_word(side: str) -> str:
    """Name a side."""
    return str(SideChoice(side).label)


@lru_cache
def _badge(side: str, _language: str | None) -> SafeString:
    is_public = side == Side.PUBLIC
    drawn = _drawn("globe" if is_public else "lock", "s", "")
    return format_html('<span class="{}">{}{}</span>', "pub" if is_public else "pri", drawn, SideChoice(side).label)


@register.simple_tag
def channel(kind: str, *, speaks: bool = True) -> SafeString:
    """Draw a kind of channel. Where its name stands beside it, it need not speak."""
    return _channel(kind, speaks, get_language())


@lru_cache
def _channel(kind: str, speaks: bool, _language: str | None) -> SafeString:
    label = label_of(kind) if speaks else ""
    return format_html('<span class="ch">{}</span>', _drawn(traits_of(kind).icon, "s", label))


@register.simple_tag(takes_context=True)
def kept_filter(context: template.Context) -> object:
    """Find the kept filter that a page shows, by its address: the first of those that look for the same. Else None."""
    trail, kept = context.get("trail"), context.get("saved_filters")
    return next((one["pk"] for one in kept or () if one["query"] == trail), None) if trail else None


@register.simple_tag(takes_context=True)
def left(context: template.Context, due_at: datetime | None) -> timing.TimeLeft:
    """Say how much is left of a promise, at the page's `now` and in its zone."""
    return timing.time_left(due_at, now=context["now"], zone=context["zone"])


@register.simple_tag(takes_context=True)
def list_rows(context: template.Context, enquiries: Iterable[Enquiry]) -> SafeString:
    """Draw the rows of the list; that of the enquiry which is open beside it is marked."""
    open_one = context.get("enquiry")
    return rows.drawn(
        enquiries,
        trail=str(context.get("trail") or ""),
        current_id=open_one.pk if open_one else None,
        now=context["now"],
        zone=context["zone"],
    )


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: datetime) -> SafeString:
    """Write when something was: short, with the whole moment on hover and for machines."""
    zone = context["zone"]
    return _moment(at, context["now"].astimezone(zone).date(), zone, get_language())


@lru_cache(maxsize=10_000)  # what a page says of yesterday it says all day
def _moment(at: datetime, today: date, zone: ZoneInfo, _language: str | None) -> SafeString:
    there = at.astimezone(zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        timing.written(there, EXACT),
        timing.when(there, today=today),
    )


@register.simple_tag(takes_context=True)
def exactly(context: template.Context, at: datetime) -> str:
    """Write the whole moment."""
    return timing.written(at.astimezone(context["zone"]), EXACT)


@register.filter
def headline(subject: str) -> str:
    """Shorten a subject to what it says: a queue where each post begins with our own handle cannot be skimmed."""
    return words.split_handles(subject)[1]


@register.filter
def teaser(text: str, most: int) -> str:
    """Give the beginning of what somebody wrote, without the handles before it, in at most so many characters."""
    told = words.split_handles(text)[1]
    return told if len(told) <= most else f"{told[: most - 1].rstrip()}…"


@register.filter
def is_other_than(subject: str, known: str) -> bool:
    """Tell whether a mail brings a subject of its own, not only "Re:" before the one that is known."""
    return bool(subject) and words.ANSWERING.sub("", subject).strip() != known.strip()


@register.filter
def said(text: str) -> SafeString:
    """Write what a person wrote in paragraphs, set in the direction of its words, not of the @handles before them."""
    return _said(text) if len(text) <= MOST_KEPT else _said.__wrapped__(text)


@lru_cache(maxsize=2000)
def _said(text: str) -> SafeString:
    handles, rest = words.split_handles(text)
    names = format_html_join("", "<bdi>{}</bdi> ", ((one,) for one in handles))
    return format_html('<div class="words" dir="auto">{}</div>', linebreaks_filter(format_html("{}{}", names, rest)))


@register.filter
def reached_by(kind: str) -> str:
    """Say how a private reply reaches the citizen on a kind of channel."""
    return words.reached_by(kind)


@register.filter
def known_as(identity: ChannelIdentity) -> str:
    """Say how a channel knows a citizen: by handle or address."""
    return words.identity_in_words(identity)


@register.filter
def breakable(address: str) -> SafeString:
    """Let a long address break at its joints, and not in the middle of a word that would fit on a line of its own."""
    return format_html_join(SafeString("<wbr>"), "{}", ((piece,) for piece in JOINTS.split(address)))


@register.filter
def web_address(link: str) -> str:
    """Keep a link that leads to the web, and nothing else: what a platform or a person gave us may be a script."""
    return link if link.lower().startswith(("https://", "http://")) else ""


@register.filter
def delivery(posting: Posting) -> words.Delivery:
    """Say how a posting stands and what to do about it."""
    return words.delivery_of(posting, now=timezone.now())


@register.filter
def happened(entry: Happened) -> str:
    """Say a line of the thread in words, with what it means for the promise."""
    return words.event_in_words(entry.verb, by_machine=entry.by_machine)


@register.filter
def told(verb: str) -> str:
    """Say an event of the ledger in words."""
    return words.event_in_words(verb)


@register.filter
def attempt_outcome(code: str) -> str:
    """Say how a try ended."""
    return words.outcome_in_words(code)
