"""Files that nobody gets because the scanner is away, or because they cannot be read: a person has to know."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from enquiries.models import Attachment, Enquiry

TRIES = 3
"""So many looks have failed before somebody is told: a scanner that is started anew is no trouble."""


def held_files(enquiries: QuerySet[Enquiry]) -> QuerySet[Attachment]:
    """List what is held of these enquiries, the longest first, each with `file_scan`, which says why."""
    waits = Q(scan=Attachment.Scan.PENDING, file_scan__attempts__gte=TRIES) & ~Q(file_scan__last_error="")
    found = Attachment.objects.filter(waits | Q(scan=Attachment.Scan.FAILED), message__enquiry__in=enquiries)
    return found.select_related("file_scan", "message__enquiry").order_by("pk")
