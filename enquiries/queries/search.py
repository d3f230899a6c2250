"""Full-text search over enquiries, in the order of what was last said: what holds the words, one page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from django.contrib.postgres.search import SearchQueryField
from django.core.exceptions import EmptyResultSet
from django.db import connection
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
    page costs does not grow with all that was ever asked. Numbers first, in at most five short statements of which one is
    composed and sent again; a rare word is found by the last. Then the rows in one.
    """
    before = after.id if after else (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    found = _newest(enquiries, before=before, most=size + 1)
    shown = found[:size]
    rows = (
        {row.pk: row for row in with_row(Enquiry.objects.filter(pk__in=[pk for pk, _last in shown]))} if shown else {}
    )
    older = Place(due_at=None, id=shown[-1][1]) if len(found) > size else None
    return QueuePage(rows=[rows[pk] for pk, _last in shown if pk in rows], older=older)


def _newest(enquiries: QuerySet[Enquiry], *, before: int, most: int) -> list[tuple[int, int]]:
    """Find the numbers of the newest that were found, each with that of its newest message."""
    behind = enquiries.filter(search_text__last_id__lt=before).order_by("-search_text__last_id")
    numbers = behind.values_list("pk", "search_text__last_id")
    try:
        sql, parameters = numbers.filter(_in_window(_ANY))[:most].query.sql_with_params()
    except EmptyResultSet:
        return []
    found: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        for window in _windows(before):
            cursor.execute(sql, [window if value == _ANY else value for value in parameters])
            found = cursor.fetchall()
            if len(found) >= most:
                return found
    return list(numbers[:most])


_ANY = "'=any'"


def _in_window(marks: str) -> Matches:
    return Matches(F("search_text__document"), Cast(Value(marks), SearchQueryField()))


def _windows(before: int) -> Iterator[str]:
    """Give ever wider stretches of time that end at a message's number, as two marks each."""
    for letter, bits in WINDOWS:
        bucket = before >> bits
        if bucket == 0:
            return
        yield f"'={letter}{bucket}' | '={letter}{bucket - 1}'"
