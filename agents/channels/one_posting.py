"""All that is known of one posting, for whoever has to decide whether it is there: tries, looks, words, and who decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.access import Person, visible_to
from audit.ledger import record
from audit.models import Event
from enquiries.models import Attempt, Posting, PostingNotice
from enquiries.services.looking import Seen, look_now

VERBS = (
    "posting.refused",
    "posting.needs_person",
    "posting.decided",
    "posting.looked_at",
    "reply.posted",
)
DECISIONS = {
    "IT_IS_THERE": gettext_lazy("It is there: recorded as posted"),
    "SEND_AGAIN": gettext_lazy("It was not there: sent once more"),
    "there": gettext_lazy("The platform showed it"),
    "not there": gettext_lazy("The platform did not show it"),
    "cannot tell": gettext_lazy("The platform did not say"),
    "GIVE_UP": gettext_lazy("Given up: back to its author"),
}

TELLING = [*("BOUNCED", "READ", "DELIVERED", "DELAYED"), "UNKNOWN_BOUNCE"]


@dataclass(frozen=True, kw_only=True)
class Try:
    """One try: `took` is how long it lasted, None while it has not come back."""

    attempt: Attempt
    took: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A line of the posting's story. `decision` is what a person decided or saw, in words; empty for everything else."""

    at: datetime
    verb: str
    who: str
    decision: str


def posting_seen_by(user: Person, posting_id: int) -> Posting:
    """Fetch a posting in any state with all its page shows. Raises Http404 for a stranger."""
    tries = Prefetch("attempts_made", Attempt.objects.order_by("n"))
    told = Prefetch("notices", PostingNotice.objects.select_related("seen_by").order_by("at", "pk"))
    found = (
        Posting.objects.filter(pk=posting_id, reply__enquiry__in=visible_to(user))
        .select_related(
            "account",
            "reply__enquiry__citizen",
            "reply__answers__account",
            "reply__answers__author",
            "version__author",
            "approval__approver",
            "decided_by",
        )
        .prefetch_related(tries, told)
        .first()
    )
    if found is None:
        raise Http404(_("There is nothing here for you."))
    found.told = most_telling(found.notices.all())  # type: ignore[attr-defined]  # as the thread reads it
    return found


STILL_OPEN = (Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON)
"""Where a look at the platform can tell something that nobody knows."""


def look(posting: Posting, *, by_id: int, now: datetime) -> Seen:
    """Ask the platform what it shows, and put on record that somebody had it asked. Up to half a minute."""
    seen = look_now(posting.pk, now=now)
    record(
        verb="posting.looked_at",
        now=now,
        actor_id=by_id,
        subject=f"posting:{posting.pk}",
        organisation_id=posting.account.organisation_id,
        enquiry_id=posting.reply.enquiry_id,
        data={"seen": {True: "there", False: "not there", None: "cannot tell"}[seen.is_there]},
    )
    return seen


def most_telling(notices: Iterable[PostingNotice]) -> dict[str, str]:
    """Give of what was told afterwards what says most: that it came back, was read, was delivered, is late."""
    found = min(notices, key=lambda one: TELLING.index(one.kind), default=None)
    return {"kind": found.kind, "code": found.code, "detail": found.detail} if found else {}


def tries_of(posting: Posting) -> list[Try]:
    """List the tries in their order."""
    return [
        Try(attempt=one, took=one.ended_at - one.started_at if one.ended_at else None)
        for one in posting.attempts_made.all()
    ]


def story_of(posting: Posting) -> list[Happening]:
    """List what the ledger tells of the posting, oldest first. One statement."""
    people = get_user_model()._default_manager.filter(pk=OuterRef("actor_id")).values("name")[:1]
    ours = Event.objects.filter(enquiry_id=posting.reply.enquiry_id, subject=f"posting:{posting.pk}", verb__in=VERBS)
    rows: Any = ours.annotate(who=Subquery(people)).order_by("pk").values_list("at", "verb", "data", "who")
    return [
        Happening(at=at, verb=verb, who=who or "", decision=_decided(data.get("decision") or data.get("seen", "")))
        for at, verb, data, who in rows
    ]


def _decided(code: str) -> str:
    return str(DECISIONS.get(code, ""))
