"""The look at what has left already: after-checks and coaching, and what a serious finding sets off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.models import ChannelKind, Enquiry, Note, ReplyVersion, Review
from enquiries.queries import is_supervisor_of
from enquiries.rules import review as sheet
from enquiries.rules.text import clean
from enquiries.services.approving import trust


class ReviewRefused(Exception):
    """This review cannot be kept. The message is for the person who tried."""


def ask_after_check(version: ReplyVersion, *, now: datetime) -> Review:
    """Put a released version on the list of what is looked at afterwards. The same one again changes nothing."""
    return _ask(version, Review.Kind.AFTER_CHECK, now)


def ask_because_of_citizen(version: ReplyVersion, *, now: datetime) -> Review:
    """Put an answer on the list because its citizen said that it did not help. The same one again changes nothing."""
    return _ask(version, Review.Kind.CITIZEN, now)


@transaction.atomic
def ask_coaching(*, version_id: int, by_id: int, now: datetime) -> Review:
    """Ask for a coaching look at a reply: by its author, or by who may review it. Raises ReviewRefused."""
    version = ReplyVersion.objects.select_related("reply__enquiry").get(pk=version_id)
    if by_id != version.author_id and not may_review(user_id=by_id, version=version):
        raise ReviewRefused(_("Only the author, a buddy or a supervisor can ask for this."))
    return _ask(version, Review.Kind.COACHING, now)


def _ask(version: ReplyVersion, kind: Review.Kind, now: datetime) -> Review:
    review, _is_new = Review.objects.get_or_create(
        version=version, kind=kind, defaults={"author_id": version.author_id, "asked_at": now}
    )
    return review


def may_review(*, user_id: int, version: ReplyVersion) -> bool:
    """Say whether somebody may look at a version: a supervisor of the team or the author's buddy, who wrote none of it."""
    if version.reply.versions.filter(author_id=user_id).exists():
        return False
    if is_supervisor_of(user_id=user_id, enquiry=version.reply.enquiry):
        return True
    working = {"is_active": True, "memberships__organisation_id": version.reply.enquiry.organisation_id}
    buddies = get_user_model()._default_manager.filter(pk=user_id, learners__agent_id=version.author_id, **working)
    return buddies.exists()


@transaction.atomic
def finish(
    *, review_id: int, by_id: int, verdict: str, marks: Mapping[str, object], note: str, now: datetime
) -> Review:
    """Keep what came of the look. A serious finding takes back the author's trust at once and asks for a correction.

    Raises ReviewRefused: one's own words, no right to, done already, or a sheet with gaps.
    """
    review = Review.objects.select_for_update(of=("self",)).select_related("version__reply__enquiry").get(pk=review_id)
    if review.done_at is not None:
        raise ReviewRefused(_("Somebody else has looked at this reply already."))
    if not may_review(user_id=by_id, version=review.version):
        raise ReviewRefused(
            _("Only the author's buddy or a supervisor of the team looks at it, and nobody at their own.")
        )
    words = clean(note).strip()
    try:
        review.marks = sheet.checked(marks, verdict=verdict, note=words)
    except sheet.SheetIncomplete as gap:
        raise ReviewRefused(_(str(gap))) from None
    review.verdict, review.note, review.reviewer_id, review.done_at = verdict, words[:5000], by_id, now
    review.save(update_fields=["verdict", "marks", "note", "reviewer", "done_at"])
    _record("review.done", review, by_id, now)
    if verdict == Review.Verdict.SERIOUS and review.version.reply.enquiry.kind != ChannelKind.PRACTICE:
        _follow_up(review, by_id, now)
    return review


def _follow_up(review: Review, by_id: int, now: datetime) -> None:
    enquiry = review.version.reply.enquiry
    trust.demote(
        user_id=review.author_id,
        organisation_id=enquiry.organisation_id,
        kind=review.version.content["routes"][0]["channel"],
        topic_id=enquiry.topic_id,
        reason=_("A reply in %(reference)s was seriously wrong.") % {"reference": enquiry.reference},
        now=now,
        by_id=by_id,
    )
    said = _("The reply was found seriously wrong afterwards. Propose a correction, or take it away: %(note)s")
    Note.objects.create(enquiry=enquiry, author_id=by_id, text=(said % {"note": review.note})[:5000], created_at=now)


@transaction.atomic
def mark_read(*, review_id: int, by_id: int, now: datetime) -> None:
    """Note that the author has read what came of a review; a second time changes nothing. Others change nothing either."""
    Review.objects.filter(pk=review_id, author_id=by_id, done_at__isnull=False, read_at__isnull=True).update(
        read_at=now
    )


def _record(verb: str, review: Review, by_id: int, now: datetime) -> None:
    enquiry: Enquiry = review.version.reply.enquiry
    record(
        verb=verb,
        now=now,
        actor_id=by_id,
        subject=f"review:{review.pk}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"kind": review.kind, "verdict": review.verdict},
    )
