"""The reading half of the API: who am I, notifications, posts, what stands around them, the server itself."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from simulators.credentials import MASTODON_ACCOUNT_ID, MASTODON_SERVER
from simulators.mastodon.problems import Refused, not_found
from simulators.mastodon.shape import notification_json, person_json, status_json
from simulators.mastodon.store import SEEN_BY_ALL, Status, Store
from simulators.mastodon.text import LIMIT
from simulators.serving import Request, Response, json_response

LOOKED_UP_AT_ONCE: Final = 20
LONGEST_PAGE: Final = 80
Row = TypeVar("Row")


def me(store: Store, request: Request) -> Response:
    """GET /api/v1/accounts/verify_credentials"""
    return json_response({**person_json(store.account), "source": {"privacy": "public", "language": "en"}})


def instance(store: Store, request: Request) -> Response:
    """GET /api/v2/instance"""
    statuses = {"max_characters": LIMIT, "max_media_attachments": 4, "characters_reserved_per_url": 23}
    return json_response(
        {
            "domain": MASTODON_SERVER.partition("://")[2],
            "title": "Northwell Social",
            "version": "4.5.2",
            "configuration": {"statuses": statuses},
            "api_versions": {"mastodon": 7},
        }
    )


def notifications(store: Store, request: Request) -> Response:
    """GET /api/v1/notifications: newest first; what became of a deleted post is not told."""
    wanted, now = set(_many(request, "types")), datetime.now(UTC)
    told = [each for each in store.told if not wanted or each.kind in wanted]
    shown = [each for each in told if store.find(each.status_id, now=now)]
    page = _page(request, shown, number=lambda each: int(each.id), usual=40)
    return _listing(request, [notification_json(each, store) for each in page])


def one_status(store: Store, request: Request, *, status_id: str) -> Response:
    """GET /api/v1/statuses/:id"""
    return json_response(status_json(_found(store, status_id), store))


def statuses(store: Store, request: Request) -> Response:
    """GET /api/v1/statuses?id[]=: up to 20; what is not there is left out."""
    ids, now = _many(request, "id"), datetime.now(UTC)
    if len(ids) > LOOKED_UP_AT_ONCE:
        raise Refused(422, "Validation failed: too many ids")
    found = (store.find(one, now=now) for one in ids)
    return json_response([status_json(post, store) for post in found if post])


def source(store: Store, request: Request, *, status_id: str) -> Response:
    """GET /api/v1/statuses/:id/source: own posts only."""
    post = _found(store, status_id)
    if post.author_id != MASTODON_ACCOUNT_ID:
        raise not_found()
    return json_response({"id": post.id, "text": post.text, "spoiler_text": post.spoiler})


def context(store: Store, request: Request, *, status_id: str) -> Response:
    """GET /api/v1/statuses/:id/context"""
    now = datetime.now(UTC)
    post: Status | None = _found(store, status_id)
    above: list[Status] = []
    while post and post.in_reply_to and (post := store.find(post.in_reply_to, now=now)):
        above.insert(0, post)
    below = store.replies_to(status_id, now=now)
    return json_response(
        {
            "ancestors": [status_json(each, store) for each in above],
            "descendants": [status_json(each, store) for each in below],
        }
    )


def own_posts(store: Store, request: Request, *, account_id: str) -> Response:
    """GET /api/v1/accounts/:id/statuses: of the account itself all, of others what everybody sees."""
    if account_id not in store.people:
        raise not_found()
    posts = [post for post in store.visible(now=datetime.now(UTC)) if post.author_id == account_id]
    if account_id != MASTODON_ACCOUNT_ID:
        posts = [post for post in posts if post.visibility in SEEN_BY_ALL]
    page = _page(request, posts, number=lambda post: int(post.id), usual=20)
    return _listing(request, [status_json(post, store) for post in page])


def picture(store: Store, request: Request, *, number: str) -> Response:
    """GET /media/:number.png: without a token, as everybody may."""
    content = store.files.get(number)
    if content is None:
        return Response(status=404, content_type="text/html", body=b"<h1>404</h1>")
    return Response(body=content, content_type=store.media[number]["kind"])


def _found(store: Store, status_id: str) -> Status:
    post = store.find(status_id, now=datetime.now(UTC))
    if post is None:
        raise not_found()
    return post


def _many(request: Request, name: str) -> list[str]:
    return [value for key, value in parse_qsl(request.query) if key == f"{name}[]"]


def _page(request: Request, rows: list[Row], *, number: Callable[[Row], int], usual: int) -> list[Row]:
    """Newest first. `min_id` begins just above it and goes up; `since_id` begins at the newest; `max_id` goes down."""
    limits = {name: int(value) for name in ("max_id", "since_id", "min_id") if (value := _number(request, name))}
    size = min(int(_number(request, "limit") or usual), LONGEST_PAGE)
    above = max(limits.get("since_id", 0), limits.get("min_id", 0))
    fitting = [row for row in rows if number(row) > above and number(row) < limits.get("max_id", 10**30)]
    ordered = sorted(fitting, key=number, reverse=True)
    return ordered[-size:] if "min_id" in limits else ordered[:size]


def _number(request: Request, name: str) -> str:
    value = request.arguments.get(name, "")
    return value if value.isdecimal() else ""


def _listing(request: Request, rows: list[dict[str, Any]]) -> Response:
    if not rows:
        return json_response(rows)
    here = f"{MASTODON_SERVER}{request.path}"
    further = f'<{here}?{urlencode({"max_id": rows[-1]["id"]})}>; rel="next"'
    newer = f'<{here}?{urlencode({"min_id": rows[0]["id"]})}>; rel="prev"'
    return json_response(rows).with_headers(("Link", f"{further}, {newer}"))
