"""Takes an approved answer to the page: under a comment, to a person on Messenger, or once in private to a comment.

Source: developers.facebook.com, "Messenger Platform: Policy" (24 hours; 7 days as a human agent, for what a person wrote)
and "Private replies" (one per comment or post, within 7 days); read 2026-11-22.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from channels_social.facebook import messenger, uploading
from channels_social.facebook.answers import WINDOW_CLOSED
from channels_social.facebook.client import PageGraph
from channels_social.reading import mapping_of, name_of
from channels_social.transport import leaving_by
from enquiries.contract import COMMENT, Account, OutboundReply, Receipt, Refused, Side, Uncertain

WINDOW = timedelta(hours=24)
ADDRESS = "https://www.facebook.com/"


def send(account: Account, reply: OutboundReply) -> Receipt:
    """Post or send `reply`. Raises a ChannelError that says what is known."""
    uploading.refuse_too_many(reply)
    graph = PageGraph(account)
    with leaving_by(reply.send_by):
        if reply.side is Side.PRIVATE:
            return _in_private(graph, account, reply)
        return _under_comment(graph, account, reply)


def place_of(reply: OutboundReply) -> str:
    """The comment or post to which a private answer belongs; "" when it goes to a person."""
    return reply.recipient.removeprefix(COMMENT) if reply.recipient.startswith(COMMENT) else ""


def _under_comment(graph: PageGraph, account: Account, reply: OutboundReply) -> Receipt:
    target = reply.target_id.partition(":")[0]
    if not target:
        raise Refused("The reply names no comment to answer", fix="Answer by hand on Facebook.")
    pictures = [uploading.upload(graph, account.external_id, file) for file in reply.files]
    hung = {"attachment_id": pictures[0]} if pictures else {}
    posted = _told(graph, graph.put_object(target, "comments", message=reply.text, **hung), "id")
    return Receipt(external_id=posted, permalink=f"{ADDRESS}{posted}", usage=graph.meter.usage())


def _in_private(graph: PageGraph, account: Account, reply: OutboundReply) -> Receipt:
    """Answer as a human agent where the 24 hours are over and Meta has granted the page that feature."""
    if place_of(reply):
        return _to_comment(graph, account, reply)
    if not reply.recipient:
        raise Refused("The reply names nobody on Messenger", fix="Answer in public, or by hand in the page's inbox.")
    may_be_late, heard_at = bool(account.settings.get("human_agent")), reply.heard_at
    is_late = heard_at is not None and datetime.now(UTC) - heard_at >= WINDOW
    if may_be_late and is_late:
        return _message(graph, account, reply, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    try:
        return _message(graph, account, reply, messaging_type="RESPONSE")
    except Refused as error:
        if error.code != WINDOW_CLOSED or not may_be_late:
            raise
    return _message(graph, account, reply, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")


def _to_comment(graph: PageGraph, account: Account, reply: OutboundReply) -> Receipt:
    """Facebook takes one such answer per comment: asking again after a doubt can never make two."""
    place = place_of(reply)
    kind = "post_id" if place.startswith(f"{account.external_id}_") else "comment_id"
    return _message(graph, account, reply, recipient={kind: place}, messaging_type="RESPONSE")


def _message(
    graph: PageGraph, account: Account, reply: OutboundReply, *, recipient: dict[str, str] | None = None, **kind: str
) -> Receipt:
    message = {"text": reply.text, "metadata": messenger.POSTING + reply.key}
    to = recipient or {"id": reply.recipient}
    answer = graph.put_object(account.external_id, "messages", recipient=to, message=message, **kind)
    return Receipt(external_id=_told(graph, answer, "message_id"), usage=graph.meter.usage())


def _told(graph: PageGraph, answer: object, name: str) -> str:
    number = name_of(mapping_of(answer).get(name))
    if not number:
        says = "Facebook accepted the answer but did not say where it is"
        raise Uncertain(says, usage=graph.meter.usage())
    return number
