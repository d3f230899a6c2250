"""The reading half of the Graph API: nodes, the feed, comments, conversations, the token's facts."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from simulators import credentials
from simulators.facebook.nodes import (
    USUAL,
    Facts,
    conversation_facts,
    entry_facts,
    message_facts,
    page_facts,
)
from simulators.facebook.problems import bad_parameter, gone, refused
from simulators.facebook.selection import BadFields, Wanted, read_fields, select
from simulators.facebook.store import Entry, Store
from simulators.serving import Request, Response, json_response

LARGEST_PAGE: Final = 100
LARGEST_HANDFUL: Final = 50


def node(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{id} and GET /me"""
    now = datetime.now(UTC)
    facts, kind = _facts(store, node_id, now)
    return _one(request, facts, kind)


def handful(store: Store, request: Request) -> Response:
    """GET /?ids=a,b: several nodes at once; one that is missing spoils the whole answer."""
    now = datetime.now(UTC)
    numbers = [one for one in request.arguments.get("ids", "").split(",") if one]
    if not numbers:
        raise refused(2500, "(#2500) The parameter ids is required")
    if len(numbers) > LARGEST_HANDFUL:
        raise bad_parameter(f"Too many IDs. Maximum: {LARGEST_HANDFUL}")
    found = [(number, *_facts(store, number, now)) for number in numbers]
    return json_response({number: _select(facts, _fields(request, kind)) for number, facts, kind in found})


def _facts(store: Store, node_id: str, now: datetime) -> tuple[Facts, str]:
    if node_id in ("me", store.page.id):
        return page_facts(store.page), "page"
    if node_id in ("app", credentials.FACEBOOK_APP_ID):
        return {"id": credentials.FACEBOOK_APP_ID, "name": "Citizen desk"}, "page"
    if node_id.startswith("t_"):
        return _conversation(store, node_id.removeprefix("t_"), now), "conversation"
    for message in store.messages:
        if message.id == node_id and message.visible_at <= now and not message.deleted:
            return message_facts(message, store), "message"
    entry = store.find(node_id, now=now)
    if entry is None or entry.elsewhere:
        raise gone(node_id)
    return entry_facts(entry, store, now=now), entry.kind


