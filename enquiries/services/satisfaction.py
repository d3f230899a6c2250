"""Asking citizens whether our answer helped: what they say is counted, and a person looks where it did not help."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from audit.ledger import record
from enquiries.contract import Side
from enquiries.models import Enquiry, Note, Posting, Reply, Satisfaction
from enquiries.rules.text import clean
from enquiries.services.approving import reviewing
from enquiries.services.families import hold

ASKED_FOR = timedelta(days=30)
"""So long after an answer a citizen is asked about it, and may change what they said."""
MOST_WORDS = 1000
"""Characters."""
VERBS = {
    Satisfaction.Score.HELPED: "answer.helped",
    Satisfaction.Score.PARTLY: "answer.helped_partly",
    Satisfaction.Score.NOT_HELPED: "answer.not_helped",
}


class NotAsked(Exception):
    """Nobody is asked about this answer, or not any more."""


def is_asked(reply: Reply, enquiry: Enquiry, *, posted_at: datetime, now: datetime) -> bool:
    """Say whether the citizen of `enquiry` is asked about an answer: it went to them alone, all of it, and not long ago.

    Needs `reply.answers`. A score that was given may be changed under the same conditions.
    """
    return (
        enquiry.organisation.asks_satisfaction
        and enquiry.kind != "practice"
        and reply.state == Reply.State.POSTED
        and reply.purpose == Reply.Purpose.ANSWER
        and reply.answers.side == Side.PRIVATE
        and reply.answers.enquiry_id == enquiry.pk
        and now < posted_at + ASKED_FOR
    )


@transaction.atomic
def say(*, enquiry_id: int, reply_id: int, score: str, words: str, now: datetime) -> Satisfaction:
    """Keep what a citizen says of an answer; said again, it replaces the score. The same again changes nothing.

    Words become a note on the enquiry, so that none are lost when the score changes. Raises NotAsked, and ValueError for
    a score that is none.
    """
    chosen = Satisfaction.Score(score)
    enquiry = hold(enquiry_id)
    posting = _posting_of(reply_id)
    if posting is None or not is_asked(posting.reply, enquiry, posted_at=posting.posted_at or now, now=now):
        raise NotAsked
    said = Satisfaction.objects.filter(reply_id=reply_id).select_related("note").first()
    text = clean(words).strip()[:MOST_WORDS]
    is_news = bool(text) and not (said and said.note and said.note.text == text)
    if said and said.score == chosen and not is_news:
        return said
    note = Note.objects.create(enquiry=enquiry, kind=Note.Kind.CITIZEN, text=text, created_at=now) if is_news else None
    said = _keep(said, posting.reply, enquiry, chosen, note, now)
    if chosen == Satisfaction.Score.NOT_HELPED or (chosen == Satisfaction.Score.PARTLY and is_news):
        reviewing.ask_because_of_citizen(posting.version, now=now)
    record(
        verb=VERBS[chosen],
        now=now,
        subject=f"reply:{reply_id}",
        organisation_id=enquiry.organisation_id,
        enquiry_id=enquiry.pk,
        data={"score": chosen.value, "words": len(text) if is_news else 0},
    )
    return said


def _posting_of(reply_id: int) -> Posting | None:
    arrived = Posting.objects.filter(reply_id=reply_id, state=Posting.State.POSTED)
    return arrived.select_related("reply__answers", "version__reply__enquiry").order_by("posted_at").first()


def _keep(
    said: Satisfaction | None,
    reply: Reply,
    enquiry: Enquiry,
    score: Satisfaction.Score,
    note: Note | None,
    now: datetime,
) -> Satisfaction:
    if said is None:
        return Satisfaction.objects.create(enquiry=enquiry, reply=reply, score=score, note=note, said_at=now)
    said.score, said.note, said.changed_at = score, note or said.note, now
    said.save(update_fields=["score", "note", "changed_at"])
    return said
