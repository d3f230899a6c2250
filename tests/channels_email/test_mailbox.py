"""Picking up over real IMAP: nothing missed, nothing twice, nobody's marks touched."""

import base64
from dataclasses import replace

import pytest
from imap_tools import MailBoxUnencrypted

from channels_email import mailbox
from channels_email.adapter import EmailChannel
from enquiries.contract import AccountUnusable, NotSent, Unreadable
from tests.channels_email import corpus
from tests.channels_email.accounts import ADDRESS, email_account
from tests.sims import free_port, mailbox_simulator

CHANNEL = EmailChannel()


@pytest.fixture(scope="module")
def running():
    with mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def server(running):
    running.reset()
    return running


@pytest.fixture
def account(server):
    return email_account(imap_port=server.ports["imap-port"])


@pytest.fixture
def client(server):
    with MailBoxUnencrypted("127.0.0.1", server.ports["imap-port"]).login(ADDRESS, "demo") as box:
        yield box


def write(server, raw):
    server.write(from_address="dana@citizens.example", raw_base64=base64.b64encode(raw).decode())


def numbered(number):
    return f"From: dana@citizens.example\r\nSubject: {number}\r\n\r\nmail {number}\r\n".encode()


def in_folder(client, folder="INBOX"):
    client.folder.set(folder)
    return client.numbers()


@pytest.mark.parametrize("name", ["nul-bytes", "raw-latin-1-headers", "attachments", "plain-english"])
def test_bytes_arrive_unchanged(server, account, name):
    write(server, corpus.mail(name))

    (incoming,) = CHANNEL.poll(account, {}).incoming

    assert incoming.raw == corpus.mail(name)
    assert incoming.external_id.startswith("sha256:")
    assert incoming.received_at is not None


def test_empty_mailbox_brings_nothing(account):
    polled = CHANNEL.poll(account, {})

    assert (polled.incoming, polled.more, polled.cursor["uid"]) == ((), False, 0)


def test_next_look_brings_only_what_is_new(server, account):
    write(server, numbered(1))
    first = CHANNEL.poll(account, {})
    assert CHANNEL.poll(account, first.cursor).incoming == ()
    write(server, numbered(2))

    second = CHANNEL.poll(account, first.cursor)

    assert [each.raw for each in second.incoming] == [numbered(2)]


def test_looking_marks_nothing_as_seen(server, account, client):
    write(server, numbered(1))

    CHANNEL.poll(account, {})

    client.folder.set("INBOX")
    (mail,) = client.fetch(mark_seen=False)
    assert "\\Seen" not in mail.flags


def test_many_mails_come_in_portions_in_their_order(server, account):
    for number in range(70):
        write(server, numbered(number))

    first = CHANNEL.poll(account, {})
    second = CHANNEL.poll(account, first.cursor)

    assert (len(first.incoming), first.more, len(second.incoming), second.more) == (50, True, 20, False)
    assert [each.raw for each in first.incoming + second.incoming] == [numbered(number) for number in range(70)]


def test_replaced_mailbox_is_read_again_with_the_same_identities(server, account):
    write(server, numbered(1))
    before = CHANNEL.poll(account, {})
    server.reset()
    write(server, numbered(1))

    after = CHANNEL.poll(account, before.cursor)

    assert after.cursor["uidvalidity"] != before.cursor["uidvalidity"]
    assert [each.external_id for each in after.incoming] == [each.external_id for each in before.incoming]
    assert after.warning


def test_mail_that_somebody_removed_does_not_stop_the_next(server, account, client):
    for number in range(3):
        write(server, numbered(number))
    client.folder.set("INBOX")
    client.delete(client.uids()[:2])

    assert [each.raw for each in CHANNEL.poll(account, {}).incoming] == [numbered(2)]


def test_oversized_mail_is_visible_and_stops_nobody(server, account, monkeypatch):
    monkeypatch.setattr(mailbox, "MAX_BYTES", 5_000)
    monkeypatch.setattr(mailbox, "MAX_HEADER_BYTES", 500)
    write(server, numbered(1))
    write(server, b"From: dana@citizens.example\r\nSubject: film\r\n\r\n" + b"x" * 10_000)
    write(server, numbered(2))

    incoming = CHANNEL.poll(account, {}).incoming

    assert [len(each.raw) < 200 for each in incoming] == [True, True, True]
    (unreadable,) = CHANNEL.parse(account, incoming[1].raw)
    assert isinstance(unreadable, Unreadable)
    assert "too large" in unreadable.error
    assert b"Subject: film" in unreadable.raw


