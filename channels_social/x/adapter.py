"""X as the service sees it: joins wire, mapping and proof into one channel."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.reading import digest_of, json_of, mapping_of, name_of, text_of
from channels_social.x import (
    activity,
    checking,
    events,
    listening,
    media,
    oauth2,
    picking,
    posting,
    redacting,
    signature,
    threads,
)
from channels_social.x.client import XClient
from channels_social.x.traits import X
from enquiries.contract import (
    Account,
    Act,
    CannotTell,
    Carries,
    Challenge,
    Checkup,
    Forged,
    Genuine,
    InboundFile,
    Incoming,
    Limits,
    Misdirected,
    NotThere,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Refused,
    Renewed,
    Said,
    Side,
    WebhookRequest,
)
from enquiries.rules.pictures import RASTER

with warnings.catch_warnings():
    # It looks for its own data through pkg_resources; requirements.txt keeps the setuptools that still has it.
    warnings.simplefilter("ignore", UserWarning)
    from twitter_text import parse_tweet

MANY_DOTS = re.compile(r"[^\s/.]*(?:\.[^\s/.]*){9,}")
"""No address has so many dots, and twitter-text-parser 3.0 takes seconds to find that out, growing with the square."""
LONGEST_MESSAGE = 10_000


class XChannel:
    """Mentions, answers, quotes and direct messages of one X account in, replies to them out."""

    kind = "x"
    label = "X"
    traits = X
    polls = True
    replaces = frozenset[Side]()
    removes = frozenset({Side.PUBLIC})
    acts = frozenset({Act.HIDE, Act.SHOW})

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long a post may be: 280 as X weighs, or what the account has paid for (`max_length`)."""
        settle = timedelta(seconds=float(account.settings.get("settle_seconds", 30)))
        files = Carries(most=posting.MOST_PICTURES[side], media_types=RASTER)
        if side is Side.PRIVATE:
            return Limits(max_length=LONGEST_MESSAGE, settle=settle, files=files)
        return Limits(max_length=int(account.settings.get("max_length", 280)), settle=settle, files=files)

    def length(self, text: str) -> int:
        """Weigh `text` as X does: links 23, emoji 2, most scripts 1, Chinese, Japanese and Korean 2 a character."""
        return int(parse_tweet(MANY_DOTS.sub(_without_dots, text_of(text))).weightedLength)

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Answer X's challenge, or prove a webhook by its signature. Raises Forged or Misdirected.

        While the consumer secret is being changed, webhooks signed with the former one count as well.
        """
        key = account.secrets.get("consumer_secret", "")
        former = account.secrets.get("previous_consumer_secret", "")
        if request.method == "GET":
            return _challenge(key, request.query.get("crc_token", ""))
        claimed = request.headers.get(signature.HEADER, "")
        if not any(signature.is_genuine(each, request.body, claimed) for each in (key, former)):
            raise Forged("The signature is missing or wrong")
        event = _event(request.body)
        meant_for = name_of(mapping_of(event.get("filter")).get("user_id"))
        if meant_for and meant_for != account.external_id:
            raise Misdirected("The event is for another account of the same app")
        # Posts have bare numbers: a push and a poll must not pass for each other.
        number = name_of(event.get("event_uuid"))
        external_id = f"event:{number}" if number else digest_of(request.body)
        return Genuine(incoming=Incoming(external_id=external_id, raw=request.body))

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a fetched post or message, or a webhook. See `events.parse`."""
        return events.parse(account, raw)

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Fetch what is new since the mark, with ten minutes of overlap. See `picking.look`. Raises ChannelError."""
        return picking.look(account, cursor, watch=watch, now=datetime.now(UTC))

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: X keeps no mark for us."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Post `reply`, or send it as a direct message. Raises a ChannelError that says what is known."""
        return posting.send(account, reply)

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Refuse: X has no way to change a post for programs."""
        raise Refused("X does not let a post be changed", fix="Remove the post, then answer anew.")

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our post down; one that is not there any more is success. Raises a ChannelError that says what is known."""
        return posting.remove(account, reply)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for `reply` on the account's own timeline or in its messages: same target, same words."""
        return posting.find_sent(account, reply, since=since)

    def renew(self, account: Account) -> Renewed:
        """Exchange the tokens of OAuth 2.0. Raises AccountUnusable when X no longer takes them."""
        now = datetime.now(UTC)
        return oauth2.renew(account, now=now)

    def check(self, account: Account) -> Checkup:
        """Look at keys, rights, reading and pushing. See `checking.check`."""
        return checking.check(account, now=datetime.now(UTC))

    def mend(self, account: Account) -> Sequence[str]:
        """Put the webhook and its subscriptions back. Safe to repeat. Raises ChannelError."""
        return activity.mend(account)

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        """Say of each post whether it is there still. Raises ChannelError."""
        return threads.presence(account, ids)

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        """Bring the thread of a post, oldest first. Raises ChannelError."""
        return threads.context(account, post_id=post_id, thread_key=thread_key)

    def listen(self, account: Account, query: str, cursor: Mapping[str, Any]) -> Polled:
        """Search for `query`, in X's search language. See `listening.listen`. Raises ChannelError."""
        return listening.listen(account, query, cursor, now=datetime.now(UTC))

    def moderate(self, account: Account, *, post_id: str, act: Act) -> None:
        """Hide a reply under a post of ours, or show it again. Raises ChannelError."""
        if act not in self.acts:
            raise Refused("X does not let others' posts be removed", fix="Report the post on x.com.")
        number = post_id.rpartition(":")[2]
        if not posting.NUMBER.fullmatch(number):
            raise Refused("This names no post on X", fix="Hide the reply by hand on x.com.")
        XClient(account).hide(number, hidden=act is Act.HIDE)

    def fetch(self, account: Account, url: str) -> InboundFile:
        """Fetch a picture or film from X's own hosts. Raises Refused for any other address."""
        return media.fetch(account, url)

    def redact(self, raw: bytes, root_id: str) -> bytes:
        """Give a payload without the words and the author of one post. See `redacting.redact`."""
        return redacting.redact(raw, root_id)


def _challenge(key: str, token: str) -> Challenge:
    signed = signature.answer(key, token)
    if not signed:
        raise Forged("A challenge without a token, or with one that X would not send")
    return Challenge(body=f'{{"response_token":"{signed}"}}', content_type="application/json")


def _event(body: bytes) -> dict[str, Any]:
    try:
        return mapping_of(mapping_of(json_of(body)).get("data"))
    except ValueError:
        return {}  # signed, so it is kept all the same; reading it comes later


def _without_dots(match: re.Match[str]) -> str:
    """Weigh the same, look like no address."""
    return match[0].replace(".", "·")
