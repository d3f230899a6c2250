"""A program creates an enquiry: once per key, by the same way in as the public form."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from api.keys import KEPT_FOR
from api.models import IdempotentAnswer, Scope
from audit.models import Event
from enquiries.models import ChannelAccount, Enquiry, EnquiryToken, Payload
from enquiries.services.incoming.identity import enquiry_by_secret
from tests.api.conftest import GOOD, Program, assert_problem, token
from tests.people import City, make_city

pytestmark = pytest.mark.django_db


def test_enquiry_is_made_and_told(city: City, site: Program, settings):
    answer = site.post(GOOD | {"topic": "Waste and recycling"})

    body = answer.json()
    enquiry = Enquiry.objects.get()
    assert answer.status_code == 201
    assert body["reference"] == enquiry.reference
    assert body["standing"] == "RECEIVED"
    assert body["words"]
    assert body["promised_at"] == enquiry.clocks.get().due_at.isoformat()
    assert (enquiry.kind, str(enquiry.topic), enquiry.team_id) == ("web", "Waste and recycling", city.waste.pk)
    assert Payload.objects.get().source == "API"
    assert Event.objects.filter(verb="enquiry.submitted_by_program", enquiry_id=enquiry.pk).exists()


def test_link_opens_the_enquiry_and_is_kept_nowhere_in_clear(site: Program, settings):
    link = site.post(GOOD).json()["follow_url"]

    secret = link.removeprefix(f"{settings.PUBLIC_URL}/follow/").strip("/")
    assert enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW) == Enquiry.objects.get()
    assert secret not in str(IdempotentAnswer.objects.values().get())


def test_same_key_and_body_get_the_same_answer(site: Program):
    first = site.post(GOOD, key="k1")

    again = site.post(dict(reversed(GOOD.items())), key="k1")

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert Enquiry.objects.count() == 1


def test_same_key_with_another_body_is_refused(site: Program):
    site.post(GOOD, key="k1")

    assert_problem(site.post(GOOD | {"text": "Something else."}, key="k1"), 422)
    assert Enquiry.objects.count() == 1


def test_same_key_of_another_program_is_another_key(city: City, site: Program):
    other = Program(token(city.organisation, Scope.SUBMIT))

    assert site.post(GOOD, key="k1").json()["reference"] != other.post(GOOD, key="k1").json()["reference"]


def test_old_answers_are_forgotten_and_their_keys_still_make_one_enquiry(site: Program):
    first = site.post(GOOD, key="old")
    IdempotentAnswer.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(days=1))
    site.post(GOOD, key="new")

    again = site.post(GOOD, key="old")

    assert again.json()["reference"] == first.json()["reference"]
    assert Enquiry.objects.count() == 2


def test_answer_that_was_lost_before_it_was_noted_is_given_again(site: Program):
    reference = site.post(GOOD, key="k1").json()["reference"]
    IdempotentAnswer.objects.all().delete()

    assert site.post(GOOD, key="k1").json()["reference"] == reference
    IdempotentAnswer.objects.all().delete()
    assert_problem(site.post(GOOD | {"text": "Other"}, key="k1"), 422)


@pytest.mark.parametrize("key", [None, " ", "with space", "ü", "x" * 101])
def test_key_is_needed(site: Program, key: str | None):
    body = assert_problem(site.post(GOOD, key=key), 400)

    assert body["errors"][0]["field"] == "Idempotency-Key"
    assert not Payload.objects.exists()


def test_topic_that_is_not_offered_is_told_with_those_that_are(site: Program):
    body = assert_problem(site.post(GOOD | {"topic": "No such topic"}), 422)

    assert "Waste and recycling" in body["errors"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 10_001}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a", "b"]}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.c\nBcc: d@e.f"}, "email"),
        ({"language": "xx-YY"}, "language"),
        ({"organisation": 7}, "organisation"),
        ({"state": "CLOSED"}, "state"),
    ],
)
def test_wrong_field_is_named(site: Program, changes: dict[str, object], field: str):
    body = assert_problem(site.post(json.dumps(GOOD | changes)), 400)

    assert field in {error["field"] for error in body["errors"]}
    assert all(error["message"] and error["code"] for error in body["errors"])
    assert not Payload.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"null", b"[]", b'"text"', b"3", b"\xff\xfe\x00", b'{"text": NaN}', b"[" * 100_000, b"1" * 9000]
)
def test_garbage_is_told_and_never_an_error_of_ours(site: Program, raw: bytes):
    assert_problem(site.post(raw), 400)
    assert not Payload.objects.exists()


def test_body_beyond_the_limit_is_not_read(site: Program):
    assert_problem(site.post(b'{"text": "' + b"x" * 300_000 + b'"}'), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_other_media_types_are_refused(site: Program, kind: str):
    assert_problem(site.post("text=x", content_type=kind), 415)


def test_nul_is_left_out(site: Program):
    site.post(GOOD | {"text": "a\x00b"})

    assert Enquiry.objects.get().messages.get().text == "ab"


def test_organisation_without_a_form_says_so(city: City, site: Program):
    ChannelAccount.objects.filter(kind="web").update(is_active=False)

    assert_problem(site.post(GOOD), 503)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_enquiry():
    city = make_city()
    secret = token(city.organisation, Scope.SUBMIT)
    ready, answers = threading.Barrier(3), []

    def send() -> None:
        program = Program(secret)
        ready.wait()
        answers.append(program.post(GOOD, key="k1"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    "body", ['{"\\ud800": 1}', '{"text": "\\ud800"}', '{"text": "a", "topic": "\\ud800"}', '{"te\\u0000xt": 1}']
)
def test_broken_characters_are_refused_in_words(site: Program, body: str):
    assert_problem(site.post(body), 400)
