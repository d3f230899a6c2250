"""The look at what has left already: after-checks and coaching, and what a serious finding sets off."""

from __future__ import annotations

from datetime import datetime

from enquiries.models import ReplyVersion, Review


def ask_after_check(version: ReplyVersion, *, now: datetime) -> Review:
    """Put a released version on the list of what is looked at afterwards. The same one again changes nothing."""
    return _ask(version, Review.Kind.AFTER_CHECK, now)


def _ask(version: ReplyVersion, kind: Review.Kind, now: datetime) -> Review:
    review, _ = Review.objects.get_or_create(
        version=version, kind=kind, defaults={"author_id": version.author_id, "asked_at": now}
    )
    return review
