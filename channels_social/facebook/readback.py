"""Finds our own answer on the page by its words: comments carry no mark of ours, Messenger's cannot be read back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from channels_social.facebook.answers import OBJECT_GONE
from channels_social.facebook.client import PageGraph
from channels_social.facebook.sending import place_of
from channels_social.facebook.there import is_gone
from channels_social.reading import bare, list_of, mapping_of, moment_of, name_of, text_of
from enquiries.contract import Account, CannotTell, NotSent, NotThere, OutboundReply, Receipt, Side

ROUNDING = timedelta(seconds=60)
"""Facebook's times have whole seconds, and its clock is not ours."""
MOST_PAGES = 10
MESSAGES_SHOWN = 20

Node = dict[str, Any]


def find(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look for `reply` where it would be. Raises ChannelError."""
    if place_of(reply):
        return find_private_answer(account, reply, since=since)
    if reply.side is Side.PRIVATE:
        return find_message(account, reply, since=since)
    return find_comment(account, reply, since=since)


def find_comment(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look under the answered comment, or under the one it hangs on. Raises ChannelError."""
    place = reply.thread_key.partition(":")[0] or reply.target_id.partition(":")[0]
    graph = PageGraph(account)
    try:
        candidates = _candidates(graph, place, reply, since=since)
    except NotSent as error:
        if error.code != OBJECT_GONE:
            raise
        if is_gone(graph, account, place, known_missing=True):  # and with it whatever hung below
            return NotThere()
        return CannotTell(reason="The comment that was answered is gone, or the page may not see it any more.")
    if candidates is None:
        return CannotTell(reason="There are more comments since than can be looked through.")
    return _verdict(account, candidates, link=True)


def _candidates(graph: PageGraph, place: str, reply: OutboundReply, *, since: datetime) -> list[Node] | None:
    """The comments since then with our words; None when there are more than can be looked through."""
    found: list[Node] = []
    fields, order = "id,message,from,created_time,parent{id}", "reverse_chronological"
    pages = graph.pages(place, "comments", filter="stream", order=order, limit=50, fields=fields)
    for number, page in enumerate(pages):
        fresh = [node for node in page if _is_since(node, since)]
        found += [node for node in fresh if _says(node, reply.text)]
        if len(fresh) < len(page):
            break
        if number + 1 >= MOST_PAGES:
            return None
    return found


def find_private_answer(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look at the talk that began with our private answer to a comment: Facebook allows one. Raises ChannelError."""
    talk = "private_reply_conversation{id,messages.limit(20){id,message,from,created_time}}"
    graph = PageGraph(account)
    node = mapping_of(graph.get_object(place_of(reply), fields=f"id,can_reply_privately,{talk}"))
    shown = _messages([mapping_of(node.get("private_reply_conversation"))])
    said = [message for message in shown if _is_since(message, since) and _says(message, reply.text)]
    verdict = _verdict(account, said, link=False)
    if isinstance(verdict, NotThere) and node.get("can_reply_privately") is not True:
        return CannotTell(reason="Facebook takes no private answer to this comment, and does not show one of ours.")
    return verdict


def find_message(account: Account, reply: OutboundReply, *, since: datetime) -> Receipt | NotThere | CannotTell:
    """Look through the newest messages with the person. Raises ChannelError."""
    pages = PageGraph(account).pages(
        account.external_id,
        "conversations",
        platform="messenger",
        user_id=reply.recipient,
        fields="id,updated_time,messages.limit(20){id,message,from,created_time}",
    )
    conversations = next(pages, [])
    if not conversations:
        return CannotTell(reason="Facebook does not show the messages with this person.")
    messages = _messages(conversations)
    fresh = [message for message in messages if _is_since(message, since)]
    verdict = _verdict(account, [message for message in fresh if _says(message, reply.text)], link=False)
    if isinstance(verdict, NotThere) and len(fresh) == len(messages) and len(messages) >= MESSAGES_SHOWN:
        return CannotTell(reason="There are more messages since than Facebook shows.")
    return verdict


def _messages(conversations: Iterable[Node]) -> list[Node]:
    shown = (list_of(mapping_of(each.get("messages")).get("data")) for each in conversations)
    return [mapping_of(message) for messages in shown for message in messages]


def _says(node: Node, text: str) -> bool:
    return bare(text_of(node.get("message"))) == bare(text)


def _is_since(node: Node, since: datetime) -> bool:
    made_at = moment_of(node.get("created_time"))
    return made_at is None or made_at >= since - ROUNDING


def _verdict(account: Account, candidates: list[Node], *, link: bool) -> Receipt | NotThere | CannotTell:
    """Facebook may hide who wrote: then the right words prove nothing, neither that it is ours nor that it is not."""
    writers = [name_of(mapping_of(node.get("from")).get("id")) for node in candidates]
    ours = [
        name_of(node.get("id"))
        for node, writer in zip(candidates, writers, strict=True)
        if writer == account.external_id
    ]
    if "" in writers:
        return CannotTell(reason="There is an answer with these words, but Facebook does not say who wrote it.")
    if len(ours) > 1:
        return CannotTell(reason=f"There are {len(ours)} answers of the page with these words.")
    if not ours:
        return NotThere()
    return Receipt(external_id=ours[0], permalink=f"https://www.facebook.com/{ours[0]}" if link else "")
