"""Pictures on X: taken in by API v2, shown beside posts, and served as the host of X's pictures would."""

import base64
import binascii
import re
from typing import Final

from simulators.serving import Request, Response, json_response
from simulators.x.pictures import HOST
from simulators.x.problems import Refused, invalid, problem
from simulators.x.store import Store

LARGEST: Final = 5_000_000
CATEGORIES: Final = frozenset({"tweet_image", "dm_image", "subtitles"})
SERVED: Final = re.compile(rf"/{re.escape(HOST)}/media/(?P<number>\d+)\.\w+")
TINY: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
"""The smallest PNG, for citizens who send a picture."""


def upload(store: Store, request: Request) -> Response:
    """POST /2/media/upload, in one go: pictures of at most 5 MB."""
    body = request.json()
    if not isinstance(body, dict) or body.get("media_category") not in CATEGORIES:
        raise Refused(invalid("media_category", str((body or {}).get("media_category")), "The category is not valid"))
    try:
        content = base64.b64decode(str(body.get("media", "")), validate=True)
    except binascii.Error as error:
        raise Refused(invalid("media", "", "The media is no base64")) from error
    if len(content) > LARGEST:
        raise Refused(problem(413, title="Payload Too Large", detail="The media is too large"))
    if not content:
        raise Refused(invalid("media", "", "The media is empty"))
    made = store.add_medium(kind=str(body.get("media_type") or "image/png"), content=str(body["media"]))
    return json_response(
        {"data": {"id": made.id, "media_key": made.key, "size": len(content), "expires_after_secs": 86400}, "meta": {}}
    )


def describe(store: Store, request: Request) -> Response:
    """POST /2/media/metadata: the words for a picture."""
    body = request.json()
    medium = store.media.get(str(body.get("id"))) if isinstance(body, dict) else None
    if medium is None:
        raise Refused(invalid("id", "", "There is no such media"))
    medium.alt = str(((body.get("metadata") or {}).get("alt_text") or {}).get("text", ""))
    facts = {"id": medium.id, "associated_metadata": {"alt_text": {"text": medium.alt}}}
    return json_response({"data": facts})


def serve(store: Store, path: str) -> Response | None:
    """Show a picture under the path that stands for the pictures' host, None for other paths."""
    match = SERVED.fullmatch(path)
    if match is None:
        return None
    medium = store.media.get(match["number"])
    if medium is None:
        return Response(status=404, body=b"", content_type="text/plain")
    return Response(body=base64.b64decode(medium.content), content_type=medium.kind)
