"""Enquiries for programs: a page of a list by keyset, and one with all that was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from agents.access import rights_of
from agents.live.stamp import enquiry_stamp
from agents.models import SavedFilter
from agents.queue.filters import EnquiryFilters, offered_in, read_address
from agents.queue.kept_filters import kept_for
from api.callers import Caller
from api.said import told
from enquiries.models import Enquiry, Link, Message
from enquiries.queries.family import of_family
from enquiries.queries.queue import BadPlace, Onlooker, Order, Place, QueuePage, View, in_view, on_the_desk, page_of
from enquiries.queries.search import page_of_found
from enquiries.rules import references

MOST, USUAL = 100, 50
OF_THE_PAGE = ("view", "sort", "cursor", "limit", "saved")
NAMES = frozenset({*OF_THE_PAGE, "kind", *EnquiryFilters.base_filters})
"""All names that a list's address knows; `kind` is what older programs call the channel."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some enquiries, the cursor of the next ones (None at the end), and what of the address narrowed nothing."""

    results: list[Enquiry]
    next_cursor: str | None
    ignored: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """All that an address selects, before it is cut into pages. `words` says that it is a search."""

    rows: QuerySet[Enquiry]
    order: Order
    words: bool
    ignored: list[dict[str, str]]


def page_for(caller: Caller, address: QueryDict, *, now: datetime) -> Page:
    """Read a page of what somebody may see, filtered as the desk's list is. Raises ValidationError for cursor and limit.

    Without a view these are all enquiries, the newest first; words without an order are found by what was last said.
    """
    size, after = _size(address), _place(address)
    found = listed(caller, address, now=now)
    if found.words:
        return _page(page_of_found(found.rows, after=after, size=size), found.ignored)
    return _page(page_of(found.rows, order=found.order, after=after, size=size), found.ignored)


def listed(caller: Caller, address: QueryDict, *, now: datetime) -> Listed:
    """Select what an address asks for, of what somebody may see: for the list, and for acts on all of it."""
    address, unknown = _with_saved(caller, address)
    asked = read_address({name: str(address[name]) for name in ("view", "sort") if name in address})
    person = caller.who
    by = Onlooker(user_id=person.pk, teams=rights_of(person).teams)
    rows = in_view(caller.visible(), asked.view, by=by, now=now) if asked.view else on_the_desk(caller.visible())
    offered = partial(offered_in, caller.organisations)
    filters = EnquiryFilters(address, rows, offered=offered, user_id=person.pk, now=now)
    by_time_left = asked.view is not None and not asked.view.is_history
    ignored = [{"name": one.name, "value": one.value} for one in (*asked.ignored, *filters.ignored)]
    return Listed(
        rows=filters.qs,
        order=asked.order or (Order.DUE if by_time_left else Order.NEWEST),
        words=bool(filters.chosen.get("q")) and asked.order is None,
        ignored=[*ignored, *unknown, *_unknown(address)],
    )


def spelled_out(caller: Caller, query: str) -> str:
    """Write what an address means today without naming a kept filter, which its owner may change at any time.

    A number that names none stays, to be told as ignored.
    """
    whole, unknown = _with_saved(caller, QueryDict(query))
    if unknown or "saved" not in whole:
        return query
    plain = whole.copy()
    del plain["saved"]
    return plain.urlencode()


def kept_filters(caller: Caller) -> QuerySet[SavedFilter]:
    """Keep the filters that a caller may look through, without those of teams in another organisation."""
    here = Q(team__isnull=True) | Q(team__organisation__in=caller.organisations)
    return kept_for(caller.who).filter(here)


def _with_saved(caller: Caller, address: QueryDict) -> tuple[QueryDict, list[dict[str, str]]]:
    """Put what a kept filter says where the address says nothing itself, and tell of a number that names none.

    At the desk no view means all open, or everywhere where words are looked for: so it does in what was kept there.
    """
    if "saved" not in address:
        return address, []
    number, whole = str(address["saved"]), address.copy()
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    kept = kept_filters(caller).filter(pk=int(number)).first() if is_number else None
    if kept is None:
        return address, [{"name": "saved", "value": number[:200]}]
    said = QueryDict(kept.query, mutable=True)
    if "view" not in said and "q" not in said:
        said["view"] = View.ALL.value
    for name, values in said.lists():
        if name not in whole:
            whole.setlist(name, values)
    return whole, []


def _page(found: QueuePage, ignored: list[dict[str, str]]) -> Page:
    cursor = str(found.older) if found.older else None
    return Page(results=list(found.rows), next_cursor=cursor, ignored=ignored)


def _unknown(address: QueryDict) -> list[dict[str, str]]:
    return [{"name": name[:40], "value": str(address[name])[:200]} for name in sorted(set(address) - NAMES)]


def _size(address: QueryDict) -> int:
    text = address.get("limit", str(USUAL))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= number <= MOST:
        raise ValidationError({"limit": [_("Choose a number from 1 to 100.")]})
    return number


def _place(address: QueryDict) -> Place | None:
    try:
        return Place.read(str(address["cursor"])) if "cursor" in address else None
    except BadPlace:
        raise ValidationError({"cursor": [_("This is not a cursor of ours.")]}) from None


def whole(caller: Caller, reference: str) -> dict[str, Any]:
    """Read one enquiry and those behind it, with all messages oldest first. Raises Http404 for a stranger."""
    enquiry = caller.enquiry(reference)
    said = Message.objects.filter(of_family(enquiry)).select_related("account", "author", "enquiry").defer("html")
    return {
        "enquiry": enquiry,
        "said": told(list(said.prefetch_related("attachments").order_by("pk"))),
        "stamp": int(enquiry_stamp(enquiry.pk)),
        **_relations(caller, enquiry),
    }


def _relations(caller: Caller, enquiry: Enquiry) -> dict[str, Any]:
    """Name the enquiries that belong to one, as far as the caller may see them. One statement."""
    links = Link.objects.filter(Q(first=enquiry) | Q(second=enquiry))
    near = Q(links_up__in=links) | Q(links_down__in=links) | Q(merged_into=enquiry) | Q(pk=enquiry.merged_into_id)
    rows = caller.visible().filter(near).exclude(pk=enquiry.pk).distinct().order_by("pk")
    found = list(rows.values_list("pk", "merged_into_id", "reference"))
    behind = {number for number, into, _reference in found if into == enquiry.pk}
    return {
        "merged": [reference for number, _into, reference in found if number in behind],
        "merged_into": next((name for number, _into, name in found if number == enquiry.merged_into_id), None),
        "linked": [name for number, _into, name in found if number not in {*behind, enquiry.merged_into_id}],
    }


def public(caller: Caller, reference: str) -> Enquiry:
    """Read an enquiry of the token's organisation, for its public status. Raises Http404."""
    ours = Enquiry.objects.filter(organisation__in=caller.organisations).select_related("topic")
    return get_object_or_404(ours, reference=references.normalise(reference) or "")
