"""What each thing that arrives costs the database: the figures that the benchmark stands on, so that none grows unseen."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.load import APP_SECRET, comment
from bench.mailing import mail
from channels_social.facebook import signature
from enquiries.models import Payload
from enquiries.services.incoming import intake
from tests.people import NOON, City

pytestmark = pytest.mark.django_db(transaction=True)


def statements(act: Callable[[], object]) -> Counter[str]:
    """Count the trips to the database by their first word, BEGIN and COMMIT included."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return Counter(query["sql"].split()[0] for query in captured.captured_queries)


def deliver(number: int) -> None:
    body = comment(number)
    signed = {"X-Hub-Signature-256": signature.sign(APP_SECRET, body)}
    assert (
        Client().post("/webhooks/facebook/", body, content_type="application/json", headers=signed).status_code == 200
    )


def take_mails(city: City, *numbers: int) -> None:
    for number in numbers:
        account_id = city.accounts["email"].pk
        intake.accept_payload(
            account_id=account_id, source="SMTP", external_id=f"m{number}", raw=mail(number), now=NOON
        )


def read() -> None:
    assert intake.read_due_payloads(now=NOON + timedelta(seconds=1), worker="w")


def test_accepting_a_webhook_is_one_statement_that_asks_for_the_account_and_commits_itself(city: City):
    city.accounts["facebook"].keep_secrets({"app_secret": APP_SECRET})
    city.accounts["facebook"].save()
    deliver(1)

    assert statements(lambda: deliver(2)) == {"EXECUTE": 1}
    assert Payload.objects.count() == 2


def test_accepting_a_mail_is_one_statement_that_commits_itself(city: City):
    assert statements(lambda: take_mails(city, 1)) == {"EXECUTE": 1}


def test_reading_one_more_mail_of_a_new_citizen_takes_8_trips_in_one_commit(city: City):
    take_mails(city, 0)
    alone = statements(read)
    take_mails(city, 2, 4)

    one_more = statements(read) - alone

    # Its writer and whether it is known; the writer made, with a citizen; the locks and what else is known; the enquiry; its
    # clock, threads and message; that the payload is read, and the audit.
    assert one_more == {"EXECUTE": 6, "BEGIN": 1, "COMMIT": 1}


def test_reading_one_more_mail_of_a_known_citizen_saves_the_identity(city: City):
    take_mails(city, 0)
    alone = statements(read)
    take_mails(city, 2, 3)  # two of one citizen

    one_more = statements(read) - alone

    assert one_more == {"EXECUTE": 5, "BEGIN": 1, "COMMIT": 1}
