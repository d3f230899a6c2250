"""What every new enquiry needs, however it comes to be: a reference that nobody has, and words for its headline."""

from __future__ import annotations

from django.utils.translation import gettext as _

from enquiries.models import Enquiry
from enquiries.queries.inserting import insert
from enquiries.rules import references
from enquiries.rules.text import one_line


def write_new(enquiry: Enquiry) -> None:
    """Write a new enquiry, under a reference that no other has."""
    is_written = False
    while not is_written:
        enquiry.reference = references.make(enquiry.organisation.reference_prefix)
        is_written = insert(enquiry, unless_taken="reference")


def headline_of(subject: str, text: str) -> str:
    """Say in one line what a message is about."""
    return one_line(subject, most=300) or one_line(text, most=120) or _("(no text)")
