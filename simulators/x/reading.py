"""The reading half of API v2: who am I, mentions, own posts, look-up and search."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.serving import Request, Response, json_response
from simulators.x.problems import Refused, invalid, not_found
from simulators.x.search import BadQuery, compile_query
from simulators.x.shape import Wanted, includes, person_json, post_json
from simulators.x.snowflake import floor_id
from simulators.x.store import Post, Store
from simulators.x.text import mentioned

LONGEST_TIMELINE: Final = {"mentions": 800, "own_posts": 3200}
SEARCH_HORIZON: Final = timedelta(days=7)
ID: Final = re.compile(r"[0-9]{1,19}")
TOKEN_START: Final = "7140"


def me(store: Store, request: Request) -> Response:
    """GET /2/users/me"""
    return json_response({"data": person_json(store.account, Wanted.of(request))})


def user(store: Store, request: Request, *, user_id: str = "", username: str = "") -> Response:
    """GET /2/users/:id and GET /2/users/by/username/:username"""
    person = store.people.get(user_id) if user_id else store.by_handle(username)
    if person:
        return json_response({"data": person_json(person, Wanted.of(request))})
    parameter = "id" if user_id else "username"
    return json_response({"errors": [not_found(resource="user", parameter=parameter, value=user_id or username)]})


def mentions(store: Store, request: Request, *, user_id: str) -> Response:
    """GET /2/users/:id/mentions: the latest 800, newest first."""
    person = store.people.get(user_id)
    if person is None:
        return json_response({"errors": [not_found(resource="user", parameter="id", value=user_id)]})
    wanted = person.username.lower()
    posts = [post for post in _shown(store) if _names(post, wanted) and post.author_id != user_id]
    return _timeline(store, request, posts[: LONGEST_TIMELINE["mentions"]], smallest=5)


def own_posts(store: Store, request: Request, *, user_id: str) -> Response:
    """GET /2/users/:id/tweets: the latest 3200, newest first."""
    excluded = request.arguments.get("exclude", "").split(",")
    posts = [post for post in _shown(store) if post.author_id == user_id]
    posts = [post for post in posts if "replies" not in excluded or post.in_reply_to is None]
    return _timeline(store, request, posts[: LONGEST_TIMELINE["own_posts"]], smallest=5)


def lookup(store: Store, request: Request) -> Response:
    """GET /2/tweets?ids=: up to 100; missing ones are named in `errors` of a 200 answer."""
    ids = [one for one in request.arguments.get("ids", "").split(",") if one]
    if not 1 <= len(ids) <= 100 or not all(ID.fullmatch(one) for one in ids):
        raise Refused(invalid("ids", ",".join(ids)[:80], "1 to 100 ids of 1 to 19 digits each"))
    now = datetime.now(UTC)
    found = {one: store.find(one, now=now) for one in ids}
    wanted = Wanted.of(request)
    gone = [one for one, post in found.items() if post is None]
    missing = [not_found(resource="tweet", parameter="ids", value=one, newer=wanted.renamed) for one in gone]
    answer = _listing(store, wanted, [post for post in found.values() if post])
    return json_response({**answer, "errors": missing} if missing else answer)


def one_post(store: Store, request: Request, *, post_id: str) -> Response:
    """GET /2/tweets/:id"""
    wanted, now = Wanted.of(request), datetime.now(UTC)
    post = store.find(post_id, now=now)
    if post is None:
        return json_response({"errors": [not_found(resource="tweet", parameter="id", value=post_id)]})
    expanded = includes([post], store, wanted, now=now)
    return json_response({"data": post_json(post, store, wanted), **({"includes": expanded} if expanded else {})})


def search(store: Store, request: Request) -> Response:
    """GET /2/tweets/search/recent: the last seven days, newest first."""
    try:
        test = compile_query(request.arguments.get("query", ""), store)
    except BadQuery as problem:
        raise Refused(invalid("query", request.arguments.get("query", "")[:80], str(problem))) from problem
    now = datetime.now(UTC)
    oldest, newest = now - SEARCH_HORIZON, now - timedelta(seconds=store.knobs.search_lag_seconds)
    since_id = request.arguments.get("since_id", "")
    if since_id and ID.fullmatch(since_id) and int(since_id) < floor_id(oldest):
        raise Refused(invalid("since_id", since_id, "'since_id' must be a tweet id created after 7 days ago"))
    posts = [post for post in _shown(store) if oldest <= post.created_at <= newest and test(post)]
    return _timeline(store, request, posts, smallest=10)


def _shown(store: Store) -> list[Post]:
    return store.visible(now=datetime.now(UTC))


def _names(post: Post, handle: str) -> bool:
    return handle in {one.lower() for one in mentioned(post.full_text)}


def _timeline(store: Store, request: Request, posts: list[Post], *, smallest: int) -> Response:
    size = _number(request, "max_results", 10, lowest=smallest, highest=100)
    start, end = _moment(request, "start_time"), _moment(request, "end_time")
    since, until = _id(request, "since_id"), _id(request, "until_id")
    after = _page_start(request)
    tests: list[Callable[[Post], bool]] = [
        lambda post: since is None or int(post.id) > since,
        lambda post: until is None or int(post.id) < until,
        lambda post: after is None or int(post.id) < after,
        lambda post: start is None or post.created_at >= start,
        lambda post: end is None or post.created_at < end,
    ]
    matching = [post for post in posts if all(test(post) for test in tests)]
    return json_response(_page(store, request, matching[:size], has_more=len(matching) > size))


def _page(store: Store, request: Request, posts: list[Post], *, has_more: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {"result_count": len(posts)}
    if posts:
        meta |= {"newest_id": posts[0].id, "oldest_id": posts[-1].id}
    if has_more:
        meta["next_token"] = TOKEN_START + format(int(posts[-1].id), "x")
    return {**_listing(store, Wanted.of(request), posts), "meta": meta}


def _listing(store: Store, wanted: Wanted, posts: list[Post]) -> dict[str, Any]:
    if not posts:
        return {}
    expanded = includes(posts, store, wanted, now=datetime.now(UTC))
    data = [post_json(post, store, wanted) for post in posts]
    return {"data": data, **({"includes": expanded} if expanded else {})}


def _page_start(request: Request) -> int | None:
    token = request.arguments.get("pagination_token") or request.arguments.get("next_token")
    if not token:
        return None
    try:
        return int(token.removeprefix(TOKEN_START), 16)
    except ValueError as problem:
        raise Refused(invalid("pagination_token", token, "The token is not valid")) from problem


def _number(request: Request, name: str, usual: int, *, lowest: int, highest: int) -> int:
    raw = request.arguments.get(name, str(usual))
    if not raw.isdecimal() or not lowest <= int(raw) <= highest:
        raise Refused(invalid(name, raw, f"The `{name}` query parameter value [{raw}] is not {lowest} to {highest}"))
    return int(raw)


def _id(request: Request, name: str) -> int | None:
    raw = request.arguments.get(name, "")
    if raw and not ID.fullmatch(raw):
        raise Refused(invalid(name, raw, f"The `{name}` query parameter value [{raw}] does not match ^[0-9]{{1,19}}$"))
    return int(raw) if raw else None


def _moment(request: Request, name: str) -> datetime | None:
    raw = request.arguments.get(name, "")
    if not raw:
        return None
    try:
        return datetime.fromisoformat(raw)
    except ValueError as problem:
        raise Refused(invalid(name, raw, f"The `{name}` query parameter value [{raw}] is not a time")) from problem
