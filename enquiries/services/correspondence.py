"""Where a citizen's message belongs: opens an enquiry, or joins the one it continues, and never a stranger's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from audit.ledger import record
from enquiries.contract import InboundMessage
from enquiries.models import (
    ChannelAccount,
    ChannelIdentity,
    Clock,
    Enquiry,
    EnquiryToken,
    Message,
    Payload,
    Thread,
    Topic,
)
from enquiries.registry import traits_of
from enquiries.rules.text import clean, one_line
from enquiries.rules.workflow import ENQUIRY_MOVES
from enquiries.services import clocks, context, media, presence, replies
from enquiries.services.families import hold_with_root
from enquiries.services.identity import enquiry_by_secret, identity_of
from enquiries.services.keeping import keep_file
from enquiries.services.language import language_of
from enquiries.services.opening import free_reference, headline_of

EARLIEST_YEAR = 2000
REOPEN_WITHIN = timedelta(days=30)
"""A message after a longer silence on a closed enquiry is a new question."""


@transaction.atomic(savepoint=False)  # whoever calls has a transaction and gives up all of it when this fails
def receive(*, payload: Payload, account: ChannelAccount, inbound: InboundMessage, now: datetime) -> Message | None:
    """Keep one message of a citizen in its enquiry, with clock and audit. None when it had arrived before."""
    if _seen(account, inbound).is_known:
        return None
    identity = identity_of(account=account, author=inbound.author)
    key = f"{identity.pk}:{inbound.thread_key}"[:300]
    _one_at_a_time(account, key)
    seen = _seen(account, inbound, key=key)
    if seen.is_known:
        return None
    enquiry, root = _continued(account, identity, inbound, seen.leads_to, now) or (None, None)
    opened = enquiry is None
    started_at = _clock_start(account, inbound, payload, now)
    enquiry = enquiry or _open(account, identity, inbound, now, started_at)
    _lead(account, key, enquiry)
    message = _keep(enquiry, payload, account, identity, inbound, now)
    if root:
        _continue(root, message, started_at, now)
    record(
        verb="enquiry.opened" if opened else "enquiry.continued",
        now=now,
        subject=f"message:{message.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=root.pk if root else enquiry.pk,
        data={"channel": account.kind, "side": message.side},
    )
    return message


def _one_at_a_time(account: ChannelAccount, key: str) -> None:
    """Let messages of one thread and one author through one by one: two at once must not open two enquiries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [key, account.pk])


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What is known of a message: whether it had arrived before, and to which enquiry its thread leads."""

    is_known: bool
    leads_to: int | None


# Both questions in one, and written out: they are asked of every message, and composing them took longer than asking.
SEEN = """
SELECT EXISTS (SELECT FROM enquiries_message WHERE account_id = %(account)s AND external_id = %(name)s),
       (SELECT enquiry_id FROM enquiries_thread WHERE account_id = %(account)s AND key = %(key)s)
