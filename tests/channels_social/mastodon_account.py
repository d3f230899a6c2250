"""The city's account on the simulated Mastodon, and what tests do with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from channels_social.mastodon.adapter import MastodonChannel
from enquiries.contract import Account, InboundMessage, OutboundReply, Polled
from simulators import credentials
from tests.sims import Simulator

CHANNEL = MastodonChannel()
DANA = {"author_handle": "dana", "author_name": "Dana"}


def mastodon_account(url: str = "http://127.0.0.1:9", **settings: object) -> Account:
    """The city on Mastodon."""
    return Account(
        id=3,
        kind="mastodon",
        name="City of Northwell",
        external_id=credentials.MASTODON_ACCOUNT_ID,
        handle=credentials.MASTODON_HANDLE,
        settings={"api_url": url, "server": credentials.MASTODON_SERVER, "timeout_seconds": 2, **settings},
        secrets={"access_token": credentials.MASTODON_TOKEN},
    )


def messages(
    account: Account, cursor: Mapping[str, Any] | None = None, watch: tuple[str, ...] = ()
) -> tuple[list[InboundMessage], Polled]:
    """Look, and read the citizens' messages in what came."""
    polled = CHANNEL.poll(account, cursor or {}, watch=watch)
    parts = [part for each in polled.incoming for part in CHANNEL.parse(account, each.raw)]
    return [part for part in parts if isinstance(part, InboundMessage)], polled


def reply_to(message: InboundMessage, text: str = "We will mend it", **changes: Any) -> OutboundReply:
    """An answer as the service makes it after an approval; always with the same key."""
    made = OutboundReply(
        key="11111111-2222-3333-4444-555555555555",
        text=text,
        side=message.side,
        target_id=message.external_id,
        recipient=message.reply_to,
        thread_key=message.thread_key,
        approved_at=datetime.now(UTC),
    )
    return replace(made, **changes)


def ours(server: Simulator) -> list[dict[str, Any]]:
    """What the city posted, deleted posts included."""
    return [post for post in server.ledger()["posts"] if post["by_api"]]
