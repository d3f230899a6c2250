"""Who wrote this: finds or makes the identity a channel gives a citizen, and the secrets that open an enquiry to them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from enquiries.contract import Author
from enquiries.models import ChannelAccount, ChannelIdentity, Citizen, Enquiry, EnquiryToken
from enquiries.models.sealed import seal, unseal
from enquiries.queries.prepared import PreparedText
from enquiries.registry import traits_of
from enquiries.rules.text import one_line

TOKEN_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
TOKEN_LENGTH = 26
"""130 random bits in letters that survive a mail address in any case."""
COLUMNS = ("id", "organisation_id", "citizen_id", "kind", "scope", "external_id", "handle", "name")


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who wrote something, before anything is kept. `known` is None of somebody who never wrote; `key` names them."""

    known: ChannelIdentity | None
    has_been_read: bool
    author: Author
    key: Mapping[str, Any]

    def identity(self) -> ChannelIdentity:
        """Give the identity with its newest names, or make it with a citizen of its own."""
        return _refreshed(self.known, self.author) if self.known else _made(self.author, self.key)


def writer_of(*, account: ChannelAccount, author: Author, names: Sequence[str]) -> Writer:
    """Look who `author` is on this account's channel, and whether a message of one of these `names` is here already."""
    scope = account.external_id if traits_of(account.kind).people_per_account else ""
    external_id = author.external_id[:320] or f"unknown:{secrets.token_hex(8)}"
    key = {"organisation_id": account.organisation_id, "kind": account.kind, "scope": scope, "external_id": external_id}
    ((has_been_read, *told),) = _look(**key, account=account.pk, names=list(names))
    known = None if told[0] is None else ChannelIdentity.from_db(DEFAULT_DB_ALIAS, COLUMNS, told)
    return Writer(known=known, has_been_read=has_been_read, author=author, key=key)


def identity_of(*, account: ChannelAccount, author: Author) -> ChannelIdentity:
    """Find the identity of `author` on this account's channel, or make it with a citizen of its own.

    Safe when two messages of one person arrive at once: the unique key decides, the loser reads the winner's.
    """
    return writer_of(account=account, author=author, names=()).identity()


# Written out: it is asked of every message, and composing it took longer than asking.
_look = PreparedText("""
SELECT EXISTS (SELECT FROM enquiries_message WHERE account_id = %(account)s AND external_id = ANY(%(names)s::text[])),
       i.id, i.organisation_id, i.citizen_id, i.kind, i.scope, i.external_id, i.handle, i.name
  FROM (VALUES (1)) AS once LEFT JOIN enquiries_channelidentity i
    ON i.organisation_id = %(organisation_id)s AND i.kind = %(kind)s AND i.scope = %(scope)s AND i.external_id = %(external_id)s
""")
# One statement, without a savepoint around two: whose identity was there first is decided by its unique key.
_make = PreparedText("""
WITH citizen AS (
  INSERT INTO enquiries_citizen (organisation_id, name) VALUES (%(organisation_id)s, %(name)s::text) RETURNING id
), identity AS (
  INSERT INTO enquiries_channelidentity (organisation_id, citizen_id, kind, scope, external_id, handle, name)
  SELECT %(organisation_id)s, id, %(kind)s::text, %(scope)s::text, %(external_id)s::text, %(handle)s::text, %(name)s::text
    FROM citizen
  ON CONFLICT (organisation_id, kind, scope, external_id) DO NOTHING RETURNING id
)
SELECT citizen.id, identity.id FROM citizen LEFT JOIN identity ON true
""")


def _made(author: Author, key: Mapping[str, Any]) -> ChannelIdentity:
    handle, name = author.handle[:100], one_line(author.name or author.handle, most=200)
    ((citizen_id, number),) = _make(**key, handle=handle, name=name)
    if number is None:  # somebody was faster: the citizen made here is nobody's
        Citizen.objects.filter(pk=citizen_id).delete()
        return ChannelIdentity.objects.get(**key)
    return ChannelIdentity(pk=number, citizen_id=citizen_id, handle=handle, name=name, **key)


def _refreshed(identity: ChannelIdentity, author: Author) -> ChannelIdentity:
    name, handle = one_line(author.name, most=200), author.handle[:100]
    if (name and name != identity.name) or (handle and handle != identity.handle):
        identity.name, identity.handle = name or identity.name, handle or identity.handle
        identity.save(update_fields=["name", "handle"])
    return identity


def secret_of(enquiry: Enquiry, purpose: EnquiryToken.Purpose) -> str:
    """Give the live secret of `purpose`, made when there is none yet. Two who ask at once get the same one."""
    secret = "".join(secrets.choice(TOKEN_ALPHABET) for _ in range(TOKEN_LENGTH))
    live = EnquiryToken.objects.filter(revoked_at__isnull=True)
    token, _ = live.get_or_create(
        enquiry=enquiry, purpose=purpose, defaults={"digest": _digest(secret), "sealed": seal(secret)}
    )
    return unseal(token.sealed)


def enquiry_by_secret(secret: str, purpose: EnquiryToken.Purpose) -> Enquiry | None:
    """Find the enquiry that a secret opens. None for anything empty, unknown, revoked or of another purpose."""
    cleaned = secret.strip().lower()
    if len(cleaned) != TOKEN_LENGTH:
        return None
    token = (
        EnquiryToken.objects.filter(digest=_digest(cleaned), purpose=purpose, revoked_at__isnull=True)
        .select_related("enquiry__organisation", "enquiry__account", "enquiry__topic")
        .first()
    )
    return token.enquiry if token else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
