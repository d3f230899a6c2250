"""Two questions in one enquiry: chosen messages go to an enquiry of their own, with its own clock, and both stay linked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enquiries.models import Clock, DraftText, Enquiry, Link, Message, Reply, Thread
from enquiries.services import clocks
from enquiries.services.families import hold
from enquiries.services.incoming.opening import headline_of, write_new
from enquiries.services.triage import links
from enquiries.services.triage.telling import TriageRefused, tell


class SplitRefused(TriageRefused):
    """These messages do not go to an enquiry of their own. The message says why."""


@transaction.atomic
def split(*, enquiry_id: int, message_ids: Sequence[int], by_id: int, now: datetime) -> Enquiry:
    """Move messages of one citizen to a new enquiry. Raises SplitRefused.

    Team, topic and priority go along; the clock starts with the earliest of the messages, and the old one runs on.
    """
    enquiry = hold(enquiry_id)
    chosen = list(
        enquiry.messages.filter(pk__in=message_ids, direction=Message.Direction.IN)
        .select_related("account__organisation", "author")
        .order_by("pk")
    )
    _may_split(enquiry, chosen, len(set(message_ids)))
    new = _open(enquiry, chosen, now)
    Message.objects.filter(pk__in=[one.pk for one in chosen]).update(enquiry=new)
    DraftText.objects.filter(enquiry=enquiry, answers__in=[one.pk for one in chosen]).update(enquiry=new)
    _lead_threads(enquiry, new, chosen)
    left = enquiry.messages.filter(direction=Message.Direction.IN).aggregate(newest=Max("recorded_at"))["newest"]
    enquiry.last_inbound_at = min(enquiry.last_inbound_at, left)
    enquiry.save(update_fields=["last_inbound_at"])
    links.link(enquiry_id=enquiry.pk, other_id=new.pk, by_id=by_id, now=now, reason=Link.Reason.SPLIT)
    tell("enquiry.split", enquiry, by_id, now, other=new.pk, messages=len(chosen))
    tell("enquiry.split_off", new, by_id, now, other=enquiry.pk, messages=len(chosen))
    return new


def _may_split(enquiry: Enquiry, chosen: list[Message], asked_for: int) -> None:
    if not chosen or len(chosen) != asked_for:
        raise SplitRefused(_("Choose messages of the citizen in this enquiry."))
    if len({one.author_id for one in chosen}) > 1:
        raise SplitRefused(_("These messages are of different people. Choose those of one citizen."))
    others = enquiry.messages.filter(direction=Message.Direction.IN).exclude(pk__in=[one.pk for one in chosen])
    if not others.exists():
        raise SplitRefused(_("One message has to stay here. Choose fewer."))
    answered = Reply.objects.filter(answers__in=[one.pk for one in chosen]).exclude(state=Reply.State.WITHDRAWN)
    if answered.exists():
        raise SplitRefused(
            _("A reply to one of these messages has been written here already. It stays with its reply.")
        )


def _open(enquiry: Enquiry, chosen: list[Message], now: datetime) -> Enquiry:
    first = chosen[0]
    clock = None
    if not all(one.automatic for one in chosen):
        clock = clocks.clock_of(
            organisation=enquiry.organisation,
            channel=first.account.kind,
            kind=Clock.Kind.FIRST_ANSWER,
            started_at=min(one.recorded_at for one in chosen if not one.automatic),
        )
    new = Enquiry(
        organisation=enquiry.organisation,
        account=first.account,
        kind=first.account.kind,
        team=enquiry.team,
        topic=enquiry.topic,
        citizen_id=first.author.citizen_id if first.author else enquiry.citizen_id,
        subject=headline_of("", first.text)
        if first.subject == enquiry.subject
        else headline_of(first.subject, first.text),
        side=chosen[-1].side,
        priority=enquiry.priority,
        language=enquiry.language,
        opened_at=now,
        last_inbound_at=max(one.recorded_at for one in chosen),
        due_at=clock.due_at if clock else None,
    )
    write_new(new)
    if clock:
        clock.enquiry = new
        clock.save(force_insert=True)
    return new


def _lead_threads(enquiry: Enquiry, new: Enquiry, chosen: list[Message]) -> None:
    """Let a thread lead to the new enquiry when nothing of it is left in the old one."""
    for account_id, author_id, key in {(one.account_id, one.author_id, one.thread_key) for one in chosen}:
        left = enquiry.messages.filter(account_id=account_id, author_id=author_id, thread_key=key)
        if not left.exists():
            whole = f"{author_id}:{key}"[:300]
            Thread.objects.filter(account_id=account_id, key=whole, enquiry=enquiry).update(enquiry=new)
