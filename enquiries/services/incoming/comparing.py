"""What lies on the other side and has no row here: looked for once a day, fetched, and said. A mark alone proves nothing."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from audit.ledger import record
from enquiries.contract import Account, ChannelError, Compares, Polled
from enquiries.models import ChannelAccount, PayloadPlace
from enquiries.registry import channel

log = logging.getLogger(__name__)
EVERY = timedelta(days=1)
AT_ONCE = 5_000
LONGEST = 200
COMPARED, MISSED, MISSED_AT = "compared_at", "missed", "missed_at"
"""What a cursor holds of it beside the channel's own marks: when it was compared last, and what was missing then."""


def is_due(account: ChannelAccount, cursor: Mapping[str, Any], *, now: datetime) -> bool:
    """Say whether it is a day since an account was compared with what is here."""
    if not isinstance(channel(account.kind), Compares):
        return False
    last = cursor.get(COMPARED)
    return not last or now - datetime.fromisoformat(str(last)) >= EVERY


def missing_of(account: ChannelAccount, known: Account, polled: Polled) -> Polled:
    """Bring a hand of what lies there without a row here. Nothing where the other side cannot be asked now.

    Old rows of which nobody wrote down where they lay come along, too: they are known by their content, and placed.
    """
    speaks = channel(account.kind)
    assert isinstance(speaks, Compares)  # noqa: S101 - only such accounts are due
    try:
        return speaks.missing(known, polled.cursor, known=lambda places: _with_rows(account, places))
    except ChannelError as error:
        log.warning("Account %s could not be compared: %s", account.pk, error.safe_message)
        return Polled(incoming=(), cursor=polled.cursor)


def noted(polled: Polled, *, seen: Polled, new: int, now: datetime) -> Polled:
    """Write into the cursor how far it was compared, and that it was once all is; until then the next look goes on."""
    told = {MISSED: new + _told_before(seen.cursor), MISSED_AT: now.isoformat()} if new else {}
    over = {} if seen.more else {COMPARED: now.isoformat()}
    return replace(polled, cursor={**seen.cursor, **told, **over}, more=polled.more or seen.more)


def _told_before(cursor: Mapping[str, Any]) -> int:
    """Say how many were missing in earlier looks of the same comparison."""
    is_same = str(cursor.get(MISSED_AT) or "") > str(cursor.get(COMPARED) or "")
    return int(cursor.get(MISSED, 0)) if is_same else 0


def name_of(place: str) -> str:
    """Name a place as it is kept: one that is too long by its digest, because its end is what tells it from others."""
    if len(place) <= LONGEST:
        return place
    return f"sha256:{hashlib.sha256(place.encode('utf-8', 'surrogatepass')).hexdigest()}"


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
    named = {name_of(place): place for place in places}
    names, found = list(named), set[str]()
    for start in range(0, len(names), AT_ONCE):
        hand = PayloadPlace.objects.filter(account=account, place__in=names[start : start + AT_ONCE])
        found.update(named[name] for name in hand.values_list("place", flat=True))
    return found
