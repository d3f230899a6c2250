"""The ways in which a platform can fail, ordered per operation: each is used up by the calls it spoils."""

import random
import threading
from dataclasses import dataclass, replace
from typing import Any, Final

from simulators.serving import Response

BEFORE: Final = frozenset({"drop_before_commit", "429", "429_reset", "402", "html_502", "401"})
AFTER: Final = frozenset(
    {
        "commit_then_drop",
        "commit_then_500",
        "commit_then_timeout",
        "empty_200",
        "slow_first_byte",
        "half_body",
        "garbage_json",
        "200_without_id",
        "redirect",
    }
)
DELAYED: Final = "delayed_visibility"
KINDS: Final = BEFORE | AFTER | {DELAYED}
USUAL_SECONDS: Final = {"commit_then_timeout": 30.0, "slow_first_byte": 3.0, "429_reset": 60.0, DELAYED: 30.0}


class UnknownFault(Exception):
    """A fault was ordered that no simulator can play."""


@dataclass(frozen=True)
class Fault:
    """Spoil the next `times` calls of an operation; `seconds` is the wait, the reset or the delay.

    With `after` the first calls go well: a token that is taken for an hour, then no more.
    """

    operation: str
    kind: str
    times: int = 1
    seconds: float = 0.0
    after: int = 0

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "Fault":
        """Read one order; raises UnknownFault for a kind that nobody plays."""
        kind = str(fields.get("fault", ""))
        if kind not in KINDS:
            raise UnknownFault(f"fault must be one of {', '.join(sorted(KINDS))}")
        seconds = float(fields.get("seconds") or USUAL_SECONDS.get(kind, 0.0))
        times, after = int(fields.get("times", 1)), int(fields.get("after", 0))
        return cls(str(fields.get("operation", "any")), kind, times, seconds, after)


@dataclass(frozen=True)
class Chance:
    """A share of all calls is spoilt, by a fault drawn from `kinds`; the same seed draws the same faults."""

    share: float
    seed: int
    kinds: tuple[Fault, ...]

    @classmethod
    def from_fields(cls, fields: dict[str, Any]) -> "Chance":
        """Read an order: share (0 to 1), seed, and kinds, a list of faults as they are ordered singly."""
        kinds = tuple(Fault.from_fields(each) for each in fields.get("kinds") or [])
        share = float(fields.get("share", 0))
        if not 0 <= share <= 1 or (share and not kinds):
            raise UnknownFault("share must be from 0 to 1, and kinds name at least one fault")
        return cls(share, int(fields.get("seed", 0)), kinds)


class FaultPlan:
    """The faults still to come, first ordered first played, then what chance brings; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._chance: Chance | None = None
        self._dice = random.Random(0)
        self._drawn = 0

    def order(self, faults: list[Fault]) -> None:
        """Put faults at the end of the plan."""
        with self._lock:
            self._faults += faults

    def leave_to_chance(self, chance: Chance) -> None:
        """Spoil calls at random from now on; a share of 0 ends it."""
        with self._lock:
            self._chance = chance if chance.share else None
            self._dice.seed(chance.seed)

    def clear(self) -> None:
        """Forget all that has not been played."""
        with self._lock:
            self._faults, self._chance, self._drawn = [], None, 0

    def pending(self) -> list[Fault]:
        """What has not been played yet."""
        with self._lock:
            return list(self._faults)

    def drawn(self) -> int:
        """How many calls chance has spoilt."""
        with self._lock:
            return self._drawn

    def take(self, *names: str) -> Fault | None:
        """Use up the first fault ordered for one of these operation names, or for "any"; else ask chance."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.operation not in (*names, "any"):
                    continue
                if fault.after:
                    self._faults[place] = replace(fault, after=fault.after - 1)
                    return None
                left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self._faults[place : place + 1] = left
                return fault
            return self._draw(names)

    def _draw(self, names: tuple[str, ...]) -> Fault | None:
        if self._chance is None or self._dice.random() >= self._chance.share:
            return None
        fitting = [fault for fault in self._chance.kinds if fault.operation in (*names, "any")]
        if not fitting:
            return None
        self._drawn += 1
        return self._dice.choice(fitting)


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
        case "half_body":
            return replace(response, breaks_off=True)
        case "garbage_json":
            return replace(response, body=b'{"data": [{"id": "17')
        case "200_without_id":
            return Response(status=200, body=b'{"data": {}, "success": true}')
        case "redirect":
            return Response(
                status=302, content_type="text/plain", headers=(("Location", "https://elsewhere.example/"),)
            )
    return response


def bad_gateway() -> Response:
    """The page of a load balancer in front of a platform that is down."""
    return _html(502, b"<html><h1>502 Bad Gateway</h1></html>")


def _html(status: int, body: bytes) -> Response:
    return Response(status=status, body=body, content_type="text/html")
