"""Gives our own comment other words or takes it down; both may be asked for again and again.

Source: developers.facebook.com, "Graph API reference, Comment", updating and deleting; read 2026-11-22.
"""

from __future__ import annotations

import re
from typing import Any

from channels_social.facebook.answers import OBJECT_GONE
from channels_social.facebook.client import PageGraph
from channels_social.reading import bare, text_of
from enquiries.contract import Account, Duplicate, NotSent, OutboundReply, Receipt, Refused, Side, Uncertain

COMMENT = re.compile(r"[0-9A-Za-z_]+")
WRITE_AGAIN = "Write a further message that says what was wrong, or use the page's inbox."
ANSWER_ANEW = "Look at the comment on Facebook. If it is gone, answer the citizen anew."
BY_HAND = "Remove the comment by hand on Facebook."

Node = dict[str, Any]


def replace(account: Account, reply: OutboundReply) -> Receipt:
    """Give our comment the words of `reply`. Raises ChannelError."""
    own, graph = _own_comment(reply), PageGraph(account)
    try:
        _done(graph.change(own, message=reply.text))
    except Duplicate as error:
        shown = _look(graph, own) or {}
        if bare(text_of(shown.get("message"))) != bare(reply.text):
            fix = "Change some words and submit it again."
            raise Refused(error.safe_message, fix=fix, code=error.code, trace_id=error.trace_id) from None
    except Refused as error:
        if error.code != OBJECT_GONE:
            raise
        says = "Our comment is gone, or Facebook does not let the page change it"
        raise Refused(says, fix=ANSWER_ANEW, code=error.code, trace_id=error.trace_id) from None
    return Receipt(external_id=own, permalink=f"https://www.facebook.com/{own}")


def remove(account: Account, reply: OutboundReply) -> Receipt:
    """Take our comment down; one that is not there any more is success. Raises ChannelError."""
    own, graph = _own_comment(reply), PageGraph(account)
    try:
        _done(graph.delete_object(own))
    except Refused as error:
        # Facebook says the same of what is gone and of what the page may not delete: only a look tells them apart.
        if error.code == OBJECT_GONE and _look(graph, own) is None:
            return Receipt(external_id=own)
        says = "Facebook does not let the page remove this comment"
        raise Refused(says, fix=BY_HAND, code=error.code, trace_id=error.trace_id) from None
    return Receipt(external_id=own)


def _own_comment(reply: OutboundReply) -> str:
    if reply.side is Side.PRIVATE:
        raise Refused("Messenger does not let a message be changed or taken back", fix=WRITE_AGAIN)
    if not COMMENT.fullmatch(reply.of):
        raise Refused("The correction names no comment of ours", fix="Correct the comment by hand on Facebook.")
    return reply.of


def _done(answer: Node) -> None:
    if answer.get("success") is False:
        raise Uncertain("Facebook took it in but says that it was not done")


def _look(graph: PageGraph, own: str) -> Node | None:
    """Return our comment as Facebook shows it, or None when it is not there. Raises ChannelError."""
    try:
        shown: Node = graph.get_object(own, fields="id,message")
    except NotSent as error:
        if error.code != OBJECT_GONE:
            raise
        return None
    return shown
