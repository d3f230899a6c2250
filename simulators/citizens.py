"""Simulated citizens who go on writing every so often, so that the demo's desk lives.

`python -m simulators.citizens --x URL --facebook URL --mail URL --every SECONDS --seed N`
"""

import argparse
import json
import random
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from simulators.outgoing import call
from simulators.writings import FOLLOW_UPS, PEOPLE, PLACES, THANKS, WRITINGS

REMEMBERED: Final = 30
FOLLOW_UP_CHANCE: Final = 0.25

KINDS: Final = {"x": ["post"], "facebook": ["comment", "comment", "message"], "mail": ["mail"]}

Fields = dict[str, Any]
Person = tuple[str, str]


class Stopped(Exception):
    """SIGTERM or SIGINT arrived."""


@dataclass(frozen=True)
class Written:
    """Something a citizen wrote earlier and may come back to; `kind` is post, comment, message or mail."""

    channel: str
    kind: str
    id: str
    person: Person
    language: str


class Town:
    """Chooses who writes what and where; the same seed makes the same town."""

    def __init__(self, addresses: dict[str, str], *, seed: int) -> None:
        self._addresses = addresses
        self._chance = random.Random(seed)
        self._written: deque[Written] = deque(maxlen=REMEMBERED)

    def live_once(self) -> None:
        """Let one citizen write; a simulator that is down is left alone until the next time."""
        if self._written and self._chance.random() < FOLLOW_UP_CHANCE:
            self._follow_up(self._chance.choice(self._written))
        else:
            self._begin(self._chance.choice(sorted(self._addresses)))

    def _begin(self, channel: str) -> None:
        language = self._chance.choices(["en", "nl", "ar", "pl"], weights=[6, 2, 1, 1])[0]
        person = self._chance.choice(PEOPLE[language])
        subject, text = self._chance.choice(WRITINGS[language])
        filled = text.format(place=self._chance.choice(PLACES), number=self._chance.randint(2, 98))
        kind = self._chance.choice(KINDS[channel])
        answer = self._send(channel, fields_of(kind, person, subject, filled))
        if answer:
            self._written.append(Written(channel, kind, str(answer["id"]), person, language))

    def _follow_up(self, earlier: Written) -> None:
        """Come back to one's own words: with thanks where the city has answered, else with a reminder."""
        self._written.remove(earlier)
        answer_id = self._answer_to(earlier)
        texts = THANKS if answer_id else FOLLOW_UPS
        fields = fields_of(earlier.kind, earlier.person, "", self._chance.choice(texts[earlier.language]))
        self._send(earlier.channel, fields | _thread(earlier, answer_id))

    def _answer_to(self, earlier: Written) -> str:
        """The id of the city's answer to something, or ""."""
        ledger = _json(call("GET", f"{self._addresses[earlier.channel]}/_sim/ledger").body)
        answers = [one for name in ("posts", "comments") for one in ledger.get(name, []) if one["by_api"]]
        found = [one["id"] for one in answers if one["target"] == earlier.id]
        mails = {one["id"]: one for one in ledger.get("mails", [])}
        asked = mails.get(earlier.id, {}).get("message_id")
        found += [one["id"] for one in mails.values() if asked and one["in_reply_to"] == asked and not one["to_city"]]
        return str(found[0]) if found else ""

    def _send(self, channel: str, fields: Fields) -> Fields:
        headers = {"Content-Type": "application/json"}
        body = json.dumps(fields).encode()
        answer = call("POST", f"{self._addresses[channel]}/_sim/write", body=body, headers=headers)
        return _json(answer.body) if answer.status == 200 else {}


def fields_of(kind: str, person: Person, subject: str, text: str) -> Fields:
    """Lay out one writing (post, comment, message or mail) as the simulators' handle `write` takes it."""
    name, handle = person
    match kind:
        case "post":
            return {"author_handle": handle, "author_name": name, "text": f"@northwell {text}"}
        case "mail":
            address = f"{handle.replace('_', '.')}@citizens.example"
            return {"from_address": address, "from_name": name, "subject": subject, "text": f"{text}\n\n{name}"}
    return {"kind": kind, "author_name": name, "text": text}


def _thread(earlier: Written, answer_id: str) -> Fields:
    """What puts a follow-up into the thread of the earlier words."""
    match earlier.kind:
        case "message":
            return {}
        case "comment":
            return {"parent_id": earlier.id}
    return {"in_reply_to": answer_id or earlier.id}


def _json(body: bytes) -> Fields:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _stop(number: int, frame: object) -> None:
    raise Stopped


def main() -> None:
    """Read the command line and let citizens write until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m simulators.citizens", description="Citizens who go on writing.")
    for channel in ("x", "facebook", "mail"):
        parser.add_argument(
            f"--{channel}", default="", help=f"address of the simulated {channel}, without: nobody writes"
        )
    parser.add_argument("--every", type=float, default=45.0, help="seconds between two writings, on average")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    addresses = {
        name: getattr(options, name).rstrip("/") for name in ("x", "facebook", "mail") if getattr(options, name)
    }
    if not addresses:
        raise SystemExit("Citizens need at least one place to write to: --x, --facebook or --mail.")
    _live(Town(addresses, seed=options.seed), every=options.every, rhythm=random.Random(options.seed))


def _live(town: Town, *, every: float, rhythm: random.Random) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        while True:
            time.sleep(every * rhythm.uniform(0.5, 1.5))
            town.live_once()
    except Stopped:
        return


if __name__ == "__main__":
    main()
