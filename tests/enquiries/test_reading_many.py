"""Many payloads at once: read in hands of ten, and no poison among them holds up the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils.timezone import now as real_now

from bench.mailing import mail
from enquiries.models import Payload
from enquiries.services.incoming import intake
from tests.people import NOON, City
from worklist import hints, queue

LATER = timedelta(minutes=5)


def take(city: City, number: int, raw: bytes = b"") -> Payload:
    kept = intake.accept_payload(
        account_id=city.accounts["email"].pk,
        source="SMTP",
        external_id=f"m{number}",
        raw=raw or mail(number),
        now=NOON + timedelta(milliseconds=number),
    )
    return Payload.objects.get(pk=kept.payload_id)


def read(after: timedelta = timedelta(seconds=1)) -> int:
    return intake.read_due_payloads(now=NOON + after, worker="w")


def begin_and_die(after: timedelta = timedelta(seconds=1)) -> None:
    """Claim as a worker does that is killed before it has read anything."""
    queue.claim(Payload.objects.all(), now=NOON + after, lease=intake.READ_LEASE, worker="dead", limit=1)


def states() -> list[str]:
    return list(Payload.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> redis.Redis:
    """The hint server, and a process that has not whispered yet."""
    monkeypatch.setattr(hints, "_whispers", hints.Whispers())
    server = redis.Redis.from_url(settings.ENV.redis_url)
    server.delete("intake")
    return server


def test_unreadable_payload_in_a_hand_leaves_the_others_as_they_would_be(city: City):
    for number in range(4):
        take(city, number, b"" if number != 1 else b"\x00")

    assert read() == 4
    assert states() == ["READ", "UNREADABLE", "READ", "READ"]


def test_payload_that_killed_its_reader_is_claimed_alone_next_time(city: City, monkeypatch: pytest.MonkeyPatch):
    killer, innocent = take(city, 1), take(city, 2)
    begin_and_die()
    held: list[int] = []
    read_one = intake._read

    def noted(*args):
        held.append(Payload.objects.filter(lease_owner="w").count())
        read_one(*args)

    monkeypatch.setattr(intake, "_read", noted)
    take(city, 3)
    read(LATER)

    assert held == [1, 2, 1]  # the killer by itself, then a hand of two
    assert {killer.pk, innocent.pk} <= set(Payload.objects.filter(state="READ").values_list("pk", flat=True))


def test_payload_whose_readers_never_come_back_is_a_persons_in_the_end(city: City):
    killer = take(city, 1)
    for turn in range(intake.READER_DEATHS):
        begin_and_die(LATER * (turn + 1))
    take(city, 2)

    read(LATER * (intake.READER_DEATHS + 1))

    killer.refresh_from_db()
    assert (killer.state, killer.last_error) == ("UNREADABLE", "Whoever began to read it did not come back")
    assert states() == ["UNREADABLE", "READ"]


def test_full_first_hand_calls_another_worker(city: City, broker: redis.Redis):
    for number in range(intake.READ_TOGETHER):
        take(city, number)

    read()

    assert broker.llen("intake") == 1


def test_fewer_than_a_hand_call_nobody(city: City, broker: redis.Redis):
    for number in range(intake.READ_TOGETHER - 1):
        take(city, number)

    read()

    assert broker.llen("intake") == 0


def test_sweep_ends_when_it_has_read_its_share(city: City):
    for number in range(5):
        take(city, number)

    assert intake.read_due_payloads(now=NOON + LATER, worker="w", most=3) == 3
    assert states().count("READ") == 3
    assert not Payload.objects.exclude(state="READ").exclude(lease_owner="").exists()


@pytest.mark.parametrize("name", ["", "  ", "\x00", "a\x00b"])
def test_thing_without_a_sound_name_is_kept_once(city: City, name: str):
    kept = [
        intake.accept_payload(
            account_id=city.accounts["email"].pk, source="SMTP", external_id=name, raw=b"x", now=real_now()
        )
        for _ in range(2)
    ]

    assert kept[0].payload_id == kept[1].payload_id
    assert [one.is_new for one in kept] == [True, False]
