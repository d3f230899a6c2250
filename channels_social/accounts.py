"""The accounts that a webhook may be for. Opened once per version of their rows: to do it anew took half of each webhook."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.conf import settings

from enquiries.contract import Account
from enquiries.models import ChannelAccount
from enquiries.queries.prepared import PreparedText

log = logging.getLogger(__name__)

# A row that was changed, by whatever process, has another pair of these.
_versions = PreparedText(f"""
SELECT id, xmin::text, ctid::text FROM {ChannelAccount._meta.db_table}
WHERE kind = %(kind)s AND is_active AND %(external_id)s IN ('', external_id) ORDER BY id
""")  # noqa: S608 - the table's name is ours


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Accounts as they were opened, and from what: the versions of their rows and the keys of this installation."""

    versions: tuple[tuple[int, str, str], ...]
    keys: tuple[str, ...]
    accounts: tuple[Account, ...]


_opened: dict[tuple[str, str], Opened] = {}


def accounts_of(kind: str, external_id: str = "") -> tuple[Account, ...]:
    """Open the accounts of a kind that are in use; with `external_id` only that one.

    The database is asked each time whether anything has changed. What is older than its answer is never given.
    """
    if "\x00" in external_id:  # PostgreSQL takes no NUL, and no account has one
        return ()
    versions = tuple(_versions(kind=kind, external_id=external_id))
    if not versions:
        return ()
    known, keys = _opened.get((kind, external_id)), tuple(settings.FIELD_KEYS)
    if known is None or (known.versions, known.keys) != (versions, keys):
        known = Opened(versions=versions, keys=keys, accounts=_open([number for number, _, _ in versions]))
        _opened[kind, external_id] = known
    return known.accounts


def _open(numbers: list[int]) -> tuple[Account, ...]:
    """Open some. One whose secrets no key opens must not silence the others."""
    found = []
    for row in ChannelAccount.objects.filter(pk__in=numbers, is_active=True).order_by("pk"):
        try:
            found.append(row.as_account())
        except InvalidToken:
            log.error("No field key opens the secrets of account %s: its webhooks cannot be proven.", row.pk)
    return tuple(found)
