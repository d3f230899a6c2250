"""How much one source, and everybody together, may send by the public form: generous to people, tight for machines.

The counts live in PostgreSQL, so that they hold over all processes. Nobody is turned away silently: over a cap the form
comes back with every word in it.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from citizens.models import SendingWindow

WINDOW = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)
MOST_OF_ALL = 3000
MOST_OF_ONE = 60
"""A library or an office shares one address."""
MOST_SUSPICIOUS = 10
"""Forms sent faster than a person reads, or without the proof that they were opened at all."""

COUNT = """
INSERT INTO citizens_sendingwindow (key, starts_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, starts_at) DO UPDATE SET count = citizens_sendingwindow.count + 1 RETURNING count
"""


def is_over(*, address: str, suspicious: bool, now: datetime) -> bool:
    """Count one form, and say whether it is one too many."""
    start = window_start(now)
    everybody = _count("all", start)
    if everybody == 1:
        SendingWindow.objects.filter(starts_at__lt=now - FORGOTTEN_AFTER).delete()
    own = _count(_key("one", address), start)
    odd = _count(_key("odd", address), start) if suspicious else 0
    return everybody > MOST_OF_ALL or own > MOST_OF_ONE or odd > MOST_SUSPICIOUS


def window_start(now: datetime) -> datetime:
    """Say when the window began that `now` is in."""
    seconds = int(now.timestamp() // WINDOW.total_seconds() * WINDOW.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)


def address_of(request: HttpRequest) -> str:
    """Say where a request comes from: as our own proxies tell it, and never as the client does. IPv6 counts per /64."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        address = hops[-settings.TRUSTED_PROXIES] if len(hops) >= settings.TRUSTED_PROXIES else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)


def _key(cap: str, address: str) -> str:
    return salted_hmac(f"citizens.caps.{cap}", address, algorithm="sha256").hexdigest()


def _count(key: str, start: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [key, start])
        count: int = cursor.fetchone()[0]
    return count
