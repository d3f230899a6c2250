"""The queue: which enquiries a view holds, how many, and one page of them, ordered by the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from enquiries.models import Enquiry, Message
from enquiries.queries.trouble import troubled
from enquiries.rules import references

PAGE = 50
WORKED_ON = (Enquiry.State.NEW, Enquiry.State.OPEN, Enquiry.State.AWAITING_APPROVAL, Enquiry.State.POSTING)
"""The states in which the desk still has something to do."""


class View(StrEnum):
    """The lists that the queue page offers. The value is what stands in the address."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def is_history(self) -> bool:
        """Whether nothing is due here, so that the newest comes first."""
        return self in (View.ANSWERED, View.CLOSED)


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
            return cls(due_at=due_at, id=int(number))
        except (ValueError, OverflowError, OSError) as error:
            raise BadPlace(text) from error

    def __str__(self) -> str:
        moment = str(round(self.due_at.timestamp() * 1_000_000)) if self.due_at else ""
        return f"{moment}_{self.id}"


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """One page of the queue. `older` names where the next page starts, None on the last one."""

    rows: Sequence[Enquiry]
    older: Place | None


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is in each view. `newest_id` and `last_word_at` tell whether something has arrived since."""

    all: int
    mine: int
    unassigned: int
    overdue: int
    approvals: int
    answered: int
    newest_id: int
    last_word_at: datetime | None


def in_view(enquiries: QuerySet[Enquiry], view: View, *, user_id: int, now: datetime) -> QuerySet[Enquiry]:
    """Keep what a view holds. Overdue is computed from the promise itself: a dead sweep cannot hide it."""
    return enquiries.filter(_holds(view, user_id=user_id, now=now))


def _holds(view: View, *, user_id: int, now: datetime) -> Q:
    worked_on = Q(state__in=WORKED_ON)
    match view:
        case View.ALL:
            return worked_on
        case View.MINE:
            return worked_on & Q(assignee_id=user_id)
        case View.UNASSIGNED:
            return worked_on & Q(assignee__isnull=True)
        case View.OVERDUE:
            return worked_on & Q(due_at__lte=now)
        case View.ANSWERED:
            return Q(state=Enquiry.State.ANSWERED)
        case View.CLOSED:
            return Q(state=Enquiry.State.CLOSED)


def count_views(enquiries: QuerySet[Enquiry], *, user_id: int, now: datetime) -> Counts:
    """Count every view in one query. The closed ones are not counted: there is no end to them."""

    def number(view: View) -> Count:
        return Count("pk", filter=_holds(view, user_id=user_id, now=now))

    found = enquiries.exclude(state=Enquiry.State.CLOSED).aggregate(
        all=number(View.ALL),
        mine=number(View.MINE),
        unassigned=number(View.UNASSIGNED),
        overdue=number(View.OVERDUE),
        approvals=Count("pk", filter=Q(state=Enquiry.State.AWAITING_APPROVAL)),
        answered=number(View.ANSWERED),
        newest_id=Max("pk"),
        last_word_at=Max("last_inbound_at"),
    )
    return Counts(**found | {"newest_id": found["newest_id"] or 0})


def matching(enquiries: QuerySet[Enquiry], *, kind: str = "", state: str = "", text: str = "") -> QuerySet[Enquiry]:
    """Keep what a person filters for: channel, state, and a reference, a name or words."""
    if kind:
        enquiries = enquiries.filter(kind=kind)
    if state:
        enquiries = enquiries.filter(state=state)
    words = text.replace("\x00", "").strip()
    if not words:
        return enquiries
    reference = references.normalise(words)
    if reference:
        return enquiries.filter(reference=reference)
    said = Message.objects.filter(enquiry=OuterRef("pk"), text__icontains=words)
    identity = Q(citizen__identities__name__icontains=words) | Q(citizen__identities__handle__icontains=words)
    named = Enquiry.objects.filter(identity, pk=OuterRef("pk"))
    return enquiries.filter(
        Q(subject__icontains=words) | Q(citizen__name__icontains=words) | Exists(said) | Exists(named)
    )


def page_of(enquiries: QuerySet[Enquiry], *, history: bool, after: Place | None = None) -> QueuePage:
    """Read one page: least time left first and no promise last, or, in a history, the newest first.

    One query, however many rows. Each row has `is_troubled`: a person has to look at a posting of it.
    """
    ordered = _newest_first(enquiries, after) if history else _least_time_first(enquiries, after)
    marked = ordered.annotate(is_troubled=Exists(troubled().filter(reply__enquiry=OuterRef("pk"))))
    rows = list(marked.select_related("citizen", "topic", "team", "assignee")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = Place(due_at=None if history else last.due_at, id=last.pk) if last else None
    return QueuePage(rows=rows[:PAGE], older=older)


def _newest_first(enquiries: QuerySet[Enquiry], after: Place | None) -> QuerySet[Enquiry]:
    return (enquiries.filter(pk__lt=after.id) if after else enquiries).order_by("-pk")


def _least_time_first(enquiries: QuerySet[Enquiry], after: Place | None) -> QuerySet[Enquiry]:
    if after and after.due_at:
        behind = Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.id) | Q(due_at__isnull=True)
        enquiries = enquiries.filter(behind)
    elif after:
        enquiries = enquiries.filter(due_at__isnull=True, pk__gt=after.id)
    return enquiries.order_by(F("due_at").asc(nulls_last=True), "pk")
