"""Listens for public posts that nobody addressed to us; what is heard stands in a list of its own until somebody joins."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.ledger import record
from enquiries.contract import ChannelError, Listens, Polled, Throttled
from enquiries.models import ChannelAccount, Monitor, Payload
from enquiries.registry import channel, kinds
from enquiries.services.accounts import use
from enquiries.services.incoming import intake
from enquiries.services.moves import SomebodyWasFaster
from enquiries.services.platforms import overhearing
from enquiries.services.platforms.overhearing import name_for
from worklist import queue

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)
OFTENEST = 60
SELDOMEST = 86_400
_LET_GO = {"lease_owner": "", "lease_until": None}
"""What makes the result of a search that is under way count no more."""


class ListeningRefused(Exception):
    """This cannot be listened for. The words say why."""


def able_kinds() -> list[str]:
    """List the kinds of channels that can be searched for posts which nobody addressed to us."""
    return [kind for kind in kinds() if isinstance(channel(kind), Listens)]


def able(accounts: QuerySet[ChannelAccount]) -> QuerySet[ChannelAccount]:
    """Keep the accounts that can listen."""
    return accounts.filter(kind__in=able_kinds())


@transaction.atomic
def begin(*, account_id: int, name: str, query: str, every_seconds: int, by_id: int, now: datetime) -> Monitor:
    """Begin to listen for words on an account, every so many seconds. Raises ListeningRefused."""
    account = ChannelAccount.objects.get(pk=account_id)
    if account.kind not in able_kinds():
        raise ListeningRefused(_("This channel cannot be searched."))
    made = Monitor(account=account, due_at=now, **_wanted(name, query, every_seconds))
    _save(made)
    _note("monitor.begun", made, by_id, now)
    return made


def _wanted(name: str, query: str, every_seconds: int) -> dict[str, Any]:
    """Check what somebody wants to listen for, and give it as it is kept. Raises ListeningRefused."""
    called, words = name.replace("\x00", "").strip(), query.replace("\x00", "").strip()
    if not words or not called:
        raise ListeningRefused(_("Give it a name, and write what to listen for."))
    if not OFTENEST <= every_seconds <= SELDOMEST:
        raise ListeningRefused(_("It listens at most once a minute, and at least once a day."))
    return {"name": called[:100], "query": words[:512], "every_seconds": every_seconds}


def _save(monitor: Monitor) -> None:
    try:
        with transaction.atomic():
            monitor.save()
    except IntegrityError:
        raise ListeningRefused(_("There is a monitor of this name on the account already.")) from None


def as_seen(monitor: Monitor) -> str:
    """Name how a monitor stands, so that a change can say which one its author had before them."""
    stands = [monitor.name, monitor.query, monitor.every_seconds]
    return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:16]


@transaction.atomic
def change(
    *, monitor_id: int, name: str, query: str, every_seconds: int, seen: str, by_id: int, now: datetime
) -> Monitor:
    """Let a monitor listen for something else, or at other times. What it has found stays on the list.

    New words are searched for as a new monitor would, at once; a search that is under way is not waited for. `seen` is
    `as_seen` of what was changed. Raises ListeningRefused, or SomebodyWasFaster when a colleague has changed it meanwhile.
    """
    wanted = _wanted(name, query, every_seconds)
    monitor = Monitor.objects.select_for_update(of=("self",)).select_related("account").get(pk=monitor_id)
    changed = {field: value for field, value in wanted.items() if getattr(monitor, field) != value}
    if not changed:
        return monitor
    if as_seen(monitor) != seen:
        raise SomebodyWasFaster(_("A colleague has changed it meanwhile. Look at how it stands, then change it again."))
    seconds = {"seconds_before": monitor.every_seconds, "seconds": every_seconds} if "every_seconds" in changed else {}
    anew: dict[str, Any] = {"cursor": {}, "last_error": "", **_LET_GO} if "query" in changed else {}
    if changed.keys() - {"name"}:
        anew |= {"due_at": now, "attempts": 0}
    for field, value in (changed | anew).items():
        setattr(monitor, field, value)
    _save(monitor)
    _note("monitor.changed", monitor, by_id, now, changed=sorted(changed), **seconds)
    return monitor


@transaction.atomic
def pause(*, monitor_id: int, by_id: int, now: datetime) -> None:
    """Stop listening; what was found stays on the list. Raises SomebodyWasFaster."""
    _switch(monitor_id, "monitor.paused", by_id, now, is_active=False)


@transaction.atomic
def resume(*, monitor_id: int, by_id: int, now: datetime) -> None:
    """Listen again, from where it stopped as far as the platform reaches back. Raises SomebodyWasFaster."""
    _switch(monitor_id, "monitor.resumed", by_id, now, is_active=True, due_at=now, attempts=0, last_error="")


def _switch(monitor_id: int, verb: str, by_id: int, now: datetime, *, is_active: bool, **fields: object) -> None:
    other = Monitor.objects.filter(pk=monitor_id, is_active=not is_active)
    if not other.update(is_active=is_active, **fields):
        raise SomebodyWasFaster(_("A colleague was faster. Load the page again to see how it stands."))
    _note(verb, Monitor.objects.select_related("account").get(pk=monitor_id), by_id, now)


def _note(verb: str, monitor: Monitor, by_id: int, now: datetime, **data: object) -> None:
    """Write to the ledger what was done to a monitor: never the words, which may name people."""
    subject, organisation_id = f"monitor:{monitor.pk}", monitor.account.organisation_id
    record(verb=verb, now=now, actor_id=by_id, subject=subject, organisation_id=organisation_id, data=data)


def listen_due(*, now: datetime, worker: str, most: int = 20) -> int:
    """Search for every monitor whose turn it is, and let go of what is old. Returns how many posts were new."""
    mine = Monitor.objects.filter(is_active=True, account__is_active=True, account__kind__in=able_kinds())
    turns = queue.drain(mine.select_related("account"), now=now, lease=LEASE, worker=worker, most=most)
    new = sum(_listen(monitor, now) for monitor in turns)
    overhearing.let_go(now=now)
    return new


def _listen(monitor: Monitor, now: datetime) -> int:
    speaks = channel(monitor.account.kind)
    assert isinstance(speaks, Listens)  # noqa: S101 - only such monitors are claimed
    try:
        polled = speaks.listen(monitor.account.as_account(), monitor.query, monitor.cursor)
    except ChannelError as error:
        use.count(monitor.account_id, error.usage, now=now)
        wait = max(queue.backoff(attempts=monitor.attempts), timedelta(seconds=monitor.every_seconds))
        wait = max(wait, error.after) if isinstance(error, Throttled) else wait
        _come_back(
            monitor, due_at=now + wait, last_error=f"{error.safe_message} {getattr(error, 'fix', '')}".strip()[:500]
        )
        return 0
    use.count(monitor.account_id, polled.usage, now=now)
    new = _store(monitor, polled, now)
    wait = timedelta(0) if polled.more else timedelta(seconds=monitor.every_seconds)
    _come_back(
        monitor,
        due_at=now + wait,
        cursor=dict(polled.cursor),
        attempts=0,
        succeeded_at=now,
        last_error=polled.warning[:500],
    )
    return new


def _store(monitor: Monitor, polled: Polled, now: datetime) -> int:
    return sum(
        intake.accept_payload(
            account_id=monitor.account_id,
            source=Payload.Source.MONITOR,
            external_id=name_for(monitor, incoming.external_id),
            raw=incoming.raw,
            now=now,
        ).is_new
        for incoming in polled.incoming
    )


def _come_back(monitor: Monitor, **fields: object) -> None:
    ours = Monitor.objects.filter(pk=monitor.pk, lease_owner=monitor.lease_owner)
    ours.update(**_LET_GO, **fields)
