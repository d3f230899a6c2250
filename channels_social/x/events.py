"""Reads payloads of X: what was fetched and what the X Activity API pushed; pure, and never at a loss whatever the bytes are.

Source: docs.x.com "X Activity API" and its payload examples; direct messages are pushed in the older shape of version 1.1,
as others have seen them, or in that of API v2; read 2026-11-23. Both are understood.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channels_social.reading import first_of, json_of, list_of, mapping_of, moment_of, name_of
from channels_social.x import dms
from channels_social.x.mapping import Includes, moment_of_id, of_post
from enquiries.contract import Account, ChangeKind, Ignored, Parsed, PostChanged, Unreadable

POST_EVENTS = frozenset({"post.mention.create", "post.reply.create", "post.quote.create", "post.create"})
MESSAGE_EVENTS = frozenset({"dm.received", "dm.sent"})
POST_IDS = ("id", "post_id", "tweet_id")
MOMENTS = ("deleted_at", "created_at", "timestamp_ms", "timestamp")


def parse(account: Account, raw: bytes) -> Sequence[Parsed]:
    """Read a fetched post or direct message, or a webhook of the X Activity API. Every part ends as one of `Parsed`."""
    try:
        content = mapping_of(json_of(raw))
    except ValueError as error:
        return [Unreadable(raw=raw, error=f"This is no JSON: {error}")]
    data, includes = content.get("data"), mapping_of(content.get("includes"))
    if isinstance(data, dict) and data.get("event_type") == dms.CREATED:
        return [dms.of_message(account, data, includes)]
    if isinstance(data, dict) and "event_type" in data:
        return _event(account, raw, data, mapping_of(data.get("includes")) or includes)
    if isinstance(data, dict):
        return [of_post(account, data, includes)]
    return [Unreadable(raw=raw, error="This is neither a post nor an event of the X Activity API")]


def _event(account: Account, raw: bytes, event: dict[str, Any], includes: Includes) -> Sequence[Parsed]:
    kind = name_of(event.get("event_type")).replace("tweet.", "post.", 1)
    payload = mapping_of(event.get("payload"))
    if kind == "oauth.revoke":
        return [Ignored(reason="Somebody took the app's rights to the account back; the next look at X will say so")]
    if kind not in POST_EVENTS | MESSAGE_EVENTS | {"post.delete"}:
        return [Ignored(reason=f"The event {kind[:60]} needs nobody")]
    if not payload:
        return [Unreadable(raw=raw, error=f"The event {kind} came without what it speaks of")]
    includes = includes or mapping_of(payload.get("includes"))
    if kind == "post.delete":
        return [_deletion(raw, event, mapping_of(payload.get("data")) or payload)]
    if kind in MESSAGE_EVENTS:
        return _messages(account, payload, includes)
    return [of_post(account, mapping_of(payload.get("data")) or payload, includes)]


def _deletion(raw: bytes, event: dict[str, Any], payload: dict[str, Any]) -> Parsed:
    status = mapping_of(mapping_of(payload.get("delete")).get("status")) or mapping_of(payload.get("status"))
    post_id = name_of(first_of(payload, POST_IDS)) or name_of(status.get("id"))
    said = [mapping_of(payload.get("delete")), payload, event]
    at = next((moment for each in said if (moment := moment_of(first_of(each, MOMENTS)))), None) or moment_of_id(
        post_id
    )
    if not post_id or at is None:
        return Unreadable(raw=raw, error="The event post.delete does not say which post is gone")
    return PostChanged(root_id=post_id, kind=ChangeKind.GONE, at=at)


def _messages(account: Account, payload: dict[str, Any], includes: Includes) -> Sequence[Parsed]:
    older = [mapping_of(each) for each in list_of(payload.get("direct_message_events"))]
    if older:
        people = mapping_of(payload.get("users"))
        return [dms.of_older_message(account, each, people) for each in older]
    return [dms.of_message(account, mapping_of(payload.get("data")) or payload, includes)]
