"""The quick half of the pulse: what was answered with "nothing new" is answered again from Redis, until something happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit import versions
from bench.mailing import mail
from enquiries.services import triage
from enquiries.services.approving import freezing
from enquiries.services.incoming import intake
from tests.agents.conftest import SignedIn
from tests.people import NOON, City, arrive, make_city

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> City:
    return make_city()


def stamp(client: Client) -> str:
    return str(client.get("/desk/pulse/", {"v": ""}).json()["v"])


def statements(client: Client, query: dict[str, str], *, status: int) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/desk/pulse/", query).status_code == status
    return len(queries)


def test_second_question_in_a_row_asks_no_table(city: City, alice: Client):
    arrive(city)
    query = {"v": stamp(alice)}

    assert 0 < statements(alice, query, status=204) <= 5
    assert statements(alice, query, status=204) == 0


def test_whatever_happens_is_told_at_once(city: City, alice: Client):
    message = arrive(city)
    query = {"v": stamp(alice)}
    alice.get("/desk/pulse/", query)
    alice.get("/desk/pulse/", query)

    triage.claim(enquiry_id=message.enquiry_id, by_id=city.bob.pk, now=NOON)

    assert alice.get("/desk/pulse/", query).status_code == 200


def number_of(city: City) -> int:
    told = versions.versions_of([city.organisation.pk])
    assert told is not None
    return int(told.partition(":")[2])


def test_what_is_gathered_is_told_at_once_and_again_at_the_end(city: City):
    before = number_of(city)

    with versions.gathered():
        for _ in range(5):
            versions.bump(city.organisation.pk)
            assert number_of(city) == before + 1

    assert number_of(city) == before + 2


def test_what_is_gathered_is_told_though_it_ends_badly(city: City):
    before = number_of(city)

    with pytest.raises(ZeroDivisionError), versions.gathered():
        versions.bump(city.organisation.pk)
        versions.bump(city.organisation.pk)
        raise ZeroDivisionError

    assert number_of(city) == before + 2


def test_long_gathering_is_told_meanwhile(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(versions, "GATHER_SECONDS", -1.0)
    before = number_of(city)

    with versions.gathered():
        versions.bump(city.organisation.pk)
        versions.bump(city.organisation.pk)
        assert number_of(city) == before + 2


def test_sweep_of_many_mails_tells_open_pages_a_few_times(city: City, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(versions, "GATHER_SECONDS", 60.0)
    account = city.accounts["email"].pk
    for number in range(5):
        intake.accept_payload(
            account_id=account, source="SMTP", external_id=f"mail-{number}", raw=mail(number), now=timezone.now()
        )
    before = number_of(city)

    assert intake.read_due_payloads(now=timezone.now(), worker="test") == 5

    assert number_of(city) == before + 2


def test_page_that_is_left_open_learns_that_something_stands_still_and_that_it_is_over(city: City, alice: Client):
    now, by = timezone.now(), city.bob.pk
    seen = alice.get("/desk/pulse/", {"v": ""}).json()
    assert seen["freezes"] == ""
    assert alice.get("/desk/pulse/", {"v": seen["v"]}).status_code == 204

    held = freezing.freeze(
        organisation=city.organisation,
        scope="EVERYTHING",
        reason="Wrong hours went out",
        by_id=by,
        expires_at=now + timedelta(hours=1),
        now=now,
    )
    told = alice.get("/desk/pulse/", {"v": seen["v"]}).json()
    assert "Wrong hours went out" in told["freezes"]

    freezing.lift(freeze_id=held.pk, by_id=by, now=timezone.now())
    assert alice.get("/desk/pulse/", {"v": told["v"]}).json()["freezes"] == ""


def test_open_enquiry_that_changed_is_named(city: City, alice: Client):
    message = arrive(city)
    reference = message.enquiry.reference
    told = alice.get("/desk/pulse/", {"v": "", "enquiry": reference, "e": ""}).json()
    query = {"v": told["v"], "enquiry": reference, "e": told["enquiry"]["e"]}
    assert alice.get("/desk/pulse/", query).status_code == 204

    triage.claim(enquiry_id=message.enquiry_id, by_id=city.bob.pk, now=NOON)

    assert alice.get("/desk/pulse/", query).json()["enquiry"]["reference"] == reference


def test_enquiry_that_may_not_be_seen_is_gone(city: City, charlie: Client):
    reference = arrive(city).enquiry.reference

    told = charlie.get("/desk/pulse/", {"v": "", "enquiry": reference, "e": "5"}).json()

    assert told["enquiry"] == {"reference": reference, "e": "", "is_gone": True}


def test_nobody_gets_what_was_remembered_for_somebody(city: City, alice: Client):
    query = {"v": stamp(alice)}
    alice.get("/desk/pulse/", query)

    answer = Client().get("/desk/pulse/", query)

    assert (answer.status_code, answer.json()["sign_in"]) == (401, "/accounts/login/")


def test_signing_out_is_noticed_when_the_memory_ends(city: City, alice: Client):
    query = {"v": stamp(alice)}
    alice.session.flush()

    assert alice.get("/desk/pulse/", query).status_code == 401


def test_without_redis_the_tables_answer(city: City, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch):
    alice = signed_in(city.alice)
    nobody = redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.1)
    monkeypatch.setattr(versions, "connection", lambda: nobody)
    monkeypatch.setattr(versions.Rest, "until", 0.0)
    message = arrive(city)
    query = {"v": stamp(alice)}

    assert alice.get("/desk/pulse/", query).status_code == 204
    triage.claim(enquiry_id=message.enquiry_id, by_id=city.bob.pk, now=NOON)
    assert alice.get("/desk/pulse/", query).status_code == 200
