"""Plants the demo once: the city, its enquiries, what its monitors found, and a few things that cannot be read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from citizenservice.demo import city as town
from citizenservice.demo.approving import approve_with_care
from citizenservice.demo.fates import plans
from citizenservice.demo.hearing import listen
from citizenservice.demo.lives import READER, Life
from citizenservice.demo.standards import keep_standards
from citizenservice.demo.telling import tell
from citizenservice.demo.timeline import live
from citizenservice.demo.trusting import trust_some
from enquiries.models import Organisation
from enquiries.services import clocks
from enquiries.services.incoming import intake

NUMBER = 300
SEED = 2026
UNREADABLE = (
    ("x", "POLL", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
    ("facebook", "WEBHOOK", b'{"object": "page", "entry": [{"id": "2000000001", "time": 17'),
    ("email", "SMTP", b"\r\n\r\nThe letter without an envelope\r\n"),
    ("email", "POLL", b"\x00\x01\x02 nothing that a mail program writes \xff\xfe"),
)
"""What arrived and is no message: it waits in the list of unreadable things."""


def plant(*, now: datetime, number: int = NUMBER) -> bool:
    """Write the whole demo in one transaction. False when it is there already: nothing is changed then.

    No channel is called, and nothing is left that a worker would send: the simulators do not know these posts.
    """
    with transaction.atomic():
        _one_at_a_time()
        if Organisation.objects.filter(slug=town.SLUG).exists():
            return False
        city = town.found(now=now)
        calendar = clocks.calendar_of(city.organisation, around=now)
        crews = {topic.name: city.crews[topic.team.name] for topic in city.topics.values() if topic.team}
        live(
            Life(city, plan, crews[plan.story.topic]).acts()
            for plan in plans(calendar, number=number, seed=SEED, now=now)
        )
        keep_standards(city, now=now)
        _leave_unreadable(city, now)
        approve_with_care(city, now=now)
        trust_some(city, now=now)
        tell(city, now=now)
        listen(city, now=now)
        while clocks.sweep_clocks(now=now):
            pass
        # Each service said "look now" for its row. Nothing is due here, so hundreds of hints would only cost time.
        connection.run_on_commit.clear()
    return True


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('demo', 0))")


def _leave_unreadable(city: town.City, now: datetime) -> None:
    for hours, (kind, source, raw) in enumerate(UNREADABLE, start=1):
        then = now - timedelta(hours=3 * hours)
        accepted = intake.accept_payload(
            account_id=city.accounts[kind].pk, source=source, external_id=f"demo:unreadable:{hours}", raw=raw, now=then
        )
        try:
            intake.read_now(accepted.payload_id, now=then, worker=READER)
        except intake.CannotRead:
            continue
