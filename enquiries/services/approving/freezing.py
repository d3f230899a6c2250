"""One act that lets nothing leave, with a reason, a name and an end; drafting and approving go on meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import Freeze, Organisation, Posting
from worklist.hints import hint_on_commit

POST_TASK = "enquiries.post_replies"
LONGEST = timedelta(days=14)


class CannotFreeze(Exception):
    """This freeze cannot be set or lifted. The message says why."""


@transaction.atomic
def freeze(
    *,
    organisation: Organisation,
    scope: str,
    reason: str,
    by_id: int,
    expires_at: datetime,
    now: datetime,
    kind: str = "",
    account_id: int | None = None,
    topic_id: int | None = None,
    public_notice: str = "",
) -> Freeze:
    """Stop what leaves. Raises CannotFreeze when the reason is missing, or the end is past or too far off.

    `public_notice` is what citizens read about it on our pages, once a second person has confirmed it; a topic has no
    place there, and takes none.
    What is being sent at this very moment cannot be stopped; `under_way` counts it.
    """
    if not reason.strip():
        raise CannotFreeze(_("Say why: colleagues will read it instead of seeing their replies leave."))
    if not now < expires_at <= now + LONGEST:
        raise CannotFreeze(_("Choose an end within the next 14 days. You can lift it earlier, or freeze again."))
    if public_notice.strip() and scope == Freeze.Scope.TOPIC:
        raise CannotFreeze(_("A notice for citizens stands beside a channel. Leave it empty for a topic."))
    made = Freeze.objects.create(
        organisation=organisation,
        scope=scope,
        kind=kind,
        account_id=account_id,
        topic_id=topic_id,
        reason=reason.strip()[:300],
        public_notice=public_notice.strip()[:500],
        frozen_by_id=by_id,
        frozen_at=now,
        expires_at=expires_at,
    )
    _note("freeze.set", made, by_id, now)
    return made


@transaction.atomic
def confirm_notice(*, freeze_id: int, notice: str, by_id: int, now: datetime) -> Freeze:
    """Let citizens read the notice of a freeze. `notice` are the words that were read. Raises CannotFreeze.

    What the organisation says in public takes two people, as replies do; the stop itself took one, and acts already.
    """
    held = Freeze.objects.select_for_update(of=("self",)).get(pk=freeze_id)
    if held.lifted_at is not None or held.expires_at <= now:
        raise CannotFreeze(_("This freeze has ended already."))
    if not held.public_notice or held.notice_confirmed_at is not None:
        raise CannotFreeze(_("There is no notice that waits for a second person."))
    if held.frozen_by_id == by_id:
        raise CannotFreeze(_("You wrote this notice. Another person who leads has to read it before citizens do."))
    if held.public_notice.split() != notice.split():  # forms send line ends of their own
        raise CannotFreeze(_("These are not the words of the notice. Read it again."))
    held.notice_confirmed_by_id, held.notice_confirmed_at = by_id, now
    held.save(update_fields=["notice_confirmed_by", "notice_confirmed_at"])
    _note("freeze.notice_confirmed", held, by_id, now)
    return held


@transaction.atomic
def lift(*, freeze_id: int, by_id: int, now: datetime) -> Freeze:
    """Let things leave again: each is looked at once more and goes in its order. Raises CannotFreeze when it has ended."""
    held = Freeze.objects.select_for_update(of=("self",)).get(pk=freeze_id)
    if held.lifted_at is not None or held.expires_at <= now:
        raise CannotFreeze(_("This freeze has ended already."))
    held.lifted_by_id, held.lifted_at = by_id, now
    held.save(update_fields=["lifted_by", "lifted_at"])
    _note("freeze.lifted", held, by_id, now)
    hint_on_commit(POST_TASK)
    return held


def live_freezes(organisation_id: int, *, now: datetime) -> QuerySet[Freeze]:
    """List what stands still now, the newest first."""
    live = Freeze.objects.filter(organisation_id=organisation_id, lifted_at__isnull=True, expires_at__gt=now)
    return live.select_related("frozen_by", "notice_confirmed_by", "account", "topic").order_by("-pk")


def covering(now: datetime) -> Exists:
    """Make the condition that a freeze covers a posting, for querysets of postings."""
    theirs = (
        Q(scope=Freeze.Scope.EVERYTHING)
        | Q(scope=Freeze.Scope.CHANNEL, kind=OuterRef("account__kind"))
        | Q(scope=Freeze.Scope.ACCOUNT, account_id=OuterRef("account_id"))
        | Q(scope=Freeze.Scope.TOPIC, topic_id=OuterRef("reply__enquiry__topic_id"))
        | Q(scope=Freeze.Scope.TOPIC, topic_id=OuterRef("reply__answers__enquiry__topic_id"))
    )
    live = Freeze.objects.filter(lifted_at__isnull=True, expires_at__gt=now)
    return Exists(live.filter(theirs, organisation_id=OuterRef("account__organisation_id")))


def is_frozen(posting: Posting) -> bool:
    """Ask the database at this very moment whether a freeze covers a posting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT is_frozen(%s, %s)", [posting.account_id, posting.reply_id])
        return bool(cursor.fetchone()[0])


def held_back(freeze: Freeze, *, now: datetime) -> int:
    """Count what waits because of freezes that are live in this organisation."""
    waiting = Posting.objects.filter(account__organisation_id=freeze.organisation_id, state=Posting.State.QUEUED)
    return waiting.filter(covering(now)).count()


def under_way(organisation_id: int) -> int:
    """Count what is being sent at this moment, and can be stopped by nobody."""
    return Posting.objects.filter(account__organisation_id=organisation_id, state=Posting.State.SENDING).count()


def _note(verb: str, made: Freeze, by_id: int, now: datetime) -> None:
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"freeze:{made.pk}",
        organisation_id=made.organisation_id,
        data={"scope": made.scope, "kind": made.kind, "account": made.account_id, "topic": made.topic_id}
        | ({"is_public": made.notice_confirmed_at is not None} if made.public_notice else {}),
    )
