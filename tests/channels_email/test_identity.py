"""The same mail is the same mail, however it travelled."""

from datetime import UTC, datetime

import pytest

from channels_email.identity import copy_identity, counting_more, headers_only, mail_identity, with_envelope
from channels_email.parsing import read_mail
from enquiries.contract import Unreadable
from tests.channels_email import corpus
from tests.channels_email.accounts import TOKEN, email_account, message_in

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def delivered(raw, recipients=("info@northwell.example",), sender="dana@citizens.example"):
    return with_envelope(raw=raw, sender=sender, recipients=recipients, host="mx.northwell.example", now=NOW)


def test_mail_by_smtp_and_by_imap_is_one():
    raw = corpus.mail("attachments")

    assert mail_identity(raw=delivered(raw)) == mail_identity(raw=raw)


def test_what_servers_on_the_way_add_makes_no_difference():
    raw = corpus.mail("plain-english")
    travelled = (
        b"Received: by x; y\r\nX-Spam: no\r\nDelivered-To: info@northwell.example\r\nDKIM-Signature: a\r\n" + raw
    )

    assert mail_identity(raw=travelled) == mail_identity(raw=raw)


def test_line_ends_and_folding_make_no_difference():
    raw = corpus.mail("reply-with-token")
    unfolded = raw.replace(b"<one@citizens.example>\r\n <", b"<one@citizens.example> <")

    assert unfolded != raw
    assert mail_identity(raw=unfolded.replace(b"\r\n", b"\n") + b"\n") == mail_identity(raw=raw)


def test_no_two_mails_of_the_corpus_share_an_identity():
    identities = {mail_identity(raw=corpus.mail(name)) for name in corpus.names()}

    assert len(identities) == len(corpus.names())


def test_message_carries_the_identity_under_which_its_bytes_are_kept():
    for name in ("plain-english", "mailing-list"):
        raw = delivered(corpus.mail(name))

        assert message_in(raw).external_id == copy_identity(raw=raw)


@pytest.mark.parametrize(
    "header",
    [
        "List-Id: <all.example.org>",
        "Precedence: bulk",
        "Return-Path: <>",
        "X-Auto-Response-Suppress: OOF, DR",
        "X-Loop: list@citizens.example",
        "Authentication-Results: mx.northwell.example; dmarc=fail header.from=citizens.example",
    ],
)
def test_copy_that_servers_speak_against_stands_behind_the_straight_one(header):
    straight = corpus.mail("plain-english")
    marked = header.encode() + b"\r\n" + straight

    one, other = copy_identity(raw=straight), copy_identity(raw=marked)

    assert one == mail_identity(raw=straight) == mail_identity(raw=marked) != other
    assert counting_more(one) == () and counting_more(other)[0] == one
    assert message_in(marked).copies == counting_more(other)
    assert message_in(marked).thread_key == message_in(straight).thread_key


def test_copy_by_a_machine_stands_behind_the_one_whose_sender_failed():
    straight = corpus.mail("plain-english")
    failed = copy_identity(raw=b"Authentication-Results: mx; dmarc=fail\r\n" + straight)
    by_list = copy_identity(raw=b"List-Id: <all.example.org>\r\n" + straight)

    assert counting_more(by_list) == (copy_identity(raw=straight), failed)


def test_copy_whose_sender_passed_is_the_straight_one():
    straight = corpus.mail("plain-english")
    passed = b"Authentication-Results: mx; dmarc=pass header.from=citizens.example\r\nReturn-Path: <d@x>\r\n" + straight

    assert copy_identity(raw=passed) == copy_identity(raw=straight)


def test_envelope_tells_token_and_time_of_arrival():
    raw = delivered(corpus.mail("broken-date"), recipients=[f"info+{TOKEN}@northwell.example"])

    message = message_in(raw)

    assert (message.reply_token, message.occurred_at) == (TOKEN, NOW)


def test_envelope_cannot_smuggle_a_header():
    raw = delivered(b"Subject: x\r\n\r\n", recipients=["a\r\nBcc: b@c\r\n@northwell.example"])

    assert b"\r\nBcc" not in raw


def test_stand_in_for_an_oversized_mail_is_visible_and_says_its_size():
    raw = headers_only(head=b"From: dana@citizens.example\r\nSubject: film\r\n\r\n", size=200 * 1024 * 1024)

    result = read_mail(account=email_account(), raw=raw)

    assert isinstance(result, Unreadable)
    assert "200 MB" in result.error
    assert b"Subject: film" in result.raw


def test_two_oversized_mails_are_two():
    assert mail_identity(raw=headers_only(head=b"", size=1)) != mail_identity(raw=headers_only(head=b"", size=2))
