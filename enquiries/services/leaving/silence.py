"""Whether not finding a mail of ours in the archive says that it was not sent: an archive without copies says nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy

from audit.models import Event
from enquiries.contract import Account, NotThere
from enquiries.models import Payload, PickUp, Posting
from enquiries.registry import channel, traits_of
from enquiries.services.leaving.letters import SEEN_BY_PERSON, letter_for
from enquiries.services.leaving.notices import COPY_FAILED
from worklist.queue import database_now

FAILS_FOR = timedelta(days=7)
LATELY, SETTLED = timedelta(days=1), timedelta(minutes=1)
"""A mail that left so lately, and so long ago, has its copy in an archive that works."""
NO_COPIES = gettext_lazy(
    "The archive mailbox has sent copies back lately, so what is not there may have been sent all the same."
    " Mend the archive mailbox."
)
LACKS_ANOTHER = gettext_lazy(
    "The archive mailbox does not hold another mail that certainly left, so what is not there may have been sent all the"
    " same. Mend the archive mailbox."
)
UNHEARD = "The mailbox could not be looked at since, and a report that the mail was sent may lie there."


def doubt(posting: Posting, account: Account) -> str:
    """Say why the archive's silence proves nothing; empty where it does, and for all that is no mail.

    Raises what the channel raises when the archive is asked for another mail.
    """
    if not traits_of(posting.account.kind).is_mail:
        return ""
    if _copies_fail(posting):
        return str(NO_COPIES)
    return str(LACKS_ANOTHER) if _lacks_another(posting, account) else ""


def _copies_fail(posting: Posting) -> bool:
    """Say whether the archive of our mails sent one back lately: then its silence proves nothing."""
    failed = Event.objects.filter(verb=COPY_FAILED, subject=f"account:{posting.account_id}")
    last = failed.order_by("-pk").values_list("at", flat=True).first()
    return last is not None and last > posting.approval.decided_at - FAILS_FOR


def _lacks_another(posting: Posting, account: Account) -> bool:
    """Say whether the archive does not even hold the last mail that our own server is known to have taken."""
    now = database_now()
    sure = Posting.objects.filter(account=posting.account_id, state=Posting.State.POSTED, decided_by__isnull=True)
    sure = sure.filter(posted_at__gt=now - LATELY, posted_at__lt=now - SETTLED)
    sure = sure.exclude(external_id__startswith=SEEN_BY_PERSON).exclude(pk=posting.pk)
    other = sure.select_related("account", "version", "approval", "reply__answers__enquiry").order_by("-pk").first()
    if other is None:
        return False
    found = channel(posting.account.kind).find_sent(account, letter_for(other), since=other.approval.decided_at)
    return isinstance(found, NotThere)


def is_heard(posting: Posting, *, since: datetime) -> bool:
    """Say whether our own mailbox was looked at since, and all read: a server's report on the mail would lie there.

    An account whose posts show after `settle_seconds` of its own is not waited for, nor one that is never looked at.
    """
    account = posting.account
    if not traits_of(account.kind).is_mail or "settle_seconds" in account.settings:
        return True
    turn = PickUp.objects.filter(account=account).only("succeeded_at").first()
    if turn is None:
        return True
    unread = Payload.objects.filter(account=account, state=Payload.State.RECEIVED)
    unread = unread.filter(received_at__gt=posting.approval.decided_at)
    return turn.succeeded_at is not None and turn.succeeded_at >= since and not unread.exists()
