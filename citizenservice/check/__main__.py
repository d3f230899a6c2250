"""Runs the self-test against a demo that has just been started: `python -m citizenservice.check --port N --sign-ins F`."""

import argparse
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from citizenservice.check.browser import Unexpected
from citizenservice.check.citizen import WAYS, Written
from citizenservice.check.desk import Desk, sign_ins_in
from citizenservice.stack.installation import Ports

WAIT_SECONDS = 60
# After the first arrival a second one would follow within a sweep or two of the posting queue.
SETTLE_SECONDS = 12
Found = TypeVar("Found")


@dataclass
class Report:
    """Says what was done and how long it took, a line per step."""

    begun: float = field(default_factory=time.monotonic)

    def line(self, text: str) -> None:
        """Write one line with the seconds since the beginning."""
        sys.stdout.write(f"  {time.monotonic() - self.begun:5.1f} s  {text}\n")
        sys.stdout.flush()


class SelfTest:
    """Four enquiries, four replies, each exactly once."""

    def __init__(self, ports: Ports, sign_ins: Path) -> None:
        self.ports = ports
        self.report = Report()
        self.mark = f"selfcheck{secrets.token_hex(4)}"
        address = f"http://127.0.0.1:{ports.web}/"
        people = sign_ins_in(sign_ins)
        self.agents = [Desk(address, person) for person in people if not person.approves]
        self.supervisors = [Desk(address, person) for person in people if person.approves]

    def run(self) -> None:
        """Do it all. Raises Unexpected where anything goes wrong."""
        enquiries = [self._write(number) for number in range(len(WAYS))]
        for enquiry in enquiries:
            self._answer(enquiry)
        for enquiry in enquiries:
            self._await(enquiry)
        self._exactly_once(enquiries)

    def _write(self, number: int) -> Written:
        enquiry = WAYS[number](self.ports, f"{self.mark}{'abcd'[number]}")
        self.report.line(f"{enquiry.channel}: enquiry sent")
        return enquiry

    def _answer(self, enquiry: Written) -> None:
        agent, where = patiently(lambda: self._seen_by(enquiry.word), f"{enquiry.channel}: no agent sees the enquiry")
        self.report.line(f"{enquiry.channel}: in the queue of {agent.person.email}")
        agent.propose(where, reply_to(enquiry))
        self.report.line(f"{enquiry.channel}: reply proposed by {agent.person.email}")
        way = patiently(lambda: self._let_go(enquiry), f"{enquiry.channel}: nobody could approve")
        self.report.line(f"{enquiry.channel}: {way}")

    def _seen_by(self, word: str) -> tuple[Desk, str] | None:
        for agent in self.agents:
            where = agent.find(word)
            if where:
                return agent, where
        return None

    def _let_go(self, enquiry: Written) -> str | None:
        """Approve the reply; or see that it left, where the policy trusts its author on this channel."""
        text = reply_to(enquiry)
        approver = next((one for one in self.supervisors if one.approve(text)), None)
        if approver:
            return f"approved by {approver.person.email}"
        return "let go by the policy, which trusts its author" if enquiry.arrivals(text) else None

    def _await(self, enquiry: Written) -> None:
        patiently(lambda: enquiry.arrivals(reply_to(enquiry)), f"{enquiry.channel}: the reply did not arrive")
        self.report.line(f"{enquiry.channel}: the reply has arrived")

    def _exactly_once(self, enquiries: list[Written]) -> None:
        time.sleep(SETTLE_SECONDS)
        for enquiry in enquiries:
            times = enquiry.arrivals(reply_to(enquiry))
            if times != 1:
                raise Unexpected(f"{enquiry.channel}: the reply arrived {times} times instead of once.")
        self.report.line(f"{len(enquiries)} enquiries, {len(enquiries)} replies, each posted exactly once")


def reply_to(enquiry: Written) -> str:
    """The reply, short enough for every channel and unlike any other text."""
    return f"Thank you, the lamp is repaired tomorrow (answer {enquiry.word[::-1]})."


def patiently(question: Callable[[], Found | None], otherwise: str) -> Found:
    """Ask until there is an answer. Raises Unexpected after a minute."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        answer = question()
        if answer:
            return answer
        time.sleep(0.5)
    raise Unexpected(f"{otherwise} within {WAIT_SECONDS} seconds.")


def main() -> int:
    """Run the self-test; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m citizenservice.check")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sign-ins", type=Path, required=True)
    options = parser.parse_args()
    try:
        SelfTest(Ports(web=options.port), options.sign_ins).run()
    except (Unexpected, OSError) as refusal:
        sys.stdout.write(f"\nThe self-test failed. {refusal}\n")
        return 1
    sys.stdout.write("\nThe self-test passed.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
