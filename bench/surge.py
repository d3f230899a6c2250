"""Ten times as much as usual for a minute, told from inside: how long the backlog lasts, and whether replies leave meanwhile.

Runs beside the service (see intake_parts.surge). Replies are there already, approved, one due every so often; for each a hint
is given as an approval gives it. What citizens send comes as webhooks and mails at a fixed rate, before, during and after.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import django

from bench.load import COMMENT, percentile, request
from bench.mailing import paced
from bench.open_loop import OpenLoop
from simulators import credentials

MAIL_SHARE = 0.2
PIECE_SECONDS = 5.0
POSTED_WITHIN = 90.0
"""So long after all else replies that were due are waited for."""


@dataclass
class Inflow:
    """What citizens send: webhooks in one thread, mails in another, at a rate that may be changed at any time."""

    web_port: int
    receiver_port: int
    rate: float
    is_over: bool = False
    statuses: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    mails: int = 0
    failures: list[Exception] = field(default_factory=list)

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Let it flow beside whatever is done meanwhile. Raises what went wrong with the load itself."""
        threads = [threading.Thread(target=self._guarded, args=(act,)) for act in (self._webhooks, self._mails)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.is_over = True
            for thread in threads:
                thread.join(timeout=120)
        if self.failures:
            raise self.failures[0]

    def _guarded(self, act: Any) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told to the main thread, which raises it
            self.failures.append(error)

    def _webhooks(self) -> None:
        loop, number = OpenLoop(port=self.web_port, connections=16), 0
        while not self.is_over:
            rate = self.rate * (1 - MAIL_SHARE)
            count = max(1, round(rate * PIECE_SECONDS))
            numbers = range(number, number + count)
            secret = credentials.FACEBOOK_APP_SECRET
            pieces = [request(number=n, path="/webhooks/facebook/", secret=secret) for n in numbers]
            result = loop.deliver(pieces, rate=rate)
            self.statuses.update(result.statuses)
            self.latencies += result.latencies
            number += count
        loop.close()

    def _mails(self) -> None:
        while not self.is_over:
            rate = self.rate * MAIL_SHARE
            self.mails += paced(port=self.receiver_port, first=self.mails, rate=rate, seconds=PIECE_SECONDS)


class Desk:
    """The service's rows, as somebody sees them who waits."""

    def __init__(self, *, begun: datetime, every: float) -> None:
        from enquiries.models import Payload, Posting
        from enquiries.services.replies import POST_TASK

        self.begun, self.every, self.task = begun, every, POST_TASK
        self.payloads, self.postings = Payload.objects, Posting.objects
        self._hinted_at = begun

    def now(self) -> datetime:
        """Ask the database for the time."""
        from worklist.queue import database_now

        return database_now()

    def hint(self, now: datetime) -> None:
        """Whisper as approvals do, if one was due since the last time."""
        from worklist.hints import hint

        if self.postings.filter(state="QUEUED", due_at__gt=self._hinted_at, due_at__lte=now).exists():
            hint(self.task)
        self._hinted_at = now

    def unread(self, *, until: datetime) -> int:
        """Count what arrived by then and has not been read."""
        return self.payloads.filter(state="RECEIVED", received_at__lte=until).count()

    def read(self) -> int:
        """Count the messages made of what the load sent. Not those that were filled in, nor what the platforms push."""
        from enquiries.models import Message

        came = Message.objects.filter(direction="IN")
        mails = came.filter(account__kind="email").exclude(external_id__startswith="mail-")
        return came.filter(external_id__startswith=COMMENT).count() + mails.count()

    def replies(self, *, until: datetime) -> tuple[list[float], int]:
        """Give the seconds from due to posted of each reply due by then, and how many have not left."""
        texts = self.postings.values_list("version__content__text", "posted_at")
        due = [(self.begun + timedelta(seconds=_number(text) * self.every), posted) for text, posted in texts]
        waits = [(posted - at).total_seconds() for at, posted in due if posted and at <= until]
        return sorted(waits), sum(1 for at, posted in due if not posted and at <= until)


def _number(text: str) -> int:
    return int(text.partition(":")[0].rpartition(" ")[2])


def main() -> None:
    """Let it come, and print what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--web-port", type=int, required=True)
    parser.add_argument("--receiver-port", type=int, required=True)
    parser.add_argument("--begun", type=datetime.fromisoformat, required=True, help="when the first reply was due")
    parser.add_argument("--every", type=float, required=True, help="seconds between two replies")
    parser.add_argument("--usual", type=float, required=True, help="what arrives in a second")
    parser.add_argument("--factor", type=float, default=10)
    parser.add_argument("--before", type=float, default=20, help="seconds of the usual")
    parser.add_argument("--seconds", type=float, default=60, help="seconds of the surge")
    parser.add_argument("--patience", type=float, default=300, help="seconds until all must be read")
    options = parser.parse_args()
    django.setup()
    print(json.dumps(told(options)))


def told(options: argparse.Namespace) -> dict[str, Any]:
    """Live through it and say what was seen."""
    inflow = Inflow(web_port=options.web_port, receiver_port=options.receiver_port, rate=options.usual)
    desk = Desk(begun=options.begun, every=options.every)
    largest = 0
    with inflow.flowing():
        _wait(desk, options.before)
        inflow.rate = options.usual * options.factor
        before_answered = len(inflow.latencies)
        for _ in range(round(options.seconds)):
            _wait(desk, 1)
            largest = max(largest, desk.unread(until=desk.now()))
        inflow.rate, ended_at, ended = options.usual, desk.now(), time.monotonic()
        latencies = sorted(inflow.latencies[before_answered:])
        while desk.unread(until=ended_at) and time.monotonic() - ended < options.patience:
            _wait(desk, 0.5)
        drained = time.monotonic() - ended
    return {
        **_rest(desk, inflow),
        "surge_drained_seconds": round(drained, 1),
        "surge_largest_backlog": largest,
        "surge_webhook_p99_ms": percentile(latencies, 0.99),
        "surge_webhook_statuses": dict(inflow.statuses),
        "surge_mails": inflow.mails,
    }


def _wait(desk: Desk, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        desk.hint(desk.now())
        time.sleep(0.2)


def _rest(desk: Desk, inflow: Inflow) -> dict[str, Any]:
    """Wait for what is still under way, and count."""
    last, patience = desk.now(), time.monotonic() + POSTED_WITHIN
    while (desk.replies(until=last)[1] or desk.unread(until=last)) and time.monotonic() < patience:
        _wait(desk, 0.5)
    waits, missing = desk.replies(until=last)
    accepted, read = inflow.statuses["200"] + inflow.mails, desk.read()
    return {
        "surge_arrived": accepted,
        "surge_read": read,
        "surge_lost": max(0, accepted - read),
        "surge_replies": len(waits),
        "surge_replies_missing": missing,
        "surge_slowest_reply_seconds": round(waits[-1], 1) if waits else None,
        "surge_median_reply_seconds": round(waits[len(waits) // 2], 1) if waits else None,
    }


if __name__ == "__main__":
    main()
