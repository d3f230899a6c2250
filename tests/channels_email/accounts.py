"""A mailbox account as the service would hand it over, pointed at the simulated mail server."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from channels_email.parsing import read_mail
from enquiries.contract import Account, InboundMessage, OutboundReply, Side

ADDRESS = "info@northwell.example"
TOKEN = "abcdefghijklmnopqrstuvwxyz"
KEY = str(UUID(int=7))


def email_account(*, smtp_port=0, imap_port=0, archived=True, **settings):
    wire = {
        "imap_host": "127.0.0.1",
        "imap_port": imap_port,
        "imap_tls": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_tls": "none",
        "settle_seconds": 1,
    }
    archive = {"archive_address": "archive@northwell.example", "archive_folder": "Archive"} if archived else {}
    return Account(
        id=1,
        kind="email",
        name="City of Northwell",
        external_id=ADDRESS,
        settings=wire | archive | settings,
        secrets={"imap_password": "demo"},
    )


def outbound(**changes):
    reply = OutboundReply(
        key=KEY,
        text="Dear Dana,\n\nthe lamp will be mended on Monday.\n\nCity of Northwell",
        side=Side.PRIVATE,
        target_id="sha256:abc",
        recipient="dana@citizens.example",
        recipient_name="Dana Meyer",
        subject="Street light",
        references=("<one@citizens.example>", "<two@citizens.example>"),
        reply_token=TOKEN,
        reference="NW-4K7T-93QX",
        approved_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    )
    return replace(reply, **changes)


def message_in(raw):
    """The message that these bytes are."""
    message = read_mail(account=email_account(), raw=bytes(raw))
    assert isinstance(message, InboundMessage)
    return message
