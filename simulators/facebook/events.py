"""What Facebook pushes to the city's webhook: comments, posts, messages and echoes of our own messages."""

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from simulators import credentials
from simulators.facebook import media
from simulators.facebook.proof import webhook_signature
from simulators.facebook.store import Entry, Message, Store
from simulators.outgoing import Pusher, call


def make_pusher(url: str) -> Pusher:
    """A pusher that signs as Facebook signs and does the `hub.challenge` handshake first."""
    return Pusher(url=url, sign=_sign, handshake=_shakes_hands)


def body_of(entries: list[dict[str, Any]]) -> bytes:
    """The raw bytes of one webhook: non-ASCII and slashes escaped, as Facebook writes and signs them."""
    return json.dumps({"object": "page", "entry": entries}).replace("/", "\\/").encode()


def event_of(thing: Entry | Message, verb: str, store: Store) -> tuple[str, dict[str, Any]]:
    """The field to which one has to be subscribed for an event, and its entry."""
    if isinstance(thing, Entry):
        return ("mention" if thing.elsewhere else "feed"), feed_entry([(thing, verb)], store)
    if thing.standby:
        return "standby", message_entry(thing, store, verb)
    if thing.from_page:
        return "message_echoes", message_entry(thing, store, verb)
    return ("message_edits" if verb == "edited" else "messages"), message_entry(thing, store, verb)


def receipt_entry(person_id: str, kind: str, mids: list[str], store: Store) -> dict[str, Any]:
    """That messages of ours arrived at a person ("delivery") or were read ("read")."""
    at = int(datetime.now(UTC).timestamp() * 1000)
    told: dict[str, Any] = {"watermark": at} | ({"mids": mids} if mids else {})
    event = {"sender": {"id": person_id}, "recipient": {"id": store.page.id}, "timestamp": at, kind: told}
    return {"id": store.page.id, "time": at, "messaging": [event]}


def feed_entry(changed: list[tuple[Entry, str]], store: Store) -> dict[str, Any]:
    """Changes of posts and comments, each with its verb: add, edited, remove, hide."""
    changes = [
        {"field": "mention" if entry.elsewhere else "feed", "value": _value(entry, verb, store)}
        for entry, verb in changed
    ]
    return {"id": store.page.id, "time": int(datetime.now(UTC).timestamp()), "changes": changes}


def message_entry(message: Message, store: Store, verb: str = "add") -> dict[str, Any]:
    """One message of a person, its edit or withdrawal, or the echo of one of ours with the metadata that we gave it."""
    at = int((datetime.now(UTC) if verb != "add" else message.created_at).timestamp() * 1000)
    content = _content(message)
    sender, recipient = message.person_id, store.page.id
    if message.from_page:
        sender, recipient = recipient, sender
        content |= {"is_echo": True, "app_id": int(credentials.FACEBOOK_APP_ID)}
        content |= {"metadata": message.metadata} if message.metadata else {}
    name = "message"
    if verb == "edited":
        name, content = "message_edit", {"mid": message.id, "text": message.text, "num_edit": message.edits}
    if verb == "remove":
        content = {"mid": message.id, "is_deleted": True}
    event = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at, name: content}
    return {"id": store.page.id, "time": at, "standby" if message.standby else "messaging": [event]}


def _content(message: Message) -> dict[str, Any]:
    content: dict[str, Any] = {"mid": message.id}
    if message.text:
        content["text"] = message.text
    if message.hung:
        content["attachments"] = [media.attachment(one["kind"], one["name"]) for one in message.hung]
    return content


def _value(entry: Entry, verb: str, store: Store) -> dict[str, Any]:
    author = store.people[entry.author_id]
    value: dict[str, Any] = {
        "item": "comment" if entry.kind == "comment" else "status",
        "verb": verb,
        "post_id": entry.post_id or entry.id,
        "published": 1,
    }
    if not entry.hides_author and not entry.elsewhere:
        value["from"] = {"id": author.id, "name": author.name}
    if entry.kind == "comment":
        value |= {"comment_id": entry.id, "parent_id": entry.parent_id or entry.post_id}
    if verb != "remove":
        value |= {"message": entry.text, "created_time": int(entry.created_at.timestamp())}
        value |= {"photo": media.address("photo", entry.picture)} if entry.picture else {}
    return value


def _sign(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": webhook_signature(body)}


def _shakes_hands(url: str) -> bool:
    challenge = str(secrets.randbelow(10**9))
    query = {"mode": "subscribe", "challenge": challenge, "verify_token": credentials.FACEBOOK_VERIFY_TOKEN}
    arguments = urlencode({f"hub.{key}": value for key, value in query.items()})
    answer = call("GET", f"{url}{'&' if '?' in url else '?'}{arguments}")
    return answer.status == 200 and answer.body.decode("utf-8", "replace").strip() == challenge
