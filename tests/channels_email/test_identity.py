"""The same mail is the same mail, however it travelled."""

from datetime import UTC, datetime

from channels_email.identity import headers_only, mail_identity, with_envelope
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
    raw = delivered(corpus.mail("plain-english"))

    assert message_in(raw).external_id == mail_identity(raw=raw)


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
