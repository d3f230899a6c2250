"""Answers that somebody wrote on the platform itself, past us: kept beside ours, so that nobody answers a second time.

One of them may still turn out to be ours: a post that a worker has made and not yet recorded comes back as just such
words. So nothing is kept as "by hand" while a posting of the enquiry may have left and is not settled; until then it only
stands in the thread's context, and is looked at again when that posting has ended.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from audit.ledger import record
from enquiries.contract import OwnPost, Side
from enquiries.models import ChannelAccount, ContextPost, Message, Posting
from enquiries.queries.surroundings import thread_of
from enquiries.services.leaving.letters import SEEN_BY_PERSON

MAY_BE_IT = Q(state__in=[Posting.State.SENDING, Posting.State.UNKNOWN, Posting.State.NEEDS_PERSON]) | Q(
    state=Posting.State.QUEUED, attempts__gt=0
)
"""A posting of which a post that comes back may be the proof."""


def keep(*, account: ChannelAccount, post: OwnPost, now: datetime) -> bool:
    """Keep our own public answer to a message we know, now or once it is certain that no posting made it.

    False where it answers nothing we know of: then there is nothing to keep it for.
    """
    answered = _answered(account, post.parent_id)
    if answered is None:
        return False
    if _may_be_a_posting(answered):
        _remember(answered, post, now)
    elif not _is_known(answered, post.external_id):
        _keep(answered, post.external_id, post.text, post.occurred_at, now=now)
    return True


def keep_what_waited(posting: Posting, *, now: datetime) -> None:
    """Look again at what was written by hand in this enquiry, now that a posting has ended. Call with the enquiry held."""
    answered = posting.reply.answers
    waiting = [] if answered.side != Side.PUBLIC else list(_remembered(answered))
    if not waiting or _may_be_a_posting(answered):
        return
    for post in waiting:
        if not _is_known(answered, post.external_id):
            _keep(answered, post.external_id, post.text, post.occurred_at, now=now)


def _answered(account: ChannelAccount, parent_id: str) -> Message | None:
    """Find the public message that a post answers, whichever of its versions."""
    if not parent_id:
        return None
    named = Q(root_id=parent_id) | Q(external_id=parent_id)
    citizens = Message.objects.filter(named, account=account, direction=Message.Direction.IN, side=Side.PUBLIC)
    return citizens.select_related("account").order_by("-pk").first()


def _may_be_a_posting(answered: Message) -> bool:
    of_it = Q(reply__enquiry_id=answered.enquiry_id) | Q(reply__answers__enquiry_id=answered.enquiry_id)
    return Posting.objects.filter(MAY_BE_IT, of_it, account_id=answered.account_id).exists()


def _is_known(answered: Message, external_id: str) -> bool:
    """Say whether it is recorded already: under its number, or as what a person saw there."""
    same = Q(account_id=answered.account_id, external_id=external_id[:300])
    seen = Q(external_id__startswith=SEEN_BY_PERSON) | Q(external_id__endswith=f"/{external_id[:250]}")
    by_a_person = Posting.objects.filter(seen, account_id=answered.account_id, reply__answers=answered)
    return Posting.objects.filter(same).exists() or Message.objects.filter(same).exists() or by_a_person.exists()


def _remember(answered: Message, post: OwnPost, now: datetime) -> None:
    ContextPost.objects.get_or_create(
        account_id=answered.account_id,
        external_id=post.external_id[:300],
        defaults={
            "thread": thread_of(answered) or answered.external_id,
            "parent_id": post.parent_id[:300],
            "is_ours": True,
            "text": post.text.replace("\x00", ""),
            "occurred_at": min(post.occurred_at, now),
            "fetched_at": now,
        },
    )


def _remembered(answered: Message) -> QuerySet[ContextPost]:
    """List our own posts under this very message, as the platform has shown them to us."""
    parents = [name for name in (answered.root_id, answered.external_id) if name]
    ours = ContextPost.objects.filter(account_id=answered.account_id, is_ours=True, gone_at__isnull=True)
    return ours.filter(thread=thread_of(answered) or answered.external_id, parent_id__in=parents).order_by("pk")


def _keep(answered: Message, external_id: str, text: str, occurred_at: datetime, *, now: datetime) -> None:
    kept = Message.objects.create(
        enquiry_id=answered.enquiry_id,
        account_id=answered.account_id,
        direction=Message.Direction.OUT,
        side=answered.side,
        external_id=external_id[:300],
        text=text.replace("\x00", ""),
        thread_key=answered.thread_key,
        occurred_at=min(occurred_at, now),
        recorded_at=now,
    )
    record(
        verb="message.by_hand",
        now=now,
        subject=f"message:{kept.pk}",
        organisation_id=answered.account.organisation_id,
        enquiry_id=answered.enquiry_id,
    )
