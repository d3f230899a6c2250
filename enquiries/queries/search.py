"""Full-text search over enquiries, in the order of what was last said: what holds the words, one page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Coalesce

from enquiries.models import Enquiry, Message
from enquiries.queries.queue import PAGE, Place, QueuePage, with_row
from enquiries.rules import references
from enquiries.rules.searching import Term, terms_of

WINDOWS = (("a", 14), ("b", 17), ("c", 20))
"""Marks that each enquiry's words carry for when something was last said: its message's number, so many bits coarser."""


class Matches(Func):
    """The words of an enquiry hold what is looked for."""

    arg_joiner = " @@ "
    template = "%(expressions)s"
    output_field = BooleanField()


class Asked(Func):
    """What is looked for: the database folds and stems it as it did the words."""

    function = "search_query"
    template = "%(function)s(%(expressions)s::jsonb)"
    output_field = SearchQueryField()


def written(terms: tuple[Term, ...]) -> str:
    """Write terms down as the database's `search_query` reads them."""
    return json.dumps([asdict(term) for term in terms])


def found_by(enquiries: QuerySet[Enquiry], text: str) -> QuerySet[Enquiry]:
    """Keep the enquiries that hold all that `text` asks for. A whole reference finds just that one, or what holds it now.

    Nothing typed keeps everything; nothing but punctuation finds nothing.
    """
    words = text.replace("\x00", "").strip()
    if not words:
        return enquiries
    reference = references.normalise(words)
    if reference:
        named = Enquiry.objects.filter(reference=reference).values(holder=Coalesce("merged_into_id", "pk"))
        return enquiries.filter(pk__in=named)
    terms = terms_of(words)
    return (
        enquiries.filter(Matches(F("search_text__document"), Asked(Value(written(terms)))))
        if terms
        else enquiries.none()
    )


def page_of_found(enquiries: QuerySet[Enquiry], *, after: Place | None = None, size: int = PAGE) -> QueuePage:
    """Read one page of what a search found, where something was said last first.

    Frequent words are looked for among the newest enquiries first, then further back, until the page is full: what a
    page costs does not grow with all that was ever asked. At most four queries; a rare word is found by the last one.
    """
    rows: list[Enquiry] = []
    before = after.id if after else (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    behind = with_row(enquiries.filter(search_text__last_id__lt=before)).annotate(last_id=F("search_text__last_id"))
    ordered = behind.order_by("-search_text__last_id")
    for window in _windows(before):
        among = ordered.filter(Matches(F("search_text__document"), window)) if window else ordered
        rows = list(among[: size + 1])
        if len(rows) > size:
            break
    is_more = len(rows) > size
    last = getattr(rows[size - 1], "last_id", 0) if is_more else 0
    return QueuePage(rows=rows[:size], older=Place(due_at=None, id=last) if is_more else None)


def _windows(before: int) -> Iterator[Cast | None]:
    """Give ever wider stretches of time that end at a message's number: two marks each, then no limit."""
    for letter, bits in WINDOWS:
        bucket = before >> bits
        if bucket == 0:
            break
        marks = f"'={letter}{bucket}' | '={letter}{bucket - 1}'"
        yield Cast(Value(marks), SearchQueryField())
    yield None
