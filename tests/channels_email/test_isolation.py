"""A mail can bring down the process that reads it, and nothing else: the next one is read as if nothing had been."""

import os
import pickle
import sys
import time
from dataclasses import replace

import pytest

from channels_email import isolation
from channels_email.isolation import Hall, unpack
from channels_email.parsing import read_mail
from enquiries.contract import InboundMessage, Unreadable
from tests.channels_email import corpus
from tests.channels_email.accounts import email_account

ACCOUNT = email_account()
PLAIN = corpus.mail("plain-english")
READER = """
import ctypes, os, signal, sys, time
from channels_email import isolation
from channels_email.parsing import read_mail
isolation.CPU_SECONDS = 1
def loop():
    while True: pass
NASTY = {
    b"segfault": lambda: ctypes.string_at(0),
    b"killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    b"loop": loop,
    b"memory": lambda: bytearray(3 * 1024 ** 3),
    b"print": lambda: os.write(1, b"x" * 100),
    b"lie": lambda: os.getcwd,
}
def read(account, raw):
    act = NASTY.get(raw)
    told = act() if act else None
    return told if raw == b"lie" else read_mail(account=account, raw=raw)
isolation.serve(read)
"""


@pytest.fixture
def hall():
    opened = Hall((sys.executable, "-c", READER))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "name", ["plain-english", "attachments", "bounce-failed", "own-reply-comes-back", "no-headers"]
)
def test_mail_read_apart_is_the_same_as_read_here(name):
    raw = corpus.mail(name)

    assert isolation.read_apart(account=ACCOUNT, raw=raw) == read_mail(account=ACCOUNT, raw=raw)


@pytest.mark.parametrize("deed", [b"segfault", b"killed", b"lie"])
def test_mail_over_which_readers_die_is_unreadable_and_the_next_is_read(hall, deed):
    result = hall.read(ACCOUNT, deed)

    assert isinstance(result, Unreadable)
    assert "ended over it" in result.error
    assert result.raw == deed
    assert isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage)


def test_mail_that_never_ends_is_stopped_and_the_next_is_read_in_time(hall):
    started = time.monotonic()

    result = hall.read(ACCOUNT, b"loop")

    assert isinstance(result, Unreadable)
    assert "too long" in result.error
    assert isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage)
    assert time.monotonic() - started < 15


def test_mail_that_takes_all_memory_takes_only_the_readers(hall):
    assert isinstance(hall.read(ACCOUNT, b"memory"), Unreadable)
    assert isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage)


def test_reader_that_prints_does_not_spoil_its_answer(hall):
    assert isinstance(hall.read(ACCOUNT, b"print"), Unreadable | InboundMessage)
    assert isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage)


def test_reader_is_not_told_a_secret_of_the_account(monkeypatch):
    seen = []
    monkeypatch.setattr(isolation, "_hall", type("Ear", (), {"read": lambda _, account, raw: seen.append(account)})())

    isolation.read_apart(account=replace(ACCOUNT, secrets={"imap_password": "demo", "verp_key": "k"}), raw=PLAIN)

    assert seen[0].secrets == {"verp_key": "k"}


@pytest.mark.parametrize("value", [os.getcwd, {"a": 1}, time.sleep, isolation.Died(by_time=True), "text"])
def test_reader_cannot_answer_with_anything_but_what_a_mail_becomes(value):
    with pytest.raises(pickle.UnpicklingError):
        unpack(pickle.dumps(value))


def test_mail_is_read_here_where_no_process_can_be_started(monkeypatch):
    monkeypatch.setattr(isolation, "_hall", Hall(("/nowhere/python",)))

    assert isinstance(isolation.read_apart(account=ACCOUNT, raw=PLAIN), InboundMessage)


def test_child_of_a_worker_begins_with_a_reader_of_its_own(hall):
    hall.read(ACCOUNT, PLAIN)
    child = os.fork()
    if not child:
        hall.after_fork()
        os._exit(0 if isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage) else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert isinstance(hall.read(ACCOUNT, PLAIN), InboundMessage)
