"""Putting one enquiry behind another, and taking it out again exactly as it was.

Merging sets one pointer. The merged enquiry keeps its state, clock, messages, threads and drafts; what follows from its
citizen's further words happens at the enquiry it was merged into (`services.correspondence`, `services.clocks`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enquiries.models import Clock, Enquiry, Merge, Message, Posting, Reply, ReplyVersion
from enquiries.queries.colleagues import may_see
from enquiries.rules.workflow import ENQUIRY_MOVES
from enquiries.services import clocks
from enquiries.services.families import earliest_due, hold_both, hold_with_root, newest_words
from enquiries.services.moves import move
from enquiries.services.replies.reading import newest_inbound
from enquiries.services.replies.stopping import void_because_citizen_wrote
from enquiries.services.triage.telling import TriageRefused, tell

UNDER_WAY = (Reply.State.SUBMITTED, Reply.State.APPROVED)
WRITTEN = (Reply.State.DRAFT, Reply.State.RETURNED, *UNDER_WAY)
IN_HAND = (Enquiry.State.NEW, Enquiry.State.OPEN, Enquiry.State.AWAITING_APPROVAL, Enquiry.State.POSTING)


class MergeRefused(TriageRefused):
    """These two are not merged, or not taken apart, now."""


@transaction.atomic
def merge(*, enquiry_id: int, into_id: int, by_id: int, now: datetime, same_person: bool = False) -> Merge:
    """Put an enquiry behind another one, whose page then shows both. Raises MergeRefused with what to do instead.

    With `same_person` one answer keeps the promises of both; else each citizen is owed their own.
    """
    enquiry, root = hold_both(enquiry_id, into_id)
    _may_merge(enquiry, root, by_id, now)
    enquiry.merged_into = root
    enquiry.save(update_fields=["merged_into"])
    merge_ = Merge.objects.create(
        enquiry=enquiry, into=root, same_person=same_person, merged_by_id=by_id, merged_at=now
    )
    _void_what_is_overtaken(root, now)
    clocks.show_due(root)
    tell("enquiry.merged", enquiry, by_id, now, into=root.pk)
    tell("enquiry.took_in", root, by_id, now, other=enquiry.pk)
    return merge_


def _may_merge(enquiry: Enquiry, root: Enquiry, by_id: int, now: datetime) -> None:
    if enquiry.pk == root.pk:
        raise MergeRefused(_("That is this very enquiry. Give the reference of another one."))
    both_seen = all(may_see(user_id=by_id, enquiry=one, now=now) for one in (enquiry, root))
    if enquiry.organisation_id != root.organisation_id or not both_seen:
        raise MergeRefused(_("No enquiry that you may see has this reference."))
    if enquiry.kind != root.kind and "practice" in (enquiry.kind, root.kind):
        raise MergeRefused(_("An enquiry for practice is not merged with a real one."))
    if enquiry.merged_into_id or root.merged_into_id:
        raise MergeRefused(_("One of the two is merged already. Undo that first, or merge into the one it belongs to."))
    if enquiry.merged.exists():
        raise MergeRefused(
            _("%(reference)s holds merged enquiries itself. Merge the other way round.")
            % {"reference": enquiry.reference}
        )
    if Reply.objects.filter(enquiry=enquiry, state__in=UNDER_WAY).exists():
        raise MergeRefused(
            _("A reply to %(reference)s waits for approval or is on its way. Merge it when that has arrived.")
            % {"reference": enquiry.reference}
        )
    if root.state not in IN_HAND and earliest_due(enquiry.pk):
        raise MergeRefused(
            _("%(reference)s is not open, and this citizen still waits for an answer. Merge the other way round.")
            % {"reference": root.reference}
        )


def _void_what_is_overtaken(root: Enquiry, now: datetime) -> None:
    """Take back a reply that does not know the words that now belong to it: it must not leave as if it answered them."""
    reply = Reply.objects.filter(enquiry=root, state__in=UNDER_WAY).first()
    newest = newest_words(root.pk)
    if reply and newest and reply.versions.order_by("-n")[0].last_inbound_id < newest.pk:
        void_because_citizen_wrote(enquiry=root, now=now)


@transaction.atomic
def unmerge(*, enquiry_id: int, by_id: int, now: datetime) -> None:
    """Take a merged enquiry out again, as it was. Raises MergeRefused while a reply to one of its messages is under way.

    What its citizen wrote meanwhile, and nobody answered, opens it with a promise of its own.
    """
    enquiry, root = hold_with_root(enquiry_id)
    if enquiry.merged_into_id is None:
        return
    theirs = Reply.objects.filter(enquiry=root, answers__enquiry=enquiry)
    if theirs.filter(state__in=UNDER_WAY).exists():
        raise MergeRefused(
            _(
                "A reply to %(name)s’s message is waiting for approval or on its way. Take them apart when it has arrived."
            )
            % {"name": enquiry.citizen.name or enquiry.reference}
        )
    merge_ = Merge.objects.get(enquiry=enquiry, undone_at__isnull=True)
    enquiry.merged_into = None
    enquiry.save(update_fields=["merged_into"])
    merge_.undone_by_id, merge_.undone_at = by_id, now
    merge_.save(update_fields=["undone_by", "undone_at"])
    _take_drafts_along(enquiry, root, theirs, now)
    _go_on(enquiry, merge_)
    for one in (enquiry, root):
        clocks.show_due(one)
    tell("enquiry.unmerged", enquiry, by_id, now, out_of=root.pk)
    tell("enquiry.let_out", root, by_id, now, other=enquiry.pk)


def _take_drafts_along(enquiry: Enquiry, root: Enquiry, theirs: QuerySet[Reply], now: datetime) -> None:
    """Let a draft that answers a message of the merged one go with it; nothing anybody wrote stays behind or is lost."""
    for reply in theirs.filter(state__in=[Reply.State.DRAFT, Reply.State.RETURNED]):
        versions = list(reply.versions.order_by("n"))
        move(reply, "withdraw", submitted_at=None)
        is_free = not Reply.objects.filter(enquiry=enquiry, state__in=WRITTEN).exists()
        if not versions or not is_free:
            continue
        moved = Reply.objects.create(
            enquiry=enquiry,
            answers=reply.answers,
            purpose=reply.purpose,
            corrects_id=reply.corrects_id,
            created_at=now,
        )
        # All of them, not the newest alone: whoever wrote one of them must not approve it here either.
        for n, version in enumerate(versions, start=1):
            ReplyVersion.objects.create(
                reply=moved,
                n=n,
                author_id=version.author_id,
                content=version.content,
                last_inbound=newest_inbound(enquiry),
                created_at=now,
            )


def _go_on(enquiry: Enquiry, merge_: Merge) -> None:
    """Open it with a promise when its citizen wrote while it was merged and nothing has answered them since.

    A promise that an answer to somebody else has stopped meanwhile runs on from its beginning.
    """
    since = enquiry.messages.filter(
        direction=Message.Direction.IN, automatic=False, recorded_at__gt=merge_.merged_at
    ).order_by("pk")
    newest = since.last()
    if newest is None or _was_answered(enquiry, merge_, newest):
        _promise_again(enquiry, merge_)
        return
    after = ENQUIRY_MOVES["citizen_wrote"].get(enquiry.state)  # type: ignore[call-overload]
    enquiry.last_inbound_at = newest.recorded_at
    enquiry.save(update_fields=["last_inbound_at"])
    if after:
        enquiry.state, enquiry.waiting_until = after, None
        enquiry.save(update_fields=["state", "waiting_until"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind.NEXT_ANSWER, started_at=since[0].recorded_at)


def _promise_again(enquiry: Enquiry, merge_: Merge) -> None:
    stopped = enquiry.clocks.filter(stopped_at__gte=merge_.merged_at, state__in=[Clock.State.MET, Clock.State.BROKEN])
    clock = stopped.order_by("pk").last()
    theirs = Posting.objects.filter(
        state=Posting.State.POSTED, posted_at__gte=merge_.merged_at, reply__answers__enquiry=enquiry
    )
    if clock is None or enquiry.state not in IN_HAND or theirs.exists():
        return
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind(clock.kind), started_at=clock.started_at)


def _was_answered(enquiry: Enquiry, merge_: Merge, newest: Message) -> bool:
    """Say whether a reply that knew these words has arrived in the family since."""
    arrived = Posting.objects.filter(
        state=Posting.State.POSTED, reply__enquiry_id=merge_.into_id, version__last_inbound_id__gte=newest.pk
    )
    return arrived.exists()
