"""The writing half of API v2: posts, replies and deletions of the city's own account, with X's rules enforced."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.credentials import X_USER_ID
from simulators.serving import Request, Response, json_response
from simulators.x.problems import DUPLICATE, NOT_SUMMONED, TOO_LONG, Refused, forbidden, invalid, missing
from simulators.x.shape import Wanted, post_json
from simulators.x.store import Post, Store, fingerprint
from simulators.x.text import mentioned, weighted_length

KEY_NAMES: Final = (
    "card_uri community_id direct_message_deep_link edit_options for_super_followers_only geo made_with_ai media "
    "nullcast paid_partnership poll quote_tweet_id reply reply_settings share_with_followers text"
)
KNOWN_KEYS: Final = frozenset(KEY_NAMES.split())
MOST_PICTURES: Final = 4
NO_QUOTES: Final = "Quoting posts is not included in your plan."
SAME_TEXT_WITHIN: Final = timedelta(hours=24)
BRIEF: Final = Wanted(frozenset({"id", "text", "edit_history_tweet_ids"}), frozenset(), frozenset())


def create_post(store: Store, request: Request, *, delay_seconds: float) -> Response:
    """POST /2/tweets: 201 with id and text, or the refusal that X would give."""
    body = _checked(store, request.json())
    now = datetime.now(UTC)
    reply = body.get("reply") or {}
    with store.lock:
        parent = _parent(store, reply, now=now)
        _refuse_same_text(store, body["text"], now=now)
        post = store.add(
            author=store.account,
            text=body["text"],
            now=now,
            parent=parent,
            quotes=body.get("quote_tweet_id"),
            delay_seconds=delay_seconds,
            excluded=frozenset(reply.get("exclude_reply_user_ids") or ()),
            by_api=True,
            media=_media(store, body.get("media") or {}),
        )
    return json_response({"data": post_json(post, store, BRIEF)}, status=201)


def delete_post(store: Store, request: Request, *, post_id: str) -> Response:
    """DELETE /2/tweets/:id: own posts only, and only once: what is gone is not found."""
    now = datetime.now(UTC)
    with store.lock:
        post = store.posts.get(post_id)
        if post is None or post.deleted:
            raise Refused(missing(resource="tweet", parameter="id", value=post_id))
        if post.author_id != X_USER_ID:
            raise Refused(forbidden("You are not authorized to delete this Tweet."))
        store.take_down(post, now)
    return json_response({"data": {"deleted": True}})


def hide(store: Store, request: Request, *, post_id: str) -> Response:
    """PUT /2/tweets/:id/hidden: replies under our own posts only."""
    body = request.json()
    wanted = body.get("hidden") if isinstance(body, dict) else None
    if not isinstance(wanted, bool):
        raise Refused(invalid("hidden", str(wanted), "$.hidden: not a truth value"))
    with store.lock:
        post = store.find(post_id, now=datetime.now(UTC))
        if post is None:
            raise Refused(missing(resource="tweet", parameter="id", value=post_id))
        root = store.posts.get(post.conversation_id)
        if root is None or root.author_id != X_USER_ID or post.author_id == X_USER_ID:
            raise Refused(forbidden("You are not allowed to hide this reply: it is not in a conversation of yours."))
        post.hidden = wanted
    return json_response({"data": {"hidden": wanted}})


def _media(store: Store, media: dict[str, Any]) -> list[str]:
    ids = media.get("media_ids") or []
    if len(ids) > MOST_PICTURES or any(one not in store.media for one in ids):
        raise Refused(invalid("media.media_ids", ",".join(map(str, ids)), "Your media IDs are invalid."))
    return list(ids)


def is_summoned(store: Store, target: Post) -> bool:
    """Whether our account may answer a post: its author named or quoted us, or it is our own."""
    if target.author_id == X_USER_ID:
        return True
    quoted = store.posts.get(target.quotes or "")
    named = {handle.lower() for handle in mentioned(target.full_text)}
    return store.account.username.lower() in named or (quoted is not None and quoted.author_id == X_USER_ID)


def _checked(store: Store, body: Any) -> dict[str, Any]:
    if not isinstance(body, dict) or set(body) - KNOWN_KEYS:
        raise Refused(invalid("body", "", "The body has a key that is not known"))
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused(invalid("text", "", "The text must not be empty"))
    if weighted_length(text) > store.knobs.max_length:
        raise Refused(forbidden(TOO_LONG))
    if body.get("quote_tweet_id") and store.knobs.plan != "enterprise":
        raise Refused(forbidden(NO_QUOTES))
    return body


def _parent(store: Store, reply: dict[str, Any], *, now: datetime) -> Post | None:
    target_id = reply.get("in_reply_to_tweet_id")
    if target_id is None:
        return None
    if not isinstance(target_id, str) or not re.fullmatch(r"[0-9]{1,19}", target_id):
        raise Refused(invalid("reply.in_reply_to_tweet_id", str(target_id), "$.reply.in_reply_to_tweet_id: not an id"))
    target = store.find(target_id, now=now)
    if target is None:
        raise Refused(forbidden("You attempted to reply to a Tweet that is deleted or not visible to you."))
    if store.knobs.plan != "enterprise" and not is_summoned(store, target):
        raise Refused(forbidden(NOT_SUMMONED))
    return target


def _refuse_same_text(store: Store, text: str, *, now: datetime) -> None:
    wanted = fingerprint(text)
    for post in reversed(store.posts.values()):
        if now - post.created_at > SAME_TEXT_WITHIN:
            continue
        if post.author_id == X_USER_ID and not post.deleted and fingerprint(post.text) == wanted:
            raise Refused(forbidden(DUPLICATE))
