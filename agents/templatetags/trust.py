"""Levels, figures and sentences of the trust ladder for its templates. Nothing here reads the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from agents.timing import span_in_words
from enquiries.registry import label_of
from enquiries.rules.review import SHEET
from enquiries.rules.trust import Evidence, Level, Line, in_percent

register = template.Library()
ICONS = {Level.CHECKED: "l3", Level.SAMPLED: "l2", Level.FREE: "l1"}


@register.filter
def level_icon(level: str) -> str:
    """Name the icon of a level: a full circle is wholly checked."""
    return ICONS[Level(level)]


@register.simple_tag
def level_name(level: str, percent: int) -> str:
    """Say a level in a word or two."""
    match Level(level):
        case Level.CHECKED:
            return _("Checked")
        case Level.SAMPLED:
            return _("Sampled %(percent)d %%") % {"percent": percent}
    return _("Free")


@register.filter
def in_words(line: Line) -> str:
    """Say a sentence of the ladder in the reader's language, with its days as people write them."""
    figures = {
        name: formats.date_format(value, "j F Y") if isinstance(value, date) else value
        for name, value in line.figures.items()
    }
    return _(line.template) % figures


@register.filter
def unchanged(found: Evidence) -> str:
    """Say how much of what was read left as it was written."""
    share = {"percent": in_percent(found.share_unchanged), "number": found.approved}
    return _("%(percent)d %% of %(number)d") % share


@register.filter
def helped(found: Evidence) -> str:
    """Say how many citizens were helped, of those who told us: a share only where there are enough of them."""
    if not found.said:
        return _("nobody told us yet")
    if found.share_helped is None:
        return _("too few to tell (%(number)d told us)") % {"number": found.said}
    share = {"percent": in_percent(found.share_helped), "number": found.said}
    return _("%(percent)d %% of %(number)d") % share


@register.filter
def span(time: timedelta | None) -> str:
    """Say a span of time in its largest units; a dash for none."""
    return span_in_words(time) if time is not None else "–"


@register.filter
def channel_name(kind: str) -> str:
    """Name a kind of channel."""
    return label_of(kind)


@register.filter
def in_order(marks: Mapping[str, int]) -> list[tuple[str, int]]:
    """Name the marks of a sheet in the order of its points: the database keeps them in an order of its own."""
    return [(_(point.label), marks[point.name]) for point in SHEET if point.name in marks]


@register.filter
def translated(words: str) -> str:
    """Say words of ours in the reader's language."""
    return _(words)
