"""The simulated X as one object: routes of API v2, who may call them, and the handles for tests and demo."""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.control import Action, Fields, WriteRefused
from simulators.faults import Fault
from simulators.outgoing import Pusher
from simulators.serving import Request, Response
from simulators.x import events, media, page, problems
from simulators.x.hooks import Hooks
from simulators.x.media import TINY
from simulators.x.oauth import caller
from simulators.x.routes import A_DAY, APPS_ONLY, LIMITS, SCOPES, SLOW_TO_SHOW, USERS_ONLY, Route, match
from simulators.x.store import Knobs, Post, Store
from simulators.x.tokens import ALL_SCOPES, Tokens

QUARTER_HOUR: Final = 900
DAY: Final = 86_400
KNOBS: Final = {"max_length": int, "access_level": str, "plan": str, "search_lag_seconds": float}


class X:
    """One account of a city, its citizens, and their posts."""

    def __init__(self, *, webhook: str = "") -> None:
        self.store = Store()
        self.pusher: Pusher = events.make_pusher(webhook)
        self._lock = threading.Lock()
        self._used: dict[tuple[str, int], int] = {}
        self.tokens = Tokens()
        self.hooks = Hooks()

    def operation(self, request: Request) -> str:
        """Name the operation, "unknown" for a route that X does not have."""
        route, _ = match(request)
        return route[0] if route else "unknown"

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Perform a call of API v2."""
        route, arguments = match(request)
        if route is None:
            return problems.problem(404, title="Not Found", detail="Not Found")
        return self._answer(route, arguments, request, delay_seconds).with_headers(*self._headers(route[0]))

    def _answer(self, route: Route, arguments: dict[str, str], request: Request, delay_seconds: float) -> Response:
        operation, _, _, perform = route
        if operation == "token":
            return self.tokens.exchange(request)
        refused = self._refusal(operation, request)
        if refused:
            return refused
        delay = {"delay_seconds": delay_seconds} if operation in SLOW_TO_SHOW else {}
        try:
            if perform is None:
                return self.hooks.perform(request, self.pusher, operation, **arguments)
            answer = perform(self.store, request, **arguments, **delay)
        except problems.Refused as problem:
            return problem.response
        if operation == "delete_post":
            self._tell_deletion(arguments["post_id"])
        return answer

    def _refusal(self, operation: str, request: Request) -> Response | None:
        """What X says to somebody who may not do this; None when they may."""
        who, scopes = caller(request, self.tokens)
        if who is None:
            return problems.unauthorized()
        if (who == "app" and operation in USERS_ONLY) or (who == "user" and operation in APPS_ONLY):
            return problems.unsupported_authentication()
        if scopes is not None and SCOPES.get(operation, "tweet.read") not in scopes:
            return problems.forbidden("Your token does not have the required scope for this endpoint.")
        return None

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
        """The page on which people write as citizens, and the host of the pictures."""
        return media.serve(self.store, request.path) or page.respond(request, self.store)

    def ledger(self) -> dict[str, Any]:
        """All posts and messages, and how the webhook fares."""
        return {
            "platform": "x",
            "posts": self.store.ledger(),
            "messages": self.store.message_ledger(),
            "media": self.store.media_ledger(),
            "webhook": self.pusher.state(),
            "hooks": list(self.hooks.hooks.values()),
            "subscriptions": list(self.hooks.subscriptions.values()),
        }

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write as a citizen: author_handle, author_name, text, in_reply_to?, quotes?, age_seconds?, push? ("no").

        kind "message" writes a direct message instead; picture "yes" attaches one.
        """
        handle, text = str(fields.get("author_handle", "")).lstrip("@"), str(fields.get("text", ""))
        if not re.fullmatch(r"\w{1,15}", handle, re.ASCII) or not text.strip():
            raise WriteRefused("A post needs a text and a handle of 1 to 15 letters, digits or _")
        now = datetime.now(UTC) - timedelta(seconds=float(fields.get("age_seconds") or 0))
        picture = (
            [self.store.add_medium(kind="image/png", content=TINY, alt="A picture").id] if fields.get("picture") else []
        )
        if fields.get("kind") == "message":
            return self._write_message(fields, handle, text, now, picture)
        post = self.store.add(
            author=self.store.person(handle=handle, name=str(fields.get("author_name", ""))),
            text=text,
            now=now,
            parent=self._parent(fields),
            quotes=fields.get("quotes") or None,
            media=picture,
        )
        if fields.get("push") not in ("no", False):
            self._push(post)
        return {"id": post.id, "conversation_id": post.conversation_id, "text": post.full_text}

    def reset(self) -> None:
        """Forget all posts and events."""
        self.store.clear()
        self.tokens.clear()
        self.hooks.clear()
        self.store.knobs = Knobs()
        self.pusher.forget()

    def actions(self) -> Mapping[str, Action]:
        """crc, webhook, subscribe, delete, edit, grant, revoke, invalidate, knobs."""
        return {
            "crc": self._crc,
            "webhook": self._send,
            "subscribe": self._subscribe,
            "delete": self._delete,
            "edit": self._edit,
            "grant": self._grant,
            "revoke": self._revoke,
            "invalidate": self._invalidate,
            "knobs": self._turn,
        }

    def _parent(self, fields: Fields) -> Post | None:
        parent_id = str(fields.get("in_reply_to") or "")
        parent = self.store.posts.get(parent_id)
        if parent_id and (parent is None or parent.deleted):
            raise WriteRefused("There is no post to reply to")
        return parent

    def _push(self, post: Post) -> None:
        for kind, body in events.events_of(post, self.store):
            self._tell(kind, body)

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
        self.store.take_down(post, datetime.now(UTC))
        self._tell_deletion(post.id)
        return {"id": post.id, "deleted": True}

    def _tell_deletion(self, post_id: str) -> None:
        """X tells of the account's own posts alone."""
        post = self.store.posts[post_id]
        if post.author_id == self.store.account.id:
            self._tell("post.delete", events.deletion_event(post))

    def _tell(self, kind: str, body: bytes) -> None:
        if self.hooks.wants(kind):
            self.pusher.push(body)

    def _write_message(
        self, fields: Fields, handle: str, text: str, now: datetime, picture: list[str]
    ) -> dict[str, Any]:
        person = self.store.person(handle=handle, name=str(fields.get("author_name", "")))
        made = self.store.write_message(sender=person, reader=self.store.account, text=text, now=now, media=picture)
        if fields.get("push") not in ("no", False):
            self._tell("dm.received", events.message_event(made, self.store))
        return {"id": made.id, "conversation_id": made.conversation_id, "text": text}

    def _edit(self, fields: Fields) -> dict[str, Any]:
        """Let its author change a post: id, text."""
        post = self.store.posts.get(str(fields.get("id", "")))
        if post is None or post.deleted:
            raise WriteRefused("There is no such post")
        made = self.store.edit(post, text=str(fields.get("text", "")), now=datetime.now(UTC))
        if fields.get("push") not in ("no", False):
            self._push(made)
        return {"id": made.id, "text": made.full_text}

    def _grant(self, fields: Fields) -> dict[str, Any]:
        """Agree by OAuth 2.0: scopes? (all), seconds? (7200)."""
        seconds = float(fields.get("seconds") or 7200)
        return self.tokens.grant(scopes=str(fields.get("scopes") or ALL_SCOPES), seconds=seconds)

    def _revoke(self, fields: Fields) -> dict[str, Any]:
        self.tokens.revoke()
        self._tell("oauth.revoke", events.revoke_event())
        return {"revoked": True}

    def _invalidate(self, fields: Fields) -> dict[str, Any]:
        """Stop the webhook, as X does after a wrong answer to its challenge."""
        for hook in self.hooks.hooks.values():
            hook["valid"] = False
        return {"invalid": True}

    def _turn(self, fields: Fields) -> dict[str, Any]:
        """Turn what differs between plans and days: max_length, access_level, plan, search_lag_seconds."""
        known = {name: kind(fields[name]) for name, kind in KNOBS.items() if name in fields}
        self.store.knobs = replace(self.store.knobs, **known)
        return asdict(self.store.knobs)

    def _headers(self, operation: str) -> tuple[tuple[str, str], ...]:
        """Rate headers with true counts; `remaining` never says 0, for only an ordered fault refuses here."""
        now = int(time.time())
        limit = LIMITS.get(operation, 900)
        told = self._bucket("x-rate-limit", operation, limit, now, QUARTER_HOUR)
        if operation in A_DAY:
            told += self._bucket("x-user-limit-24hour", operation, A_DAY[operation], now, DAY)
        return (
            ("api-version", "2.166"),
            ("x-access-level", self.store.knobs.access_level),
            *told,
            ("x-transaction-id", format(abs(hash((operation, time.time_ns()))), "016x")[:16]),
        )

    def _bucket(self, prefix: str, operation: str, limit: int, now: int, span: int) -> list[tuple[str, str]]:
        key = (f"{prefix} {operation}", now // span)
        with self._lock:
            used = self._used[key] = self._used.get(key, 0) + 1
        return [
            (f"{prefix}-limit", str(limit)),
            (f"{prefix}-remaining", str(max(1, limit - used))),
            (f"{prefix}-reset", str((now // span + 1) * span)),
        ]
