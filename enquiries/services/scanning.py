"""Files are held until a scanner has looked into them, where one is set up; where it cannot be reached, they wait."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import ChannelError, Infected, Scanner
from enquiries.models import Attachment, FileScan
from enquiries.registry import scanner
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)


def state_of_new() -> str:
    """Say what a file is marked with when it is kept."""
    return Attachment.Scan.PENDING if scanner() else Attachment.Scan.NOT_SCANNED


def expect(attachment: Attachment, *, now: datetime) -> None:
    """Look into a file soon, where there is a scanner."""
    if attachment.scan == Attachment.Scan.PENDING:
        FileScan.objects.get_or_create(attachment=attachment, defaults={"due_at": now})


def scan_due(*, now: datetime, worker: str, most: int = 50) -> int:
    """Look into the files that are due. Returns how many have a verdict now; none without a scanner."""
    looks = scanner()
    if looks is None:
        return 0
    turns = queue.drain(FileScan.objects.select_related("attachment"), now=now, lease=LEASE, worker=worker, most=most)
    return sum(_scan(looks, turn, now) for turn in turns)


def _scan(looks: Scanner, turn: FileScan, now: datetime) -> int:
    try:
        with turn.attachment.stored.open("rb") as file:
            found = looks.scan(file.read())
    except ChannelError as error:
        queue.retry_later(turn, now=now, error=error.safe_message[:500], most=1000)
        return 0
    except OSError as error:
        log.error("File %s cannot be read (%s).", turn.attachment_id, type(error).__name__)
        _mark(turn, Attachment.Scan.FAILED, now)
        return 1
    _mark(turn, Attachment.Scan.INFECTED if isinstance(found, Infected) else Attachment.Scan.CLEAN, now)
    return 1


def _mark(turn: FileScan, verdict: Attachment.Scan, now: datetime) -> None:
    Attachment.objects.filter(pk=turn.attachment_id).update(scan=verdict, scanned_at=now)
    queue.finish(turn, now=now)