def feed(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{page}/feed: posts of the page and of visitors, newest first; `since` goes by the post's time."""
    now = datetime.now(UTC)
    _must(node_id in ("me", store.page.id), node_id)
    posts = [one for one in _posts(store, now) if not one.elsewhere and _is_since(one, request)]
    return _edge(request, posts[::-1], lambda one: entry_facts(one, store, now=now), "post")


def visitor_posts(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{page}/visitor_posts: the feed without what the page wrote itself."""
    now = datetime.now(UTC)
    _must(node_id in ("me", store.page.id), node_id)
    posts = [one for one in _posts(store, now) if not one.elsewhere and one.author_id != store.page.id]
    return _edge(request, posts[::-1], lambda one: entry_facts(one, store, now=now), "post")


def tagged(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{page}/tagged: posts elsewhere that name the page, newest first."""
    now = datetime.now(UTC)
    _must(node_id in ("me", store.page.id), node_id)
    posts = [one for one in _posts(store, now) if one.elsewhere]
    return _edge(request, posts[::-1], lambda one: entry_facts(one, store, now=now), "post")


def _posts(store: Store, now: datetime) -> list[Entry]:
    return [one for one in store.visible(now=now) if one.kind == "post"]


def comments(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{post or comment}/comments: by default the top level, ranked; filter=stream flattens."""
    now = datetime.now(UTC)
    above = store.find(node_id, now=now)
    if above is None:
        raise gone(node_id)
    stream = request.arguments.get("filter", "toplevel") == "stream"
    found = [one for one in store.visible(now=now) if _is_below(one, above, stream) and _is_since(one, request)]
    return _edge(request, _ordered(found, request, above), lambda one: entry_facts(one, store, now=now), "comment")


def conversations(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{page}/conversations: newest first, or the one with `user_id`."""
    now = datetime.now(UTC)
    _must(node_id in ("me", store.page.id), node_id)
    wanted = request.arguments.get("user_id")
    people = [wanted] if wanted else list(dict.fromkeys(one.person_id for one in store.messages))
    talks = [(person, store.visible_messages(person, now=now)) for person in people]
    shown = sorted((talk for talk in talks if talk[1]), key=lambda talk: talk[1][-1].created_at, reverse=True)
    facts = [conversation_facts(store.people[person], messages, store) for person, messages in shown]
    return _edge(request, facts, lambda one: one, "conversation")


def messages(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{conversation}/messages: newest first."""
    found = store.visible_messages(node_id.removeprefix("t_"), now=datetime.now(UTC))
    _must(found, node_id)
    return _edge(request, found[::-1], lambda one: message_facts(one, store), "message")


def subscribed_apps(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{page}/subscribed_apps: our app with its fields, or nothing."""
    app = {"id": credentials.FACEBOOK_APP_ID, "name": "Citizen desk", "subscribed_fields": list(store.subscribed)}
    return json_response({"data": [app] if store.subscribed else []})


def debug_token(store: Store, request: Request) -> Response:
    """GET /debug_token?input_token="""
    given = request.arguments.get("input_token", "")
    if given != credentials.FACEBOOK_PAGE_TOKEN:
        error = {"code": 190, "message": "Invalid OAuth access token"}
        return json_response({"data": {"is_valid": False, "scopes": [], "error": error}})
    return json_response({"data": store.condition.token_facts()})


def subscriptions(store: Store, request: Request, *, node_id: str) -> Response:
    """GET /{app}/subscriptions: what the app itself is told, and where."""
    _must(node_id == credentials.FACEBOOK_APP_ID, node_id)
    fields = store.condition.app_fields
    named = [{"name": name, "version": store.condition.spoken} for name in fields or ()]
    facts = {
        "object": "page",
        "callback_url": "https://city.example/webhooks/facebook/",
        "active": True,
        "fields": named,
    }
    return json_response({"data": [] if fields is None else [facts]})


def _is_below(one: Entry, above: Entry, stream: bool) -> bool:
    if one.kind != "comment":
        return False
    if above.kind == "post":
        return one.post_id == above.id and (stream or not one.parent_id)
    return one.parent_id == above.id


def _ordered(found: list[Entry], request: Request, above: Entry) -> list[Entry]:
    order = request.arguments.get("order", "ranked" if above.kind == "post" else "chronological")
    if order == "ranked":
        return sorted(found, key=lambda one: (-len(one.text), one.id))  # any order that is not that of time
    return found[::-1] if order == "reverse_chronological" else found


def _is_since(one: Entry, request: Request) -> bool:
    raw = request.arguments.get("since", "")
    if not raw:
        return True
    try:
        since = datetime.fromtimestamp(float(raw), UTC) if raw.isdecimal() else datetime.fromisoformat(raw)
    except ValueError as problem:
        raise bad_parameter("param since must be a valid time") from problem
    return one.created_at >= (since if since.tzinfo else since.replace(tzinfo=UTC))


def _conversation(store: Store, person_id: str, now: datetime) -> Facts:
    found = store.visible_messages(person_id, now=now)
    _must(found, f"t_{person_id}")
    return conversation_facts(store.people[person_id], found, store)


def _must(is_there: object, node_id: str) -> None:
    if not is_there:
        raise gone(node_id)


def _one(request: Request, facts: Facts, kind: str) -> Response:
    return json_response(_select(facts, _fields(request, kind)))


def _fields(request: Request, kind: str) -> dict[str, Wanted]:
    try:
        return read_fields(request.arguments.get("fields") or USUAL[kind])
    except BadFields as problem:
        raise refused(2500, str(problem)) from problem


def _select(facts: Facts, fields: dict[str, Wanted]) -> dict[str, Any]:
    try:
        return select(facts, fields)
    except BadFields as problem:
        raise refused(100, str(problem)) from problem


def _edge(request: Request, found: list[Any], facts_of: Callable[[Any], Facts], kind: str) -> Response:
    fields = _fields(request, kind)
    facts = [facts_of(one) for one in found]
    start = _after(request, [str(one["id"]) for one in facts])
    size = _limit(request)
    shown = facts[start : start + size]
    answer: dict[str, Any] = {"data": [_select(one, fields) for one in shown]}
    if shown:
        cursors = {"before": _cursor(shown[0]["id"]), "after": _cursor(shown[-1]["id"])}
        answer["paging"] = {"cursors": cursors}
        if start + size < len(facts):
            answer["paging"]["next"] = _next(request, cursors["after"])
    return json_response(answer)


def _limit(request: Request) -> int:
    raw = request.arguments.get("limit", "25")
    if not raw.isdecimal():
        raise bad_parameter("param limit must be an integer")
    return min(int(raw), LARGEST_PAGE)


def _after(request: Request, ids: list[str]) -> int:
    cursor = request.arguments.get("after")
    if not cursor:
        return 0
    try:
        return ids.index(base64.urlsafe_b64decode(cursor).decode()) + 1
    except ValueError as problem:  # binascii.Error and UnicodeDecodeError are ValueErrors
        raise bad_parameter("Invalid cursor") from problem


def _cursor(node_id: str) -> str:
    return base64.urlsafe_b64encode(node_id.encode()).decode()


def _next(request: Request, after: str) -> str:
    arguments = {key: value for key, value in request.arguments.items() if key != "appsecret_proof"}
    return f"https://graph.facebook.com{request.path}?{urlencode({**arguments, 'after': after})}"
