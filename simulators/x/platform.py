"""The simulated X as one object: routes of API v2, who may call them, and the handles for tests and demo."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.control import Action, Fields, WriteRefused
from simulators.faults import Fault
from simulators.outgoing import Pusher
from simulators.serving import Request, Response
from simulators.x import events, page, problems, reading, writing
from simulators.x.oauth import caller
from simulators.x.store import Post, Store

QUARTER_HOUR: Final = 900
Route = tuple[str, str, re.Pattern[str], Callable[..., Response]]

ROUTES: Final[tuple[Route, ...]] = (
    ("me", "GET", re.compile(r"/2/users/me"), reading.me),
    ("user", "GET", re.compile(r"/2/users/by/username/(?P<username>\w+)"), reading.user),
    ("user", "GET", re.compile(r"/2/users/(?P<user_id>\d+)"), reading.user),
    ("mentions", "GET", re.compile(r"/2/users/(?P<user_id>\d+)/mentions"), reading.mentions),
    ("own_posts", "GET", re.compile(r"/2/users/(?P<user_id>\d+)/tweets"), reading.own_posts),
    ("search", "GET", re.compile(r"/2/tweets/search/recent"), reading.search),
    ("lookup", "GET", re.compile(r"/2/tweets"), reading.lookup),
    ("one_post", "GET", re.compile(r"/2/tweets/(?P<post_id>\d{1,19})"), reading.one_post),
    ("create_post", "POST", re.compile(r"/2/tweets"), writing.create_post),
    ("delete_post", "DELETE", re.compile(r"/2/tweets/(?P<post_id>\d{1,19})"), writing.delete_post),
)
USERS_ONLY: Final = frozenset({"me", "create_post", "delete_post"})
LIMITS: Final = {"me": 75, "mentions": 300, "own_posts": 900, "search": 300, "create_post": 100, "delete_post": 50}


class X:
    """One account of a city, its citizens, and their posts."""

    def __init__(self, *, webhook: str = "") -> None:
        self.store = Store()
        self.pusher: Pusher = events.make_pusher(webhook)
        self._lock = threading.Lock()
        self._used: dict[tuple[str, int], int] = {}

    def operation(self, request: Request) -> str:
        """Name the operation, "unknown" for a route that X does not have."""
        route, _ = _match(request)
        return route[0] if route else "unknown"

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Perform a call of API v2."""
        route, arguments = _match(request)
        if route is None:
            return problems.problem(404, title="Not Found", detail="Not Found")
        return self._answer(route, arguments, request, delay_seconds).with_headers(*self._headers(route[0]))

    def _answer(self, route: Route, arguments: dict[str, str], request: Request, delay_seconds: float) -> Response:
        operation, _, _, perform = route
        who = caller(request)
        if who is None:
            return problems.unauthorized()
        if who == "app" and operation in USERS_ONLY:
            return problems.unsupported_authentication()
        delay = {"delay_seconds": delay_seconds} if operation == "create_post" else {}
        try:
            return perform(self.store, request, **arguments, **delay)
        except problems.Refused as refused:
            return refused.response

    def refusal(self, fault: Fault) -> Response:
        """Word an ordered fault as X does."""
        match fault.kind:
            case "429_reset":
                return problems.too_many(reset=int(time.time() + fault.seconds))
            case "429":
                return problems.too_many(reset=None)
            case "402":
                return problems.credits_depleted()
        return problems.unauthorized()

    def page(self, request: Request) -> Response | None:
        """The page on which people write as citizens."""
        return page.respond(request, self.store)

    def ledger(self) -> dict[str, Any]:
        """All posts, and how the webhook fares."""
        return {"platform": "x", "posts": self.store.ledger(), "webhook": self.pusher.state()}

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write as a citizen: author_handle, author_name, text, in_reply_to?, quotes?, age_seconds?, push? ("no")."""
        handle, text = str(fields.get("author_handle", "")).lstrip("@"), str(fields.get("text", ""))
        if not re.fullmatch(r"\w{1,15}", handle, re.ASCII) or not text.strip():
            raise WriteRefused("A post needs a text and a handle of 1 to 15 letters, digits or _")
        now = datetime.now(UTC) - timedelta(seconds=float(fields.get("age_seconds") or 0))
        post = self.store.add(
            author=self.store.person(handle=handle, name=str(fields.get("author_name", ""))),
            text=text,
            now=now,
            parent=self._parent(fields),
            quotes=fields.get("quotes") or None,
        )
        if fields.get("push") not in ("no", False):
            self._push(post)
        return {"id": post.id, "conversation_id": post.conversation_id, "text": post.full_text}

    def reset(self) -> None:
        """Forget all posts and events."""
        self.store.clear()
        self.pusher.forget()

    def actions(self) -> Mapping[str, Action]:
        """crc, webhook, subscribe, delete."""
        return {"crc": self._crc, "webhook": self._send, "subscribe": self._subscribe, "delete": self._delete}

    def _parent(self, fields: Fields) -> Post | None:
        parent_id = str(fields.get("in_reply_to") or "")
        parent = self.store.posts.get(parent_id)
        if parent_id and (parent is None or parent.deleted):
            raise WriteRefused("There is no post to reply to")
        return parent

    def _push(self, post: Post) -> None:
        for body in events.events_of(post, self.store):
            self.pusher.push(body)

    def _crc(self, fields: Fields) -> dict[str, Any]:
        return {"ok": self.pusher.prove()}

    def _send(self, fields: Fields) -> dict[str, Any]:
        """Deliver a mention event of a post (id, or the newest) `times` times with a good, wrong or no signature."""
        posts = self.store.visible(now=datetime.now(UTC))
        post = self.store.posts.get(str(fields.get("id", ""))) or (posts[0] if posts else None)
        if post is None:
            raise WriteRefused("There is no post to tell about")
        body = events.mention_event(post, self.store)
        if fields.get("after_seconds"):
            self.pusher.push(body, after_seconds=float(fields["after_seconds"]))
            return {"queued": True}
        signature = str(fields.get("signature", "good"))
        times = int(fields.get("times", 1))
        return {"statuses": [self.pusher.send_now(body, signature=signature) for _ in range(times)]}

    def _subscribe(self, fields: Fields) -> dict[str, Any]:
        self.pusher.subscribe(str(fields.get("url", "")))
        return self.pusher.state()

    def _delete(self, fields: Fields) -> dict[str, Any]:
        post = self.store.posts.get(str(fields.get("id", "")))
        if post is None:
            raise WriteRefused("There is no such post")
        post.take_down(datetime.now(UTC))
        return {"id": post.id, "deleted": True}

    def _headers(self, operation: str) -> tuple[tuple[str, str], ...]:
        """Rate headers with true counts; `remaining` never says 0, for only an ordered fault refuses here."""
        window = int(time.time()) // QUARTER_HOUR
        with self._lock:
            used = self._used[operation, window] = self._used.get((operation, window), 0) + 1
        limit = LIMITS.get(operation, 900)
        return (
            ("api-version", "2.166"),
            ("x-access-level", "read-write"),
            ("x-rate-limit-limit", str(limit)),
            ("x-rate-limit-remaining", str(max(1, limit - used))),
            ("x-rate-limit-reset", str((window + 1) * QUARTER_HOUR)),
            ("x-transaction-id", format(abs(hash((operation, time.time_ns()))), "016x")[:16]),
        )


def _match(request: Request) -> tuple[Route | None, dict[str, str]]:
    for route in ROUTES:
        found = route[2].fullmatch(request.path)
        if found and route[1] == request.method:
            return route, found.groupdict()
    return None, {}
