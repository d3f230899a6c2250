"""An account that has nearly used up what its platform allows keeps the rest for what presses; nothing waits for long."""

from datetime import timedelta
from typing import Any

import pytest

from enquiries.models import AccountStanding, Enquiry, Posting
from enquiries.services.leaving import posting
from tests.people import City, approved, arrive, posting_of
from worklist.queue import database_now

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def told(city: City, *, used: int, minutes_ago: int = 1, name: str = "page") -> None:
    now = database_now()
    quota = [{"name": name, "limit": 100, "remaining": 100 - used, "resets_at": None}]
    AccountStanding.objects.create(
        account=city.accounts["facebook"], due_at=now, quota=quota, quota_at=now - timedelta(minutes=minutes_ago)
    )


def queued(city: City, *, priority: int, ago: timedelta = timedelta(0), due_in: timedelta = 9 * HOUR) -> Posting:
    now = database_now() - ago
    one = posting_of(approved(city, arrive(city, "facebook", now=now), now=now))
    due_at = database_now() + due_in
    Enquiry.objects.filter(pk=one.reply.enquiry_id).update(priority=priority, due_at=due_at)
    return one


CASES: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"used": 74}, {"priority": -1}, True),
    ({"used": 75}, {"priority": -1}, False),
    ({"used": 75}, {"priority": 0}, True),
    ({"used": 90}, {"priority": 0}, False),
    ({"used": 99}, {"priority": 1}, True),
    ({"used": 99}, {"priority": 0, "due_in": HOUR / 2}, True),
    ({"used": 99}, {"priority": 0, "ago": 2 * HOUR}, True),
    ({"used": 99}, {"priority": -1, "ago": 5 * HOUR}, True),
    ({"used": 99, "minutes_ago": 30}, {"priority": -1}, True),
    ({"used": 99, "name": "mentions"}, {"priority": -1}, True),
]


@pytest.mark.parametrize(("allowance", "reply", "leaves"), CASES)
def test_what_does_not_press_waits_while_an_allowance_is_nearly_used_up(
    allowance: dict[str, Any], reply: dict[str, Any], leaves: bool, city: City
):
    told(city, **allowance)
    one = queued(city, **reply)

    assert (one.pk in posting._candidates(database_now() + timedelta(minutes=1), 50)) is leaves


def test_looking_never_waits(city: City):
    told(city, used=99)
    one = queued(city, priority=-1)
    lease = {"lease_owner": "w", "lease_until": database_now() + HOUR}
    Posting.objects.filter(pk=one.pk).update(state="SENDING", attempts=1, **lease)
    Posting.objects.filter(pk=one.pk).update(state="UNKNOWN", lease_owner="", lease_until=None)

    assert posting._candidates(database_now() + timedelta(minutes=1), 50) == [one.pk]
