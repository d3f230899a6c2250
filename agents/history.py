"""What has happened to an enquiry, from the ledger, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agents.access import Person, visible_to
from agents.models import User
from agents.words import event_in_words
from audit.models import Event
from enquiries.models import Enquiry, Team, Topic
from enquiries.queries.arrivals import message_of, who_wrote
from enquiries.queries.thread import moment_of

MOST = 300
NOTEWORTHY = (
    "enquiry.claimed",
    "enquiry.assigned",
    "enquiry.taken_over",
    "enquiry.released",
    "enquiry.transferred",
    "enquiry.topic_set",
    "enquiry.priority_set",
    "enquiry.continued",
    "enquiry.waits",
    "enquiry.woken",
    "enquiry.closed",
    "enquiry.reopened",
    "enquiry.merged",
    "enquiry.took_in",
    "enquiry.unmerged",
    "enquiry.let_out",
    "enquiry.split",
    "reply.submitted",
    "reply.approved",
    "reply.posted",
)
"""What somebody has to know who looks at a page that was drawn before."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that happened. `actor` is empty for the machine, `about` for what needs no more words."""

    at: datetime
    what: str
    about: str
    actor: str


def history_of(enquiry: Enquiry, *, by: Person) -> list[Line]:
    """Tell what happened, the newest first. Other enquiries are named only to who may see them."""
    lines = _lines(Event.objects.filter(enquiry_id=enquiry.pk).order_by("-pk")[:MOST], by)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def changes_since(enquiry: Enquiry, stamp: int | None, *, by: User) -> list[Line]:
    """Tell what others did to an enquiry since a page was drawn at `stamp`; nothing when it had none."""
    if stamp is None:
        return []
    events = Event.objects.filter(enquiry_id=enquiry.pk, pk__gt=stamp, verb__in=NOTEWORTHY).exclude(actor_id=by.pk)
    return _lines(events.order_by("pk")[:MOST], by)


def _lines(events: Iterable[Event], by: Person) -> list[Line]:
    found = list(events)
    people = {event.actor_id for event in found} | {event.data.get(key) for event in found for key in ("to", "before")}
    names = _Names(
        people={one.pk: str(one) for one in User.objects.filter(pk__in=_numbers(people))},
        teams=dict(Team.objects.filter(pk__in=_numbers(e.data.get("team") for e in found)).values_list("pk", "name")),
        topics=dict(
            Topic.objects.filter(pk__in=_numbers(e.data.get("topic") for e in found)).values_list("pk", "name")
        ),
        references=_references(found, by),
    )
    by_machine = who_wrote(found)
    return [
        Line(
            at=moment_of(event),
            what=event_in_words(event.verb, by_machine=by_machine.get(message_of(event))),
            about=names.about(event),
            actor=names.people.get(event.actor_id or 0, ""),
        )
        for event in found
    ]


def _numbers(values: Iterable[Any]) -> set[int]:
    return {value for value in values if isinstance(value, int)}


def _references(events: Iterable[Event], by: Person) -> dict[int, str]:
    others = _numbers(event.data.get(key) for event in events for key in ("other", "into", "out_of"))
    return dict(visible_to(by).filter(pk__in=others).values_list("pk", "reference")) if others else {}


@dataclass(frozen=True, kw_only=True)
class _Names:
    """The names behind the numbers in the ledger."""

    people: dict[int, str]
    teams: dict[int, str]
    topics: dict[int, str]
    references: dict[int, str]

    def about(self, event: Event) -> str:
        data = event.data
        if event.verb == "enquiry.assigned":
            return self.people.get(data.get("to") or 0, "")
        if event.verb == "enquiry.same_mail":
            return str(data.get("mailbox", ""))
        if event.verb == "enquiry.taken_over":
            return _("from %(name)s") % {"name": self.people.get(data.get("before") or 0, "")}
        if event.verb == "enquiry.transferred":
            return self.teams.get(data.get("team") or 0, _("no team"))
        if event.verb == "enquiry.topic_set":
            return self.topics.get(data.get("topic") or 0, _("no topic"))
        if event.verb == "enquiry.priority_set":
            return str(dict(Enquiry.Priority.choices).get(data.get("priority"), ""))
        if event.verb.startswith("reply.") and "n" in data:
            return _("version %(n)s") % {"n": data["n"]}
        return self.references.get(data.get("other") or data.get("into") or data.get("out_of") or 0, "")
