"""Words that their platform has no more: emptied here too, while the enquiry, its clocks and its ledger stay as they were.

What goes: text, HTML, subject and files of every wording, the headline made of them, the words in the untouched bytes, in
what was fetched around them and in what was overheard. What stays: that somebody wrote, when, where, and what we did.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from audit.ledger import record
from enquiries.contract import Channel, InboundMessage, Redacts
from enquiries.models import (
    Attachment,
    ChannelAccount,
    ContextPost,
    FileScan,
    MediaFetch,
    Message,
    Overheard,
    Payload,
    PostWatch,
)
from enquiries.registry import channel
from enquiries.services import replies
from enquiries.services.families import hold_with_root
from enquiries.services.incoming import joining, versions

log = logging.getLogger(__name__)
BEFORE = timedelta(days=1)
"""A payload that brought a post cannot have come much earlier than the post was written, by our clock or theirs."""
AT_MOST_BACK = timedelta(days=90)
EMPTIED = "Its words are gone here; copies of them are still to be emptied."
"""What stands at a post until that is done, also where it is still on its platform: its author asked to be forgotten."""


@transaction.atomic
def blank(*, account: ChannelAccount, root_id: str, now: datetime) -> int:
    """Empty every wording of one post of a citizen. Safe to repeat. Returns how many messages were emptied.

    The database takes the words out of the search by itself. A reply to it that waits or is approved goes back to its
    author. Copies in other payloads are emptied by the next `scrub_due`.
    """
    if not root_id:
        return 0
    joining.one_at_a_time(account, [versions.lock_name(root_id)])
    around = _forget_around(account, root_id, now)
    said = Message.objects.filter(account=account, root_id=root_id, direction=Message.Direction.IN)
    ids = sorted(said.filter(blanked_at__isnull=True).values_list("enquiry_id", flat=True).distinct())
    count = 0
    for enquiry_id in ids:
        _held, root = hold_with_root(enquiry_id)
        for message in said.filter(enquiry=enquiry_id, blanked_at__isnull=True).order_by("pk"):
            _empty(message, account, now)
            count += 1
        replies.take_back_because_gone(enquiry=root, root_id=root_id, account_id=account.pk, now=now)
    if count or around:
        soon = {"due_at": now, "done_at": None, "parked_at": None, "last_error": EMPTIED}
        PostWatch.objects.update_or_create(account=account, root_id=root_id[:300], defaults=soon)
    return count


def _empty(message: Message, account: ChannelAccount, now: datetime) -> None:
    versions.forget_headline(message)
    Message.objects.filter(pk=message.pk).update(text="", html="", subject="", blanked_at=now)
    _drop_files(message)
    if message.payload:
        empty_payload(message.payload, account=account, root_ids=[message.root_id], now=now)
    record(
        verb="message.blanked",
        now=now,
        subject=f"message:{message.pk}",
        organisation_id=account.organisation_id,
        enquiry_id=message.enquiry_id,
    )


def _drop_files(message: Message) -> None:
    """Take the files of a message away, the stored bytes once that is committed."""
    files = list(Attachment.objects.filter(message=message))
    FileScan.objects.filter(attachment__in=files).delete()
    MediaFetch.objects.filter(message=message).update(attachment=None, url="", alt_text="")
    for file in files:
        stored = file.stored
        file.delete()  # the row; Django leaves the bytes
        transaction.on_commit(partial(stored.storage.delete, str(stored.name)))


def _forget_around(account: ChannelAccount, root_id: str, now: datetime) -> int:
    """Empty the post where it was only read: as the context of others, or overheard. Returns in how many places."""
    read = ContextPost.objects.filter(account=account, external_id=root_id, gone_at__isnull=True)
    heard = Overheard.objects.filter(account=account, external_id=root_id, gone_at__isnull=True)
    emptied = read.update(text="", author_name="", author_handle="", author_number="", gone_at=now)
    return emptied + heard.update(text="", author={}, gone_at=now)


def empty_payload(payload: Payload, *, account: ChannelAccount, root_ids: Sequence[str], now: datetime) -> bool:
    """Take the words of these posts out of the bytes in which they came. True when something was taken out.

    A channel that knows how leaves the rest as it was; of others all bytes go once a post in them is gone, because the
    messages that they brought are kept as such.
    """
    speaks, raw = channel(account.kind), bytes(payload.raw)
    left = raw
    if isinstance(speaks, Redacts):
        for root_id in root_ids:
            left = speaks.redact(left, root_id)
    elif _brings(speaks, account, raw, root_ids):
        left = b""
    if left == raw or len(left) > len(raw):
        return False
    # The database lets bytes go only together with a new moment at which they went.
    at = max(now, payload.blanked_at + timedelta(microseconds=1)) if payload.blanked_at else now
    Payload.objects.filter(pk=payload.pk).update(raw=left, blanked_at=at)
    payload.raw, payload.blanked_at = left, at
    return True


def _brings(speaks: Channel, account: ChannelAccount, raw: bytes, root_ids: Sequence[str]) -> bool:
    try:
        parts = speaks.parse(account.in_the_open(), raw)
    except Exception as error:  # noqa: BLE001 - whatever bytes do to their reader: what names a post that is gone goes
        log.warning(
            "A payload of account %s that is to be emptied cannot be read (%s).", account.pk, type(error).__name__
        )
        return True
    return any(isinstance(part, InboundMessage) and part.root_id in root_ids for part in parts)


# What was pushed and picked up both, what stands in the answer of somebody else: found by the name of the post.
NAMING = """
SELECT id FROM enquiries_payload p
 WHERE account_id = %s AND received_at >= %s AND state <> 'RECEIVED'
   AND EXISTS (SELECT FROM unnest(%s::bytea[]) root WHERE position(root IN p.raw) > 0)
 ORDER BY id
"""


def scrub(*, account: ChannelAccount, root_ids: Sequence[str], now: datetime) -> int:
    """Take posts that are gone out of every payload of the account that names them. Returns how many lost something."""
    since = _first_told(account, root_ids, now)
    with connection.cursor() as cursor:
        cursor.execute(NAMING, [account.pk, since, [root_id.encode() for root_id in root_ids]])
        ids = [row[0] for row in cursor.fetchall()]
    count = 0
    for pk in ids:
        with transaction.atomic():
            payload = Payload.objects.select_for_update(of=("self",)).get(pk=pk)
            named = _named_in(bytes(payload.raw), root_ids)
            count += bool(named) and empty_payload(payload, account=account, root_ids=named, now=now)
    return count


def _first_told(account: ChannelAccount, root_ids: Iterable[str], now: datetime) -> datetime:
    said = Message.objects.filter(account=account, root_id__in=root_ids).order_by("occurred_at")
    first = said.values_list("occurred_at", flat=True).first()
    return max(first, now - AT_MOST_BACK) - BEFORE if first else now - AT_MOST_BACK


def _named_in(raw: bytes, root_ids: Sequence[str]) -> list[str]:
    """Keep the names that stand in the bytes as a whole, not as a piece of another one."""
    return [
        one for one in root_ids if re.search(rb"(?<![\w-])" + re.escape(one.encode()) + rb"(?![\w-])", raw, re.ASCII)
    ]
