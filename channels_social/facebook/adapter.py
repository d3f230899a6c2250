"""A Facebook page as the service sees it: joins wire, mapping and proof into one channel."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_social.facebook import correcting, mapping, messenger, polling, readback, signature
from channels_social.facebook.answers import WINDOW_CLOSED
from channels_social.facebook.client import PageGraph
from channels_social.facebook.traits import FACEBOOK
from channels_social.reading import digest_of, json_of, list_of, mapping_of, name_of
from enquiries.contract import (
    Account,
    CannotTell,
    Challenge,
    ChannelError,
    Forged,
    Genuine,
    Incoming,
    Limits,
    Misdirected,
    NotThere,
    OutboundReply,
    Parsed,
    Polled,
    Receipt,
    Refused,
    Side,
    Uncertain,
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

    def limits(self, account: Account, side: Side) -> Limits:
        """Say how long an answer may be: 8000 characters under a comment, 2000 on Messenger."""
        settle = timedelta(seconds=float(account.settings.get("settle_seconds", 30)))
        return Limits(max_length=LONGEST[side], settle=settle)

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
        """Answer a comment or a message. Raises a ChannelError that says what is known."""
        if reply.side is Side.PRIVATE:
            return _send_message(account, reply)
        target = reply.target_id.partition(":")[0]
        if not target:
            raise Refused("The reply names no comment to answer", fix="Answer by hand on Facebook.")
        posted = _told(PageGraph(account).put_object(target, "comments", message=reply.text), "id")
        return Receipt(external_id=posted, permalink=f"https://www.facebook.com/{posted}")

    def replace(self, account: Account, reply: OutboundReply) -> Receipt:
        """Give our comment other words. Raises a ChannelError that says what is known; refuses messages."""
        return correcting.replace(account, reply)

    def remove(self, account: Account, reply: OutboundReply) -> Receipt:
        """Take our comment down; one that is not there any more is success. Raises a ChannelError; refuses messages."""
        return correcting.remove(account, reply)

    def find_sent(self, account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
        """Look for `reply` under the comment or among the messages with the person."""
        find = readback.find_message if reply.side is Side.PRIVATE else readback.find_comment
        try:
            return find(account, reply, since=since)
        except ChannelError as error:
            return CannotTell(reason=error.safe_message)


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


def _send_message(account: Account, reply: OutboundReply) -> Receipt:
    """Answer within the 24 hours; after them as a human agent, if Meta has granted the page that feature."""
    if not reply.recipient:
        raise Refused("The reply names nobody on Messenger", fix="Answer in public, or by hand in the page's inbox.")
    graph = PageGraph(account)
    try:
        return _message(graph, account, reply, messaging_type="RESPONSE")
    except Refused as error:
        if error.code != WINDOW_CLOSED or not account.settings.get("human_agent"):
            raise
    return _message(graph, account, reply, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")


def _message(graph: PageGraph, account: Account, reply: OutboundReply, **kind: str) -> Receipt:
    message = {"text": reply.text, "metadata": messenger.POSTING + reply.key}
    answer = graph.put_object(
        account.external_id, "messages", recipient={"id": reply.recipient}, message=message, **kind
    )
    return Receipt(external_id=_told(answer, "message_id"))


def _told(answer: object, name: str) -> str:
    number = name_of(mapping_of(answer).get(name))
    if not number:
        raise Uncertain("Facebook accepted the answer but did not say where it is")
    return number
