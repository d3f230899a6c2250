"""The note by machine that a citizen's mail has arrived: approved words, once per enquiry, and never sent a second time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection

from enquiries.contract import AccountUnusable, ChannelError, NotSent, OutboundReply, SenderTrust, Side
from enquiries.models import (
    Acknowledgement,
    ChannelAccount,
    ChannelIdentity,
    EnquiryToken,
    Message,
    StandardAnswerVersion,
)
from enquiries.registry import channel, traits_of
from enquiries.rules import placeholders
from enquiries.rules.text import one_line
from enquiries.services.families import family_ids
from enquiries.services.incoming.identity import secret_of
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
TRIES = 10
UNUSABLE_WAIT = timedelta(hours=1)
A_DAY = 3
"""So many notes go to one address in 24 hours; the database counts, too, and refuses a fourth."""
BELIEVED = (SenderTrust.PASS.value, SenderTrust.UNKNOWN.value)
"""Where a gateway of ours looks, only a proven sender is written to: a forged one never asked."""
FLOOD = 20
"""From so many mails of one address within an hour on, the next ones are taken for a machine's."""


def is_flood(account: ChannelAccount, identity: ChannelIdentity, *, now: datetime) -> bool:
    """Say whether so many mails come from one address that machines must be writing to each other.

    Such mails are kept like all others, but promise no answer, wake nobody and are never answered by machine.
    """
    if not traits_of(account.kind).is_mail:
        return False
    lately = Message.objects.filter(author=identity, direction="IN", recorded_at__gt=now - timedelta(hours=1))
    return bool(lately.order_by("-recorded_at").values_list("pk")[FLOOD - 1 : FLOOD])


def expect(message: Message, *, opened: bool, now: datetime) -> Acknowledgement | None:
    """Let the writer of a mail that was just kept be told of it, where the account has words for that.

    It is told of the one that `opened` an enquiry, and of a person's first in an enquiry that only machines wrote to: a copy
    by a list may have come before it. None where nobody is told: a machine or a forged sender wrote, a mailbox of ours, or
    the address was told three times today. The caller has a transaction, and holds an enquiry that is continued.
    """
    account, recipient = message.account, message.reply_to
    if message.automatic or message.side != Side.PRIVATE or not recipient or not traits_of(account.kind).is_mail:
        return None
    if message.sender_trust not in BELIEVED:
        return None
    if account.acknowledgement_id is None or not (opened or _is_first(message)):
        return None
    words = words_of(account)
    if words is None or _is_ours(account, recipient) or _told_enough(recipient, now):
        return None
    return Acknowledgement.objects.create(
        enquiry=message.enquiry, account=account, recipient=recipient, text_version=words, asked_at=now, due_at=now
    )


def _is_first(message: Message) -> bool:
    """Say whether only machines wrote before, to this mailbox's enquiry and to those that belong to it by a merge.

    Who was told of it may have written words that were split off since: nobody else is told of the same enquiry.
    """
    enquiry = message.enquiry
    if enquiry.account_id != message.account_id or enquiry.side != Side.PRIVATE:
        return False
    if Acknowledgement.objects.filter(enquiry=enquiry).exists():
        return False
    said = Message.objects.filter(direction=Message.Direction.IN, automatic=False).exclude(pk=message.pk)
    if said.filter(enquiry=enquiry).exists():
        return False
    return not said.filter(enquiry__in=family_ids(enquiry.merged_into_id or enquiry.pk)).exists()


def words_of(account: ChannelAccount) -> StandardAnswerVersion | None:
    """Give the newest approved words of the answer that was chosen for an account's notes.

    None where none was chosen, or where it was retired or has no approved words: others are never sent instead.
    """
    if account.acknowledgement_id is None:
        return None
    mine = StandardAnswerVersion.objects.filter(answer=account.acknowledgement_id)
    return mine.filter(answer__retired_at__isnull=True, approved_at__isnull=False).order_by("-n").first()


def lacks_words(account: ChannelAccount) -> bool:
    """Say whether an account has an answer chosen for its notes of which nothing may be sent, so that nobody is told."""
    return account.acknowledgement_id is not None and words_of(account) is None


