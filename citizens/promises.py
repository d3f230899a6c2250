"""What the organisation promises, in words for citizens: how soon, when it works, and how long something is from now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.models import ChannelAccount, ChannelKind, Organisation, Promise
from enquiries.rules.sla import DEFAULT_MINUTES

A_MONDAY = date(2026, 1, 5)


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to write to the organisation, with how soon it answers there."""

    kind: str
    label: str
    where: str
    promise: str
    is_public: bool


def ways(organisation: Organisation) -> list[Way]:
    """List the ways to write: the form first, then mail, then the public ones."""
    minutes = _minutes(organisation)
    order = [ChannelKind.WEB, ChannelKind.EMAIL, ChannelKind.X, ChannelKind.FACEBOOK]
    accounts = ChannelAccount.objects.filter(organisation=organisation, is_active=True, kind__in=order)
    return [
        Way(
            kind=account.kind,
            label=str(account.get_kind_display()),
            where=_where(account),
            promise=working_time(minutes[account.kind], organisation),
            is_public=account.kind in (ChannelKind.X, ChannelKind.FACEBOOK),
        )
        for account in sorted(accounts, key=lambda each: (order.index(ChannelKind(each.kind)), each.pk))
    ]


def promise_for(organisation: Organisation, kind: str) -> str:
    """Say in words how soon a first answer comes on a kind of channel."""
    return working_time(_minutes(organisation)[kind], organisation)


def mailbox_of(organisation: Organisation) -> str:
    """Give the organisation's mail address, or nothing."""
    account = ChannelAccount.objects.active("email").filter(organisation=organisation).first()
    return account.external_id if account and "@" in account.external_id else ""


def working_time(minutes: int, organisation: Organisation) -> str:
    """Say working minutes in the organisation's working days where that comes out even, else in hours or minutes."""
    opens, closes = organisation.opens_at, organisation.closes_at
    day = (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute)
    if minutes % day == 0:
        return ngettext("%(n)d working day", "%(n)d working days", minutes // day) % {"n": minutes // day}
    if minutes % 60 == 0:
        return ngettext("%(n)d working hour", "%(n)d working hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d working minute", "%(n)d working minutes", minutes) % {"n": minutes}


def opening_hours(organisation: Organisation) -> str:
    """Say when somebody works, such as "Monday to Friday, 9:00 to 17:00"."""
    days = [int(day) for day in organisation.working_days]
    names = [formats.date_format(A_MONDAY + timedelta(days=day - 1), "l") for day in days]
    in_a_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    which = _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]} if in_a_row else ", ".join(names)
    hours = {
        "opens": formats.time_format(organisation.opens_at, "G:i"),
        "closes": formats.time_format(organisation.closes_at, "G:i"),
    }
    return f"{which}, " + _("%(opens)s to %(closes)s") % hours


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
    return DEFAULT_MINUTES | dict(promised)


def _where(account: ChannelAccount) -> str:
    if account.kind == ChannelKind.EMAIL:
        return account.external_id
    if account.kind == ChannelKind.X and account.handle:
        return f"@{account.handle}"
    return account.name
