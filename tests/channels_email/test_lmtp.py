"""The receiver over real LMTP: an answer for each recipient, each after its own commit."""

import smtplib

import pytest
from django.db import DatabaseError

from channels_email import receiver
from channels_email.receiver import Receiver
from enquiries.models import ChannelAccount, Organisation, Payload
from enquiries.services.incoming.intake import accept_payload
from tests.channels_email import corpus
from tests.channels_email.accounts import ADDRESS, TOKEN
from tests.sims import free_port

pytestmark = pytest.mark.django_db(transaction=True)
ROADS = "roads@northwell.example"


@pytest.fixture
def accounts():
    city = Organisation.objects.create(name="City of Northwell", slug="northwell")
    return [
        ChannelAccount.objects.create(organisation=city, kind="email", name=name, external_id=name)
        for name in (ADDRESS, ROADS)
    ]


@pytest.fixture
def port():
    number = free_port()
    server = Receiver(host="127.0.0.1", port=number, lmtp=True)
    server.start()
    yield number
    server.stop()


def deliver(port, recipients, raw=None):
    """The codes for the recipients at RCPT, and those after the mail for whom was taken."""
    with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail("dana@citizens.example")
        taken = [client.rcpt(recipient)[0] for recipient in recipients]
        answers = [client.data(raw or corpus.mail("plain-english"))[0]]
        answers += [client.getreply()[0] for _ in range(taken.count(250) - 1)]
        assert client.noop()[0] == 250
    return taken, answers


def test_each_recipient_gets_an_answer_and_each_mailbox_the_mail(accounts, port):
    assert deliver(port, [ADDRESS, ROADS]) == ([250, 250], [250, 250])
    assert Payload.objects.count() == 2


def test_two_addresses_of_one_mailbox_are_answered_twice_and_stored_once(accounts, port):
    assert deliver(port, [ADDRESS, ADDRESS.replace("@", f"+{TOKEN}@")]) == ([250, 250], [250, 250])
    assert Payload.objects.count() == 1


def test_unknown_recipient_is_refused_and_the_other_gets_the_mail(accounts, port):
    assert deliver(port, ["nobody@northwell.example", ADDRESS]) == ([550, 250], [250])
    assert Payload.objects.count() == 1


def test_trouble_with_one_mailbox_is_told_for_it_alone(accounts, port, monkeypatch):
    real, broken = accept_payload, accounts[0].pk

    def accept(*, account_id, **facts):
        if account_id == broken:
            raise DatabaseError
        return real(account_id=account_id, **facts)

    monkeypatch.setattr(receiver, "accept_payload", accept)

    assert deliver(port, [ADDRESS, ROADS]) == ([250, 250], [451, 250])
    assert [payload.account_id for payload in Payload.objects.all()] == [accounts[1].pk]


def test_mail_that_is_too_large_is_refused_for_each(accounts, port, monkeypatch):
    monkeypatch.setattr(receiver, "MAX_BYTES", 2000)
    number = free_port()
    server = Receiver(host="127.0.0.1", port=number, lmtp=True)
    server.start()
    try:
        taken, answers = deliver(number, [ADDRESS, ROADS], raw=b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\n" * 2000)
    finally:
        server.stop()

    assert (taken, answers) == ([250, 250], [552, 552])
    assert not Payload.objects.exists()


def test_smtp_greeting_is_not_taken(accounts, port):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        assert client.docmd("EHLO", "citizens.example")[0] == 500