def _is_ours(account: ChannelAccount, recipient: str) -> bool:
    """Say whether a mailbox of the same organisation would be told: two of them would talk to each other."""
    local, _, domain = recipient.rpartition("@")
    bare = f"{local.partition('+')[0]}@{domain}"
    return ChannelAccount.objects.filter(
        organisation_id=account.organisation_id, kind=account.kind, external_id__iexact=bare
    ).exists()


def _told_enough(recipient: str, now: datetime) -> bool:
    """Count under the lock that the database's own count takes, so that two at once do not both find room."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('acknowledgement ' || lower(%s), 0))", [recipient]
        )
    lately = Acknowledgement.objects.filter(recipient__iexact=recipient, asked_at__gt=now - timedelta(hours=24))
    return lately.count() >= A_DAY


def send_due(*, now: datetime, worker: str, most: int = 50) -> int:
    """Send the notes that are due. Returns how many left.

    One of which nobody knows whether it left is not sent again: a citizen misses a note rather than getting it twice.
    """
    mine = Acknowledgement.objects.filter(
        account__is_active=True, account__halted_reason="", text_version__approved_at__isnull=False
    )
    rows = mine.select_related("account", "enquiry", "text_version__answer")
    return sum(_send(one, now) for one in queue.drain(rows, now=now, lease=LEASE, worker=worker, most=most))


def _send(one: Acknowledgement, now: datetime) -> int:
    if one.attempts > 1 and not one.last_error:
        queue.park(one, now=now, error="The worker did not come back: nobody knows whether it left.")
        return 0
    if one.text_version.answer.retired_at is not None:
        queue.park(one, now=now, error="Its words were retired before it left.")
        return 0
    text, language = _words(one)
    if not text or placeholders.names_in(text):
        queue.park(
            one, now=now, error="The standard answer has no text for mails, or one with a gap that nobody can fill."
        )
        return 0
    answered = one.enquiry.messages.filter(direction=Message.Direction.IN, automatic=False).order_by("pk").first()
    if answered is None:
        queue.park(one, now=now, error="The mail that it would answer was split off before it left.")
        return 0
    try:
        channel(one.account.kind).send(one.account.as_account(), _letter(one, answered, text, language))
    except (NotSent, AccountUnusable) as error:
        after = error.after if isinstance(error, NotSent) else UNUSABLE_WAIT
        queue.retry_later(one, now=now, error=error.safe_message[:500], most=TRIES, after=after)
        return 0
    except ChannelError as error:
        log.warning("The note on enquiry %s did not leave: %s", one.enquiry_id, error.safe_message)
        queue.park(one, now=now, error=error.safe_message[:500])
        return 0
    Acknowledgement.objects.filter(pk=one.pk, lease_owner=one.lease_owner).update(
        sent_at=now, done_at=now, lease_owner="", lease_until=None, last_error=""
    )
    return 1


def _words(one: Acknowledgement) -> tuple[str, str]:
    """Choose the words in the citizen's language, else in the first there is, and fill in what is known. ("", "") if none."""
    texts = one.text_version.texts.get(one.account.kind) or one.text_version.texts.get("any") or {}
    language = one.enquiry.language if one.enquiry.language in texts else next(iter(texts), "")
    enquiry = one.enquiry
    values = {
        "reference": enquiry.reference,
        "organisation": enquiry.organisation.name,
        "citizen_name": enquiry.citizen.name,
        "team": enquiry.team.name if enquiry.team else "",
        "topic": enquiry.topic.name if enquiry.topic else "",
    }
    lines = {name: one_line(value, most=200) for name, value in values.items()}
    return placeholders.fill(texts.get(language, ""), lines, in_public=False).text, language


def _letter(one: Acknowledgement, answered: Message, text: str, language: str) -> OutboundReply:
    return OutboundReply(
        key=str(one.key),
        text=text,
        side=Side.PRIVATE,
        target_id=answered.external_id,
        recipient=one.recipient,
        subject=one.enquiry.subject,
        thread_key=answered.thread_key,
        references=(answered.known_as,) if answered.known_as else (),
        reply_token=secret_of(one.enquiry, EnquiryToken.Purpose.MAIL),
        reference=one.enquiry.reference,
        approved_at=one.asked_at,
        language=language,
        automatic=True,
    )
