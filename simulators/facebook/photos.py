"""Pictures that the page puts in: unpublished ones wait, unseen, until a comment carries them."""

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Final

from simulators.facebook.problems import bad_parameter, gone, refused
from simulators.facebook.store import Photo, Store
from simulators.serving import Request, Response, json_response

LARGEST: Final = 4_000_000
SIGNS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def upload(store: Store, request: Request, *, node_id: str) -> Response:
    """POST /{page}/photos: a file, `published` and `alt_text_custom`. A published one is a post that everybody sees."""
    if node_id not in (store.page.id, "me"):
        raise gone(node_id)
    content = next((part.content for part in request.parts if part.filename), b"")
    if not content.startswith(SIGNS) or len(content) > LARGEST:
        raise refused(324, "(#324) Missing or invalid image file", sub=2069019)
    kind = next(part.kind for part in request.parts if part.filename)
    published = request.form.get("published", "true").lower() not in ("false", "0")
    number, digest = str(900_000_000_000 + secrets.randbelow(10**11)), hashlib.sha256(content).hexdigest()
    photo = Photo(number, kind, digest, alt=request.form.get("alt_text_custom", ""), published=published)
    with store.lock:
        store.photos[number] = photo
        if not published:
            return json_response({"id": number})
        caption = request.form.get("message", "")
        post = store.add_post(author=store.page, text=caption, now=datetime.now(UTC), by_api=True)
        post.picture = number
    return json_response({"id": number, "post_id": post.id})


def hung(store: Store, request: Request) -> Photo | None:
    """The picture that a comment is to carry (`attachment_id`): one of the page's own that nobody has seen yet."""
    wanted = request.form.get("attachment_id", "")
    if not wanted:
        return None
    photo = store.photos.get(wanted)
    if photo is None or photo.published or photo.carried_by:
        raise bad_parameter("Invalid attachment_id: no unpublished photo of this page")
    return photo
