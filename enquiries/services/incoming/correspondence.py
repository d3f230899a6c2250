"""Where a citizen's message belongs: opens an enquiry, or joins the one it continues, and never a stranger's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from audit.ledger import record
from enquiries.contract import InboundMessage
from enquiries.models import (
    ChannelAccount,
    ChannelIdentity,
    Clock,
    Enquiry,
    Message,
    Payload,
    Topic,
)
from enquiries.queries.inserting import insert, insert_unnumbered
from enquiries.registry import traits_of
from enquiries.rules.text import clean, one_line
from enquiries.rules.workflow import ENQUIRY_MOVES
from enquiries.services import clocks, replies
from enquiries.services.files import media
from enquiries.services.files.keeping import keep_file
from enquiries.services.incoming import joining, versions
from enquiries.services.incoming.identity import writer_of
from enquiries.services.incoming.opening import headline_of, write_new
from enquiries.services.leaving import acknowledging
from enquiries.services.platforms import blanking, context, presence
from enquiries.services.replies.language import language_of

EARLIEST_YEAR = 2000


@transaction.atomic(savepoint=False)  # whoever calls has a transaction and gives up all of it when this fails
def receive(
    *,
    payload: Payload,
    account: ChannelAccount,
    inbound: InboundMessage,
    now: datetime,
    promised_from: datetime | None = None,
) -> Message | None:
    """Keep one message of a citizen in its enquiry, with clock and audit. None when it had arrived before.

    The same mail in another mailbox is kept once. Of a post that is gone from its platform the row is kept, and no word of
    it. `promised_from` is when the promise begins where that is not when the citizen wrote: what was not written to us
    binds us from when we take it up.
    """
    writer = writer_of(account=account, author=inbound.author, names=joining.copies_of(inbound))
    if writer.has_been_read:
        _empty_copy(payload, account, inbound, now)
        return None
    identity = writer.identity()
    keys = joining.keys_of(identity, inbound)
    # All copies of a mail wait for one another, whatever servers on the way say against one of them.
    mail = (*inbound.copies, inbound.external_id)[0] if traits_of(account.kind).is_mail else ""
    joining.one_at_a_time(account, [*keys, versions.lock_name(inbound.root_id)], mail=mail)
    known = joining.look(account, inbound, keys)
    if known.is_here:
        return None
    earlier = versions.earlier_of(account, inbound.root_id)
    found = joining.find(account, identity, inbound, keys, known.led)
    enquiry, root = joining.hold_continued(found, inbound, now) or (None, None)
    occurred_at = _believable(inbound.occurred_at, payload, now)
    started_at = promised_from or versions.clock_start(
        account, occurred_at=occurred_at, received_at=payload.received_at
    )
    opened = enquiry is None
    if opened and known.same_mail:
        joining.tell_same_mail(account, known.same_mail, now=now)
        return None
    if enquiry and not inbound.automatic and acknowledging.is_flood(account, identity, now=now):
        inbound = replace(inbound, automatic=True)
    enquiry = enquiry or _open(account, identity, inbound, now, started_at, is_gone=earlier.is_gone)
    joining.lead(account, keys, inbound, enquiry)
    message = _keep(enquiry, payload, account, identity, inbound, now, earlier)
    if root:
        _follow(root, enquiry, message, started_at, now)
    if found.claimed_id and found.claimed_id != enquiry.pk:
        joining.show_claim(enquiry, found.claimed_id, now=now)
    _note(message, root or enquiry, account, opened=opened, now=now)
    if promised_from is None:
        acknowledging.expect(message, opened=opened, now=now)
    return message


def why_not_kept(account: ChannelAccount, inbound: InboundMessage) -> str:
    """Say in a word or two why `receive` kept nothing: it was here, or the same mail is in another mailbox's enquiry."""
    known = Message.objects.filter(account=account, external_id__in=joining.copies_of(inbound))
    return "known" if known.exists() else "same mail in another mailbox"


