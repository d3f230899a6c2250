"""The direct messages of API v2: read for thirty days, sent only to those who wrote first."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.credentials import X_USER_ID
from simulators.serving import Request, Response, json_response
from simulators.x.pictures import media_json
from simulators.x.problems import Refused, forbidden, invalid
from simulators.x.shape import Wanted, person_json, stamp
from simulators.x.store import DirectMessage, Store, conversation_of

KEPT: Final = timedelta(days=30)
NOT_ALLOWED: Final = "You do not have permission to DM one or more participants."
FIELD_NAMES: Final = (
    "attachments created_at dm_conversation_id entities event_type id participant_ids referenced_tweets sender_id text"
)
FIELDS: Final = frozenset(FIELD_NAMES.split())
TOKEN_START: Final = "18LAA"
LONGEST: Final = 10_000


def events(store: Store, request: Request, *, person_id: str = "", conversation_id: str = "") -> Response:
    """GET /2/dm_events, …/dm_conversations/with/:id/dm_events, …/dm_conversations/:id/dm_events: newest first."""
    thread = conversation_of(X_USER_ID, person_id) if person_id else conversation_id
    size = _size(request)
    shown = [each for each in _visible(store) if thread in ("", each.conversation_id)]
    start = _start(request)
    rest = [each for each in shown if start is None or int(each.id) < start]
    return json_response(_page(store, request, rest[:size], has_more=len(rest) > size))


def create(store: Store, request: Request, *, delay_seconds: float, person_id: str = "", thread: str = "") -> Response:
    """POST /2/dm_conversations/with/:id/messages or …/:id/messages: 201 with the numbers of message and thread."""
    body = request.json()
    text, media = _checked(store, body)
    with store.lock:
        others = [each for each in thread.split("-") if each != X_USER_ID] if thread else [person_id]
        reader = store.people.get(others[0]) if others else None
        wrote = reader and any(each.sender_id == reader.id for each in store.messages.values())
        if reader is None or not wrote:
            raise Refused(forbidden(NOT_ALLOWED))
        made = store.write_message(
            sender=store.account,
            reader=reader,
            text=text,
            now=datetime.now(UTC),
            media=media,
            delay_seconds=delay_seconds,
            by_api=True,
        )
    return json_response({"data": {"dm_conversation_id": made.conversation_id, "dm_event_id": made.id}}, status=201)


def event_json(message: DirectMessage, wanted: frozenset[str]) -> dict[str, Any]:
    """One event with the asked fields."""
    facts: dict[str, Any] = {
        "id": message.id,
        "event_type": "MessageCreate",
        "text": message.text,
        "sender_id": message.sender_id,
        "created_at": stamp(message.created_at),
        "dm_conversation_id": message.conversation_id,
        "attachments": {"media_keys": [f"3_{each}" for each in message.media]} if message.media else None,
    }
    always = {"id", "event_type", "text"}
    return {name: value for name, value in facts.items() if value is not None and name in wanted | always}


def older_json(message: DirectMessage, reader_id: str) -> dict[str, Any]:
    """One event as version 1.1 shaped it, which is how X pushes it."""
    return {
        "type": "message_create",
        "id": message.id,
        "created_timestamp": str(int(message.created_at.timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": reader_id},
            "sender_id": message.sender_id,
            "message_data": {"text": message.text, "entities": {"hashtags": [], "urls": [], "user_mentions": []}},
        },
    }


def _visible(store: Store) -> list[DirectMessage]:
    now = datetime.now(UTC)
    with store.lock:
        shown = [each for each in store.messages.values() if each.visible_at <= now and now - each.created_at <= KEPT]
    return sorted(shown, key=lambda each: int(each.id), reverse=True)


def _page(store: Store, request: Request, events: list[DirectMessage], *, has_more: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {"result_count": len(events)}
    if has_more:
        meta["next_token"] = TOKEN_START + format(int(events[-1].id), "x")
    fields = frozenset(request.arguments.get("dm_event.fields", "").split(","))
    if unknown := fields - FIELDS - {""}:
        raise Refused(invalid("dm_event.fields", sorted(unknown)[0], "The `dm_event.fields` value is not valid"))
    if not events:
        return {"meta": meta}
    data = [event_json(each, fields) for each in events]
    found = _includes(store, request, events)
    return {"data": data, **({"includes": found} if found else {}), "meta": meta}


def _includes(store: Store, request: Request, events: list[DirectMessage]) -> dict[str, Any]:
    asked = request.arguments.get("expansions", "").split(",")
    found: dict[str, Any] = {}
    if "sender_id" in asked:
        people = dict.fromkeys(each.sender_id for each in events)
        found["users"] = [person_json(store.people[one], Wanted.of_people(request)) for one in people]
    numbers = [one for each in events for one in each.media]
    if "attachments.media_keys" in asked and numbers:
        found["media"] = [media_json(store.media[one]) for one in numbers if one in store.media]
    return found


def _checked(store: Store, body: Any) -> tuple[str, list[str]]:
    if not isinstance(body, dict) or set(body) - {"text", "attachments"}:
        raise Refused(invalid("body", "", "The body has a key that is not known"))
    attached = body.get("attachments") or []
    media = [str(each.get("media_id")) for each in attached]
    text = body.get("text") or ""
    if (not text and not media) or len(text) > LONGEST or len(media) > 1:
        raise Refused(invalid("text", "", "A message has 1 to 10000 characters, or one picture"))
    if any(each not in store.media for each in media):
        raise Refused(invalid("attachments", ",".join(media), "The media does not exist"))
    return text, media


def _size(request: Request) -> int:
    raw = request.arguments.get("max_results", "100")
    if not raw.isdecimal() or not 1 <= int(raw) <= 100:
        raise Refused(invalid("max_results", raw, "`max_results` is not 1 to 100"))
    return int(raw)


def _start(request: Request) -> int | None:
    token = request.arguments.get("pagination_token", "")
    if not token:
        return None
    if not re.fullmatch(TOKEN_START + "[0-9a-f]+", token):
        raise Refused(invalid("pagination_token", token, "The token is not valid"))
    return int(token.removeprefix(TOKEN_START), 16)
