"""The ways in which a platform can fail, ordered per operation: each is used up by the calls it spoils."""

import threading
from dataclasses import dataclass, replace
from typing import Any, Final

from simulators.serving import Response

BEFORE: Final = frozenset({"drop_before_commit", "429", "429_reset", "402", "html_502", "401"})
AFTER: Final = frozenset({"commit_then_drop", "commit_then_500", "commit_then_timeout", "empty_200", "slow_first_byte"})
DELAYED: Final = "delayed_visibility"
KINDS: Final = BEFORE | AFTER | {DELAYED}
USUAL_SECONDS: Final = {"commit_then_timeout": 30.0, "slow_first_byte": 3.0, "429_reset": 60.0, DELAYED: 30.0}


class UnknownFault(Exception):
    """A fault was ordered that no simulator can play."""


@dataclass(frozen=True)
class Fault:
    """Spoil the next `times` calls of an operation; `seconds` is the wait, the reset or the delay."""

    operation: str
    kind: str
    times: int = 1
    seconds: float = 0.0

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "Fault":
        """Read one order; raises UnknownFault for a kind that nobody plays."""
        kind = str(fields.get("fault", ""))
        if kind not in KINDS:
            raise UnknownFault(f"fault must be one of {', '.join(sorted(KINDS))}")
        seconds = float(fields.get("seconds") or USUAL_SECONDS.get(kind, 0.0))
        return cls(str(fields.get("operation", "any")), kind, int(fields.get("times", 1)), seconds)


class FaultPlan:
    """The faults still to come, first ordered first played; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, faults: list[Fault]) -> None:
        """Put faults at the end of the plan."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Forget all that has not been played."""
        with self._lock:
            self._faults = []

    def pending(self) -> list[Fault]:
        """What has not been played yet."""
        with self._lock:
            return list(self._faults)

    def take(self, *names: str) -> Fault | None:
        """Use up the first fault ordered for one of these operation names, or for "any"."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.operation in (*names, "any"):
                    left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._faults[place : place + 1] = left
                    return fault
        return None


def spoil(response: Response, fault: Fault) -> Response:
    """Turn the answer to a performed call into what the client gets to see of it."""
    match fault.kind:
        case "commit_then_drop":
            return Response(drop=True)
        case "commit_then_timeout":
            return Response(drop=True, wait_seconds=fault.seconds)
        case "commit_then_500":
            return _html(500, b"<html><h1>500 Internal Server Error</h1></html>")
        case "empty_200":
            return Response(status=200)
        case "slow_first_byte":
            return replace(response, wait_seconds=fault.seconds)
    return response


def bad_gateway() -> Response:
    """The page of a load balancer in front of a platform that is down."""
    return _html(502, b"<html><h1>502 Bad Gateway</h1></html>")


def _html(status: int, body: bytes) -> Response:
    return Response(status=status, body=body, content_type="text/html")
