"""Files of replies and the scanner: those from before there was one, and once more what was clean when it was put in."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from audit.ledger import record
from enquiries.contract import ChannelError, Infected, Scanner
from enquiries.models import Attachment, ReplyFile
from enquiries.registry import scanner
from enquiries.services.files.scanning import SECOND_LOOK, free_states

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
"""Nobody else takes up a file for so long; after it, one whose worker died is due again."""
AGAIN = timedelta(hours=1)
"""When a file is tried again that cannot be read."""


def is_free(file: ReplyFile) -> bool:
    """Say whether a file may be handed out and sent."""
    return file.scan in free_states()


def scan_due(*, now: datetime, most: int = 20) -> int:
    """Look into the files that are due, the longest due first. Returns how many have a verdict now; none without a scanner."""
    looks = scanner()
    if looks is None:
        return 0
    count = 0
    for file in _claim(now, most):
        verdict = _look(looks, file, now)
        if verdict is None:
            break  # it is away: asking it about each of the others would only take time
        count += verdict
    return count


def _claim(now: datetime, most: int) -> list[ReplyFile]:
    """Take files in hand by moving their moment: no row is held while the scanner reads."""
    with transaction.atomic():
        due = ReplyFile.objects.filter(look_at__lte=now).order_by("look_at", "pk")
        mine = list(due.select_for_update(skip_locked=True)[:most])
        _note(mine, look_at=now + LEASE)
    return mine


def _look(looks: Scanner, file: ReplyFile, now: datetime) -> int | None:
    """Look into one file. Returns 1 with a verdict, 0 without, None where the scanner cannot be asked."""
    try:
        with file.stored.open("rb") as stored:
            content = stored.read()
    except OSError as error:
        log.error("File %s of a reply cannot be read (%s).", file.pk, type(error).__name__)
        _note([file], look_at=now + AGAIN)
        return 0
    try:
        found = looks.scan(content)
    except ChannelError:
        return None
    if isinstance(found, Infected):
        _withhold(file, found.name, now)
        return 1
    again = file.uploaded_at + SECOND_LOOK
    _note([file], scan=Attachment.Scan.CLEAN, scanned_at=now, look_at=again if again > now else None)
    return 1


def _withhold(file: ReplyFile, name: str, now: datetime) -> None:
    log.warning("File %s of a reply is infected: %s.", file.pk, name)
    with transaction.atomic():
        _note([file], scan=Attachment.Scan.INFECTED, scanned_at=now, look_at=None)
        record(
            verb="file.withheld",
            now=now,
            subject=f"reply_file:{file.pk}",
            organisation_id=file.organisation_id,
            enquiry_id=file.answers.enquiry_id if file.answers else None,
        )


def _note(files: list[ReplyFile], **fields: object) -> None:
    ReplyFile.objects.filter(pk__in=[file.pk for file in files]).update(**fields)
