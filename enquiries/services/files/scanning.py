"""Files are held until a scanner has looked into them, where one is set up; where it cannot be reached, they wait."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from audit.ledger import record
from enquiries.contract import ChannelError, Infected, Scanner
from enquiries.models import Attachment, FileScan
from enquiries.registry import scanner
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
AGAIN_AT_MOST = 100_000
"""A scanner that is away is asked for ever; a file that cannot be read is given up sooner."""
READ_AT_MOST = 10
SECOND_LOOK = timedelta(days=3)
"""What was clean is looked into once more so long after it came: by then the scanner knows what was new on that day."""
TAKEN_UP = 200
"""So many older files are put in line at one look, so that new ones do not wait behind them."""


def state_of_new() -> str:
    """Say what a file is marked with when it is kept."""
    return Attachment.Scan.PENDING if scanner() else Attachment.Scan.NOT_SCANNED


def free_states() -> frozenset[str]:
    """Say in which states a file is handed out: where there is a scanner, only what it found clean."""
    return frozenset({Attachment.Scan.CLEAN} if scanner() else {Attachment.Scan.CLEAN, Attachment.Scan.NOT_SCANNED})


def expect(attachment: Attachment, *, now: datetime) -> None:
    """Look into a file soon, where there is a scanner."""
    if attachment.scan == Attachment.Scan.PENDING:
        FileScan.objects.get_or_create(attachment=attachment, defaults={"due_at": now})


def scan_due(*, now: datetime, worker: str, most: int = 50) -> int:
    """Look into the files that are due. Returns how many have a verdict now; none without a scanner."""
    looks = scanner()
    if looks is None:
        return 0
    take_up(now=now)
    mine = FileScan.objects.select_related("attachment__message__enquiry")
    turns = queue.drain(mine, now=now, lease=LEASE, worker=worker, most=most)
    count = 0
    for turn in turns:
        verdict = _scan(looks, turn, now)
        if verdict is None:
            break  # it is away: asking it about each of the others would only take time
        count += verdict
    return count


def take_up(*, now: datetime) -> int:
    """Put in line what came before there was a scanner, or waits without a turn. Returns how many files."""
    with transaction.atomic():
        older = Attachment.objects.filter(
            scan__in=[Attachment.Scan.NOT_SCANNED, Attachment.Scan.PENDING], file_scan__isnull=True
        ).order_by("pk")
        found = list(older.select_for_update(of=("self",), skip_locked=True)[:TAKEN_UP])
        Attachment.objects.filter(pk__in=[one.pk for one in found]).update(scan=Attachment.Scan.PENDING)
        turns = [FileScan(attachment=one, due_at=now + timedelta(seconds=1)) for one in found]
        FileScan.objects.bulk_create(turns, ignore_conflicts=True)
    return len(found)


def _scan(looks: Scanner, turn: FileScan, now: datetime) -> int | None:
    """Look into one file. Returns 1 with a verdict, 0 without, None where the scanner cannot be asked."""
    try:
        with turn.attachment.stored.open("rb") as file:
            content = file.read()
    except OSError as error:
        log.error("File %s cannot be read (%s).", turn.attachment_id, type(error).__name__)
        if queue.retry_later(turn, now=now, error="The file cannot be read.", most=READ_AT_MOST):
            Attachment.objects.filter(pk=turn.attachment_id).update(scan=Attachment.Scan.FAILED, scanned_at=now)
        return 0
    try:
        found = looks.scan(content)
    except ChannelError as error:
        queue.retry_later(turn, now=now, error=error.safe_message[:500], most=AGAIN_AT_MOST)
        return None
    if isinstance(found, Infected):
        _withhold(turn, found.name, now)
    else:
        _pass(turn, now)
    return 1


def _withhold(turn: FileScan, name: str, now: datetime) -> None:
    log.warning("File %s is infected: %s.", turn.attachment_id, name)
    enquiry = turn.attachment.message.enquiry
    with transaction.atomic():
        _mark(turn, Attachment.Scan.INFECTED, now)
        queue.finish(turn, now=now)
        record(
            verb="file.withheld",
            now=now,
            subject=f"attachment:{turn.attachment_id}",
            organisation_id=enquiry.organisation_id,
            enquiry_id=enquiry.pk,
        )


def _pass(turn: FileScan, now: datetime) -> None:
    """Let a clean file go, and look into it a second time once the scanner has learned more."""
    is_first = turn.attachment.scan != Attachment.Scan.CLEAN
    again = turn.attachment.message.recorded_at + SECOND_LOOK
    _mark(turn, Attachment.Scan.CLEAN, now)
    if is_first and again > now:
        queue.retry_later(turn, now=now, error="", most=AGAIN_AT_MOST, after=again - now)
    else:
        queue.finish(turn, now=now)


def _mark(turn: FileScan, verdict: Attachment.Scan, now: datetime) -> None:
    Attachment.objects.filter(pk=turn.attachment_id).update(scan=verdict, scanned_at=now)
