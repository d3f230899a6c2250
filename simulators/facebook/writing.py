"""The writing half of the Graph API: comments, edits, deletions and messages, with Facebook's rules enforced."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.facebook import photos
from simulators.facebook.problems import bad_parameter, gone, refused
from simulators.facebook.store import Entry, Message, Store, new_message_id
from simulators.serving import Request, Response, json_response

LONGEST_COMMENT: Final = 8000
LONGEST_MESSAGE: Final = 2000
LONGEST_METADATA: Final = 1000
WINDOW: Final = timedelta(hours=24)
HUMAN_WINDOW: Final = timedelta(days=7)
DEAD_TAGS: Final = frozenset({"ACCOUNT_UPDATE", "CONFIRMED_EVENT_UPDATE", "POST_PURCHASE_UPDATE"})


def create_comment(store: Store, request: Request, *, node_id: str, delay_seconds: float) -> tuple[Response, Entry]:
    """POST /{post or comment}/comments"""
    now = datetime.now(UTC)
    with store.lock:
        on = store.find(node_id, now=now)
        if on is None:
            raise gone(node_id)
        photo = photos.hung(store, request)
        text = "" if photo and not request.form.get("message") else _text(request.form.get("message"), LONGEST_COMMENT)
        made = store.add_comment(author=store.page, on=on, text=text, now=now, delay_seconds=delay_seconds, by_api=True)
        if photo:
            made.picture, photo.carried_by = photo.id, made.id
    return json_response({"id": made.id}), made


def create_post(store: Store, request: Request) -> tuple[Response, Entry]:
    """POST /{page}/feed"""
    text = _text(request.form.get("message"), 63_206)
    own = [one for one in store.visible(now=datetime.now(UTC)) if one.kind == "post" and one.author_id == store.page.id]
    if own and own[-1].text == text:
        raise refused(506, "(#506) Duplicate status message")
    made = store.add_post(author=store.page, text=text, now=datetime.now(UTC), by_api=True)
    return json_response({"id": made.id}), made


def change(store: Store, request: Request, *, node_id: str) -> tuple[Response, Entry, str]:
    """POST /{comment or post}: a new message for our own, is_hidden for others'."""
    verb = "hide"
    with store.lock:
        entry = _existing(store, node_id)
        if "message" in request.form:
            if entry.author_id != store.page.id:
                raise refused(200, "(#200) You do not have permission to edit this object", sub=None)
            entry.reword(_text(request.form["message"], LONGEST_COMMENT), datetime.now(UTC))
            verb = "edited"
        if "is_hidden" in request.form:
            entry.is_hidden = request.form["is_hidden"].lower() in ("true", "1")
    return json_response({"success": True}), entry, verb


def delete(store: Store, request: Request, *, node_id: str) -> tuple[Response, Entry, str]:
    """DELETE /{comment or post}"""
    with store.lock:
        entry = _existing(store, node_id)
        entry.take_down(datetime.now(UTC))
    return json_response({"success": True}), entry, "remove"


def subscribe(store: Store, request: Request, *, node_id: str) -> Response:
    """POST /{page}/subscribed_apps?subscribed_fields=a,b"""
    given = {**request.arguments, **request.form}.get("subscribed_fields", "")
    if not given:
        raise bad_parameter("The parameter subscribed_fields is required")
    names = json.loads(given) if given.startswith("[") else given.split(",")  # Graph takes a list in either way
    store.subscribed = tuple(str(name) for name in names if name)
    return json_response({"success": True})


def unsubscribe(store: Store, request: Request, *, node_id: str) -> Response:
    """DELETE /{page}/subscribed_apps"""
    store.subscribed = ()
    return json_response({"success": True})


def send_message(store: Store, request: Request, *, node_id: str, delay_seconds: float) -> tuple[Response, Message]:
    """POST /{page}/messages: an answer in the window, or a private reply to a comment."""
    now = datetime.now(UTC)
    recipient, message = _json(request, "recipient"), _json(request, "message")
    text = _text(message.get("text"), LONGEST_MESSAGE)
    metadata = str(message.get("metadata", ""))
    if len(metadata) > LONGEST_METADATA:
        raise bad_parameter("Param message[metadata] must be at most 1000 characters")
    with store.lock:
        about = str(recipient.get("comment_id") or recipient.get("post_id") or "")
        person_id = _private_target(store, about, now) or _open_recipient(store, request, recipient, now)
        made = Message(
            new_message_id(),
            person_id,
            True,
            text,
            now,
            now + timedelta(seconds=delay_seconds),
            metadata=metadata,
            tag=request.form.get("tag", ""),
            by_api=True,
            about=about,
        )
        store.add_message(made)
    return json_response({"recipient_id": person_id, "message_id": made.id}), made


def _open_recipient(store: Store, request: Request, recipient: dict[str, Any], now: datetime) -> str:
    """The person, if the window for this kind of message is open."""
    person_id = str(recipient.get("id", ""))
    if person_id in store.left:
        raise refused(551, "(#551) This person isn't available right now.", sub=1545041)
    last = store.last_from(person_id)
    if last is None:
        raise bad_parameter("No matching user found", sub=2018001)
    if now - last > _window(request):
        raise refused(10, "(#10) This message is sent outside of allowed window.", sub=2018278)
    return person_id


def _window(request: Request) -> timedelta:
    kind, tag = request.form.get("messaging_type", ""), request.form.get("tag", "")
    if kind in ("RESPONSE", "UPDATE"):
        return WINDOW
    if kind != "MESSAGE_TAG":
        raise bad_parameter("Param messaging_type must be one of RESPONSE, UPDATE, MESSAGE_TAG")
    if tag != "HUMAN_AGENT":
        raise bad_parameter(f"The tag {tag} is {'deprecated' if tag in DEAD_TAGS else 'not valid'}")
    return HUMAN_WINDOW


def _private_target(store: Store, entry_id: str, now: datetime) -> str:
    """The author of a comment or post to answer privately, once and within seven days; "" for other recipients."""
    if not entry_id:
        return ""
    entry = store.find(entry_id, now=now)
    if entry is None:
        raise refused(10901, "(#10901) Comment or post is gone")
    if entry.privately_answered:
        raise refused(10900, "(#10900) Activity already replied to")
    if entry.author_id == store.page.id or now - entry.created_at > HUMAN_WINDOW:
        raise refused(10903, "(#10903) This user cannot reply to this activity")
    entry.privately_answered = True
    return entry.author_id


def _existing(store: Store, node_id: str) -> Entry:
    entry = store.find(node_id, now=datetime.now(UTC))
    if entry is None:
        raise gone(node_id)
    return entry


def _text(given: Any, longest: int) -> str:
    if not isinstance(given, str) or not given.strip():
        raise bad_parameter("The parameter message is required")
    if len(given) > longest:
        raise bad_parameter(f"Length of param message must be less than or equal to {longest}")
    return given


def _json(request: Request, name: str) -> dict[str, Any]:
    try:
        value = json.loads(request.form.get(name, ""))
    except ValueError as problem:
        raise bad_parameter(f"param {name} must be JSON") from problem
    if not isinstance(value, dict):
        raise bad_parameter(f"param {name} must be non-empty.")
    return value
