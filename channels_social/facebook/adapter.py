"""A Facebook page as the service sees it: joins wire, mapping and proof into one channel."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.facebook import (
    checking,
    correcting,
    mapping,
    moderating,
    polling,
    readback,
    redacting,
    sending,
    signature,
    stores,
    there,
    uploading,
)
from channels_social.facebook.traits import FACEBOOK
from channels_social.reading import digest_of, json_of, list_of, mapping_of, name_of
from enquiries.contract import (
    Account,
    Act,
    CannotTell,
    Challenge,
    ChannelError,
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
    Said,
    Side,
    WebhookRequest,
)

LONGEST = {Side.PUBLIC: 8000, Side.PRIVATE: 2000}


class FacebookChannel:
    """Comments on one page and its Messenger messages in, answers to both out."""

    kind = "facebook"
    label = "Facebook"
    traits = FACEBOOK
    polls = True
    replaces = frozenset({Side.PUBLIC})
    removes = frozenset({Side.PUBLIC})
    """Both hold for comments alone: Messenger lets nobody change or take back a page's message by its API."""
    acts = frozenset(Act)

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long an answer may be: 8000 characters and a picture under a comment, 2000 and none on Messenger."""
        settle = timedelta(seconds=float(account.settings.get("settle_seconds", 30)))
        return Limits(max_length=LONGEST[side], settle=settle, files=uploading.CARRIES[side])

    def length(self, text: str) -> int:
        """Count characters."""
        return len(text)

    def verify(self, account: Account, request: WebhookRequest) -> Genuine | Challenge:
        """Answer the handshake, or prove a webhook by its signature. Raises Forged, or Misdirected for another page.

        `previous_app_secret` is accepted beside `app_secret` while the secret is being changed.
        """
        if request.method == "GET":
            return _handshake(account.secrets.get("verify_token", ""), request.query)
        keys = (account.secrets.get("app_secret", ""), account.secrets.get("previous_app_secret", ""))
        if not signature.is_genuine(keys, request.body, request.headers.get(signature.HEADER, "")):
            raise Forged("The signature is missing or wrong")
        pages = _pages_named(request.body)
        if pages and account.external_id not in pages:
            raise Misdirected("The webhook is for another page of the same app")
        return Genuine(incoming=Incoming(external_id=digest_of(request.body), raw=request.body))

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        """Read a webhook or a polled node. See `mapping.parse`."""
        return mapping.parse(account, raw)

    def poll(self, account: Account, cursor: Mapping[str, Any], *, watch: tuple[str, ...] = ()) -> Polled:
        """Look for what no webhook told, ten minutes of overlap included. Raises ChannelError.

        `cursor` is as `marks.Marks` writes it, {} at first. `watch` are posts, or comments under them.
        """
        return polling.look(account, cursor, watch=watch, now=datetime.now(UTC))

    def settle(self, account: Account, polled: Polled) -> None:
        """Do nothing: Facebook keeps no mark for us."""

    def send(self, account: Account, reply: OutboundReply) -> Receipt:
        """Answer a comment or a message, or a comment in private. Raises a ChannelError that says what is known."""
        return sending.send(account, reply)

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Give our comment other words. Raises a ChannelError that says what is known; refuses messages."""
        return correcting.replace(account, reply)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our comment down; one that is not there any more is success. Raises a ChannelError; refuses messages."""
        return correcting.remove(account, reply)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for `reply` under the comment, or among the messages with the person."""
        try:
            return readback.find(account, reply, since=since)
        except ChannelError as error:
            return CannotTell(reason=error.safe_message)

    def check(self, account: Account) -> Checkup:
        """Look at token, permissions, subscriptions and version. Raises ChannelError."""
        return checking.check(account, now=datetime.now(UTC))

    def mend(self, account: Account) -> Sequence[str]:
        """Subscribe to the page again. Raises ChannelError."""
        return checking.mend(account)

    def presence(self, account: Account, ids: Sequence[str]) -> Mapping[str, bool | None]:
        """Say of each comment or post whether it is there. Raises ChannelError."""
        return there.presence(account, ids)

    def context(self, account: Account, *, post_id: str, thread_key: str) -> Sequence[Said]:
        """Bring the post, the comment and what was said below it. Raises ChannelError."""
        return there.thread(account, post_id=post_id, thread_key=thread_key)

    def moderate(self, account: Account, *, post_id: str, act: Act) -> None:
        """Hide, show or take down what a citizen wrote under a post of the page. Raises ChannelError."""
        moderating.moderate(account, post_id=post_id, act=act)

    def fetch(self, account: Account, url: str) -> InboundFile:
        """Fetch a picture, film or file from Facebook's own stores. Raises ChannelError."""
        return stores.fetch(account, url)

    def redact(self, raw: bytes, root_id: str) -> bytes:
        """Take one comment, post or message out of a payload."""
        return redacting.redact(raw, root_id)


def _handshake(token: str, query: Mapping[str, str]) -> Challenge:
    asked = query.get("hub.verify_token", "")
    is_right = bool(token) and hmac.compare_digest(token.encode(), asked.encode())
    if query.get("hub.mode") != "subscribe" or not is_right:
        raise Forged("The handshake brings no or a wrong token")
    return Challenge(body=query.get("hub.challenge", ""))


def _pages_named(body: bytes) -> set[str]:
    """The pages that a webhook speaks of; empty when it cannot be read, which is found out later."""
    try:
        entries = list_of(mapping_of(json_of(body)).get("entry"))
    except ValueError:
        return set()
    return {name_of(mapping_of(entry).get("id")) for entry in entries}
