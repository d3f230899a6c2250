"""What stands in a mail of ours besides its headers: two forms of the same words, what they answer, and files."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from channels_email.content import MAX_QUOTE
from channels_email.letter import compose
from channels_email.parsing.automatic import is_automatic
from channels_email.parsing.body import html_to_text
from channels_email.parsing.headers import Headers
from channels_email.parsing.structure import take_apart
from enquiries.contract import OutboundFile, Quote
from tests.channels_email.accounts import ADDRESS, KEY, email_account, outbound

ACCOUNT = email_account()
QUOTE = Quote(author="Dana Meyer", at=datetime(2026, 11, 20, 9, 15, tzinfo=UTC), text="Dark.\n\n<b>Very</b> dark.")
PLAN = OutboundFile(name="Plan ü\r\n.png", media_type="image/png", content=b"\x89PNG" * 1000)


def raw(**changes):
    return compose(account=ACCOUNT, reply=outbound(**changes))


def written(**changes):
    return message_from_bytes(raw(**changes), policy=default)


def plain(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html(mail):
    return mail.get_body(("html",)).get_content().replace("\r\n", "\n")


def test_words_come_as_text_first_and_as_html_after():
    mail = written()

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_html_says_the_same_words_and_runs_nothing():
    mail = written(text="a < b & c\n\n<script>alert(1)</script>")

    assert "<script" not in html(mail)
    assert html_to_text(html(mail)).split() == plain(mail).split()


def test_citizens_words_stand_below_the_line_and_marked_as_theirs():
    answer, _, below = plain(written(quote=QUOTE)).partition("_______ Please write your answer above this line _______")

    assert answer.strip() == outbound().text
    assert below.strip() == "Dana Meyer, 2026-11-20 09:15 UTC:\n> Dark.\n>\n> <b>Very</b> dark."
    assert "<b>" not in html(written(quote=QUOTE))


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "boven deze regel"), ("de-AT", "über dieser Zeile"), ("xx", "above")]
)
def test_line_is_in_the_language_of_the_answer(language, words):
    assert words in plain(written(quote=QUOTE, language=language))


def test_mail_without_a_quote_has_no_line():
    assert "_______" not in plain(written())


def test_long_quote_is_shortened_where_one_can_see_it():
    quoted = plain(written(quote=Quote(author="Dana", at=QUOTE.at, text="word " * MAX_QUOTE)))

    assert quoted.rstrip().endswith("> […]")


def test_language_is_told_where_it_is_known():
    assert written(language="nl")["Content-Language"] == "nl"
    assert written(language="")["Content-Language"] is None
    assert written(language="nl\r\nBcc: x@y.example")["Content-Language"] is None


def test_files_come_after_the_words_and_whole():
    mail = written(files=(PLAN, OutboundFile(name="", media_type="no type", content=b"x")), quote=QUOTE)
    first, second = mail.iter_attachments()

    assert mail.get_content_type() == "multipart/mixed"
    assert (first.get_filename(), first.get_content_type(), first.get_content()) == (
        "Plan ü .png",
        "image/png",
        PLAN.content,
    )
    assert (second.get_filename(), second.get_content_type()) == ("file", "application/octet-stream")
    assert plain(mail).startswith("Dear Dana,")


def test_no_line_is_longer_than_servers_take_and_no_byte_is_foreign():
    data = raw(text="Straße " * 500 + "漢字" * 500, quote=QUOTE, files=(PLAN,))

    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()


def test_boundary_is_never_in_the_words():
    text = f"--=_a_{KEY}\n--=_a_{KEY}--"

    assert plain(written(text=text)).strip() == text


def test_what_a_machine_wrote_says_so_and_is_answered_by_no_machine():
    data = raw(automatic=True)
    mail, part = message_from_bytes(data, policy=default), take_apart(raw=data)

    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["X-Loop"]) == (
        "auto-replied",
        "All",
        ADDRESS,
    )
    assert is_automatic(headers=Headers(part), part=part, sender=ADDRESS)


def test_what_a_person_wrote_carries_no_mark_of_a_machine():
    data = raw()
    part = take_apart(raw=data)

    assert not is_automatic(headers=Headers(part), part=part, sender=ADDRESS)
    assert not {"auto-submitted", "precedence", "x-loop"} & {name.lower() for name in message_from_bytes(data)}
