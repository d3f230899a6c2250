"""Full-text search over enquiries: what somebody typed, what it finds, and which words of a text to mark."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.models import Enquiry, Message
from enquiries.rules import references


def found_by(enquiries: QuerySet[Enquiry], text: str) -> QuerySet[Enquiry]:
    """Keep the enquiries that hold all words of `text`. Nothing typed keeps everything."""
    words = text.replace("\x00", "").strip()
    if not words:
        return enquiries
    reference = references.normalise(words)
    if reference:
        return enquiries.filter(reference=reference)
    said = Message.objects.filter(enquiry=OuterRef("pk"), text__icontains=words)
    identity = Q(citizen__identities__name__icontains=words) | Q(citizen__identities__handle__icontains=words)
    named = Enquiry.objects.filter(identity, pk=OuterRef("pk"))
    return enquiries.filter(
        Q(subject__icontains=words) | Q(citizen__name__icontains=words) | Exists(said) | Exists(named)
    )


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text; `is_hit` where it is one of the words that were looked for."""

    text: str
    is_hit: bool
