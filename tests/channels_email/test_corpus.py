"""Mails as they really come: in many languages, broken, hostile, from machines, from ourselves."""

import pytest

from channels_email.parsing import read_mail
from enquiries.contract import Bounce, Ignored, InboundMessage, OwnPost, Receipted, Unreadable
from tests.channels_email import corpus
from tests.channels_email.accounts import email_account

ACCOUNT = email_account()
FIELDS = {
    "text": lambda message: message.text,
    "own": lambda message: None if message.quote_from is None else message.text[: message.quote_from].strip(),
    "threads": lambda message: message.more_threads,
    "subject": lambda message: message.subject,
    "author": lambda message: (message.author.name, message.author.external_id),
    "at": lambda message: message.occurred_at.isoformat()[:16],
    "known_as": lambda message: message.known_as,
    "references": lambda message: message.references,
    "token": lambda message: message.reply_token,
    "language": lambda message: message.language,
    "files": lambda message: [(file.name, file.media_type) for file in message.files],
    "automatic": lambda message: message.automatic,
    "answerable": lambda message: message.answerable,
}


def read(name):
    return read_mail(account=ACCOUNT, raw=corpus.mail(name))


def test_every_mail_has_an_expectation_and_there_are_at_least_a_hundred_and_fifty():
    expected = {*corpus.MESSAGES, *corpus.OWN_POSTS, *corpus.REPORTS, *corpus.IGNORED, *corpus.UNREADABLE}

    assert set(corpus.names()) == expected
    assert len(expected) >= 150


@pytest.mark.parametrize("name", corpus.MESSAGES)
def test_mail_becomes_this_message(name):
    expected = dict(corpus.MESSAGES[name])
    message = read(name)

    assert isinstance(message, InboundMessage)
    assert message.text.startswith(expected.pop("starts", ""))
    assert expected.pop("html", "") in message.html
    assert {field: FIELDS[field](message) for field in expected} == expected


@pytest.mark.parametrize("name", corpus.OWN_POSTS)
def test_mail_is_a_post_of_our_own(name):
    post = read(name)

    assert isinstance(post, OwnPost)
    assert post.posting_key == corpus.OWN_POSTS[name]


@pytest.mark.parametrize("name", corpus.REPORTS)
def test_mail_reports_on_a_reply_of_ours(name):
    report = read(name)

    assert isinstance(report, (Bounce, Receipted))
    assert (report.kind, getattr(report, "status", ""), report.posting_key) == corpus.REPORTS[name]
    assert "@" not in getattr(report, "detail", "")


@pytest.mark.parametrize("name", corpus.IGNORED)
def test_mail_needs_nobody_and_says_why(name):
    assert read(name) == Ignored(reason=corpus.IGNORED[name])


@pytest.mark.parametrize("name", corpus.UNREADABLE)
def test_mail_is_unreadable_and_says_why(name):
    result = read(name)

    assert isinstance(result, Unreadable)
    assert corpus.UNREADABLE[name] in result.error
    assert result.raw == corpus.mail(name)


@pytest.mark.parametrize("name", corpus.MESSAGES)
def test_message_can_be_kept_by_postgresql_and_put_into_a_header(name):
    message = read(name)

    for value in (message.text, message.html, message.subject, message.author.name, *(f.name for f in message.files)):
        assert "\x00" not in value
        value.encode("utf-8")
    for line in (message.subject, message.author.name, message.reply_to, message.known_as, *message.references):
        assert len(line.splitlines()) <= 1


@pytest.mark.parametrize("name", corpus.MESSAGES)
def test_answer_goes_to_the_writer_and_to_nobody_else(name):
    message = read(name)

    assert message.reply_to == (message.author.external_id if message.answerable else "")
    assert message.answerable == bool(message.reply_to)
    assert bool(message.hindrance) != message.answerable


def test_thread_key_cannot_be_chosen_by_a_stranger():
    dana, mallory = read("plain-english"), read("stranger-names-other-thread")

    assert mallory.references == (dana.known_as,)
    assert mallory.thread_key not in (dana.thread_key, dana.known_as)


def test_same_message_id_with_other_words_is_another_message():
    first, second = read("plain-english"), read("duplicate-message-id-other-text")

    assert first.known_as == second.known_as
    assert first.external_id != second.external_id


def test_what_is_left_out_is_named_in_a_file():
    note = read("many-attachments").files[-1].content.decode()

    assert "f50.txt: more than 50 files" in note
    assert "f59.txt" in note
