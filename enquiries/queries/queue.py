"""The queue: which enquiries a view holds, and one page of them by keyset, ordered by the time that is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from enquiries.models import ChannelKind, Enquiry, Mention
from enquiries.queries.trouble import troubled

PAGE = 50
BATCH = 500
WORKED_ON = (Enquiry.State.NEW, Enquiry.State.OPEN, Enquiry.State.AWAITING_APPROVAL, Enquiry.State.POSTING)
"""The states in which the desk still has something to do."""


class View(StrEnum):
    """The lists that the queue page offers. The value is what stands in the address."""

    ALL = "all"
    MINE = "mine"
    TEAM = "team"
    MENTIONED = "mentioned"
    UNASSIGNED = "unassigned"
    AWAITING = "awaiting"
    OVERDUE = "overdue"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    PRACTICE = "practice"

    @property
    def is_history(self) -> bool:
        """Whether nothing is due here, so that the newest comes first."""
        return self in (View.ANSWERED, View.CLOSED)


class Order(StrEnum):
    """How a list is sorted. The value is what stands in the address."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


class BadPlace(Exception):
    """The text does not name a place in a list."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of the queue ends: the next one starts behind it. `due_at` is None behind the last promise."""

    due_at: datetime | None
    id: int

    @classmethod
    def read(cls, text: str) -> Place:
        """Read what `str` wrote. Raises BadPlace."""
        moment, _, number = text.partition("_")
        try:
            due_at = datetime.fromtimestamp(int(moment) / 1_000_000, UTC) if moment else None
            place = cls(due_at=due_at, id=int(number))
        except (ValueError, OverflowError, OSError) as error:
            raise BadPlace(text) from error
        if not 0 <= place.id < 2**63:
            raise BadPlace(text)
        return place

    def __str__(self) -> str:
        moment = str(round(self.due_at.timestamp() * 1_000_000)) if self.due_at else ""
        return f"{moment}_{self.id}"


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """One page of the queue. `older` names where the next page starts, None on the last one."""

    rows: Sequence[Enquiry]
    older: Place | None


@dataclass(frozen=True, kw_only=True)
class Onlooker:
    """For whom a view is drawn: "mine" and "my teams" mean something else for everybody."""

    user_id: int
    teams: frozenset[int]


def on_the_desk(enquiries: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    """Leave out what stands behind another enquiry, and what is only for practice."""
    return enquiries.filter(_REAL)


_REAL = Q(merged_into__isnull=True) & ~Q(kind=ChannelKind.PRACTICE)
_PRACTICE = Q(merged_into__isnull=True, kind=ChannelKind.PRACTICE)


def in_view(enquiries: QuerySet[Enquiry], view: View, *, by: Onlooker, now: datetime) -> QuerySet[Enquiry]:
    """Keep what a view holds. Overdue is computed from the promise itself: a dead sweep cannot hide it."""
    if view is View.PRACTICE:
        return enquiries.filter(_PRACTICE & ~Q(state=Enquiry.State.CLOSED))
    return on_the_desk(enquiries).filter(_holds(view, by=by, now=now))


def mentioned_in(user_id: int) -> Any:
    """Give the numbers of the enquiries with a note for somebody that they have not seen; of a merged one its root."""
    unread = Mention.objects.filter(user_id=user_id, read_at__isnull=True)
    return unread.values_list(Coalesce("note__enquiry__merged_into", "note__enquiry"))


def _holds(view: View, *, by: Onlooker, now: datetime) -> Q:
    worked_on = Q(state__in=WORKED_ON)
    states = {
        View.AWAITING: Enquiry.State.AWAITING_APPROVAL,
        View.WAITING: Enquiry.State.WAITING,
        View.ANSWERED: Enquiry.State.ANSWERED,
        View.CLOSED: Enquiry.State.CLOSED,
    }
    if view in states:
        return Q(state=states[view])
    match view:
        case View.MINE:
            return worked_on & Q(assignee_id=by.user_id)
        case View.MENTIONED:
            return Q(pk__in=mentioned_in(by.user_id))
        case View.TEAM:
            return worked_on & Q(team_id__in=by.teams)
        case View.UNASSIGNED:
            return worked_on & Q(assignee__isnull=True)
        case View.OVERDUE:
            return worked_on & Q(due_at__lte=now)
    return worked_on


def page_of(
    enquiries: QuerySet[Enquiry],
    *,
    order: Order,
    after: Place | None = None,
    size: int = PAGE,
    among: Sequence[Q] = (),
) -> QueuePage:
    """Read one page: least time left first and no promise last, or by age. One query, however many rows.

    `among` parts the rows, as by team: of each part the first ones are read, where its index says they begin, and then
    the first of those. Otherwise a small team's page would be looked for among all that others have open. Each row has
    `is_troubled`: a person has to look at a posting of it.
    """
    return paged(list(first_rows(enquiries, order=order, after=after, size=size, among=among)), order=order, size=size)


def first_rows(
    enquiries: QuerySet[Enquiry], *, order: Order, after: Place | None = None, size: int = PAGE, among: Sequence[Q] = ()
) -> QuerySet[Enquiry]:
    """Make the question for one page and one row more; see `page_of`."""
    sorting = _SORTING[order]
    parts = [enquiries.filter(part, behind) for part in among or (Q(),) for behind in _behind(order, after)]
    if len(parts) == 1:
        ordered = parts[0].order_by(*sorting)
    else:
        first, *others = [part.order_by(*sorting).values("pk")[: size + 1] for part in parts]
        ordered = Enquiry.objects.filter(pk__in=first.union(*others, all=True)).order_by(*sorting)
    return with_row(ordered)[: size + 1]


def paged(rows: Sequence[Enquiry], *, order: Order, size: int = PAGE) -> QueuePage:
    """Make a page of what `first_rows` found."""
    last = rows[size - 1] if len(rows) > size else None
    older = Place(due_at=last.due_at if order is Order.DUE else None, id=last.pk) if last else None
    return QueuePage(rows=rows[:size], older=older)


def with_row(enquiries: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    """Add what a row shows besides the enquiry itself."""
    marked = enquiries.annotate(is_troubled=Exists(troubled().filter(reply__enquiry=OuterRef("pk"))))
    return marked.select_related("citizen", "topic", "team", "assignee")


def batches_of(enquiries: QuerySet[Enquiry], *, size: int = BATCH) -> Iterator[list[int]]:
    """Give the ids of all that match, `size` at a time by keyset, so that a bulk act never holds one long query open."""
    last = 0
    while True:
        rows = enquiries.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        found = list(rows[:size])
        if found:
            yield found
        if len(found) < size:
            return
        last = found[-1]


_SORTING: dict[Order, tuple[Any, ...]] = {
    Order.DUE: (F("due_at").asc(nulls_last=True), "pk"),
    Order.NEWEST: ("-pk",),
    Order.OLDEST: ("pk",),
}


def _behind(order: Order, after: Place | None) -> list[Q]:
    """Say what lies behind a place, in stretches that an index can begin at: an "or" of them would read from the start."""
    if after is None:
        return [Q()]
    if order is not Order.DUE:
        return [Q(pk__gt=after.id) if order is Order.OLDEST else Q(pk__lt=after.id)]
    if after.due_at is None:
        return [Q(due_at__isnull=True, pk__gt=after.id)]
    later = Q(due_at__gte=after.due_at) & (Q(due_at__gt=after.due_at) | Q(pk__gt=after.id))
    return [later, Q(due_at__isnull=True)]
