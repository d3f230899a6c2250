"""Picking up from a real Dovecot: by UID, through lost lines, moved, removed and renumbered mails."""

import imaplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from channels_email import mailbox
from enquiries.contract import Account, NotSent, Polled
from tests import dovecot
from tests.channels_email.accounts import email_account

pytestmark = pytest.mark.skipif(bool(dovecot.WHY_NOT), reason=dovecot.WHY_NOT)
_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as running:
        yield running


@pytest.fixture
def account(server: dovecot.Dovecot) -> Account:
    """A mailbox that nobody has written to."""
    user = f"info{next(_numbers)}@northwell.example"
    made: Account = email_account(imap_port=server.imap_port, imap_user=user, archived=False)
    return made


def user_of(account: Account) -> str:
    return str(account.settings["imap_user"])


def deliver(server: dovecot.Dovecot, account: Account, *words: str) -> None:
    for word in words:
        raw = (
            f"From: dana@citizens.example\r\nMessage-ID: <{word}@citizens.example>\r\nSubject: {word}\r\n\r\n{word}\r\n"
        )
        server.deliver(user_of(account), raw=raw.encode())


def look(account: Account, polled: Polled | None = None) -> Polled:
    return mailbox.poll(account=account, cursor=polled.cursor if polled else {})


def words(polled: Polled) -> list[str]:
    return [each.raw.rsplit(b"\r\n\r\n", 1)[1].strip().decode() for each in polled.incoming]


def elsewhere(account: Account, port: int, **settings: object) -> Account:
    made: Account = email_account(imap_port=port, imap_user=user_of(account), archived=False, **settings)
    return made


@contextmanager
def other_client(account: Account) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", int(account.settings["imap_port"])) as client:
        client.login(user_of(account), dovecot.PASSWORD)
        client.select("INBOX")
        yield client


@contextmanager
def cutting(port: int, *, at: bytes, forward: bool = True, answered: int = 0) -> Iterator[int]:
    """A line to `port` that breaks when the client says `at`: before it gets there, or `answered` bytes after."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                _relay(near, far, at=at, forward=forward, answered=answered)

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def _relay(near: socket.socket, far: socket.socket, *, at: bytes, forward: bool, answered: int) -> None:
    """Question and answer in turns, as IMAP goes, until the word falls."""
    near.sendall(far.recv(65536))
    while asked := near.recv(65536):
        if at in asked:
            if forward:
                far.sendall(asked)
                near.sendall(far.recv(65536)[:answered])
            return
        far.sendall(asked)
        tag, answer = asked.split(b" ", 1)[0], b""
        while not any(line.startswith(tag + b" ") for line in answer.splitlines()):
            answer += far.recv(65536)
        near.sendall(answer)


def test_mails_come_in_order_and_nobody_has_read_them(server: dovecot.Dovecot, account: Account):
    deliver(server, account, "one", "two", "three")

    polled = look(account)

    assert words(polled) == ["one", "two", "three"]
    with other_client(account) as client:
        assert client.search(None, "SEEN")[1] == [b""]


def test_second_look_brings_nothing_though_the_server_always_names_its_last(server: dovecot.Dovecot, account: Account):
    deliver(server, account, "one")
    first = look(account)

    assert look(account, first).incoming == ()
    deliver(server, account, "two")
    assert words(look(account, first)) == ["two"]


def test_renumbered_mailbox_is_read_again_and_brings_the_same_identities(server: dovecot.Dovecot, account: Account):
    deliver(server, account, "one", "two")
    first = look(account)
    server.renumber(user_of(account))

    again = look(account, first)

    assert again.cursor["uidvalidity"] != first.cursor["uidvalidity"]
    assert [each.external_id for each in again.incoming] == [each.external_id for each in first.incoming]
    assert again.warning


def test_mail_that_another_client_removed_holds_nothing_up(server: dovecot.Dovecot, account: Account):
    deliver(server, account, "one", "two", "three")
    with other_client(account) as client:
        client.store("2", "+FLAGS", "\\Deleted")
        client.expunge()

    assert words(look(account)) == ["one", "three"]


@pytest.mark.parametrize("answered", [0, 1, 40, 100])
def test_line_that_breaks_amid_a_mail_costs_a_look_and_no_mail(
    server: dovecot.Dovecot, account: Account, answered: int
):
    deliver(server, account, "one", "two")
    with cutting(server.imap_port, at=b"BODY.PEEK[]", answered=answered) as port, pytest.raises(NotSent):
        look(elsewhere(account, port))

    assert words(look(account)) == ["one", "two"]


def test_stored_mails_are_moved_and_newer_ones_stay(server: dovecot.Dovecot, account: Account):
    tidy = elsewhere(account, server.imap_port, processed_folder="Done")
    deliver(server, account, "one", "two")
    polled = look(tidy)
    deliver(server, account, "three")

    mailbox.settle(account=tidy, polled=polled)

    assert words(look(tidy, polled)) == ["three"]
    with other_client(account) as client:
        assert client.select("Done")[1] == [b"2"]


@pytest.mark.parametrize("forward", [False, True], ids=["before the server hears it", "after the server did it"])
def test_move_that_breaks_loses_nothing_and_is_made_up_for(server: dovecot.Dovecot, account: Account, forward: bool):
    deliver(server, account, "one", "two")
    tidy = elsewhere(account, server.imap_port, processed_folder="Done")
    polled = look(tidy)
    with cutting(server.imap_port, at=b"UID MOVE", forward=forward) as port, pytest.raises(NotSent):
        mailbox.settle(account=elsewhere(account, port, processed_folder="Done"), polled=polled)

    deliver(server, account, "three")
    again = look(tidy, polled)
    mailbox.settle(account=tidy, polled=again)

    assert words(again) == ["three"]
    with other_client(account) as client:
        assert client.select("INBOX")[1] == [b"0"]
        assert client.select("Done")[1] == [b"3"]


def test_missing_folder_is_told_by_its_name(server: dovecot.Dovecot, account: Account):
    missing = elsewhere(account, server.imap_port, folder="Nowhere")

    with pytest.raises(Exception, match="no folder Nowhere"):
        look(missing)


def test_mail_for_two_reaches_both_mailboxes(server: dovecot.Dovecot, account: Account):
    other = email_account(imap_port=server.imap_port, imap_user=f"second-{user_of(account)}", archived=False)
    raw = b"From: dana@citizens.example\r\nMessage-ID: <both@x>\r\n\r\nboth\r\n"

    server.deliver(user_of(account), user_of(other), raw=raw)

    assert words(look(account)) == words(look(other)) == ["both"]


def test_name_of_a_sent_mail_is_found_in_the_archive(server: dovecot.Dovecot, account: Account):
    deliver(server, account, "one")

    found = [
        mailbox.find_mail(account=account, folder="INBOX", user="", password="", message_id=name)
        for name in ("<one@citizens.example>", "<other@citizens.example>")
    ]

    assert found == [True, False]
