"""The foreign world of the chaos proof: citizens' words on three simulated platforms, bad calls, and the ledgers of truth."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.request import Request, urlopen

from citizenservice.stack.installation import Ports

PLACES: Final = ("x", "comment", "message", "mail")
"""Where answers go in turn: X, below a comment on Facebook, on Messenger, by mail."""
DECOYS_EVERY: Final = 20
"""One in so many replies waits for an approval that never comes: should it appear anywhere, it left unapproved."""
TIMEOUT: Final = 60
SPOILT_WRITES: Final = (
    ("commit_then_drop", 0.0),
    ("commit_then_500", 0.0),
    ("commit_then_timeout", 2.5),
    ("drop_before_commit", 0.0),
    ("html_502", 0.0),
    ("empty_200", 0.0),
    ("half_body", 0.0),
    ("garbage_json", 0.0),
    ("200_without_id", 0.0),
    ("redirect", 0.0),
    ("429_reset", 1.0),
    ("slow_first_byte", 0.3),
    ("delayed_visibility", 0.6),
)
SPOILT_READS: Final = (
    ("drop_before_commit", 0.0),
    ("commit_then_500", 0.0),
    ("html_502", 0.0),
    ("empty_200", 0.0),
    ("half_body", 0.0),
    ("garbage_json", 0.0),
    ("redirect", 0.0),
    ("slow_first_byte", 0.3),
)
# Not commit_then_500: a mail server that says 451 and has kept the mail breaks RFC 5321, and no sender can tell.
SPOILT_MAILS: Final = (
    ("commit_then_drop", 0.0),
    ("commit_then_timeout", 1.5),
    ("drop_before_commit", 0.0),
    ("429", 0.0),
    ("html_502", 0.0),
    ("slow_first_byte", 0.3),
)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One reply as it has to arrive: `text` under `target` (or for `recipient`) at `place`, unless it is a decoy."""

    number: int
    place: str
    text: str
    target: str
    recipient: str
    thread: str
    is_decoy: bool


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the ledgers show of our replies: how often each is there, and what nobody approved."""

    copies: Mapping[int, int]
    unapproved: tuple[str, ...]
    faults: int
    calls: int


class World:
    """The three simulators of an installation, which run already."""

    def __init__(self, ports: Ports) -> None:
        self.urls = {
            name: f"http://127.0.0.1:{port}"
            for name, port in (("x", ports.x), ("facebook", ports.facebook), ("mailbox", ports.mailbox))
        }

    def people_write(self, count: int, *, seed: int) -> list[Planned]:
        """Let citizens write as much as will be answered; returns the answers that are planned."""
        dice = random.Random(seed)
        numbers = {place: [n for n in range(count) if n % len(PLACES) == k] for k, place in enumerate(PLACES)}
        planned = [
            *self._on_x(numbers["x"], dice),
            *self._on_facebook(numbers["comment"], "comment", dice),
            *self._on_facebook(numbers["message"], "message", dice),
            *(_planned(n, "mail", dice, recipient=f"citizen{n}@people.example") for n in numbers["mail"]),
        ]
        return sorted(planned, key=lambda one: one.number)

    def _on_x(self, numbers: list[int], dice: random.Random) -> Iterator[Planned]:
        fields = [{"author_handle": f"citizen{n}", "text": f"@northwell question {n}?", "push": "no"} for n in numbers]
        for number, made in zip(numbers, self._write("x", fields), strict=True):
            yield _planned(number, "x", dice, target=made["id"], thread=f"{made['conversation_id']}:citizen{number}")

    def _on_facebook(self, numbers: list[int], kind: str, dice: random.Random) -> Iterator[Planned]:
        fields = [
            {"kind": kind, "author_name": f"Citizen {n}", "text": f"Question {n}?", "push": "no"} for n in numbers
        ]
        for number, made in zip(numbers, self._write("facebook", fields), strict=True):
            recipient = made["author_id"] if kind == "message" else ""
            yield _planned(number, kind, dice, target=made["id"], recipient=recipient, thread=f"{made['id']}:{number}")

    def _write(self, name: str, fields: list[dict[str, str]]) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for start in range(0, len(fields), 200):
            made += self._act(name, "write", fields[start : start + 200])
        return made

    def spoil(self, share: float, *, seed: int) -> None:
        """Spoil a share of all calls from now on, each simulator by its own dice; 0 ends it."""
        http = [*_orders("write", SPOILT_WRITES), *_orders("read", SPOILT_READS)]
        mail = _orders("smtp_data", SPOILT_MAILS)
        for place, (name, kinds) in enumerate((("x", http), ("facebook", http), ("mailbox", mail))):
            self._act(name, "chance", {"share": share, "seed": seed * 10 + place, "kinds": kinds})

    def look(self, planned: Iterable[Planned]) -> Seen:
        """Read the ledgers, and compare what is there with what was approved."""
        wanted = {one.text: one for one in planned}
        copies: Counter[int] = Counter()
        unapproved: list[str] = []
        ledgers = {name: self._ledger(name) for name in self.urls}
        for text, where in _ours(ledgers):
            reply = wanted.get(text)
            if reply is None or reply.is_decoy or where not in (reply.target, reply.recipient):
                unapproved.append(f"{text!r} at {where}")
            else:
                copies[reply.number] += 1
        return Seen(
            copies=copies,
            unapproved=tuple(unapproved),
            faults=sum(ledger["faults_by_chance"] for ledger in ledgers.values()),
            calls=sum(sum(ledger["calls"].values()) for ledger in ledgers.values()),
        )

    def _ledger(self, name: str) -> dict[str, Any]:
        with urlopen(f"{self.urls[name]}/_sim/ledger", timeout=TIMEOUT) as answer:
            return dict(json.load(answer))

    def _act(self, name: str, handle: str, fields: Any) -> Any:
        order = Request(
            f"{self.urls[name]}/_sim/{handle}",
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(order, timeout=TIMEOUT) as answer:
            return json.load(answer)


def _planned(
    number: int, place: str, dice: random.Random, *, target: str = "", recipient: str = "", thread: str = ""
) -> Planned:
    when = dice.choice(("tomorrow", "on Monday before 10", "this week", "as soon as the ice is gone"))
    text = f"Answer {number}: we come {when}. \N{SNOWMAN} More: https://northwell.example/{number}"
    return Planned(
        number=number,
        place=place,
        text=text,
        target=target or f"mail-{number}",
        recipient=recipient,
        thread=thread or f"thread-{number}",
        is_decoy=number % DECOYS_EVERY == DECOYS_EVERY - 1,
    )


def _orders(operation: str, kinds: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"operation": operation, "fault": kind, "seconds": seconds} for kind, seconds in kinds]


def _ours(ledgers: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give text and place of everything that left by our programs and stands there."""
    for post in ledgers["x"]["posts"]:
        if post["by_api"] and not post["deleted"]:
            yield post["text"], str(post["target"])
    for comment in ledgers["facebook"]["comments"]:
        if comment["by_api"] and not comment["deleted"]:
            yield comment["text"], str(comment["target"])
    for message in ledgers["facebook"]["messages"]:
        if message["by_api"]:
            yield message["text"], str(message["target"])
    for mail in ledgers["mailbox"]["mails"]:
        if mail["by"] == "smtp" and not mail["to_city"]:
            yield mail["text"].strip().partition("\n")[0].strip(), mail["target"][0]


def as_json(planned: Iterable[Planned]) -> str:
    """Write the plan down for the process that fills the service."""
    return json.dumps([asdict(one) for one in planned])
