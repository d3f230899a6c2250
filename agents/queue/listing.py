"""The list beside every enquiry: one view of the queue, filtered and sorted as the address says, and all that match it.

What `desk/_list.html` gets: `rows` (each with `is_troubled`; where words were looked for, `found` and `found_subject` are
lists of Piece(text, is_hit): a stretch of what was said, and the subject, with the words to mark; else empty), `view`
("search" when words are looked for everywhere), `title`, `sort`, `words` (that are looked for), `chosen` (filters in force,
name → values), `chips` (the same, each with its way out), `ignored` (values that were not understood: say which), `trail`
(the address without the place, for links to enquiries), `older` (address of the next page or ""), `is_filtered`, `newest_id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from agents.access import Person, rights_of, visible_to
from agents.queue.filters import (
    Asked,
    EnquiryFilters,
    Ignored,
    Offered,
    names_a_filter,
    offered_in,
    read_address,
)
from agents.words import split_handles
from enquiries.models import Enquiry
from enquiries.queries.prepared import Prepared
from enquiries.queries.queue import (
    Onlooker,
    Order,
    QueuePage,
    View,
    batches_of,
    first_rows,
    in_view,
    on_the_desk,
    page_of,
    paged,
)
from enquiries.queries.search import page_of_found
from enquiries.queries.search_marks import looked_for, pieces_of, stretches_of
from enquiries.queries.sight import sight_over


@dataclass(frozen=True, kw_only=True)
class Selection:
    """All that an address asks for, of what somebody may see: what the list shows page by page, and bulk acts work on.

    Most addresses name no filter, and nearly all of their pages are prepared: nothing here is made before it is used.
    """

    user: Person
    address: QueryDict | Mapping[str, str]
    asked: Asked
    view: View | None
    now: datetime

    @cached_property
    def filters(self) -> EnquiryFilters | None:
        """The filters, where the address names any."""
        if not names_a_filter(self.address):
            return None
        return EnquiryFilters(
            self.address,
            self._unfiltered(),
            offered=lambda: self.offered,
            user_id=self.user.pk or 0,
            now=self.now,
        )

    @cached_property
    def offered(self) -> Offered:
        """The teams, topics and people there are to filter by."""
        return offered_in(rights_of(self.user).organisations)

    @cached_property
    def enquiries(self) -> QuerySet[Enquiry]:
        """What fits."""
        if self.filters is None:
            return self._unfiltered()
        found: QuerySet[Enquiry] = self.filters.qs
        return found

    def _unfiltered(self) -> QuerySet[Enquiry]:
        everything = visible_to(self.user)
        by = Onlooker(user_id=self.user.pk or 0, teams=rights_of(self.user).teams)
        return in_view(everything, self.view, by=by, now=self.now) if self.view else on_the_desk(everything)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """The filters in force: name → values as they stand in the address."""
        return self.filters.chosen if self.filters else {}

    @property
    def words(self) -> str:
        """What is looked for."""
        return "".join(self.chosen.get("q", ()))

    @property
    def ignored(self) -> list[Ignored]:
        """What the address asks for in vain."""
        return [*self.asked.ignored, *(self.filters.ignored if self.filters else ())]

    @property
    def order(self) -> Order:
        """How it is sorted: as asked for, else by the time that is left, and what is over by age."""
        is_history = self.view is None or self.view.is_history
        return self.asked.order or (Order.NEWEST if is_history else Order.DUE)

    def count(self) -> int:
        """Count exactly how many match."""
        return self.enquiries.count()

    def batches(self) -> Iterator[list[int]]:
        """Give the ids of all that match, some hundred at a time, for services that work on many."""
        return batches_of(self.enquiries)


def selection(user: Person, address: QueryDict | Mapping[str, str], *, now: datetime) -> Selection:
    """Read an address (view, filters, words) and select what it asks for. Who may not see an enquiry never selects it.

    Words without a view look everywhere; a filter inside a view stays in the view. No view means all open.
    """
    asked = read_address(address)
    words = (address.get("q") or "").replace("\x00", "").strip()
    view = asked.view or (None if words else View.ALL)
    return Selection(user=user, address=address, asked=asked, view=view, now=now)


def listing(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Give what `desk/_list.html` needs; see the module."""
    found = selection(request.user, request.GET, now=now)
    is_search = found.view is None and found.asked.order is None
    if is_search:
        page = page_of_found(found.enquiries, after=found.asked.after)
    else:
        page = _page(request.user, found, now=now)
    _show_why(page.rows, words=found.words)
    trail = trail_of(found)
    return {
        "words": found.words,
        "chosen": found.chosen,
        "chips": chips_of(found),
        "ignored": found.ignored,
        "view": found.view.value if found.view else "search",
        "title": _title(found.view),
        "sort": found.order.value,
        "rows": page.rows,
        "trail": urlencode(trail),
        "older": urlencode([*trail, ("after", str(page.older))]) if page.older else "",
        "is_filtered": bool(found.chosen),
        "newest_id": max((row.pk for row in page.rows), default=0),
    }


