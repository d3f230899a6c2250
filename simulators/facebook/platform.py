"""The simulated Facebook as one object: routes of the Graph API, who may call them, handles for tests and demo."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulators.control import Action, Fields, WriteRefused
from simulators.facebook import citizens, events, media, page, photos, problems, proof, reading, signing, writing
from simulators.facebook.store import Entry, Message, Store
from simulators.faults import Fault
from simulators.outgoing import Pusher
from simulators.serving import Request, Response

LIVE_VERSIONS: Final = frozenset({"v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"})

Route = tuple[str, str, re.Pattern[str], Callable[..., Any]]
NODE: Final = r"(?P<node_id>[\w.-]+)"
ROUTES: Final[tuple[Route, ...]] = (
    ("debug_token", "GET", re.compile("debug_token"), reading.debug_token),
    ("handful", "GET", re.compile(""), reading.handful),
    ("subscriptions", "GET", re.compile(f"{NODE}/subscriptions"), reading.subscriptions),
    ("tagged", "GET", re.compile(f"{NODE}/tagged"), reading.tagged),
    ("visitor_posts", "GET", re.compile(f"{NODE}/visitor_posts"), reading.visitor_posts),
    ("feed", "GET", re.compile(f"{NODE}/feed"), reading.feed),
    ("comments", "GET", re.compile(f"{NODE}/comments"), reading.comments),
    ("conversations", "GET", re.compile(f"{NODE}/conversations"), reading.conversations),
    ("messages", "GET", re.compile(f"{NODE}/messages"), reading.messages),
    ("subscribed_apps", "GET", re.compile(f"{NODE}/subscribed_apps"), reading.subscribed_apps),
    ("node", "GET", re.compile(NODE), reading.node),
    (
        "create_post",
        "POST",
        re.compile(f"{NODE}/feed"),
        lambda store, request, node_id: writing.create_post(store, request),
    ),
    ("upload_photo", "POST", re.compile(f"{NODE}/photos"), photos.upload),
    ("create_comment", "POST", re.compile(f"{NODE}/comments"), writing.create_comment),
    ("send_message", "POST", re.compile(f"{NODE}/messages"), writing.send_message),
    ("subscribe", "POST", re.compile(f"{NODE}/subscribed_apps"), writing.subscribe),
    ("unsubscribe", "DELETE", re.compile(f"{NODE}/subscribed_apps"), writing.unsubscribe),
    ("change", "POST", re.compile(NODE), writing.change),
    ("delete", "DELETE", re.compile(NODE), writing.delete),
)
DELAYABLE: Final = frozenset({"create_comment", "send_message"})
APP_MAY: Final = frozenset({"debug_token", "subscriptions"})


class Facebook:
    """One page of a city, its visitors, their comments and messages."""

    def __init__(self, *, webhook: str = "") -> None:
        self.store = Store()
        self.pusher: Pusher = events.make_pusher(webhook)
        self.citizens = citizens.Citizens(self.store, self.tell, self.tell_raw)

    def operation(self, request: Request) -> str:
        """Name the operation, "unknown" for a route that the Graph API does not have."""
        route, _ = _match(request)
        return route[0] if route else "unknown"

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Perform a call of the Graph API."""
        try:
            answer = self._answer(request, delay_seconds)
        except problems.Refused as refused:
            answer = refused.response
        return answer.with_headers(*self.store.condition.headers())

    def _answer(self, request: Request, delay_seconds: float) -> Response:
        version = request.path.strip("/").partition("/")[0]
        if version not in LIVE_VERSIONS:
            raise problems.refused(2635, f"(#2635) You are calling a deprecated or missing version: {version[:10]}")
        route, arguments = _match(request)
        if route is None:
            raise problems.refused(2500, "Unknown path components", kind="OAuthException")
        self._check_right(request, route[0])
        delay: dict[str, Any] = {"delay_seconds": delay_seconds} if route[0] in DELAYABLE else {}
        result = route[3](self.store, request, **arguments, **delay)
        if isinstance(result, Response):
            return result
        self.tell(result[1], result[2] if len(result) > 2 else "add")
        return Response(status=result[0].status, body=result[0].body)

    def _check_right(self, request: Request, operation: str) -> None:
        """Token, proof, and the permission that the operation asks for."""
        caller, condition = proof.check(request), self.store.condition
        if caller == "app":
            if operation not in APP_MAY:
                raise problems.refused(210, "(#210) A page access token is required to request this resource.")
        elif not condition.is_valid:
            raise problems.refused(190, "Error validating access token: The session is invalid.", sub=460)
        elif lacking := condition.lacking(operation):
            code = 10 if request.method == "GET" else 200
            raise problems.refused(code, f"(#{code}) This endpoint requires the '{lacking}' permission")

    def tell(self, thing: Entry | Message, verb: str) -> None:
        """Push an event for what happened, if the page is subscribed to its kind."""
        self.tell_raw(*events.event_of(thing, verb, self.store))

    def tell_raw(self, wanted: str, entry: dict[str, Any]) -> None:
        """Push an entry of a kind, if the page is subscribed to it."""
        if wanted in self.store.subscribed and wanted in (self.store.condition.app_fields or ()):
            self.pusher.push(events.body_of([entry]))

    def refusal(self, fault: Fault) -> Response:
        """Word an ordered fault as Facebook does."""
        match fault.kind:
            case "429_reset":
                return problems.throttled(minutes=math.ceil(fault.seconds / 60))
            case "429":
                return problems.throttled(minutes=None)
            case "402":
                return problems.blocked()
        return problems.token_dead()

    def page(self, request: Request) -> Response | None:
        """The page on which people write as citizens, and what lies on Facebook's stores."""
        return media.respond(request) or page.respond(request, self.store)

    def ledger(self) -> dict[str, Any]:
        """All posts, comments and messages, and how the webhook fares."""
        return {"platform": "facebook", **self.store.ledger(), "webhook": self.pusher.state()}

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write as a citizen, see `Citizens.write`."""
        return self.citizens.write(fields)

    def reset(self) -> None:
        """Forget everything but the page and its first posts."""
        self.store.clear()
        self.pusher.forget()

    def actions(self) -> Mapping[str, Action]:
        """crc (the handshake), webhook, subscribe, delete, edit, hide, unhide, read, deliver, leave, drop, condition, callback.

        `drop` is what Facebook does after an hour of failures: the page's subscription is gone.
        """
        return {
            "crc": lambda fields: {"ok": self.pusher.prove()},
            "webhook": self._send,
            "subscribe": self._subscribe,
            "delete": self.citizens.delete,
            "edit": self.citizens.edit,
            "hide": lambda fields: self.citizens.hide(fields, hidden=True),
            "unhide": lambda fields: self.citizens.hide(fields, hidden=False),
            "read": lambda fields: self.citizens.receipt(fields, "read"),
            "deliver": lambda fields: self.citizens.receipt(fields, "delivery"),
            "leave": self.citizens.leave,
            "drop": self._drop,
            "condition": self._condition,
            "callback": signing.call_back,
        }

    def _drop(self, fields: Fields) -> dict[str, Any]:
        self.store.subscribed = ()
        return {"subscribed": []}

    def _condition(self, fields: Fields) -> dict[str, Any]:
        try:
            return self.store.condition.change(fields)
        except KeyError as name:
            raise WriteRefused(f"There is no such condition: {name}") from name

    def _subscribe(self, fields: Fields) -> dict[str, Any]:
        self.pusher.subscribe(str(fields.get("url", "")))
        return self.pusher.state()

    def _send(self, fields: Fields) -> dict[str, Any]:
        """Deliver the things named in `ids` (or the newest comment) in one webhook, `times` times.

        `signature` is good, wrong or none; `after_seconds` delivers later instead, once.
        """
        body = events.body_of(self.citizens.events_of(fields))
        if fields.get("after_seconds"):
            self.pusher.push(body, after_seconds=float(fields["after_seconds"]))
            return {"queued": True}
        signature, times = str(fields.get("signature", "good")), int(fields.get("times", 1))
        return {"statuses": [self.pusher.send_now(body, signature=signature) for _ in range(times)]}


def _match(request: Request) -> tuple[Route | None, dict[str, str]]:
    path = request.path.strip("/").partition("/")[2]
    for route in ROUTES:
        found = route[2].fullmatch(path)
        if found and route[1] == request.method:
            return route, found.groupdict()
    return None, {}
