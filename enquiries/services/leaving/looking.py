"""A look at the platform: whether a reply is there, and what stands around it. It changes nothing; people and sweeps decide."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from enquiries.contract import CannotTell, ChannelError, NotThere, Receipt, Said, Side, Tells
from enquiries.models import Message, Posting
from enquiries.registry import channel
from enquiries.services.leaving import outcomes, silence
from enquiries.services.leaving.deadlines import lease_of
from enquiries.services.leaving.letters import letter_for

log = logging.getLogger(__name__)
LEASES_BEFORE, LEASES_AFTER = 2, 5
"""Clocks of platforms differ, and a call begins within half a lease: a look goes from so many leases before the first try
to so many after the last, two minutes and five."""
AT_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the platform showed at a moment: `is_there` is None where nobody can tell; `says` is a sentence for a person.

    `around` are the newest posts of the thread, oldest first, those that are ours marked; empty where it cannot be shown.
    """

    at: datetime
    is_there: bool | None
    says: str
    external_id: str = ""
    permalink: str = ""
    around: Sequence[Said] = ()


def find(posting: Posting) -> Receipt | NotThere | CannotTell:
    """Look whether the posting is on the platform, among what we posted since its first try. Raises nothing."""
    try:
        account, letter = posting.account.as_account(), letter_for(posting)
        if outcomes.changes_a_post(posting, posting.reply):
            return NotThere()  # a change leaves no post of its own: it is simply made again
        since, left_by = _when(posting)
        found = channel(account.kind).find_sent(account, replace(letter, left_by=left_by), since=since)
        if isinstance(found, NotThere) and (why := silence.doubt(posting, account)):
            return CannotTell(reason=why)
        return found
    except ChannelError as error:
        return CannotTell(reason=error.safe_message)
    except Exception as error:
        log.exception("Posting %s: reading back failed in an unforeseen way.", posting.pk)
        return CannotTell(reason=f"Unforeseen: {type(error).__name__}")


def look_now(posting_id: int, *, now: datetime) -> Seen:
    """Look for a posting of which somebody has to decide. Takes up to half a minute where the platform is slow."""
    everything = ("account", "version", "approval", "reply__answers__account", "reply__answers__enquiry")
    posting = Posting.objects.select_related(*everything).get(pk=posting_id)
    around = _around(posting.reply.answers)
    match find(posting):
        case Receipt(external_id=name, permalink=permalink):
            says = _("The platform shows it.")
            return Seen(at=now, is_there=True, says=says, external_id=name, permalink=permalink, around=around)
        case CannotTell(reason=reason):
            return Seen(at=now, is_there=None, says=reason, around=around)
    says = _("The platform does not show it. It can take a minute until a new post is shown.")
    return Seen(at=now, is_there=False, says=says, around=around)


def _when(posting: Posting) -> tuple[datetime, datetime | None]:
    """Say between which moments it left, if it did; no end where it was never tried, as far as we know."""
    tried = list(posting.attempts_made.order_by("n").values_list("started_at", flat=True))
    first, lease = tried[0] if tried else posting.approval.decided_at, lease_of(posting.account)
    return first - LEASES_BEFORE * lease, tried[-1] + LEASES_AFTER * lease if tried else None


def _around(answered: Message) -> Sequence[Said]:
    """Bring the thread as it stands on the platform. A platform that does not show it now shows nothing here."""
    speaks = channel(answered.account.kind)
    if answered.side != Side.PUBLIC or not isinstance(speaks, Tells):
        return ()
    try:
        said = speaks.context(
            answered.account.as_account(),
            post_id=answered.root_id or answered.external_id,
            thread_key=answered.thread_key,
        )
    except ChannelError as error:
        log.warning("The thread of message %s could not be shown: %s", answered.pk, error.safe_message)
        return ()
    return said[-AT_MOST:]
