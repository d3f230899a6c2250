"""The same handles on every simulator: its ledger of truth, writing as a citizen, faults, reset, health."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from simulators.faults import AFTER, BEFORE, DELAYED, Chance, Fault, FaultPlan, UnknownFault, bad_gateway, spoil
from simulators.outgoing import Pusher
from simulators.serving import BadBody, Request, Response, json_response, redirect

JOURNAL_LENGTH: Final = 2000

Fields = dict[str, Any]
Action = Callable[[Fields], Any]


class WriteRefused(Exception):
    """A citizen tried something that the platform would not let him do; the text says what."""


class Platform(Protocol):
    """What a simulator must offer to be controlled."""

    def ledger(self) -> dict[str, Any]:
        """All that was ever written, deleted things included."""

    def write(self, fields: Fields) -> dict[str, Any]:
        """Write as a citizen; answers at least the new id; raises WriteRefused."""

    def reset(self) -> None:
        """Forget everything."""

    def operation(self, request: Request) -> str:
        """Name the operation that a call asks for."""

    def refusal(self, fault: Fault) -> Response:
        """Word the faults 429, 429_reset, 402 and 401 as this platform does."""

    def api(self, request: Request, *, delay_seconds: float) -> Response:
        """Perform a call; what it writes stays hidden from reads for the delay."""

    def page(self, request: Request) -> Response | None:
        """Render a page for people, or None when the path is not a page."""

    def actions(self) -> Mapping[str, Action]:
        """Further handles of this platform, by name."""


class Simulator:
    """Joins a platform with its control interface; `handle` is the whole program seen from outside."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.faults = FaultPlan()
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._journal: deque[dict[str, Any]] = deque(maxlen=JOURNAL_LENGTH)

    def handle(self, request: Request) -> Response:
        """Answer one request, be it control, a page or a call of the platform's API."""
        try:
            if request.path.startswith("/_sim/"):
                return self._control(request, request.path.removeprefix("/_sim/"))
            return self.platform.page(request) or self._call(request)
        except (BadBody, UnknownFault, WriteRefused) as problem:
            return json_response({"error": str(problem)}, status=400)

    def _call(self, request: Request) -> Response:
        operation = self.platform.operation(request)
        fault = self.faults.take(operation, "read" if request.method == "GET" else "write")
        response = self._perform(request, fault)
        status = 0 if response.drop else response.status
        self.note(operation, f"{request.method} {request.path}", status, fault)
        return response

    def note(self, operation: str, what: str, status: int, fault: Fault | None) -> None:
        """Count a call and write it into the journal; status 0 means that the caller got no answer."""
        at = datetime.now(UTC).isoformat()
        played = fault.kind if fault else None
        with self._lock:
            self._calls[operation] += 1
            self._journal.append({"operation": operation, "what": what, "at": at, "status": status, "fault": played})

    def _perform(self, request: Request, fault: Fault | None) -> Response:
        if fault is None:
            return self.platform.api(request, delay_seconds=0.0)
        if fault.kind in BEFORE:
            return self._refuse(fault)
        delay = fault.seconds if fault.kind == DELAYED else 0.0
        response = self.platform.api(request, delay_seconds=delay)
        return spoil(response, fault) if fault.kind in AFTER else response

    def _refuse(self, fault: Fault) -> Response:
        if fault.kind == "drop_before_commit":
            return Response(drop=True)
        return bad_gateway() if fault.kind == "html_502" else self.platform.refusal(fault)

    def _control(self, request: Request, name: str) -> Response:
        if name == "health":
            return Response(body=b"ok", content_type="text/plain")
        if name == "ledger":
            return json_response(self.ledger())
        if request.method != "POST":
            return json_response({"error": "POST here"}, status=405)
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return json_response({"error": "not from another site"}, status=403)
        return self._act(request, name)

    def _act(self, request: Request, name: str) -> Response:
        fields = request.json() if request.is_json else request.form
        action = self._action(name)
        if action is None:
            return json_response({"error": "no such handle"}, status=404)
        result = [action(each) for each in fields] if isinstance(fields, list) else action(fields or {})
        if request.is_json or "application/json" in request.headers.get("accept", ""):
            return json_response(result)
        return redirect(_back(request.form.get("next", "/"), result))

    def _action(self, name: str) -> Action | None:
        ours: dict[str, Action] = {
            "write": self.platform.write,
            "faults": self._order,
            "chance": self._leave_to_chance,
            "scatter": self._scatter,
            "reset": self._reset,
        }
        return ours.get(name) or self.platform.actions().get(name)

    def _order(self, fields: Fields) -> dict[str, Any]:
        self.faults.order([Fault.from_fields(fields)])
        return {"pending": len(self.faults.pending())}

    def _leave_to_chance(self, fields: Fields) -> dict[str, Any]:
        """Spoil a share of all calls at random: share, seed, kinds; a share of 0 ends it."""
        self.faults.leave_to_chance(Chance.from_fields(fields))
        return {"share": float(fields.get("share", 0))}

    def _scatter(self, fields: Fields) -> dict[str, Any]:
        """Push late, in any order and some events twice: within_seconds, twice (a share), seed; nothing given ends it."""
        pusher = getattr(self.platform, "pusher", None)
        if not isinstance(pusher, Pusher):
            raise WriteRefused("This platform pushes nothing")
        within, twice = float(fields.get("within_seconds", 0)), float(fields.get("twice", 0))
        pusher.scatter(within_seconds=within, twice=twice, seed=int(fields.get("seed", 0)))
        return {"within_seconds": within, "twice": twice}

    def _reset(self, fields: Fields) -> dict[str, Any]:
        self.platform.reset()
        self.faults.clear()
        with self._lock:
            self._calls.clear()
            self._journal.clear()
        return {"reset": True}

    def ledger(self) -> dict[str, Any]:
        """The platform's ledger with the calls it has seen and the faults still to come."""
        with self._lock:
            seen = {"calls": dict(self._calls), "journal": list(self._journal), "faults_by_chance": self.faults.drawn()}
        return {**self.platform.ledger(), **seen, "faults": [asdict(fault) for fault in self.faults.pending()]}


def _back(path: str, result: Any) -> str:
    """Where a form leads: to the page, at what was just written; never to another site."""
    local = path if path.startswith("/") and not path.startswith("//") else "/"
    return f"{local}#item-{result['id']}" if isinstance(result, dict) and "id" in result else local
