"""Where X pushes: the webhooks that an app registered, and what of an account's life it asked to be told."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from simulators.credentials import X_USER_ID
from simulators.outgoing import Pusher
from simulators.serving import Request, Response, json_response
from simulators.x.problems import Refused, invalid, missing, problem
from simulators.x.shape import stamp

MOST: Final = 1
EVENT_NAMES: Final = (
    "post.create post.delete post.mention.create post.reply.create post.quote.create dm.received dm.sent "
    "oauth.revoke like.create"
)
EVENTS: Final = frozenset(EVENT_NAMES.split())


@dataclass
class Hooks:
    """The webhooks and subscriptions of the app."""

    hooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget all."""
        self.hooks.clear()
        self.subscriptions.clear()

    def wants(self, kind: str) -> bool:
        """Whether somebody asked for this kind of event; where nobody ever subscribed, a demo gets all of them."""
        return not self.subscriptions or any(one["event_type"] == kind for one in self.subscriptions.values())

    def perform(self, request: Request, pusher: Pusher, operation: str, number: str = "") -> Response:
        """Perform one call on webhooks or subscriptions."""
        match operation, request.method:
            case "webhooks", "GET":
                return json_response(_listing(self.hooks))
            case "webhooks", "POST":
                return self._register(request.json(), pusher)
            case "webhook", "PUT":
                return self._validate(number, pusher)
            case "webhook", "DELETE":
                return self._drop(self.hooks, number)
            case "subscriptions", "GET":
                return json_response(_listing(self.subscriptions))
            case "subscriptions", "POST":
                return self._subscribe(request.json())
        return self._drop(self.subscriptions, number)

    def _register(self, body: Any, pusher: Pusher) -> Response:
        url = str(body.get("url", "")) if isinstance(body, dict) else ""
        parts = urlsplit(url)
        is_local = parts.hostname == "127.0.0.1"  # the one bend: there is no certificate on this machine
        if not is_local and (parts.scheme != "https" or parts.port):
            raise Refused(invalid("url", url, "Webhook URL must be https and without a port"))
        if len(self.hooks) >= MOST:
            raise Refused(problem(400, title="Bad Request", detail="The number of allowed webhooks is reached"))
        pusher.subscribe(url)
        if not pusher.prove():
            raise Refused(problem(400, title="CRC validation failed", detail="The CRC was not answered rightly"))
        made: dict[str, Any] = {"id": _number(), "url": url, "valid": True, "created_at": stamp(datetime.now(UTC))}
        self.hooks[made["id"]] = made
        return json_response({"data": made})

    def _validate(self, number: str, pusher: Pusher) -> Response:
        if number not in self.hooks:
            raise Refused(missing(resource="webhook", parameter="webhook_id", value=number))
        self.hooks[number]["valid"] = pusher.prove()
        return json_response({"data": {"attempted": True}})

    def _subscribe(self, body: Any) -> Response:
        if not isinstance(body, dict) or body.get("event_type") not in EVENTS:
            raise Refused(invalid("event_type", str((body or {}).get("event_type")), "The event type is not valid"))
        wanted = (body.get("filter") or {}).get("user_id")
        if wanted != X_USER_ID:
            raise Refused(invalid("filter", str(wanted), "The filter names no user"))
        if any(one["event_type"] == body["event_type"] for one in self.subscriptions.values()):
            raise Refused(problem(409, title="Conflict", detail="DuplicateSubscriptionFailed", kind="conflict"))
        now = stamp(datetime.now(UTC))
        kept = {key: body[key] for key in ("event_type", "filter", "tag", "webhook_id") if key in body}
        made: dict[str, Any] = {"subscription_id": _number(), "created_at": now, "updated_at": now, **kept}
        self.subscriptions[made["subscription_id"]] = made
        total = len(self.subscriptions)
        data = {"subscription": made, "total_subscriptions_for_instance_id": total}
        return json_response({"data": data, "meta": {"total_subscriptions": total}})

    def _drop(self, kept: dict[str, dict[str, Any]], number: str) -> Response:
        if kept.pop(number, None) is None:
            raise Refused(missing(resource="webhook", parameter="id", value=number))
        return json_response({"data": {"deleted": True}})


def _listing(kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = list(kept.values())
    return {**({"data": found} if found else {}), "meta": {"result_count": len(found)}}


def _number() -> str:
    return str(10**17 + secrets.randbelow(10**17))
