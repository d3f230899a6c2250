"""E-mail as a channel: joins picking up, reading and sending under the contract."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels_email import mailbox, oauth, sender
from channels_email.isolation import read_apart
from channels_email.letter import message_id
from channels_email.traits import EMAIL
from enquiries.contract import (
    Account,
    CannotTell,
    Carries,
    Challenge,
    ChannelError,
    Forged,
    Genuine,
    Limits,
    NotThere,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Refused,
    Renewed,
    Side,
    WebhookRequest,
)
from enquiries.rules.pictures import PDF, RASTER

MAX_LENGTH = 100_000
SETTLE_SECONDS = 10
FILES = Carries(most=10, media_types=RASTER | {PDF}, most_bytes=10_000_000)
WRITE_AGAIN = "Write a further mail that says what was wrong."


class EmailChannel:
    """Mails in by IMAP (and by the receiver, which needs no channel), replies out by SMTP."""

    kind = "email"
    label = _("E-mail")
    traits = EMAIL
    polls = True
    replaces = frozenset[Side]()
    removes = frozenset[Side]()

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a mail may be: longer than anybody should write."""
        return Limits(
            max_length=MAX_LENGTH,
            settle=timedelta(seconds=float(account.settings.get("settle_seconds", SETTLE_SECONDS))),
            files=FILES,
        )

    def length(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Refuse: mails do not come by webhook."""
        raise Forged("There are no e-mail webhooks.")

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read one mail, in a process apart that it may bring down."""
        return [read_apart(account=account, raw=raw)]

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Bring the next mails by IMAP; nothing where the account has only the receiver."""
        if not account.settings.get("imap_host"):
            return Polled(incoming=(), cursor=cursor)
        return mailbox.poll(account=account, cursor=cursor)

    def missing(
        self, account: Account, cursor: Mapping[str, Any], *, known: Callable[[Sequence[str]], set[str]]
    ) -> Polled:
        """Bring mails that lie in the mailbox although they should have been fetched and are not known."""
        if not account.settings.get("imap_host"):
            return Polled(incoming=(), cursor=cursor)
        return mailbox.missing(account=account, cursor=cursor, known=known)

    def settle(self, account: Account, polled: Polled) -> None:
        """Move what is stored out of the way, where a folder is set for it."""
        mailbox.settle(account=account, polled=polled)

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Mail `reply`. The receipt's identity is the Message-ID."""
        return sender.send(account=account, reply=reply)

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Refuse: a mail that has left is its reader's."""
        raise Refused("A mail that was sent cannot be changed", fix=WRITE_AGAIN)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Refuse: a mail that has left is its reader's."""
        raise Refused("A mail that was sent cannot be called back", fix=WRITE_AGAIN)

    def renew(self, account: Account) -> Renewed:
        """Fetch a new token for a mailbox that signs in by one. Raises a ChannelError."""
        return oauth.renew(account)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for the reply's Message-ID in the archive mailbox, which got a blind copy of every reply."""
        folder = str(account.settings.get("archive_folder") or "")
        if not folder or not account.settings.get("archive_address"):
            return CannotTell(reason="No archive mailbox is set, so nobody can look whether this mail was sent.")
        name = message_id(account=account, reply=reply)
        try:
            found = mailbox.find_mail(
                account=account,
                folder=folder,
                user=str(account.settings.get("archive_user") or ""),
                password=account.secrets.get("archive_password", ""),
                message_id=name,
            )
        except ChannelError as error:
            return CannotTell(reason=f"The archive mailbox cannot be read. {error.safe_message}")
        return Receipt(external_id=name, detail="found in the archive mailbox") if found else NotThere()