"""


def _seen(account: ChannelAccount, inbound: InboundMessage, *, key: str = "") -> _Seen:
    with connection.cursor() as cursor:
        cursor.execute(SEEN, {"account": account.pk, "name": inbound.external_id[:300], "key": key})
        is_known, leads_to = cursor.fetchone()
    return _Seen(is_known=is_known, leads_to=leads_to)


def _continued(
    account: ChannelAccount, identity: ChannelIdentity, inbound: InboundMessage, leads_to: int | None, now: datetime
) -> tuple[Enquiry, Enquiry] | None:
    """Find the enquiry this message continues, and the one it was merged into (else itself), both locked.

    The order is: our own secret, our earlier words, the platform's thread. Only the secret proves a right by itself.
    References and threads count for somebody who takes part already: a stranger who quotes a reference opens an enquiry
    of their own.
    """
    found = enquiry_by_secret(inbound.reply_token, EnquiryToken.Purpose.MAIL) if inbound.reply_token else None
    if found and found.organisation_id != account.organisation_id:
        found = None
    if not found and inbound.references:
        found = _by_references(account, identity, inbound.references)
    enquiry_id = found.pk if found else leads_to
    if enquiry_id is None:
        return None
    held, root = hold_with_root(enquiry_id)
    if root.state == Enquiry.State.CLOSED and now - root.last_inbound_at > REOPEN_WITHIN and not inbound.reply_token:
        return None
    return held, root


def _by_references(account: ChannelAccount, identity: ChannelIdentity, names: tuple[str, ...]) -> Enquiry | None:
    nearest = {name: place for place, name in reversed(list(enumerate(names)))}
    known = Message.objects.filter(account=account, known_as__in=names).select_related("enquiry")
    for message in sorted(known, key=lambda one: nearest[one.known_as]):
        if message.enquiry.messages.filter(direction=Message.Direction.IN, author=identity).exists():
            return message.enquiry
    return None


def _lead(account: ChannelAccount, key: str, enquiry: Enquiry) -> None:
    """Let the thread lead to `enquiry` from now on, in one statement."""
    Thread.objects.bulk_create(
        [Thread(account=account, key=key, enquiry=enquiry)],
        update_conflicts=True,
        unique_fields=["account", "key"],
        update_fields=["enquiry"],
    )


def _open(
    account: ChannelAccount, identity: ChannelIdentity, inbound: InboundMessage, now: datetime, started_at: datetime
) -> Enquiry:
    """Open an enquiry, with its clock unless a machine wrote: that is promised nothing."""
    clock = None
    if not inbound.automatic:
        clock = clocks.clock_of(
            organisation=account.organisation,
            channel=account.kind,
            kind=Clock.Kind.FIRST_ANSWER,
            started_at=started_at,
        )
    topic = None
    if inbound.topic:
        topic = Topic.objects.filter(organisation_id=account.organisation_id, name=inbound.topic).first()
    enquiry = Enquiry.objects.create(
        organisation=account.organisation,
        account=account,
        kind=account.kind,
        reference=free_reference(account.organisation),
        team_id=topic.team_id if topic and topic.team_id else account.team_id,
        topic=topic,
        citizen_id=identity.citizen_id,
        subject=headline_of(inbound.subject, inbound.text),
        side=inbound.side,
        language=language_of(inbound.text, told=inbound.language, is_guess=account.kind == "web"),
        opened_at=now,
        last_inbound_at=now,
        due_at=clock.due_at if clock else None,
    )
    if clock:
        clock.enquiry = enquiry
        clock.save(force_insert=True)
    return enquiry


def _keep(
    enquiry: Enquiry,
    payload: Payload,
    account: ChannelAccount,
    identity: ChannelIdentity,
    inbound: InboundMessage,
    now: datetime,
) -> Message:
    message = Message.objects.create(
        enquiry=enquiry,
        account=account,
        direction=Message.Direction.IN,
        side=inbound.side,
        external_id=inbound.external_id[:300],
        known_as=inbound.known_as[:300],
        author=identity,
        payload=payload,
        subject=one_line(inbound.subject, most=300),
        text=clean(inbound.text),
        html=clean(inbound.html),
        thread_key=inbound.thread_key[:300],
        reply_to=inbound.reply_to[:320],
        permalink=inbound.permalink[:500],
        answerable=inbound.answerable,
        hindrance=one_line(inbound.hindrance, most=300),
        answer_by=inbound.answer_by,
        automatic=inbound.automatic,
        root_id=inbound.root_id[:300],
        version_at=inbound.version_at,
        sender_trust=inbound.sender_trust.value,
        quote_from=inbound.quote_from,
        occurred_at=_believable(inbound.occurred_at, payload, now),
        recorded_at=now,
    )
    for file in inbound.files:
        keep_file(message, file, now=now)
    media.expect(message, inbound.pictures, now=now)
    context.expect(message, inbound, now=now)
    presence.watch(account, inbound.root_id[:300], is_ours=False, now=now)
    return message


def _believable(told: datetime, payload: Payload, now: datetime) -> datetime:
    """Take the told moment, unless it lies ahead or in another age (mails without a date say 1970)."""
    return payload.received_at if told.year < EARLIEST_YEAR else min(told, now)


def _clock_start(account: ChannelAccount, inbound: InboundMessage, payload: Payload, now: datetime) -> datetime:
    """Say when the citizen's time began. Platforms tell the true moment; the Date of a mail is the sender's word only."""
    received: datetime = payload.received_at
    if not traits_of(account.kind).tells_true_times:
        return received
    return min(received, max(min(inbound.occurred_at, now), received - timedelta(days=1)))


def _continue(enquiry: Enquiry, message: Message, started_at: datetime, now: datetime) -> None:
    """Let follow what a further message means for an enquiry that this transaction holds.

    The message may lie in one that was merged into it.
    """
    enquiry.last_inbound_at, enquiry.side = now, message.side
    enquiry.save(update_fields=["last_inbound_at", "side"])
    if message.automatic:
        return
    replies.void_because_citizen_wrote(enquiry=enquiry, now=now)
    if replies.is_in_flight(enquiry):
        return
    after = ENQUIRY_MOVES["citizen_wrote"].get(enquiry.state)  # type: ignore[call-overload]
    if after:
        enquiry.state, enquiry.waiting_until = after, None
        enquiry.save(update_fields=["state", "waiting_until"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=started_at)
