"""Listening at mailboxes: news wake the pick-up within seconds, and silence, closed lines and rivals do no harm."""

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from channels_email import idle
from enquiries.contract import NotSent
from enquiries.models import ChannelAccount, Organisation, PickUp
from tests import dovecot
from tests.channels_email.accounts import ADDRESS, email_account
from tests.channels_email.scripted_imap import scripted_imap
from worklist.queue import beat

RAW = b"From: dana@citizens.example\r\nMessage-ID: <a@b>\r\n\r\nnews\r\n"
real_server = pytest.mark.skipif(bool(dovecot.WHY_NOT), reason=dovecot.WHY_NOT)


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as running:
        yield running


@contextmanager
def listening(account) -> Iterator[list[float]]:
    """Listen in a thread; gives the moments at which it woke somebody."""
    woken: list[float] = []
    stopping = threading.Event()

    def wake() -> None:
        woken.append(time.monotonic())

    thread = threading.Thread(target=lambda: idle.listen(account, wake=wake, stopping=stopping))
    thread.start()
    wait_for(lambda: woken)
    yield woken
    stopping.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def wait_for(test, *, seconds=10.0):
    until = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < until
        time.sleep(0.02)


@real_server
def test_mail_wakes_within_two_seconds(server):
    account = email_account(imap_port=server.imap_port, imap_user="idle@northwell.example", archived=False)
    with listening(account) as woken:
        time.sleep(0.3)
        delivered_at = time.monotonic()
        server.deliver("idle@northwell.example", raw=RAW)
        wait_for(lambda: len(woken) > 1)

    assert woken[-1] - delivered_at < 2


@real_server
def test_server_is_asked_anew_and_still_wakes(server, monkeypatch):
    monkeypatch.setattr(idle, "ASK_AGAIN_SECONDS", 0.2)
    account = email_account(imap_port=server.imap_port, imap_user="anew@northwell.example", archived=False)
    with listening(account) as woken:
        time.sleep(1.3)
        server.deliver("anew@northwell.example", raw=RAW)
        wait_for(lambda: len(woken) > 1)


@real_server
def test_listening_marks_no_mail_as_read(server):
    account = email_account(imap_port=server.imap_port, imap_user="unread@northwell.example", archived=False)
    server.deliver("unread@northwell.example", raw=RAW)
    with listening(account):
        pass

    files = list((server.folder / "mail" / "unread@northwell.example").glob("*/*:2,*S*"))
    assert files == []


def test_server_that_cannot_tell_of_mails_is_left_in_peace(caplog):
    plain = scripted_imap({"CAPABILITY": ["* CAPABILITY IMAP4rev1", "{tag} OK done"]})
    with plain as (port, heard), listening(email_account(imap_port=port)) as woken:
        time.sleep(0.3)

    assert not any("IDLE" in line for line in heard) and len(woken) == 1
    assert caplog.records == []


def test_line_that_closes_is_told_and_not_taken_for_silence():
    with scripted_imap({"IDLE": ["+ idling", "<close>"]}) as (port, _), pytest.raises(NotSent):
        idle.listen(email_account(imap_port=port), wake=lambda: None, stopping=threading.Event())


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "is_alive"), [(1, True), (10, False)])
def test_watcher_that_has_not_told_that_it_lives_is_found_dead(minutes, is_alive):
    assert not idle.is_watched(now=timezone.now())
    beat(idle.HEARTBEAT, now=timezone.now() - timedelta(minutes=minutes))

    with nullcontext() if is_alive else pytest.raises(CommandError, match="found by looking"):
        call_command("watch_mail", "--is-alive")


@pytest.mark.django_db(transaction=True)
def test_watcher_without_mailboxes_tells_that_it_lives_says_nothing_and_ends_when_told():
    said = UntilReady()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("watch_mail", stdout=said, stderr=said)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert said.getvalue() == "ready\n"
    assert idle.is_watched(now=timezone.now())


@pytest.mark.django_db
def test_news_let_the_mailbox_be_looked_at_now():
    turn = waiting_turn()

    idle.wake(turn.account_id)

    turn.refresh_from_db()
    assert turn.due_at <= timezone.now()


@pytest.mark.django_db
def test_mailbox_in_trouble_keeps_its_own_time():
    turn = waiting_turn(last_error="The IMAP server broke off.")

    idle.wake(turn.account_id)

    turn.refresh_from_db()
    assert turn.due_at > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_one_process_listens_at_a_mailbox():
    seen = []

    def rival() -> None:
        try:
            with idle.alone(7) as is_alone:
                seen.append(is_alone)
        finally:
            connection.close()

    with idle.alone(7) as first:
        thread = threading.Thread(target=rival)
        thread.start()
        thread.join(timeout=10)
    with idle.alone(7) as again:
        assert (first, seen, again) == (True, [False], True)


class UntilReady(io.StringIO):
    """Tells the process to end once it has said that it is ready."""

    def flush(self) -> None:
        if "ready" in self.getvalue():
            os.kill(os.getpid(), signal.SIGTERM)


def waiting_turn(**facts) -> PickUp:
    city = Organisation.objects.create(name="City of Northwell", slug="northwell")
    account = ChannelAccount.objects.create(organisation=city, kind="email", name="Northwell", external_id=ADDRESS)
    return PickUp.objects.create(
        account=account, due_at=timezone.now() + timedelta(minutes=5), every_seconds=30, **facts
    )
