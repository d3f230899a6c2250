"""What every new enquiry needs, however it comes to be: a reference that nobody has, and words for its headline."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from enquiries.models import Organisation
from enquiries.rules import references
from enquiries.rules.text import one_line

TAKEN = "SELECT EXISTS (SELECT FROM enquiries_enquiry WHERE reference = %s)"


def free_reference(organisation: Organisation) -> str:
    """Make a reference that no enquiry has."""
    with connection.cursor() as cursor:
        while True:
            reference = references.make(organisation.reference_prefix)
            cursor.execute(TAKEN, [reference])
            if not cursor.fetchone()[0]:
                return reference


def headline_of(subject: str, text: str) -> str:
    """Say in one line what a message is about."""
    return one_line(subject, most=300) or one_line(text, most=120) or _("(no text)")
