"""Which enquiry a message continues: what proves it, and what is only claimed. A claim never joins, but it is shown.

Our own secret in the reply address proves it by itself: only our mail to this citizen carried it. On a platform the thread
proves it, because the platform tells who wrote. The sender of a mail can be anybody, so the names of earlier mails, the
thread as a mail program counts it and a reference in the subject count only where our own gateway found the sender to be
real, or, where no gateway of ours is declared, where the mail names one of *our* mails: that name is random and went to its
recipient alone. Where we answered public words in private, the first private words of their author continue that enquiry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from audit.ledger import record
from enquiries.contract import InboundMessage, SenderTrust, Side
from enquiries.models import (
    ChannelAccount,
    ChannelIdentity,
    Enquiry,
    EnquiryToken,
    Link,
    Message,
    Posting,
    Reply,
)
from enquiries.queries.prepared import PreparedText
from enquiries.registry import traits_of
from enquiries.rules import may_reply, references
from enquiries.rules.may_reply import Way
from enquiries.services.families import hold_with_root
from enquiries.services.incoming.identity import enquiry_by_secret

REOPEN_WITHIN = timedelta(days=30)
"""A message after a longer silence on a closed enquiry is a new question."""
TAG = re.compile(r"(?<![\w-])[A-Za-z]{2,4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}(?![\w-])")
TAGS_AT_MOST = 5
# Written out: each is asked of every message, and composing and planning them took longer than asking. OFFSET keeps the
# names of a mail apart from what else is asked of it: planned while messages are few, it would later read all of them.
_hold = PreparedText("""
SELECT pg_advisory_xact_lock(hashtextextended(name, seed))
  FROM unnest(%(names)s::text[], %(seeds)s::bigint[]) AS held (name, seed)
""")
_look = PreparedText("""
SELECT EXISTS (SELECT FROM enquiries_message WHERE account_id = %(account)s AND external_id = ANY(%(copies)s::text[])),
       (SELECT jsonb_object_agg(key, enquiry_id) FROM enquiries_thread
         WHERE account_id = %(account)s AND key = ANY(%(keys)s::text[])),
       same.id, same.enquiry_id
  FROM (VALUES (1)) AS once LEFT JOIN LATERAL (
    SELECT m.id, m.enquiry_id FROM enquiries_channelaccount a CROSS JOIN LATERAL (
      SELECT id, enquiry_id, direction, automatic, sender_trust FROM enquiries_message
       WHERE account_id = a.id AND external_id = ANY(%(copies)s::text[]) OFFSET 0
    ) m
     WHERE m.direction = 'IN' AND a.organisation_id = %(organisation)s
       AND a.kind = %(kind)s AND a.id <> %(account)s AND (NOT m.automatic OR %(automatic)s)
       AND (m.sender_trust <> 'FAIL' OR %(automatic)s OR %(refuted)s)
     ORDER BY m.id LIMIT 1
  ) same ON %(is_mail)s
