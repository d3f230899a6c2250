"""Sealed secrets under the newest field key: after an exchange of keys, the former one may go only when nothing needs it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction

from enquiries.models import ChannelAccount, EnquiryToken
from enquiries.models.sealed import Condition, condition_of, resealed

log = logging.getLogger(__name__)
AT_ONCE = 500
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What became of sealed things: brought to the newest key, there already, and those that no key opens."""

    resealed: int = 0
    newest: int = 0
    closed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            resealed=self.resealed + other.resealed,
            newest=self.newest + other.newest,
            closed=self.closed + other.closed,
        )


def secrets_of_accounts() -> Counts:
    """Bring the secrets of all accounts to the newest key."""
    return sum(in_batches(ChannelAccount.objects.exclude(sealed_secrets=None), _account), Counts())


def secrets_of_enquiries() -> Counts:
    """Bring the secrets that open enquiries to the newest key, those of the past as well."""
    return sum(in_batches(EnquiryToken.objects.all(), _token), Counts())


def in_batches(rows: models.QuerySet[Row], reseal: Callable[[Row], Counts]) -> Iterator[Counts]:
    """Do `reseal` to every row, a few hundred in one transaction; whoever writes to one of them waits that long."""
    last = 0
    while True:
        with transaction.atomic():
            hand = list(rows.filter(pk__gt=last).select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
            found = sum((reseal(row) for row in hand), Counts())
        if not hand:
            return
        last = int(hand[-1].pk)
        yield found


def one(token: bytes, keep: Callable[[bytes], object]) -> Counts:
    """Bring one sealed thing to the newest key and have it kept, if it has to be."""
    match condition_of(token):
        case Condition.NEWEST:
            return Counts(newest=1)
        case Condition.CLOSED:
            return Counts(closed=1)
    keep(resealed(token))
    return Counts(resealed=1)


def _account(row: ChannelAccount) -> Counts:
    rows = ChannelAccount.objects.filter(pk=row.pk)
    found = one(bytes(row.sealed_secrets or b""), lambda sealed: rows.update(sealed_secrets=sealed))
    if found.closed:
        log.error("No field key opens the secrets of account %s.", row.pk)
    return found


def _token(row: EnquiryToken) -> Counts:
    rows = EnquiryToken.objects.filter(pk=row.pk)
    return one(bytes(row.sealed), lambda sealed: rows.update(sealed=sealed))
