"""Calls in a platform's name that prove nothing: many at once most likely mean that its secret was changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from audit.models import Event
from enquiries.contract import Checked, Verdict
from enquiries.models import AccountStanding

REFUSED = "security.webhook_forged"
WITHIN = timedelta(minutes=10)
BURST = 20
MOST_READ = 700
"""The ledger takes sixty a minute."""
LINE = "forged"


def bursts(*, now: datetime) -> dict[str, int]:
    """Say for which kinds of channel many calls without proof came within ten minutes, and how many."""
    newest = Event.objects.filter(verb=REFUSED).order_by("-pk").values_list("at", "data")[:MOST_READ]
    counts = Counter(str(data.get("kind", "")) for at, data in newest if now - WITHIN < at <= now)
    return {kind: n for kind, n in counts.items() if n >= BURST}


def look_at_accounts(*, now: datetime) -> int:
    """Have the accounts under a burst checked up at once, so that people are told. Returns how many."""
    kinds = bursts(now=now)
    if not kinds:
        return 0
    told = {"lines": [{"name": LINE}]}
    untold = AccountStanding.objects.filter(account__kind__in=kinds, account__is_active=True, due_at__gt=now)
    return untold.exclude(checkup__contains=told).update(due_at=now)


def lines_for(kind: str, *, now: datetime) -> tuple[Checked, ...]:
    """Make the line of a check-up that tells of a burst; none where there is none."""
    n = bursts(now=now).get(kind)
    if n is None:
        return ()
    says = _("In ten minutes %(n)d calls claimed to come from the platform and could not prove it. Nothing was kept.")
    fix = _(
        "Most likely the secret was changed on the platform: type the new one in here; what was refused is fetched by"
        " looking. If nobody changed it, somebody is pretending: tell your administrators."
    )
    return (Checked(name=LINE, verdict=Verdict.BAD, says=says % {"n": n}, fix=fix),)
