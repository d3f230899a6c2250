"""What the organisation promises, in words for citizens: how soon, and how long something is from now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.models import ChannelAccount, ChannelKind, Freeze, Organisation, Promise
from enquiries.queries.hours import working_time
from enquiries.registry import kinds, traits_of

FIRST = [ChannelKind.WEB.value, ChannelKind.EMAIL.value, ChannelKind.X.value, ChannelKind.FACEBOOK.value]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to write to the organisation, with how soon it answers there."""

    kind: str
    label: str
    where: str
    promise: str
    is_public: bool
    notices: tuple[str, ...] = ()
    """What the organisation tells about it: that it stands still for a while, and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Notices:
    """What citizens should know of what stands still: everywhere, and by kind of channel or account."""

    everywhere: tuple[str, ...]
    _kinds: Mapping[str, tuple[str, ...]]
    _accounts: Mapping[int, tuple[str, ...]]

    def beside(self, account: ChannelAccount) -> tuple[str, ...]:
        """List what stands beside one way to write."""
        return self._kinds.get(account.kind, ()) + self._accounts.get(account.pk, ())


def notices(organisation: Organisation, *, now: datetime) -> Notices:
    """Read what is told to citizens now, the newest first."""
    live = Freeze.objects.filter(organisation=organisation, lifted_at__isnull=True, expires_at__gt=now)
    told = list(live.filter(notice_confirmed_at__isnull=False).exclude(public_notice="").order_by("-pk"))
    by_kind: dict[str, tuple[str, ...]] = {}
    by_account: dict[int, tuple[str, ...]] = {}
    for one in told:
        if one.scope == Freeze.Scope.CHANNEL:
            by_kind[one.kind] = (*by_kind.get(one.kind, ()), one.public_notice)
        elif one.account_id is not None:
            by_account[one.account_id] = (*by_account.get(one.account_id, ()), one.public_notice)
    everywhere = tuple(one.public_notice for one in told if one.scope == Freeze.Scope.EVERYTHING)
    return Notices(everywhere=everywhere, _kinds=by_kind, _accounts=by_account)


def ways(organisation: Organisation, told: Notices) -> list[Way]:
    """List the ways to write: the form first, then mail, then the public ones."""
    minutes = _minutes(organisation)
    open_to_citizens = ChannelAccount.objects.filter(organisation=organisation, is_active=True, kind__in=kinds())
    accounts = open_to_citizens.exclude(kind=ChannelKind.PRACTICE)
    return [
        Way(
            kind=account.kind,
            label=str(account.get_kind_display()),
            where=_where(account),
            promise=working_time(minutes[account.kind], organisation),
            is_public=traits_of(account.kind).is_public,
            notices=told.beside(account),
        )
        for account in sorted(accounts, key=_place)
    ]


def _place(account: ChannelAccount) -> tuple[bool, int, str, int]:
    """Place an account among the ways: those that have their place by name first, then the others by kind."""
    place = FIRST.index(account.kind) if account.kind in FIRST else len(FIRST)
    return traits_of(account.kind).is_public, place, account.kind, account.pk


def promise_for(organisation: Organisation, kind: str) -> str:
    """Say in words how soon a first answer comes on a kind of channel."""
    return working_time(_minutes(organisation)[kind], organisation)


def mailbox_of(organisation: Organisation) -> str:
    """Give the organisation's mail address, or nothing."""
    account = ChannelAccount.objects.active("email").filter(organisation=organisation).first()
    return account.external_id if account and "@" in account.external_id else ""


def how_long(span: timedelta) -> str:
    """Say a span in its two largest units: "1 day and 4 hours", "12 minutes", "less than a minute"."""
    minutes = int(abs(span).total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest} if rest and not days else "",
    ]
    said = [part for part in parts if part]
    if len(said) == 2:
        return _("%(larger)s and %(smaller)s") % {"larger": said[0], "smaller": said[1]}
    return said[0] if said else _("less than a minute")


def share_used(*, started_at: datetime, due_at: datetime, now: datetime) -> int:
    """Say how much of a promise's time is used, in percent from 0 to 100."""
    whole = (due_at - started_at).total_seconds()
    return max(0, min(100, round((now - started_at).total_seconds() / whole * 100))) if whole > 0 else 100


def _minutes(organisation: Organisation) -> dict[str, int]:
    promised = Promise.objects.filter(organisation=organisation).values_list("channel", "working_minutes")
    return {kind: traits_of(kind).working_minutes for kind in kinds()} | dict(promised)


def _where(account: ChannelAccount) -> str:
    if account.kind == ChannelKind.EMAIL:
        return account.external_id
    if account.kind != ChannelKind.FACEBOOK and account.handle:
        return f"@{account.handle.removeprefix('@')}"
    return account.name
