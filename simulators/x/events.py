"""What X pushes to the city's webhook: mentions and direct replies, in the envelope of the X Activity API."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from simulators.credentials import X_USER_ID
from simulators.outgoing import Pusher, call
from simulators.x.oauth import webhook_signature
from simulators.x.shape import ALL, includes, post_json
from simulators.x.store import Post, Store
from simulators.x.text import mentioned


def make_pusher(url: str) -> Pusher:
    """A pusher that signs as X signs and checks the receiver by a CRC challenge first."""
    return Pusher(url=url, sign=_sign, handshake=_answers_challenge)


def events_of(post: Post, store: Store) -> list[bytes]:
    """The raw bodies that one new post causes: none for our own, two for a reply that also names us."""
    if post.author_id == X_USER_ID:
        return []
    kinds = []
    if store.account.username.lower() in {handle.lower() for handle in mentioned(post.text)}:
        kinds.append("post.mention.create")
    parent = store.posts.get(post.in_reply_to or "")
    if parent and parent.author_id == X_USER_ID:
        kinds.append("post.reply.create")
    return [_envelope(kind, post, store) for kind in kinds]


def mention_event(post: Post, store: Store) -> bytes:
    """The body of a mention event for a post, whether or not X would have sent one."""
    return _envelope("post.mention.create", post, store)


def _envelope(kind: str, post: Post, store: Store) -> bytes:
    data: dict[str, Any] = {
        "event_uuid": str(secrets.randbelow(10**18)),
        "filter": {"user_id": X_USER_ID},
        "event_type": kind,
        "tag": "citizens",
        "payload": post_json(post, store, ALL),
    }
    expanded = includes([post], store, ALL, now=datetime.now(UTC))
    return json.dumps({"data": {**data, "includes": expanded}}, ensure_ascii=False).encode()


def _sign(body: bytes) -> dict[str, str]:
    return {"x-twitter-webhooks-signature": webhook_signature(body)}


def _answers_challenge(url: str) -> bool:
    token = secrets.token_urlsafe(24)
    answer = call("GET", f"{url}{'&' if '?' in url else '?'}crc_token={quote(token)}")
    try:
        given = json.loads(answer.body).get("response_token")
    except (ValueError, AttributeError):
        return False
    return answer.status == 200 and given == webhook_signature(token.encode())
