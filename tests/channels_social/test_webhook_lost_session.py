"""A session that the database ended meanwhile: the webhook is answered on a new one, as if nothing had been."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from audit.models import Event
from channels_social.facebook import signature
from channels_social.views import FORGED
from enquiries.models import Payload
from simulators import credentials
from tests.people import make_city

pytestmark = pytest.mark.django_db(transaction=True)
WEBHOOK = b'{"object": "page", "entry": [{"id": "2000000001", "time": 1, "changes": []}]}'


@pytest.fixture(autouse=True)
def page(transactional_db: None) -> None:
    account = make_city().accounts["facebook"]
    account.keep_secrets({"app_secret": credentials.FACEBOOK_APP_SECRET})
    account.save()


def end_our_session() -> None:
    """Do to our session what a restart of PostgreSQL does, and wait until it is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
        assert cursor.fetchone() == (True,)
    other.close()


def deliver(*, where: str = "", key: str = credentials.FACEBOOK_APP_SECRET) -> tuple[int, bytes]:
    signed = {"X-Hub-Signature-256": signature.sign(key, WEBHOOK)}
    end_our_session()
    answer = Client().post(f"/webhooks/facebook/{where}", WEBHOOK, content_type="application/json", headers=signed)
    return answer.status_code, answer.content


def test_genuine_webhook_is_kept_all_the_same():
    assert deliver() == (200, b"ok")
    assert bytes(Payload.objects.get().raw) == WEBHOOK


def test_forged_webhook_is_refused_and_told_all_the_same():
    assert deliver(key="another") == (401, b"Not proven")
    told = Event.objects.get(verb=FORGED)
    assert told.data == {"kind": "facebook", "method": "POST", "bytes": len(WEBHOOK)}


def test_address_of_one_account_still_asks_that_account_alone():
    assert deliver(where="77/") == (401, b"Not proven")
    assert deliver(where="2000000001/") == (200, b"ok")
