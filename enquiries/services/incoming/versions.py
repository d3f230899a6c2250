"""One post in several wordings: which of them is the newest, and what follows for the enquiry, in whatever order they come.

Platforms push creations, edits and deletions in any order, late and twice. What is kept must not depend on it: the current
words are those written last, the enquiry's headline and language are theirs, its clock began with the first wording, and
of a post that is gone no words are kept, also where it arrives after the news of its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from enquiries.models import ChannelAccount, Clock, Enquiry, Message
from enquiries.registry import traits_of
from enquiries.services import clocks
from enquiries.services.incoming.opening import headline_of
from enquiries.services.replies.language import language_of


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """What is known of a post before a further wording of it is kept. `newest_at` is when its newest words were written."""

    newest_at: datetime | None = None
    is_gone: bool = False

    def outdates(self, written_at: datetime) -> bool:
        """Say whether words written then are history already."""
        return self.newest_at is not None and self.newest_at > written_at


KNOWN = """
SELECT (SELECT max(coalesce(version_at, occurred_at)) FROM enquiries_message
         WHERE account_id = %(account)s AND root_id = %(root)s AND direction = 'IN'),
       EXISTS (SELECT FROM enquiries_platformchange
                WHERE account_id = %(account)s AND root_id = %(root)s AND kind = 'GONE')
"""


def lock_name(root_id: str) -> str:
    """Name the lock under which a post's wordings arrive and vanish, for `joining.one_at_a_time`."""
    return f"post {root_id}"[:310] if root_id else ""


def earlier_of(account: ChannelAccount, root_id: str) -> Earlier:
    """Look what is known of a post; nothing is of what can never change. Call while the post's name is held."""
    if not root_id:
        return Earlier()
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"account": account.pk, "root": root_id[:300]})
        newest_at, is_gone = cursor.fetchone()
    return Earlier(newest_at=newest_at, is_gone=is_gone)


def headline_of_gone() -> str:
    """Give the headline of an enquiry whose words are gone."""
    return _("(taken down on the platform)")


def wordings(account: ChannelAccount, root_id: str) -> list[Message]:
    """List the wordings of a citizen's post, the oldest first."""
    said = Message.objects.filter(account=account, root_id=root_id, direction=Message.Direction.IN)
    said = said.select_related("account", "payload").defer("payload__raw")
    return sorted(said, key=lambda one: (one.version_at or one.occurred_at, one.pk)) if root_id else []


def follow_newest(enquiry: Enquiry, message: Message) -> None:
    """Let headline and language follow the newest wording, unless a person or another post gave them. Holds `enquiry`."""
    others = [one for one in wordings(message.account, message.root_id) if one.pk != message.pk]
    fields: dict[str, str] = {}
    if enquiry.subject in {headline_of(one.subject, one.text) for one in others}:
        fields["subject"] = headline_of(message.subject, message.text)
    if enquiry.language in {language_of(one.text) for one in others if one.text}:
        fields["language"] = language_of(message.text) or enquiry.language
    if fields:
        for name, value in fields.items():
            setattr(enquiry, name, value)
        enquiry.save(update_fields=list(fields))


def forget_headline(message: Message) -> None:
    """Take words that are to be emptied out of the headline of their enquiry; call before that, with it held."""
    Enquiry.objects.filter(pk=message.enquiry_id, subject=headline_of(message.subject, message.text)).update(
        subject=headline_of_gone()
    )


def clock_start(account: ChannelAccount, *, occurred_at: datetime, received_at: datetime) -> datetime:
    """Say when the citizen's time began. Platforms tell the true moment; the Date of a mail is the sender's word only."""
    if not traits_of(account.kind).tells_true_times:
        return received_at
    return min(received_at, max(occurred_at, received_at - timedelta(days=1)))


def begin_earlier(enquiry: Enquiry, message: Message, *, started_at: datetime, now: datetime) -> None:
    """Let the promise begin with an earlier wording that arrived after a later one; call with the enquiry held.

    A clock is never changed: the one that began too late is cancelled, and one from the true moment takes its place. One
    whose breach is on record stays: a second clock would break the same promise twice.
    """
    running = Clock.objects.filter(enquiry=enquiry, state=Clock.State.RUNNING).select_for_update(of=("self",)).first()
    if running is None or running.started_at <= started_at or running.events.filter(kind="BREACHED").exists():
        return
    if running.started_at not in {_began(one) for one in wordings(message.account, message.root_id) if one != message}:
        return
    running.state, running.stopped_at, running.next_at = Clock.State.CANCELLED, now, None
    running.save(update_fields=["state", "stopped_at", "next_at"])
    clocks.start_clock(enquiry=enquiry, kind=Clock.Kind(running.kind), started_at=started_at)


def _began(message: Message) -> datetime:
    received_at = message.payload.received_at if message.payload else message.recorded_at
    return clock_start(message.account, occurred_at=message.occurred_at, received_at=received_at)
