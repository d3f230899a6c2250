"""The accounts that a webhook may be for. Opened once per version of their rows: to do it anew took half of each webhook."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings

from enquiries.contract import Account
from enquiries.models import ChannelAccount
from enquiries.models.account import SecretsClosed
from enquiries.queries.account_versions import AccountVersions, account_versions

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Accounts as they were opened, and from what: the versions of their rows and the keys of this installation."""

    seen: AccountVersions
    keys: tuple[str, ...]
    accounts: tuple[Account, ...]


_opened: dict[tuple[str, str], Opened] = {}


def remembered(kind: str, external_id: str = "") -> Opened | None:
    """Give what was opened before, if the keys are still the same. Whether the rows are, only the database can tell."""
    known = _opened.get((kind, external_id))
    return known if known and known.keys == tuple(settings.FIELD_KEYS) else None


def accounts_of(kind: str, external_id: str = "") -> tuple[Account, ...]:
    """Open the accounts of a kind that are in use; with `external_id` only that one.

    The database is asked each time whether anything has changed. What is older than its answer is never given.
    """
    if "\x00" in external_id:  # PostgreSQL takes no NUL, and no account has one
        return ()
    seen = account_versions(kind, external_id)
    if not seen.versions:
        return ()
    known = remembered(kind, external_id)
    if known is None or known.seen != seen:
        known = Opened(seen=seen, keys=tuple(settings.FIELD_KEYS), accounts=_open(seen))
        _opened[kind, external_id] = known
    return known.accounts


def _open(seen: AccountVersions) -> tuple[Account, ...]:
    """Open some. One whose secrets no key opens must not silence the others."""
    found = []
    numbers = [int(version.partition(" ")[0]) for version in seen.versions.split(";")]
    for row in ChannelAccount.objects.filter(pk__in=numbers, is_active=True).order_by("pk"):
        try:
            found.append(row.as_account())
        except SecretsClosed:
            log.error("No field key opens the secrets of account %s: its webhooks cannot be proven.", row.pk)
    return tuple(found)
