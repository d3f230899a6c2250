"""The SMTP receiver over real SMTP: yes only after the commit."""

import os
import signal
import smtplib
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from channels_email import receiver
from channels_email.receiver import Receiver
from enquiries.models import ChannelAccount, Organisation, Payload
from tests.channels_email import corpus
from tests.channels_email.accounts import ADDRESS, TOKEN, message_in
from tests.sims import ROOT, free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account():
    city = Organisation.objects.create(name="City of Northwell", slug="northwell")
    return ChannelAccount.objects.create(organisation=city, kind="email", name="Northwell", external_id=ADDRESS)


@pytest.fixture
def port():
    number = free_port()
    server = Receiver(host="127.0.0.1", port=number)
    server.start()
    yield number
    server.stop()


def deliver(port, raw, recipients=(ADDRESS,), sender="dana@citizens.example"):
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        return client.sendmail(sender, list(recipients), raw, mail_options=["SMTPUTF8"])


def refusal(port, raw, recipients=(ADDRESS,)):
    """The code with which the whole mail is refused."""
    with pytest.raises(smtplib.SMTPException) as raised:
        deliver(port, raw, recipients)
    error = raised.value
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    assert isinstance(error, smtplib.SMTPResponseException)
    return error.smtp_code


def test_mail_is_stored_when_the_server_says_yes(account, port):
    deliver(port, corpus.mail("plain-english"))

    payload = Payload.objects.get()
    assert (payload.account_id, payload.source, payload.state) == (account.pk, "SMTP", "RECEIVED")
    assert bytes(payload.raw).endswith(corpus.mail("plain-english"))
    assert message_in(payload.raw).external_id == payload.external_id


def test_mail_for_a_token_address_reaches_the_mailbox_with_its_token(account, port):
    deliver(port, corpus.mail("plain-english"), recipients=[f"Info+{TOKEN}@Northwell.example"])

    assert message_in(Payload.objects.get().raw).reply_token == TOKEN


def test_bounce_with_its_empty_sender_is_taken(account, port):
    deliver(port, corpus.mail("bounce-failed"), sender="")

    assert bytes(Payload.objects.get().raw).startswith(b"Return-Path: <>\r\n")


def test_same_mail_twice_is_stored_once(account, port):
    deliver(port, corpus.mail("plain-english"))
    deliver(port, corpus.mail("plain-english"), recipients=[f"info+{TOKEN}@northwell.example", ADDRESS])

    assert Payload.objects.count() == 1


def test_mail_for_two_mailboxes_is_stored_for_both(account, port):
    other = ChannelAccount.objects.create(
        organisation=account.organisation, kind="email", name="Waste", external_id="waste@northwell.example"
    )

    deliver(port, corpus.mail("plain-english"), recipients=[ADDRESS, "waste@northwell.example"])

    assert set(Payload.objects.values_list("account_id", flat=True)) == {account.pk, other.pk}


@pytest.mark.parametrize("recipient", ["nobody@northwell.example", "info@elsewhere.example", "dana@citizens.example"])
def test_unknown_recipient_is_refused(account, port, recipient):
    assert refusal(port, corpus.mail("plain-english"), [recipient]) == 550
    assert Payload.objects.count() == 0


def test_mailbox_that_is_not_in_use_is_unknown(account, port):
    ChannelAccount.objects.update(is_active=False)

    assert refusal(port, corpus.mail("plain-english")) == 550


@pytest.mark.parametrize("name", ["nul-bytes", "empty-file", "no-headers", "huge-header", "raw-latin-1-headers"])
def test_odd_mail_is_stored_as_it_came(account, port, name):
    deliver(port, corpus.mail(name))

    assert corpus.mail(name).rstrip() in bytes(Payload.objects.get().raw)


def test_mail_over_the_limit_is_refused_for_good(account, port, monkeypatch):
    monkeypatch.setattr(receiver, "MAX_BYTES", 10_000)

    assert refusal(port, b"Subject: film\r\n\r\n" + b"x" * 500 * 100) == 552
    assert Payload.objects.count() == 0


def test_fifty_megabytes_are_taken(account, port):
    line = b"x" * 76 + b"\r\n"

    deliver(port, b"From: dana@citizens.example\r\nSubject: film\r\n\r\n" + line * (50 * 1024 * 1024 // len(line)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT length(raw) FROM enquiries_payload")
        assert cursor.fetchone()[0] > 52_000_000


def test_sender_keeps_the_mail_when_the_database_refuses(account, port):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enquiries_payload ADD CONSTRAINT no_room CHECK (false) NOT VALID")
    try:
        assert refusal(port, corpus.mail("plain-english")) == 451
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE enquiries_payload DROP CONSTRAINT no_room")

    deliver(port, corpus.mail("plain-english"))
    assert Payload.objects.count() == 1


def test_sender_keeps_the_mail_when_its_mailbox_went_out_of_use_meanwhile(account, port):
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        client.mail("dana@citizens.example")
        client.rcpt(ADDRESS)
        ChannelAccount.objects.update(is_active=False)

        assert client.data(corpus.mail("plain-english"))[0] == 451


def test_sender_keeps_the_mail_when_recipients_cannot_be_looked_up(account, port):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enquiries_channelaccount RENAME TO enquiries_channelaccount_away")
    try:
        assert refusal(port, corpus.mail("plain-english")) == 451
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE enquiries_channelaccount_away RENAME TO enquiries_channelaccount")


def test_dropped_connections_of_the_clerks_are_made_anew(account, port):
    deliver(port, corpus.mail("plain-english"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    deliver(port, corpus.mail("arabic"))

    assert Payload.objects.count() == 2


def test_command_says_ready_receives_and_ends_when_told(account):
    number = free_port()
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "manage.py", "receive_mail", "--host", "127.0.0.1", "--port", str(number)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "ready\n"
        deliver(number, corpus.mail("plain-english"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait(timeout=5)
        process.stdout.close()

    assert Payload.objects.count() == 1
