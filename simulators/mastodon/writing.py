"""The writing half of the API: posts, edits and deletions of the city's own account, and its pictures."""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from simulators.credentials import MASTODON_ACCOUNT_ID
from simulators.mastodon.problems import Refused, invalid, not_found
from simulators.mastodon.shape import media_json, status_json
from simulators.mastodon.store import VISIBILITIES, Status, Store
from simulators.mastodon.text import LIMIT, counted
from simulators.serving import BadBody, Request, Response, json_response

MOST_FILES: Final = 4
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def create_status(store: Store, request: Request, *, delay_seconds: float) -> Response:
    """POST /api/v1/statuses: the post, or the one that was made with the same Idempotency-Key before."""
    now, fields = datetime.now(UTC), _fields(request)
    key = request.headers.get("idempotency-key", "")
    with store.lock:
        again = store.by_key(key, now=now)
        if again:
            return json_response(status_json(again, store))
        post = store.add(
            author=store.account,
            text=_text(fields),
            now=now,
            delay_seconds=delay_seconds,
            visibility=_visibility(fields),
            in_reply_to=_parent(store, fields, now=now),
            language=fields.get("language") or "en",
            spoiler=fields.get("spoiler_text", ""),
            media_ids=_media(store, request),
            by_api=True,
            key=key,
        )
    return json_response(status_json(post, store))


def edit_status(store: Store, request: Request, *, status_id: str) -> Response:
    """PUT /api/v1/statuses/:id: own posts only."""
    with store.lock:
        post = _own(store, status_id)
        post.rewrite(_text(_fields(request)), datetime.now(UTC))
    return json_response(status_json(post, store))


def delete_status(store: Store, request: Request, *, status_id: str) -> Response:
    """DELETE /api/v1/statuses/:id: own posts only; what is gone is not found."""
    with store.lock:
        post = _own(store, status_id)
        shown = status_json(post, store)
        post.take_down(datetime.now(UTC))
    return json_response({**shown, "text": post.text})


def upload(store: Store, request: Request) -> Response:
    """POST /api/v2/media: a picture with what it shows."""
    file = next((part for part in request.parts if part.name == "file"), None)
    if file is None or file.kind not in PICTURES:
        raise invalid("File content type is invalid")
    description = request.form.get("description", "").strip()
    number = store.keep_file(file.content, kind=file.kind, description=description)
    return json_response(media_json(number, store))


def _fields(request: Request) -> dict[str, str]:
    if not request.is_json:
        return request.form
    content = request.json()
    if not isinstance(content, dict):
        raise BadBody("no object")
    return {name: str(value) for name, value in content.items() if value is not None}


def _text(fields: dict[str, Any]) -> str:
    text = str(fields.get("status", ""))
    if not text.strip():
        raise invalid("Text can't be blank")
    if counted(text) > LIMIT:
        raise invalid(f"Text character limit of {LIMIT} exceeded")
    return text


def _visibility(fields: dict[str, str]) -> str:
    wanted = fields.get("visibility") or "public"
    if wanted not in VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    return wanted


def _parent(store: Store, fields: dict[str, str], *, now: datetime) -> str | None:
    wanted = fields.get("in_reply_to_id")
    if not wanted:
        return None
    parent = store.find(wanted, now=now)
    if parent is None:
        raise Refused(404, "The post you are trying to reply to does not appear to exist.")
    return parent.id


def _media(store: Store, request: Request) -> list[str]:
    pairs = parse_qsl(request.body.decode("utf-8", "replace"))
    ids = [value for name, value in pairs if name == "media_ids[]"]
    if len(ids) > MOST_FILES:
        raise invalid("Cannot attach more than 4 files")
    if any(one not in store.media for one in ids):
        raise not_found()
    return ids


def _own(store: Store, status_id: str) -> Status:
    post = store.posts.get(status_id)
    if post is None or post.deleted or post.author_id != MASTODON_ACCOUNT_ID:
        raise not_found()
    return post
