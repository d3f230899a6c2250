"""What people are typing, kept by itself: found again after a closed browser, and touched by nobody else's act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enquiries.models import DraftText, Message, Reply
from enquiries.queries.family import family_behind
from enquiries.queries.thread_rows import texts_around
from enquiries.rules.text import clean
from enquiries.services.families import family_of
from enquiries.services.replies.drafting import DraftRefused

SAME_ROW = timedelta(seconds=60)
"""What is typed within a minute is one entry of the history."""
MOST_KEPT = 50
WRITING = timedelta(minutes=3)
"""Somebody whose text was saved so lately is writing."""
TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Which text it is: an author's, on one message, for one purpose."""

    enquiry_id: int
    author_id: int
    answers_id: int
    purpose: str = Reply.Purpose.ANSWER
    corrects_id: int | None = None


def keep(sheet: Sheet, *, text: str, now: datetime, onto: int | None = None) -> DraftText:
    """Keep what an author has typed so far. Returns the row that holds it.

    `onto` is the row that the author's screen goes on from. Within a minute of its beginning that row takes the new words;
    otherwise, when another window was faster, or when most of a text is gone at a stroke, a new row is begun, so that the
    history holds every state worth going back to. The newest fifty are kept. Raises DraftRefused for a foreign message.
    """
    _belongs(sheet)
    words = clean(text)
    for attempt in range(1, TRIES + 1):
        newest = _of(sheet.enquiry_id, sheet.author_id).order_by("-n").first()
        if newest and newest.text == words and _is_on(newest, sheet):
            return newest
        if newest and newest.pk == onto and _goes_on(newest, sheet, words, now):
            _of(sheet.enquiry_id, sheet.author_id).filter(pk=newest.pk).update(text=words, saved_at=now)
            newest.text, newest.saved_at = words, now
            return newest
        try:
            return _begin(sheet, words, now, n=(newest.n if newest else 0) + 1)
        except IntegrityError:  # another window of the same author took that number
            if attempt == TRIES:
                raise
    raise AssertionError("unreachable")


def newest(*, enquiry_id: int) -> list[DraftText]:
    """Give the newest text of every author on each sheet of an enquiry, each with `author`, in one statement.

    `is_settled` on each says that the author has saved a version of it since: then there is nothing to restore.
    """
    return list(texts_around([enquiry_id, *family_behind(enquiry_id)]).select_related("author"))


def of_sheet(texts: list[DraftText], sheet: Sheet) -> DraftText | None:
    """Choose of `newest` what an author has on this very sheet and has not saved as a version; None for nothing."""
    return next(
        (
            one
            for one in texts
            if one.author_id == sheet.author_id and _is_on(one, sheet) and one.text.strip() and not is_settled(one)
        ),
        None,
    )


def history(*, enquiry_id: int, author_id: int) -> list[DraftText]:
    """List an author's own texts on an enquiry, the newest first."""
    own = _around(enquiry_id).filter(author_id=author_id).exclude(text="")
    return list(own.order_by("-saved_at", "-n")[:MOST_KEPT])


def own_one(*, enquiry_id: int, author_id: int, draft_id: int) -> DraftText | None:
    """Find one of an author's own texts on an enquiry, to take it back."""
    return _around(enquiry_id).filter(author_id=author_id, pk=draft_id).first()


def others_writing(texts: list[DraftText], *, but: int, now: datetime) -> list[DraftText]:
    """Choose those of `newest` whose authors are writing just now, apart from one person's own."""
    return [
        one
        for one in texts
        if one.author_id != but and one.text.strip() and not is_settled(one) and now - one.saved_at < WRITING
    ]


def is_settled(draft: DraftText) -> bool:
    """Say whether a text of `newest` became a version since."""
    return bool(getattr(draft, "is_settled", False))


def _around(enquiry_id: int) -> QuerySet[DraftText]:
    """Keep the texts on an enquiry, on those merged into it, and on messages that came back to it by unmerging."""
    here = Q(enquiry_id=enquiry_id) | Q(enquiry__merged_into_id=enquiry_id)
    there = Q(answers__enquiry_id=enquiry_id) | Q(answers__enquiry__merged_into_id=enquiry_id)
    return DraftText.objects.filter(here | there)


def _of(enquiry_id: int, author_id: int) -> QuerySet[DraftText]:
    return DraftText.objects.filter(enquiry_id=enquiry_id, author_id=author_id)


def _belongs(sheet: Sheet) -> None:
    ours = Message.objects.filter(enquiry__in=family_of(sheet.enquiry_id))
    wanted = {sheet.answers_id, *([sheet.corrects_id] if sheet.corrects_id else [])}
    if ours.filter(pk__in=wanted).count() != len(wanted):
        raise DraftRefused(_("That message is not part of this enquiry any more. Load the page again."))


def _is_on(draft: DraftText, sheet: Sheet) -> bool:
    return (draft.answers_id, draft.purpose, draft.corrects_id) == (sheet.answers_id, sheet.purpose, sheet.corrects_id)


def _goes_on(newest: DraftText, sheet: Sheet, words: str, now: datetime) -> bool:
    return _is_on(newest, sheet) and now - newest.started_at < SAME_ROW and len(words) * 2 >= len(newest.text)


def _begin(sheet: Sheet, words: str, now: datetime, *, n: int) -> DraftText:
    with transaction.atomic():
        row = DraftText.objects.create(
            enquiry_id=sheet.enquiry_id,
            author_id=sheet.author_id,
            answers_id=sheet.answers_id,
            purpose=sheet.purpose,
            corrects_id=sheet.corrects_id,
            n=n,
            text=words,
            started_at=now,
            saved_at=now,
        )
        _of(sheet.enquiry_id, sheet.author_id).filter(n__lte=n - MOST_KEPT).delete()
    return row