def _note(message: Message, enquiry: Enquiry, account: ChannelAccount, *, opened: bool, now: datetime) -> None:
    record(
        verb="enquiry.opened" if opened else "enquiry.continued",
        now=now,
        subject=f"message:{message.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"channel": account.kind, "side": message.side},
    )


def _empty_copy(payload: Payload, account: ChannelAccount, inbound: InboundMessage, now: datetime) -> None:
    """Take words out of a payload that brings them once more after they are gone."""
    if inbound.root_id and versions.earlier_of(account, inbound.root_id).is_gone:
        blanking.empty_payload(payload, account=account, root_ids=[inbound.root_id], now=now)


def _open(
    account: ChannelAccount,
    identity: ChannelIdentity,
    inbound: InboundMessage,
    now: datetime,
    started_at: datetime,
    *,
    is_gone: bool,
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
    enquiry = Enquiry(
        organisation=account.organisation,
        account=account,
        kind=account.kind,
        team_id=topic.team_id if topic and topic.team_id else account.team_id,
        topic=topic,
        citizen_id=identity.citizen_id,
        subject=versions.headline_of_gone() if is_gone else headline_of(inbound.subject, inbound.text),
        side=inbound.side,
        language=language_of(inbound.text, told=inbound.language, is_guess=account.kind == "web"),
        opened_at=now,
        last_inbound_at=now,
        due_at=clock.due_at if clock else None,
    )
    write_new(enquiry)
    if clock:
        clock.enquiry = enquiry
        insert_unnumbered(clock)
    return enquiry


def _keep(
    enquiry: Enquiry,
    payload: Payload,
    account: ChannelAccount,
    identity: ChannelIdentity,
    inbound: InboundMessage,
    now: datetime,
    earlier: versions.Earlier,
) -> Message:
    occurred_at = _believable(inbound.occurred_at, payload, now)
    is_gone = earlier.is_gone
    message = Message(
        enquiry=enquiry,
        account=account,
        direction=Message.Direction.IN,
        side=inbound.side,
        external_id=inbound.external_id[:300],
        known_as=inbound.known_as[:300],
        author=identity,
        payload=payload,
        subject="" if is_gone else one_line(inbound.subject, most=300),
        text="" if is_gone else clean(inbound.text),
        html="" if is_gone else clean(inbound.html),
        blanked_at=now if is_gone else None,
        thread_key=inbound.thread_key[:300],
        reply_to=inbound.reply_to[:320],
        permalink=inbound.permalink[:500],
        answerable=inbound.answerable,
        hindrance=one_line(inbound.hindrance, most=300),
        answer_by=inbound.answer_by,
        automatic=inbound.automatic,
        root_id=inbound.root_id[:300],
        version_at=inbound.version_at,
        outdated=earlier.outdates(inbound.version_at or occurred_at),
        sender_trust=inbound.sender_trust.value,
        quote_from=inbound.quote_from,
        occurred_at=occurred_at,
        recorded_at=now,
    )
    insert(message)
    if is_gone:
        blanking.empty_payload(payload, account=account, root_ids=[inbound.root_id], now=now)
        return message
    for file in inbound.files:
        keep_file(message, file, now=now)
    media.expect(message, inbound.pictures, now=now)
    context.expect(message, inbound, now=now)
    presence.watch(account, inbound.root_id[:300], is_ours=False, now=now)
    return message


def _believable(told: datetime, payload: Payload, now: datetime) -> datetime:
    """Take the told moment, unless it lies ahead or in another age (mails without a date say 1970)."""
    return payload.received_at if told.year < EARLIEST_YEAR else min(told, now)


def _follow(root: Enquiry, held: Enquiry, message: Message, started_at: datetime, now: datetime) -> None:
    """Let follow what a further message means: new words, a newer wording of known ones, or history that comes late."""
    if message.outdated:
        for one in {root.pk: root, held.pk: held}.values():
            versions.begin_earlier(one, message, started_at=started_at, now=now)
        clocks.show_due(root)
        return
    if message.blanked_at:
        return
    versions.follow_newest(held, message)
    _continue(root, message, started_at, now)


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
