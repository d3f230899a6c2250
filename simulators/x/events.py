"""What X pushes to the city's webhook, in the envelope of the X Activity API."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from simulators.credentials import X_USER_ID
from simulators.outgoing import Pusher, call
from simulators.x.messages import older_json
from simulators.x.oauth import webhook_signature
from simulators.x.shape import ALL, includes, post_json, stamp
from simulators.x.store import DirectMessage, Post, Store
from simulators.x.text import mentioned


def make_pusher(url: str) -> Pusher:
    """A pusher that signs as X signs and checks the receiver by a CRC challenge first."""
    return Pusher(url=url, sign=_sign, handshake=_answers_challenge)


def events_of(post: Post, store: Store) -> list[tuple[str, bytes]]:
    """The events that one new post causes, with their raw bodies: two for a reply that also names us."""
    if post.author_id == X_USER_ID:
        kinds = ["post.create"]
    else:
        kinds = _kinds(post, store)
    return [(kind, _post_event(kind, post, store)) for kind in kinds]


def _kinds(post: Post, store: Store) -> list[str]:
    """X tells of mentions that were typed, of direct replies, and of quotes."""
    kinds = []
    if store.account.username.lower() in {handle.lower() for handle in mentioned(post.text)}:
        kinds.append("post.mention.create")
    parent, quoted = store.posts.get(post.in_reply_to or ""), store.posts.get(post.quotes or "")
    if parent and parent.author_id == X_USER_ID:
        kinds.append("post.reply.create")
    if quoted and quoted.author_id == X_USER_ID:
        kinds.append("post.quote.create")
    return kinds


def mention_event(post: Post, store: Store) -> bytes:
    """The body of a mention event for a post, whether or not X would have sent one."""
    return _post_event("post.mention.create", post, store)


def deletion_event(post: Post) -> bytes:
    """The body that tells of a post of ours that was taken down."""
    at = post.deleted_at or datetime.now(UTC)
    return _envelope("post.delete", {"id": post.id, "author_id": post.author_id, "deleted_at": stamp(at)})


def message_event(message: DirectMessage, store: Store) -> bytes:
    """The body that tells of a direct message: an envelope of today around the words of version 1.1, as X sends it."""
    sender = store.people[message.sender_id]
    person = {"id": sender.id, "name": sender.name, "screen_name": sender.username}
    told = {"direct_message_events": [older_json(message, X_USER_ID)], "users": {sender.id: person}}
    return _envelope("dm.received", told)


def revoke_event() -> bytes:
    """The body that tells that somebody took the app's rights back."""
    return _envelope("oauth.revoke", {"user_id": X_USER_ID, "revoked_at": stamp(datetime.now(UTC))})


def _post_event(kind: str, post: Post, store: Store) -> bytes:
    expanded = includes([post], store, ALL, now=datetime.now(UTC))
    return _envelope(kind, post_json(post, store, ALL), includes=expanded)


def _envelope(kind: str, payload: dict[str, Any], **more: Any) -> bytes:
    data: dict[str, Any] = {
        "event_uuid": str(secrets.randbelow(10**18)),
        "filter": {"user_id": X_USER_ID},
        "event_type": kind,
        "tag": "citizens",
        "payload": payload,
    }
    return json.dumps({"data": {**data, **more}}, ensure_ascii=False).encode()


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
