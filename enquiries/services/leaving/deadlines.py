"""How long each step of a posting may take, and how long nobody may draw a conclusion from not finding it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from enquiries.contract import Side
from enquiries.models import ChannelAccount, Posting
from enquiries.registry import channel

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
"""For so long a claimed posting is its worker's. `lease_seconds` in an account's settings says otherwise."""
CALL_SHARE = 0.5
"""The call begins within this share of the lease. The rest is for two calls of 10 s, or one wait of 20 s for a mail server."""
QUIET = timedelta(seconds=60)
"""Only so long after the last try does "it is not there" count, and a look this long before proves nothing."""
LOOKS_APART = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=30)


def lease_of(account: ChannelAccount) -> timedelta:
    """Say for how long a posting of this account is its worker's."""
    own = account.settings.get("lease_seconds")
    return LEASE if own is None else timedelta(seconds=float(own))


def send_by(account: ChannelAccount, *, claimed_at: float) -> float:
    """Say until when the call may begin. Both moments are on the monotonic clock, which a stopped process cannot fool."""
    return claimed_at + lease_of(account).total_seconds() * CALL_SHARE


def settle_time(posting: Posting) -> timedelta:
    """Say how long to wait before the first look. An account that cannot be read must not stop the sweep."""
    own = _own_settle(posting)
    if own is not None:
        return own
    try:
        speaks = channel(posting.account.kind)
        return speaks.limits(posting.account.in_the_open(), Side(posting.version.content["side"])).settle
    except Exception:
        log.exception("Account %s does not say how long its posts take to show.", posting.account_id)
        return LOOK_AGAIN


def absence_counts_from(posting: Posting, *, last_try: datetime) -> datetime:
    """Say from when on a look that finds nothing counts: platforms show a post to others before they list it to us."""
    own = _own_settle(posting)
    return last_try + (max(settle_time(posting), QUIET) if own is None else own)


def apart(posting: Posting) -> timedelta:
    """Say how long lies between two looks that count."""
    own = _own_settle(posting)
    return LOOKS_APART if own is None else min(own, LOOKS_APART)


def _own_settle(posting: Posting) -> timedelta | None:
    try:
        return timedelta(seconds=float(posting.account.settings["settle_seconds"]))
    except (KeyError, TypeError, ValueError):
        return None
