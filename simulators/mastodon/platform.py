"""The simulated Mastodon as one object: routes of its API, who may call them, and the handles for tests."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.control import Action, Fields, WriteRefused
from simulators.credentials import MASTODON_HANDLE, MASTODON_TOKEN
from simulators.faults import Fault
from simulators.mastodon import page, problems, reading, writing
from simulators.mastodon.store import VISIBILITIES, Status, Store, moment
from simulators.serving import Request, Response, json_response

Route = tuple[str, str, re.Pattern[str], Callable[..., Response]]
NAME: Final = re.compile(r"\w{1,30}(@[\w.-]+)?", re.ASCII)
STATUS: Final = r"/api/v1/statuses/(?P<status_id>\d{1,25})"

ROUTES: Final[tuple[Route, ...]] = (
    ("me", "GET", re.compile(r"/api/v1/accounts/verify_credentials"), reading.me),
    ("instance", "GET", re.compile(r"/api/v2/instance/?"), reading.instance),
    ("notifications", "GET", re.compile(r"/api/v1/notifications"), reading.notifications),
    ("own_posts", "GET", re.compile(r"/api/v1/accounts/(?P<account_id>\d{1,25})/statuses"), reading.own_posts),
    ("statuses", "GET", re.compile(r"/api/v1/statuses"), reading.statuses),
    ("one_status", "GET", re.compile(STATUS), reading.one_status),
    ("source", "GET", re.compile(STATUS + "/source"), reading.source),
    ("context", "GET", re.compile(STATUS + "/context"), reading.context),
    ("create_status", "POST", re.compile(r"/api/v1/statuses"), writing.create_status),
    ("edit_status", "PUT", re.compile(STATUS), writing.edit_status),
    ("delete_status", "DELETE", re.compile(STATUS), writing.delete_status),
    ("upload", "POST", re.compile(r"/api/v2/media"), writing.upload),
    ("picture", "GET", re.compile(r"/media/(?P<number>\d+)\.\w+"), reading.picture),
)
OPEN: Final = frozenset({"instance", "picture"})
FIVE_MINUTES: Final = 300


class Mastodon:
    """One server with the account of a city, and citizens here and elsewhere."""

    def __init__(self) -> None:
        self.store = Store()

    def operation(self, request: Request) -> str:
        """Name the operation, "unknown" for a route that Mastodon does not have."""
        route, _ = _match(request)
        return route[0] if route else "unknown"

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Perform a call."""
        route, arguments = _match(request)
        if route is None:
            return json_response({"error": "Not Found"}, status=404)
        operation, _, _, perform = route
        if operation not in OPEN and request.headers.get("authorization") != f"Bearer {MASTODON_TOKEN}":
            return problems.unauthorized()
        delay = {"delay_seconds": delay_seconds} if operation == "create_status" else {}
        try:
            answer = perform(self.store, request, **arguments, **delay)
        except problems.Refused as refused:
            answer = refused.response
        return answer.with_headers(*_allowance())

    def refusal(self, fault: Fault) -> Response:
        """Word an ordered fault as Mastodon does."""
        match fault.kind:
            case "429_reset":
                return problems.too_many(reset=time.time() + fault.seconds)
            case "429":
                return problems.too_many(reset=None)
            case "402":
                return problems.unavailable()
        return problems.unauthorized()

    def page(self, request: Request) -> Response | None:
        """The page on which people write as citizens."""
        return page.respond(request, self.store)

    def ledger(self) -> dict[str, Any]:
        """All posts and pictures."""
        return {"platform": "mastodon", "posts": self.store.ledger(), "media": dict(self.store.media)}

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write as a citizen: author_handle, author_name, text, in_reply_to?, visibility?, spoiler?, picture?, age_seconds?"""
        name, text = str(fields.get("author_handle", "")).lstrip("@"), str(fields.get("text", ""))
        if not NAME.fullmatch(name) or name == MASTODON_HANDLE or not text.strip():
            raise WriteRefused("A post needs a text and a name of letters, digits or _, with or without a server")
        visibility = str(fields.get("visibility") or "public")
        if visibility not in VISIBILITIES:
            raise WriteRefused("There is no such visibility")
        picture = fields.get("picture")
        media = [self.store.keep_file(PIXEL, kind="image/png", description=str(picture))] if picture else []
        post = self.store.add(
            author=self.store.person(acct=name, name=str(fields.get("author_name", ""))),
            text=text,
            now=datetime.now(UTC) - timedelta(seconds=float(fields.get("age_seconds") or 0)),
            visibility=visibility,
            in_reply_to=self._parent(fields),
            spoiler=str(fields.get("spoiler") or ""),
            language=str(fields.get("language") or "en"),
            media_ids=media,
        )
        return {"id": post.id, "text": post.text}

    def reset(self) -> None:
        """Forget all posts."""
        self.store.clear()

    def actions(self) -> Mapping[str, Action]:
        """edit, delete."""
        return {"edit": self._edit, "delete": self._delete}

    def _parent(self, fields: Fields) -> str | None:
        parent = str(fields.get("in_reply_to") or "")
        if parent and (parent not in self.store.posts or self.store.posts[parent].deleted):
            raise WriteRefused("There is no post to reply to")
        return parent or None

    def _edit(self, fields: Fields) -> dict[str, Any]:
        post, text = self._post(fields), str(fields.get("text", ""))
        if not text.strip():
            raise WriteRefused("A post needs a text")
        post.rewrite(text, datetime.now(UTC))
        return {"id": post.id, "edited_at": moment(post.edited_at) if post.edited_at else None}

    def _delete(self, fields: Fields) -> dict[str, Any]:
        post = self._post(fields)
        post.take_down(datetime.now(UTC))
        return {"id": post.id, "deleted": True}

    def _post(self, fields: Fields) -> Status:
        post = self.store.posts.get(str(fields.get("id", "")))
        if post is None:
            raise WriteRefused("There is no such post")
        return post


def _allowance() -> tuple[tuple[str, str], ...]:
    """Rate headers; `remaining` never says 0, for only an ordered fault refuses here."""
    reset = datetime.fromtimestamp((int(time.time()) // FIVE_MINUTES + 1) * FIVE_MINUTES, tz=UTC)
    return (("X-RateLimit-Limit", "300"), ("X-RateLimit-Remaining", "299"), ("X-RateLimit-Reset", moment(reset)))


def _match(request: Request) -> tuple[Route | None, dict[str, str]]:
    for route in ROUTES:
        found = route[2].fullmatch(request.path)
        if found and route[1] == request.method:
            return route, found.groupdict()
    return None, {}


PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63606060f80f0001040100b5d0a1c70000000049454e44ae426082"
)
