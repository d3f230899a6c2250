"""Files that nobody gets: the scanner is away, they cannot be read, or something was found. A person has to know."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from enquiries.models import Attachment, Enquiry, ReplyFile

TRIES = 3
"""So many looks have failed before somebody is told: a scanner that is started anew is no trouble."""

TOLD_FOR = timedelta(days=14)
"""How long it is told that something dangerous was found: until then somebody has looked who opened it before."""


def held_files(enquiries: QuerySet[Enquiry]) -> QuerySet[Attachment]:
    """List what is held of these enquiries, the longest first, each with `file_scan`, which says why."""
    waits = Q(scan=Attachment.Scan.PENDING, file_scan__attempts__gte=TRIES) & ~Q(file_scan__last_error="")
    found = Attachment.objects.filter(waits | Q(scan=Attachment.Scan.FAILED), message__enquiry__in=enquiries)
    return found.select_related("file_scan", "message__enquiry").order_by("pk")


def withheld_files(enquiries: QuerySet[Enquiry], *, now: datetime) -> QuerySet[Attachment]:
    """List what came with messages and in which something dangerous was found lately, the newest first, with owners."""
    found = Attachment.objects.filter(scan=Attachment.Scan.INFECTED, scanned_at__gt=now - TOLD_FOR)
    owners = ("message__enquiry__team", "message__enquiry__assignee")
    return found.filter(message__enquiry__in=enquiries).select_related(*owners).order_by("-pk")


def withheld_reply_files(enquiries: QuerySet[Enquiry], *, now: datetime) -> QuerySet[ReplyFile]:
    """List what was put into replies, and in which something dangerous was found lately, the newest first, with owners."""
    found = ReplyFile.objects.filter(scan=Attachment.Scan.INFECTED, scanned_at__gt=now - TOLD_FOR)
    owners = ("answers__enquiry__team", "answers__enquiry__assignee", "uploaded_by")
    return found.filter(answers__enquiry__in=enquiries).select_related(*owners).order_by("-pk")
