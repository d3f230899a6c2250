"""Mastodon as the service sees it: joins wire, mapping and proof into one channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.mastodon import mapping, media, polling, posting, readback
from channels_social.mastodon.checking import check
from channels_social.mastodon.client import MastodonClient
from channels_social.mastodon.traits import MASTODON
from channels_social.reading import name_of, text_of
from enquiries.contract import (
    Account,
    CannotTell,
    Carries,
    Challenge,
    ChannelError,
    Checkup,
    Forged,
    Genuine,
    InboundFile,
    Limits,
    NotThere,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Said,
    Side,
    WebhookRequest,
    Words,
)
from enquiries.rules.pictures import RASTER

LONGEST = 500
ADDRESSEE = 32
"""Kept free for the name of the citizen, without which Mastodon tells them nothing; names have up to 30 characters."""
LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
FAR_NAME = re.compile(r"(?<![=/\w])(@\w+)@[\w.-]+\w")
LINK_COUNTS = "x" * 23


class MastodonChannel:
    """Mentions of one Mastodon account in, answers out: to everybody, or to the citizen alone."""

    kind = "mastodon"
    label: Words = "Mastodon"
    traits = MASTODON
    polls = True
    replaces = frozenset(Side)
    removes = frozenset(Side)

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long an answer may be: what the server allows, without the name before it."""
        settle = timedelta(seconds=float(account.settings.get("settle_seconds", 30)))
        longest = int(account.settings.get("max_length") or LONGEST)
        files = Carries(most=posting.MOST_FILES, media_types=RASTER)
        return Limits(max_length=max(1, longest - ADDRESSEE), settle=settle, files=files)

    def length(self, text: str) -> int:
        """Count as Mastodon does: an address 23, of a far name only its first part; joined emoji never count less."""
        sound = LINK.sub(LINK_COUNTS, unicodedata.normalize("NFC", text_of(text)))
        return len(FAR_NAME.sub(r"\1", sound))

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Refuse: Mastodon is asked, it does not call."""
        raise Forged("Mastodon sends no webhooks")

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a post that was picked up. See `mapping.parse`."""
        return mapping.parse(account, raw)

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Bring mentions and quotes since the mark, and the new words of watched posts. See `polling.look`."""
        return polling.look(account, cursor, watch=watch, now=datetime.now(UTC))

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: Mastodon keeps no mark for us."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Answer the citizen's post. Raises a ChannelError that says what is known."""
        return posting.send(account, reply)

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Give our post other words. Raises a ChannelError that says what is known."""
        return posting.replace(account, reply)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our post down; one that is not there any more is success. Raises a ChannelError that says what is known."""
        return posting.remove(account, reply)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for `reply` among the account's own posts: same target, same words, same side."""
        try:
            return readback.find(account, reply, since=since)
        except ChannelError as error:
            return CannotTell(reason=error.safe_message)

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        """Say of each post whether it is there. What a list leaves out is asked for by itself before it counts as gone."""
        client = MastodonClient(account)
        there = {name_of(status.get("id")) for status in client.statuses(ids)}
        return {each: each in there or client.status(each) is not None for each in ids}

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        """Bring what stands around a post, oldest first; private words are left out."""
        client, own_id = MastodonClient(account), post_id.partition(":")[0]
        above, below = client.context(own_id)
        told = (mapping.said(account, status) for status in (*above, client.status(own_id) or {}, *below))
        return sorted((each for each in told if each), key=lambda each: each.occurred_at)[:100]

    def fetch(self, account: Account, url: str) -> InboundFile:
        """Fetch one picture from the account's server or its host of pictures. Raises Refused for any other address."""
        return media.fetch(account, url)

    def check(self, account: Account) -> Checkup:
        """Look at the token, the account and what the server allows."""
        return check(account)
