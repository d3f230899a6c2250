"""All that is known of one posting, for whoever has to decide whether it is there: tries, looks, words, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.access import Person, in_sight, visible_to
from audit.ledger import record
from audit.models import Event
from enquiries.models import Attempt, Enquiry, Posting, PostingNotice
from enquiries.services.leaving.looking import Seen, look_now

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

LOOKS_APART = timedelta(seconds=10)
"""A look costs calls of an allowance that sending needs, too."""
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
    """Fetch a posting in any state with all its page shows. Raises Http404 for a stranger.

    Who sees an enquiry sees what became of the replies of those that were merged into it.
    """
    tries = Prefetch("attempts_made", Attempt.objects.order_by("n"))
    told = Prefetch("notices", PostingNotice.objects.select_related("seen_by").order_by("at", "pk"))
    found = (
        Posting.objects.filter(in_sight(user, "reply__enquiry"), pk=posting_id)
        .select_related(
            "account",
            "reply__enquiry__citizen",
            "reply__enquiry__merged_into__citizen",
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


def enquiry_shown_for(user: Person, posting: Posting) -> Enquiry:
    """Give the enquiry whose page shows a posting: the one it was merged into, where this person sees that."""
    own = posting.reply.enquiry
    root = own.merged_into
    return root if root is not None and visible_to(user).filter(pk=root.pk).exists() else own


STILL_OPEN = (Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON)
"""Where a look at the platform can tell something that nobody knows."""


class LookedJustNow(Exception):
    """Somebody looks at this moment, or has a moment ago. The message says what to do."""


def look(posting: Posting, *, by_id: int, now: datetime) -> Seen:
    """Ask the platform what it shows, and put on record that somebody had it asked. Up to half a minute.

    Raises LookedJustNow while somebody else looks for the same posting, and for ten seconds after.
    """
    with _alone(posting):
        if _looks_of(posting).filter(at__gt=now - LOOKS_APART).exists():
            raise LookedJustNow(
                _("Somebody looked a moment ago: what was seen stands below. Look again in ten seconds.")
            )
        seen = look_now(posting.pk, now=now)
        _put_on_record(posting, seen, by_id=by_id, now=now)
    return seen


@contextmanager
def _alone(posting: Posting) -> Iterator[None]:
    """Keep others from looking for the same posting meanwhile. Raises LookedJustNow when somebody does already."""
    key = f"looking for posting {posting.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        if not cursor.fetchone()[0]:
            raise LookedJustNow(_("Somebody has it looked for at this moment. Read this page again in half a minute."))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _looks_of(posting: Posting) -> QuerySet[Event]:
    mine = Event.objects.filter(enquiry_id=posting.reply.enquiry_id, subject=f"posting:{posting.pk}")
    return mine.filter(verb="posting.looked_at")


def _put_on_record(posting: Posting, seen: Seen, *, by_id: int, now: datetime) -> None:
    record(
        verb="posting.looked_at",
        now=now,
        actor_id=by_id,
        subject=f"posting:{posting.pk}",
        organisation_id=posting.account.organisation_id,
        enquiry_id=posting.reply.enquiry_id,
        data={"seen": {True: "there", False: "not there", None: "cannot tell"}[seen.is_there]},
    )


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
