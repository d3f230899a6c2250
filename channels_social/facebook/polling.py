"""Looks at the page for what no webhook told, because webhooks get lost and Facebook keeps no list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels_social.facebook.answers import OBJECT_GONE
from channels_social.facebook.client import PageGraph
from channels_social.reading import bytes_of, list_of, mapping_of, moment_of, name_of
from enquiries.contract import Account, Incoming, NotSent

POST_FIELDS = "id,message,from,created_time,permalink_url,status_type"
COMMENT_FIELDS = "id,message,from,created_time,parent{id},permalink_url,attachment"
MESSAGE_FIELDS = "id,updated_time,participants,messages.limit(20){id,message,from,created_time,attachments}"
WATCHED_POSTS = 25
WATCHED_DAYS = 14
MOST_PAGES = 40
"""Of one edge in one look: 4,000 comments. What more came between two looks is brought by the webhook only."""

Node = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One node as a payload, and when it was made if Facebook tells."""

    incoming: Incoming
    made_at: datetime | None


def look(account: Account, *, since: datetime, now: datetime) -> Iterator[Found]:
    """Yield visitors' posts, comments on the page's recent posts and messages, made since `since`. Raises ChannelError.

    The feed can be asked only by the age of posts, so the newest posts of two weeks are looked through for comments.
    """
    graph = PageGraph(account)
    for post in _recent_posts(graph, account, now=now):
        is_ours = name_of(mapping_of(post.get("from")).get("id")) == account.external_id
        if not is_ours and _is_new(post, since):
            yield _found("post", post)
        for comment in _comments(graph, name_of(post.get("id")), since=since):
            yield _found("comment", comment, post_id=post.get("id"))
    for conversation in _newest(graph, account.external_id, "conversations", since, MESSAGE_FIELDS, "updated_time"):
        person = _person(conversation, account)
        for message in list_of(mapping_of(conversation.get("messages")).get("data")):
            if _is_new(mapping_of(message), since):
                yield _found("message", mapping_of(message), person=person)


def _recent_posts(graph: PageGraph, account: Account, *, now: datetime) -> list[Node]:
    oldest = now - timedelta(days=float(account.settings.get("watched_days", WATCHED_DAYS)))
    posts: list[Node] = []
    for page in graph.pages(
        account.external_id, "feed", fields=POST_FIELDS, since=int(oldest.timestamp()), limit=WATCHED_POSTS
    ):
        posts += page
        if len(posts) >= WATCHED_POSTS:
            break
    return posts[:WATCHED_POSTS]


def _comments(graph: PageGraph, post_id: str, *, since: datetime) -> Sequence[Node]:
    """A post that was deleted a moment ago has no comments any more."""
    order = {"filter": "stream", "order": "reverse_chronological"}
    try:
        return list(_newest(graph, post_id, "comments", since, COMMENT_FIELDS, "created_time", **order))
    except NotSent as error:
        if error.code == OBJECT_GONE:
            return []
        raise


def _newest(
    graph: PageGraph, parent: str, edge: str, since: datetime, fields: str, moment: str, **args: Any
) -> Iterator[Node]:
    """Yield the nodes of an edge that is ordered newest first, down to `since`."""
    platform = {"platform": "messenger"} if edge == "conversations" else {}
    for number, page in enumerate(graph.pages(parent, edge, fields=fields, limit=100, **platform, **args)):
        fresh = [node for node in page if _is_new(node, since, moment)]
        yield from fresh
        if len(fresh) < len(page) or number + 1 >= MOST_PAGES:
            return


def _is_new(node: Node, since: datetime, moment: str = "created_time") -> bool:
    """What has no time is looked at: better read twice than lost."""
    made_at = moment_of(node.get(moment))
    return made_at is None or made_at >= since


def _person(conversation: Node, account: Account) -> str:
    people = list_of(mapping_of(conversation.get("participants")).get("data"))
    numbers = (name_of(mapping_of(each).get("id")) for each in people)
    return next((number for number in numbers if number != account.external_id), "")


def _found(kind: str, node: Node, **more: Any) -> Found:
    raw = bytes_of({"polled": kind, "node": node, **more})
    incoming = Incoming(external_id=f"{kind}:{name_of(node.get('id'))}", raw=raw)
    return Found(incoming=incoming, made_at=moment_of(node.get("created_time")))