def _page(user: Person, found: Selection, *, now: datetime) -> QueuePage:
    rights = rights_of(user)
    if found.view and not found.chosen and not found.asked.after:
        rows = _first_page(found.view, found.order)(user_id=user.pk or 0, now=now, **rights.scope)
        return paged(rows, order=found.order)
    return page_of(found.enquiries, order=found.order, after=found.asked.after, among=rights.parts())


@lru_cache
def _first_page(view: View, order: Order) -> Prepared[Enquiry]:
    """Prepare what nearly everybody asks for: the first page of a view, as it is."""

    def build(*, user_id: int, now: datetime, **scope: tuple[int, ...]) -> QuerySet[Enquiry]:
        rights = sight_over(**scope)
        by = Onlooker(user_id=user_id, teams=rights.teams)
        ours = in_view(Enquiry.objects.filter(rights.covers_enquiries()), view, by=by, now=now)
        return first_rows(ours, order=order, among=rights.parts())

    return Prepared(build)


def _show_why(rows: Sequence[Enquiry], *, words: str) -> None:
    """Give each row `found` and `found_subject`: pieces with the words that were looked for marked, maybe none."""
    looked = looked_for(words) if words and rows else None
    stretches = stretches_of(rows, looked) if looked else {}
    for row in rows:
        row.found = stretches.get(row.pk, [])  # type: ignore[attr-defined]
        row.found_subject = pieces_of(split_handles(row.subject)[1], looked) if looked else []  # type: ignore[attr-defined]


def trail_of(found: Selection) -> list[tuple[str, str]]:
    """Write down what the list shows, as pairs for an address; what was ignored is left out."""
    kept = [("view", found.asked.view.value)] if found.asked.view else []
    kept += [("sort", found.asked.order.value)] if found.asked.order else []
    return kept + [(name, value) for name, values in found.chosen.items() for value in values]


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter in force as people read it, and the `address` (what stands behind the "?") of the list without it."""

    label: str
    value: str
    address: str


def chips_of(found: Selection) -> list[Chip]:
    """List the filters in force, each with its way out."""
    if found.filters is None:
        return []
    trail, labels = trail_of(found), found.filters.labels
    return [
        Chip(
            label=str(found.filters.filters[name].label) if name != "q" else "",
            value=labels[name].get(value, value),
            address=urlencode([pair for pair in trail if pair != (name, value)]),
        )
        for name, values in found.chosen.items()
        for value in values
    ]


def _title(view: View | None) -> str:
    titles = {
        View.ALL: _("All open"),
        View.MINE: _("My queue"),
        View.TEAM: _("My team"),
        View.MENTIONED: _("Notes for me"),
        View.UNASSIGNED: _("Unassigned"),
        View.AWAITING: _("Awaiting approval"),
        View.OVERDUE: _("Overdue"),
        View.WAITING: _("Waiting for the citizen"),
        View.ANSWERED: _("Answered"),
        View.CLOSED: _("Closed"),
        View.PRACTICE: _("Practice"),
    }
    return titles[view] if view else _("Found")