""")
_lead = PreparedText("""
INSERT INTO enquiries_thread (account_id, key, enquiry_id)
SELECT DISTINCT %(account)s::bigint, key, %(enquiry)s::bigint FROM unnest(%(keys)s::text[]) AS named (key)
ON CONFLICT (account_id, key) DO UPDATE SET enquiry_id = EXCLUDED.enquiry_id
""")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a message before it is kept.

    `led` is the enquiry of each of its threads that has one. `same_mail` are the message and enquiry of the very same mail
    in another mailbox.
    """

    is_here: bool
    led: Mapping[str, int]
    same_mail: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where a message belongs: an enquiry it is proven to continue, or one that it only says to continue."""

    enquiry_id: int | None = None
    claimed_id: int | None = None


def keys_of(identity: ChannelIdentity, inbound: InboundMessage) -> list[str]:
    """Name the threads of a message, the nearest first, each apart for every author."""
    return [f"{identity.pk}:{key}"[:300] for key in dict.fromkeys((inbound.thread_key, *inbound.more_threads))]


def copies_of(inbound: InboundMessage) -> list[str]:
    """Name a message and those copies of it that count for more: where one of them is here, it adds nothing."""
    return [identity[:300] for identity in (inbound.external_id, *inbound.copies)]


def look(account: ChannelAccount, inbound: InboundMessage, keys: list[str]) -> Known:
    """Look what is known of a message, in one go. Call under `one_at_a_time`, with the mail named, or two may come at once."""
    ((is_here, led, message_id, enquiry_id),) = _look(
        account=account.pk,
        organisation=account.organisation_id,
        kind=account.kind,
        copies=copies_of(inbound),
        keys=keys,
        automatic=inbound.automatic,
        refuted=inbound.sender_trust == SenderTrust.FAIL,
        is_mail=traits_of(account.kind).is_mail,
    )
    same_mail = None if message_id is None else (message_id, enquiry_id)
    return Known(is_here=is_here, led=json.loads(led or "{}"), same_mail=same_mail)


def find(
    account: ChannelAccount, identity: ChannelIdentity, inbound: InboundMessage, keys: list[str], led: Mapping[str, int]
) -> Found:
    """Find the enquiry of a message, without holding it. `led` are the enquiries of those of its `keys` that have one."""
    secret = enquiry_by_secret(inbound.reply_token, EnquiryToken.Purpose.MAIL) if inbound.reply_token else None
    if secret and secret.organisation_id == account.organisation_id:
        return Found(enquiry_id=secret.pk)
    if not traits_of(account.kind).is_mail:
        named = _of_names(account, identity, inbound.references)
        return Found(enquiry_id=named or _of_private_answer(account, identity, inbound) or _of_threads(led, keys))
    found = _of_mail(account, identity, inbound, _of_threads(led, keys[1:]))
    # The thread itself is the channel's word, as on a platform; that of a mail is no name that its writer chose.
    return found if found.enquiry_id else replace(found, enquiry_id=_of_threads(led, keys[:1]))


def _of_mail(
    account: ChannelAccount, identity: ChannelIdentity, inbound: InboundMessage, of_threads: int | None
) -> Found:
    claimed = (
        _of_names(account, identity, inbound.references)
        or of_threads
        or _of_subject(account, identity, inbound.subject)
    )
    if claimed is None or inbound.sender_trust == SenderTrust.PASS:
        return Found(enquiry_id=claimed)
    if not account.settings.get("gateway_id") and inbound.sender_trust == SenderTrust.UNKNOWN:
        ours = _of_names(account, identity, inbound.references, by_us=True)
        if ours:
            return Found(enquiry_id=ours)
    return Found(claimed_id=claimed)


def _of_names(
    account: ChannelAccount, identity: ChannelIdentity, names: tuple[str, ...], *, by_us: bool = False
) -> int | None:
    """Find the enquiry of the nearest of these mails in which the author takes part; `by_us` asks for our mails only."""
    if not names:
        return None
    nearest = {name: place for place, name in reversed(list(enumerate(names)))}
    known = Message.objects.filter(account=account, known_as__in=names)
    if by_us:
        known = known.filter(direction=Message.Direction.OUT)
    for message in sorted(known, key=lambda one: nearest[one.known_as]):
        if _takes_part(identity, message.enquiry_id):
            return message.enquiry_id
    return None


def _of_private_answer(account: ChannelAccount, identity: ChannelIdentity, inbound: InboundMessage) -> int | None:
    """Find the enquiry whose public words we answered in private, where these are the first private words since.

    The platform begins a talk of its own there, or goes on with an old one, and does not tell what it is about.
    """
    if inbound.side != Side.PRIVATE or not may_reply.exists(traits_of(account.kind).ways, Way.PRIVATE_TO_COMMENT):
        return None
    ours = Posting.objects.filter(account=account, state=Posting.State.POSTED, reply__answers__author=identity)
    newest = ours.filter(reply__purpose=Reply.Purpose.PRIVATELY).order_by("-posted_at", "-pk")
    found = newest.values_list("posted_at", "reply__answers__enquiry_id").first()
    if found is None:
        return None
    posted_at, enquiry_id = found
    said = Message.objects.filter(author=identity, direction=Message.Direction.IN, side=Side.PRIVATE, account=account)
    return None if said.filter(recorded_at__gt=posted_at).exists() else enquiry_id


def _of_threads(led: Mapping[str, int], keys: list[str]) -> int | None:
    return next((led[key] for key in keys if key in led), None)


def _of_subject(account: ChannelAccount, identity: ChannelIdentity, subject: str) -> int | None:
    """Find the enquiry whose reference stands in the subject, where the author takes part in it already."""
    tags = [tag for tag in map(references.normalise, TAG.findall(subject)[:TAGS_AT_MOST]) if tag]
    if not tags:
        return None
    named = Enquiry.objects.filter(organisation_id=account.organisation_id, reference__in=tags)
    ids = named.order_by("-pk").values_list("pk", flat=True)
    return next((pk for pk in ids if _takes_part(identity, pk)), None)


def _takes_part(identity: ChannelIdentity, enquiry_id: int) -> bool:
    return Message.objects.filter(enquiry=enquiry_id, direction=Message.Direction.IN, author=identity).exists()


def hold_continued(found: Found, inbound: InboundMessage, now: datetime) -> tuple[Enquiry, Enquiry] | None:
    """Lock the enquiry that is continued and the one it was merged into (else itself). None where a new one is opened."""
    if found.enquiry_id is None:
        return None
    held, root = hold_with_root(found.enquiry_id)
    if root.state == Enquiry.State.CLOSED and now - root.last_inbound_at > REOPEN_WITHIN and not inbound.reply_token:
        return None
    return held, root


def one_at_a_time(account: ChannelAccount, names: Iterable[str], *, mail: str = "") -> None:
    """Let messages of one thread and one author, and the versions of one post, through one by one.

    Two at once must not open two enquiries, and words must not arrive while they are being taken out. `mail` is the identity
    of a mail that may lie in other mailboxes of the organisation, too.
    """
    held = {(name, account.pk) for name in names if name}
    if mail:
        held.add((f"mail {mail}", account.organisation_id))
    in_order = sorted(held)
    _hold.tell(names=[name for name, _ in in_order], seeds=[seed for _, seed in in_order])


def lead(account: ChannelAccount, keys: list[str], inbound: InboundMessage, enquiry: Enquiry) -> None:
    """Let the threads lead to `enquiry` from now on. Those that a mail names count only of a sender who is proven."""
    is_vouched = inbound.sender_trust == SenderTrust.PASS or not traits_of(account.kind).is_mail
    _lead.tell(account=account.pk, enquiry=enquiry.pk, keys=keys if is_vouched else keys[:1])


def show_claim(enquiry: Enquiry, claimed_id: int, *, now: datetime) -> None:
    """Link an enquiry of its own with the one it says to continue, for a person to see and decide."""
    _link("enquiry.not_joined", enquiry, claimed_id, now)


def tell_same_mail(account: ChannelAccount, same_mail: tuple[int, int], *, now: datetime) -> None:
    """Tell that this very mail opened an enquiry from another mailbox of the organisation: one promise, one answer.

    Its identity covers all that its writer wrote, but not what servers on the way added: a copy that came by a list looks like
    a machine's and is promised nothing, so it never stands for one that came straight from a person.
    What is told of the second one stands in the first one's enquiry, with the mailbox it came to.
    """
    message_id, enquiry_id = same_mail
    record(
        verb="enquiry.same_mail",
        now=now,
        subject=f"message:{message_id}",
        organisation_id=account.organisation_id,
        enquiry_id=enquiry_id,
        data={"mailbox": account.name, "account": account.pk},
    )


def _link(verb: str, enquiry: Enquiry, other_id: int, now: datetime) -> None:
    first, second = sorted((enquiry.pk, other_id))
    Link.objects.get_or_create(first_id=first, second_id=second, defaults={"linked_by": None, "linked_at": now})
    record(
        verb=verb,
        now=now,
        subject=f"enquiry:{other_id}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"other": other_id},
    )
