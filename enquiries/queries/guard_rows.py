"""What the personal-data guard compares a text with, in one statement: who is named here, what was said, what is ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q

from enquiries.models import (
    ChannelAccount,
    ChannelIdentity,
    Enquiry,
    HouseStyle,
    Link,
    Message,
    Note,
    ReplyVersion,
    StandardInsertion,
)
from enquiries.queries.family import family_of
from enquiries.queries.prepared import PreparedTogether
from enquiries.queries.together import Asked, Row

MOST_TEXTS = 200
"""How many of the newest messages and notes are compared: beyond, nobody copies by hand."""
SAID = ("author_id", "author__name", "author__citizen__name", "side", "text")
HOUSE = ("countries", "public_contacts", "case_masks", "public_masks")

Rows = Sequence[Row]


@dataclass(frozen=True)
class GuardRows:
    """Rows as they were read: the newest of what was said and noted first. `author` wrote what is answered, `holder` has it."""

    family: Rows
    said: Rows
    notes: Rows
    inserted: Rows
    house: Rows
    links: Rows
    writers: Rows
    holder: Rows
    mailboxes: Rows
    author: Rows


def guard_rows(enquiry: Enquiry, answers: Message) -> GuardRows:
    """Read them, with those of what was merged into the enquiry; what was merged is asked for first where it is not known."""
    return GuardRows(
        *_asked(
            enquiry_id=enquiry.pk,
            family=tuple(family_of(enquiry)),
            organisation_id=enquiry.organisation_id,
            holder=_numbers(enquiry.assignee_id),
            author=_numbers(answers.author_id),
        )
    )


def _numbers(one: int | None) -> tuple[int, ...]:
    return () if one is None else (one,)


@PreparedTogether
def _asked(
    *, enquiry_id: int, family: tuple[int, ...], organisation_id: int, holder: tuple[int, ...], author: tuple[int, ...]
) -> list[Asked]:
    linked = Link.objects.filter(Q(first__in=family) | Q(second__in=family))
    people = get_user_model()._default_manager
    return [
        (Enquiry.objects.filter(pk__in=family).order_by("pk"), ("reference", "citizen__name")),
        (Message.objects.filter(enquiry__in=family).order_by("-pk")[:MOST_TEXTS], SAID),
        (Note.objects.filter(enquiry__in=family).order_by("-pk")[:MOST_TEXTS], ("text",)),
        (StandardInsertion.objects.filter(enquiry__in=family), ("text",)),
        (HouseStyle.objects.filter(organisation=organisation_id), HOUSE),
        (linked, ("first__citizen__name", "second__citizen__name")),
        (ReplyVersion.objects.filter(reply__enquiry=enquiry_id), ("author__name",)),
        (people.filter(pk__in=holder), ("name",)),
        (ChannelAccount.objects.filter(organisation=organisation_id, kind="email"), ("external_id",)),
        (ChannelIdentity.objects.filter(pk__in=author), ("name", "handle", "citizen__name")),
    ]