def test_one_look_brings_no_more_bytes_than_fit(server, account, monkeypatch):
    monkeypatch.setattr(mailbox, "MAX_BYTES", 5_000)
    for number in range(3):
        write(server, numbered(number) + b"x" * 2_400)

    first = CHANNEL.poll(account, {})

    assert (len(first.incoming), first.more) == (2, True)
    assert len(CHANNEL.poll(account, first.cursor).incoming) == 1


def test_slow_server_gets_a_look_that_ends_in_time(server, account, monkeypatch):
    """A worker is stopped after two minutes: a look that takes longer would begin anew for ever."""
    monkeypatch.setattr(mailbox, "FETCH_FOR", 0.0)
    for number in range(3):
        write(server, numbered(number))

    first = mailbox.poll(account=account, cursor={})
    second = mailbox.poll(account=account, cursor=first.cursor)

    assert (len(first.incoming), first.more) == (1, True)
    assert len(second.incoming) == 1
    assert first.incoming != second.incoming


def test_stored_mails_move_to_the_processed_folder(server, account, client):
    moving = replace(account, settings={**account.settings, "processed_folder": "Processed"})
    write(server, numbered(1))
    polled = CHANNEL.poll(moving, {})
    write(server, numbered(2))

    CHANNEL.settle(moving, polled)

    assert (len(in_folder(client)), len(in_folder(client, "Processed"))) == (1, 1)
    assert [each.raw for each in CHANNEL.poll(moving, polled.cursor).incoming] == [numbered(2)]


def test_moved_mails_keep_their_bytes(server, account):
    moving = replace(account, settings={**account.settings, "processed_folder": "Processed"})
    write(server, corpus.mail("attachments"))

    CHANNEL.settle(moving, CHANNEL.poll(moving, {}))

    processed = replace(account, settings={**account.settings, "folder": "Processed"})
    assert [each.raw for each in CHANNEL.poll(processed, {}).incoming] == [corpus.mail("attachments")]


def test_lost_settling_is_made_up_by_the_next(server, account, client):
    moving = replace(account, settings={**account.settings, "processed_folder": "Processed"})
    write(server, numbered(1))
    first = CHANNEL.poll(moving, {})
    write(server, numbered(2))

    CHANNEL.settle(moving, CHANNEL.poll(moving, first.cursor))

    assert (len(in_folder(client)), len(in_folder(client, "Processed"))) == (0, 2)


def test_settling_moves_nothing_of_a_replaced_mailbox(server, account, client):
    moving = replace(account, settings={**account.settings, "processed_folder": "Processed"})
    write(server, numbered(1))
    polled = CHANNEL.poll(moving, {})

    CHANNEL.settle(moving, replace(polled, cursor={**polled.cursor, "uidvalidity": 1}))

    assert len(in_folder(client)) == 1


def test_without_a_processed_folder_nothing_moves(server, account, client):
    write(server, numbered(1))

    CHANNEL.settle(account, CHANNEL.poll(account, {}))

    assert len(in_folder(client)) == 1


def test_wrong_password_halts_the_account(account):
    with pytest.raises(AccountUnusable):
        CHANNEL.poll(replace(account, secrets={"imap_password": "of-last-year"}), {})


def test_password_with_foreign_letters_is_only_wrong(account):
    with pytest.raises(AccountUnusable):
        CHANNEL.poll(replace(account, secrets={"imap_password": "größer"}), {})


def test_missing_folder_halts_the_account(account):
    with pytest.raises(AccountUnusable) as halt:
        CHANNEL.poll(replace(account, settings={**account.settings, "folder": "Nowhere"}), {})

    assert "Nowhere" in str(halt.value)


def test_server_that_is_away_is_tried_again():
    with pytest.raises(NotSent):
        CHANNEL.poll(email_account(imap_port=free_port()), {})


def test_server_that_speaks_no_tls_is_not_spoken_to_in_the_clear(account):
    for kind in ("tls", "starttls"):
        with pytest.raises((NotSent, AccountUnusable)):
            CHANNEL.poll(replace(account, settings={**account.settings, "imap_tls": kind}), {})


def test_account_without_imap_has_nothing_to_pick_up():
    polled = CHANNEL.poll(email_account(imap_host=""), {"uid": 7})

    assert (polled.incoming, dict(polled.cursor)) == ((), {"uid": 7})
