"""An enquiry with those that were merged into it: who belongs to it, what it owes, and how all of it is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from enquiries.models import Clock, Enquiry, Message, Reply
from enquiries.queries.family import family_behind
from enquiries.queries.prepared import Prepared

HOLD_AGAIN = 5


def family_of(enquiry_id: int) -> QuerySet[Enquiry]:
    """Keep an enquiry and those merged into it."""
    return Enquiry.objects.filter(Q(pk=enquiry_id) | Q(merged_into_id=enquiry_id))


def family_ids(enquiry_id: int) -> list[int]:
    """List the numbers of an enquiry and of those merged into it."""
    return sorted([enquiry_id, *family_behind(enquiry_id)])


def earliest_due(enquiry_id: int) -> datetime | None:
    """Say when the first running promise of a family is due. None while nothing is promised."""
    running = Clock.objects.filter(enquiry__in=family_of(enquiry_id), state=Clock.State.RUNNING)
    found: datetime | None = running.aggregate(first=Min("due_at"))["first"]
    return found


def newest_words(enquiry_id: int) -> Message | None:
    """Find the newest message that a citizen wrote to anyone of the family. None where only machines wrote."""
    family = family_ids(enquiry_id)
    said = Message.objects.filter(enquiry__in=family, direction=Message.Direction.IN, automatic=False, outdated=False)
    return said.order_by("-pk").first()


def hold(enquiry_id: int) -> Enquiry:
    """Lock an enquiry. Everything that writes to one starts here, so that locks are always taken in one order."""
    found = _held(enquiry_id=enquiry_id)
    if not found:
        raise Enquiry.DoesNotExist
    return found[0]


@Prepared
def _held(*, enquiry_id: int) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(pk=enquiry_id).select_for_update(of=("self",)).select_related("organisation")


def hold_to_write(enquiry_id: int) -> Enquiry:
    """Lock an enquiry that is answered, and remember what was merged into it: while it is held nothing can join or leave."""
    return _with_merged(hold(enquiry_id))


def hold_of_reply(reply_id: int) -> Enquiry:
    """Lock the enquiry of a reply, as `hold_to_write` does. Raises Reply.DoesNotExist."""
    found = _held_of_reply(reply_id=reply_id)
    if not found:
        raise Reply.DoesNotExist
    return _with_merged(found[0])


@Prepared
def _held_of_reply(*, reply_id: int) -> QuerySet[Enquiry]:
    ours = Enquiry.objects.filter(pk=Reply.objects.filter(pk=reply_id).values("enquiry_id")[:1])
    return ours.select_for_update(of=("self",)).select_related("organisation")


def _with_merged(enquiry: Any) -> Enquiry:
    # Asked once it is held, not with the lock: a merge that was waited for would be missing.
    enquiry.merged_ids = family_behind(enquiry.pk)
    return enquiry  # type: ignore[no-any-return]


def hold_family(root_id: int) -> Enquiry:
    """Lock an enquiry with those merged into it, the lowest number first, where all of them may be written to."""
    held = {one.pk: one for one in family_of(root_id).order_by("pk").select_for_update(of=("self",))}
    return held[root_id]


def hold_both(first_id: int, second_id: int) -> tuple[Enquiry, Enquiry]:
    """Lock two enquiries, the lower number first, and give them as they were asked for. Raises Enquiry.DoesNotExist."""
    held = {one: hold(one) for one in sorted({first_id, second_id})}
    return held[first_id], held[second_id]


def hold_with_root(enquiry_id: int) -> tuple[Enquiry, Enquiry]:
    """Lock an enquiry and the one it was merged into (itself, where it was not). A merge meanwhile is seen."""
    for _ in range(HOLD_AGAIN):
        root_id = Enquiry.objects.values_list("merged_into_id", flat=True).get(pk=enquiry_id) or enquiry_id
        enquiry, root = hold_both(enquiry_id, root_id)
        if (enquiry.merged_into_id or enquiry.pk) == root.pk:
            return enquiry, (enquiry if root.pk == enquiry.pk else root)
    raise RuntimeError(f"Enquiry {enquiry_id} is merged and unmerged faster than it can be held.")
