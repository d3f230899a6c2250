"""What has to be done inside the service: make a city that can be written to, count what was kept, wait until it is read."""

from __future__ import annotations

import argparse
import json
import sys
import time

import django

from bench.load import APP_SECRET, PAGE
from bench.mailing import MAILBOX


def prepare() -> dict[str, object]:
    """Make a city with a page and a mailbox, public holidays, a promise and a closed day, as a real one has. Once is enough."""
    from datetime import date

    from enquiries.models import ChannelAccount, ClosedDay, Organisation, Promise, Team

    if Organisation.objects.exists():
        return {}
    city = Organisation.objects.create(
        name="Northwell City", slug="northwell", reference_prefix="NW", holiday_region="GB-ENG"
    )
    team = Team.objects.create(organisation=city, name="Front desk")
    Promise.objects.create(organisation=city, channel="email", working_minutes=960)
    ClosedDay.objects.create(organisation=city, date=date(2026, 12, 24), name="Town hall closed")
    for kind, external_id in (("facebook", PAGE), ("email", MAILBOX)):
        account = ChannelAccount(organisation=city, team=team, kind=kind, name="Northwell", external_id=external_id)
        account.keep_secrets({"app_secret": APP_SECRET} if kind == "facebook" else {})
        account.save()
    return {}


def count() -> dict[str, object]:
    """Count what was kept of webhooks."""
    from enquiries.models import Payload

    return {"rows": Payload.objects.filter(source="WEBHOOK").count()}


def forget() -> dict[str, object]:
    """Lose all hints, so that nobody begins to read before the clock runs."""
    from django.conf import settings
    from redis import Redis

    return {"forgotten": Redis.from_url(settings.ENV.redis_url).flushall()}


def read() -> dict[str, object]:
    """Hint the running workers, and wait until every mail is read. `seconds` is from the hint to the last commit."""
    from enquiries.models import Enquiry, Message, Payload
    from enquiries.services.incoming.intake import READ_TASK
    from worklist.hints import hint

    waiting = Payload.objects.filter(state="RECEIVED")
    mails, begun = waiting.count(), time.perf_counter()
    hint(READ_TASK)
    while waiting.exists():
        if time.perf_counter() - begun > 1500:
            sys.exit(f"{waiting.count()} mails are still unread.")
        time.sleep(0.05)
    seconds = time.perf_counter() - begun
    kept = {"enquiries": Enquiry.objects.count(), "messages": Message.objects.count()}
    return {"mails": mails, "seconds": round(seconds, 3), "per_second": round(mails / seconds, 1), **kept}


WHAT = {"prepare": prepare, "count": count, "forget": forget, "read": read}


def main() -> None:
    """Do it, and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=list(WHAT))
    what = parser.parse_args().what
    django.setup()
    print(json.dumps(WHAT[what]()))


if __name__ == "__main__":
    main()
