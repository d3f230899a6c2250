"""What lies on the other side and has no row here: looked for once a day, fetched, and said. A mark alone proves nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from audit.ledger import record
from enquiries.contract import Account, ChannelError, Compares, Incoming, Polled
from enquiries.models import ChannelAccount, PayloadPlace
from enquiries.registry import channel

log = logging.getLogger(__name__)
EVERY = timedelta(days=1)
AT_ONCE = 5_000
COMPARED, MISSED = "compared_at", "missed"
"""What a cursor holds of it beside the channel's own marks: when it was compared last, and what was missing then."""


def is_due(account: ChannelAccount, cursor: Mapping[str, Any], *, now: datetime) -> bool:
    """Say whether it is a day since an account was compared with what is here."""
    if not isinstance(channel(account.kind), Compares):
        return False
    last = cursor.get(COMPARED)
    return not last or now - datetime.fromisoformat(str(last)) >= EVERY


def missing_of(account: ChannelAccount, known: Account, polled: Polled) -> Sequence[Incoming]:
    """Bring a hand of what lies there without a row here. Nothing where the other side cannot be asked now.

    Old rows of which nobody wrote down where they lay come along, too: they are known by their content, and placed.
    """
    speaks = channel(account.kind)
    assert isinstance(speaks, Compares)  # noqa: S101 - only such accounts are due
    try:
        return speaks.missing(known, polled.cursor, known=lambda places: _with_rows(account, places))
    except ChannelError as error:
        log.warning("Account %s could not be compared: %s", account.pk, error.safe_message)
        return ()


def noted(polled: Polled, *, found: Sequence[Incoming], new: int, now: datetime) -> Polled:
    """Write into the cursor that it was compared; only once nothing more was found, so that the next look goes on."""
    told = {MISSED: new, "missed_at": now.isoformat()} if new else {}
    over = {} if found else {COMPARED: now.isoformat()}
    return replace(polled, cursor={**polled.cursor, **told, **over}, more=polled.more or bool(found))


def tell(account: ChannelAccount, *, new: int, now: datetime) -> None:
    """Put on record that something had been missed. It is here now."""
    log.error("Of account %s %s had been missed and were fetched.", account.pk, new)
    record(
        verb="pickup.missed",
        now=now,
        subject=f"account:{account.pk}",
        organisation_id=account.organisation_id,
        data={"n": new},
    )


def _with_rows(account: ChannelAccount, places: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(places), AT_ONCE):
        hand = PayloadPlace.objects.filter(account=account, place__in=places[start : start + AT_ONCE])
        found.update(hand.values_list("place", flat=True))
    return found
