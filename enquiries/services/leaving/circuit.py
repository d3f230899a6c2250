"""Sending on one account stands still: because the platform says so, or because nobody knows what arrives any more."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from audit.ledger import record
from enquiries.contract import AccountUnusable, Halt
from enquiries.models import ChannelAccount

log = logging.getLogger(__name__)
UNCERTAIN_AT_MOST = 5
"""After so many postings in a row of which nobody knows whether they arrived, a person has to look at the account."""


def pause(account_id: int, *, until: datetime) -> None:
    """Let an account rest until the platform wants to hear of it again. A longer rest is never cut short."""
    open_still = ChannelAccount.objects.filter(pk=account_id)
    open_still.exclude(paused_until__gt=until).update(paused_until=until)


def spoke_clearly(account_id: int) -> None:
    """Note that the platform said what became of a posting."""
    ChannelAccount.objects.filter(pk=account_id, uncertain_in_row__gt=0).update(uncertain_in_row=0)


def left_in_doubt(account_id: int, *, now: datetime) -> None:
    """Note that nobody knows what became of a posting; after five in a row nothing is sent until a person has looked."""
    ChannelAccount.objects.filter(pk=account_id).update(uncertain_in_row=F("uncertain_in_row") + 1)
    account = ChannelAccount.objects.get(pk=account_id)
    if account.uncertain_in_row >= UNCERTAIN_AT_MOST:
        reason = (
            f"Of {account.uncertain_in_row} replies in a row nobody knows whether they arrived. "
            "Look at the account on the platform; what is there is found by itself. Then let sending go on."
        )
        halt(account_id, reason=reason, kind=Halt.UNCERTAIN, now=now)


def halt_unusable(account_id: int, error: AccountUnusable, *, now: datetime) -> bool:
    """Let nothing leave on an account that the platform does not let send."""
    return halt(account_id, reason=f"{error.safe_message} {error.fix}", kind=error.kind, now=now, code=error.code)


@transaction.atomic
def halt(account_id: int, *, reason: str, kind: Halt, now: datetime, code: str = "") -> bool:
    """Let nothing leave on an account until a person has mended it. True when it was not halted already.

    The count of doubts starts anew, so that an account which is let go on gets five tries again.
    """
    running = ChannelAccount.objects.filter(pk=account_id, halted_reason="")
    if not running.update(
        halted_reason=reason[:300] or kind.value, halted_kind=kind.value, halted_at=now, uncertain_in_row=0
    ):
        return False
    organisation_id = ChannelAccount.objects.values_list("organisation_id", flat=True).get(pk=account_id)
    record(
        verb="account.halted",
        now=now,
        subject=f"account:{account_id}",
        organisation_id=organisation_id,
        data={"kind": kind.value, "code": code[:60]},
    )
    log.error("Sending on account %s is halted until a person mends it (%s).", account_id, kind.value)
    return True


def soon(now: datetime, after: timedelta) -> datetime:
    """Say when a rest of `after` ends: never later than a day from now, whatever a platform says."""
    return now + min(max(after, timedelta(0)), timedelta(days=1))
