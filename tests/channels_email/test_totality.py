"""Whatever the bytes are, a mail ends as one of the six things, in time."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_email.parsing import read_mail
from channels_email.parsing.charsets import clean_line, clean_text, decode
from channels_email.parsing.headers import decode_words, mailboxes, message_ids
from enquiries.contract import Bounce, Ignored, InboundMessage, OwnPost, Receipted, Unreadable
from tests.channels_email import corpus
from tests.channels_email.accounts import email_account

ACCOUNT = email_account()
PARSED = (InboundMessage, OwnPost, Bounce, Receipted, Ignored, Unreadable)
SMALL = [name for name in corpus.names() if len(corpus.mail(name)) < 20_000]
MANY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\x00", b"\xff\xfe", b"<", b">", b'"', b"(", b"=?utf-8?b?", b"?=", b"charset="),
        *(b"From: a@b.c\n", b"Date: ", b"Received: ;", b"Message-ID: <", b"--x\n", b"--x--\n", b"begin 644 a\n"),
        *(b"Content-Type: multipart/mixed; boundary=x\n", b"Content-Type: message/rfc822\n\n"),
        *(b"Content-Type: text/html\n", b"Content-Transfer-Encoding: base64\n", b"name*0*=utf-8''%ff"),
        *(b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", b"Action: failed\n"),
        *(b"Content-Type: message/delivery-status\n\n", b"Thread-Index: ", b"Return-Path: <>\n", b"Status: 5.1.1\n"),
        *(b"Authentication-Results: mx; dmarc=pass (", b"From: MAILER-DAEMON@b.c\nSubject: failure notice\n"),
    ]
)


def is_sound(result):
    """One of the six, by design and not by the last net, and if it is a message, one that can be kept."""
    assert isinstance(result, PARSED)
    assert not (isinstance(result, Unreadable) and "could not be read (" in result.error), result.error
    if isinstance(result, InboundMessage):
        for value in (result.text, result.html, result.subject, result.author.name, result.known_as, result.reply_to):
            value.encode("utf-8")
            assert "\x00" not in value
        assert result.occurred_at.tzinfo is not None
    return True


@MANY
@given(raw=st.binary(max_size=2000))
def test_any_bytes_are_read(raw):
    assert is_sound(read_mail(account=ACCOUNT, raw=raw))


@MANY
@given(pieces=st.lists(PIECES | st.binary(max_size=20), max_size=60))
def test_any_heap_of_mail_pieces_is_read(pieces):
    assert is_sound(read_mail(account=ACCOUNT, raw=b"".join(pieces)))


@MANY
@given(data=st.data())
def test_any_damage_to_a_real_mail_is_survived(data):
    raw = bytearray(corpus.mail(data.draw(st.sampled_from(SMALL))) or b"\n")
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        raw[start : start + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=12) | PIECES)

    assert is_sound(read_mail(account=ACCOUNT, raw=bytes(raw)))


@pytest.mark.parametrize("moment", ["", "2026112", "20261125T1000", "20261399T100000", "TZID=:", "x"])
def test_calendar_with_a_broken_moment_is_read(moment):
    whole = corpus.mail("calendar-local-time")
    raw = whole.replace(b"DTEND:20261126T100000", b"DTEND:" + moment.encode())

    assert raw != whole
    assert is_sound(read_mail(account=ACCOUNT, raw=raw))


@MANY
@given(data=st.binary(max_size=300), charset=st.text(max_size=20) | st.sampled_from(["utf-7", "idna", "utf-16", "zip"]))
def test_any_bytes_in_any_charset_become_text(data, charset):
    clean_text(decode(data, declared=charset)).encode("utf-8")


@MANY
@given(value=st.text(max_size=300))
def test_any_header_is_read(value):
    assert len(clean_line(decode_words(value), limit=100).splitlines()) <= 1
    assert all("@" in each.address for each in mailboxes(value))
    assert all(name.startswith("<") for name in message_ids(value))


def test_reading_twice_gives_the_same():
    for name in corpus.names():
        assert read_mail(account=ACCOUNT, raw=corpus.mail(name)) == read_mail(account=ACCOUNT, raw=corpus.mail(name))


HEAD = b"From: dana@citizens.example\nSubject: x\n"
BOMBS = {
    "empty lines": HEAD + b"\n" + b"\n" * 1_000_000,
    "headers": HEAD + b"X: y\n" * 1_500_000 + b"\nhi",
    "html tables": HEAD + b"Content-Type: text/html\n\n" + b"<table><tr><td>" * 60_000,
    "html brackets": HEAD + b"Content-Type: text/html\n\n" + b"<" * 1_000_000,
    "flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 350_000,
    "addresses": b"From: " + b"a@b," * 100_000 + b"\n\nhi",
    "quotes": b"From: " + b'"a\\\\' * 100_000 + b"\n\nhi",
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nhi",
    "parameters": HEAD + b"Content-Type: text/plain" + b';"' * 500_000 + b"\n\nhi",
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * 200_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_mail_made_to_waste_time_is_read_quickly(name):
    started = time.process_time()

    result = read_mail(account=ACCOUNT, raw=BOMBS[name])

    assert isinstance(result, PARSED)
    assert time.process_time() - started < 10
