"""Sending over real SMTP: what a failure means depends on the step in which it happens."""

import time
from dataclasses import replace

import pytest

from channels_email.adapter import EmailChannel
from channels_email.verp import bounced_key
from enquiries.contract import (
    AccountUnusable,
    Bounce,
    BounceKind,
    CannotTell,
    InboundMessage,
    NotSent,
    NotThere,
    Receipt,
    Refused,
    Throttled,
    Uncertain,
)
from tests.channels_email.accounts import ADDRESS, KEY, email_account, outbound
from tests.channels_email.scripted import scripted_server
from tests.sims import free_port, mailbox_simulator

CHANNEL = EmailChannel()
MESSAGE_ID = f"<{KEY}@northwell.example>"


@pytest.fixture(scope="module")
def running():
    with mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def server(running):
    running.reset()
    return running


def account(server, **settings):
    return email_account(smtp_port=server.ports["smtp-port"], imap_port=server.ports["imap-port"], **settings)


def send_to(answers, **changes):
    """Send to a server that gives these answers, step by step."""
    with scripted_server(answers) as (port, heard):
        return CHANNEL.send(email_account(smtp_port=port, archived=False), outbound(**changes)), heard


def test_reply_arrives_once_with_its_message_id(server):
    receipt = CHANNEL.send(account(server), outbound())

    (mail,) = server.ledger()["mails"]
    assert receipt.external_id == mail["message_id"] == MESSAGE_ID
    assert mail["target"] == ["dana@citizens.example", "archive@northwell.example"]
    assert "Bcc" not in mail["headers"]
    assert mail["text"].split() == outbound().text.split()


def test_reply_leaves_from_its_own_bounce_address(server):
    keyed = replace(account(server), secrets={"imap_password": "demo", "verp_key": "of this mailbox"})

    CHANNEL.send(keyed, outbound())

    sender = server.ledger()["mails"][0]["author"]
    assert bounced_key(account=keyed, recipients=[sender]) == KEY


def test_without_a_key_the_mailbox_itself_is_the_sender(server):
    CHANNEL.send(account(server), outbound())

    assert server.ledger()["mails"][0]["author"] == ADDRESS


@pytest.mark.parametrize(
    ("local", "kind"), [("gone", BounceKind.FAILED), ("late", BounceKind.DELAYED), ("told", BounceKind.DELIVERED)]
)
def test_what_servers_report_afterwards_comes_to_the_reply(server, local, kind):
    keyed = replace(account(server), secrets={"imap_password": "demo", "verp_key": "of this mailbox"})
    CHANNEL.send(keyed, outbound(recipient=f"{local}@citizens.example"))

    (incoming,) = CHANNEL.poll(keyed, {}).incoming
    (bounce,) = CHANNEL.parse(keyed, incoming.raw)

    assert isinstance(bounce, Bounce)
    assert (bounce.kind, bounce.posting_key) == (kind, KEY)


def test_note_of_somebody_who_is_away_is_no_bounce(server):
    CHANNEL.send(account(server), outbound(recipient="away@citizens.example"))

    (incoming,) = CHANNEL.poll(account(server), {}).incoming
    (message,) = CHANNEL.parse(account(server), incoming.raw)

    assert isinstance(message, InboundMessage)
    assert message.automatic
    assert message.references == (MESSAGE_ID,)


def test_what_a_machine_wrote_has_no_sender_to_come_back_to():
    _, heard = send_to(GOOD, automatic=True)

    assert "MAIL FROM:<>" in " ".join(heard).upper().replace("FROM: ", "FROM:")


def test_nothing_is_sent_once_its_time_is_over():
    with pytest.raises(NotSent):
        CHANNEL.send(email_account(smtp_port=free_port()), outbound(send_by=time.monotonic() - 1))


@pytest.mark.parametrize("step", ["greet", "EHLO", "MAIL", "RCPT", "DATA"])
def test_server_that_is_too_slow_before_the_dot_gets_no_dot(step):
    with scripted_server(GOOD, slow={step: 1.2}) as (port, heard), pytest.raises(NotSent):
        CHANNEL.send(email_account(smtp_port=port, archived=False), outbound(send_by=time.monotonic() + 0.8))

    assert "dot" not in heard


def test_server_that_is_slow_after_the_dot_is_waited_for():
    with scripted_server(GOOD, slow={"dot": 1.2}) as (port, _):
        receipt = CHANNEL.send(email_account(smtp_port=port, archived=False), outbound(send_by=time.monotonic() + 0.8))

    assert isinstance(receipt, Receipt)


def test_lines_that_begin_with_a_dot_arrive_whole(server):
    CHANNEL.send(account(server), outbound(text=".\n..\n.hidden\nend"))

    assert server.ledger()["mails"][0]["text"].split() == [".", "..", ".hidden", "end"]


def test_without_an_archive_only_the_citizen_gets_the_mail(server):
    CHANNEL.send(account(server, archive_address=""), outbound())

    assert server.ledger()["mails"][0]["target"] == ["dana@citizens.example"]


def test_unknown_recipient_is_refused_with_what_to_do(server):
    with pytest.raises(Refused) as refusal:
        CHANNEL.send(account(server), outbound(recipient="nobody@citizens.example"))

    assert "address" in refusal.value.fix
    assert refusal.value.code == "550"


def test_full_mailbox_is_tried_again_later(server):
    with pytest.raises(NotSent):
        CHANNEL.send(account(server), outbound(recipient="full@citizens.example"))


def test_wrong_password_halts_the_account(server):
    with pytest.raises(AccountUnusable) as halt:
        CHANNEL.send(account(server, smtp_user=ADDRESS), outbound())

    assert halt.value.code == "535"


def test_server_without_tls_is_never_spoken_to_in_the_clear(server):
    with pytest.raises(AccountUnusable):
        CHANNEL.send(account(server, smtp_tls="starttls"), outbound())


def test_tls_is_the_default(server):
    with pytest.raises((NotSent, AccountUnusable)):
        CHANNEL.send(account(server, smtp_tls="tls"), outbound())

    assert server.ledger()["mails"] == []


def test_account_without_server_says_what_to_set():
    with pytest.raises(AccountUnusable) as halt:
        CHANNEL.send(email_account(smtp_host=""), outbound())

    assert "smtp_host" in halt.value.fix


def test_nobody_listens():
    with pytest.raises(NotSent):
        CHANNEL.send(email_account(smtp_port=free_port()), outbound())


GOOD = {"greet": "220 hi", "EHLO": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "dot": "250 queued"}


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        ("greet", "554 no", NotSent),
        ("greet", None, NotSent),
        ("EHLO", None, NotSent),
        ("MAIL", "421 busy", Throttled),
        ("MAIL", "550 5.7.60 not allowed to send as", AccountUnusable),
        ("MAIL", "530 5.7.0 sign in first", AccountUnusable),
        ("MAIL", None, NotSent),
        ("RCPT", "450 4.2.0 greylisted", NotSent),
        ("RCPT", "451 4.7.1 Too many messages", Throttled),
        ("RCPT", "550 5.1.1 unknown", Refused),
        ("RCPT", "552 5.2.2 mailbox full", NotSent),
        ("RCPT", "550 5.7.1 relaying denied", AccountUnusable),
        ("RCPT", None, NotSent),
        ("DATA", "451 later", NotSent),
        ("DATA", "554 no", Refused),
        ("DATA", None, NotSent),
        ("dot", "451 later", NotSent),
        ("dot", "554 5.7.1 looks like spam", Refused),
        ("dot", "gibberish", Uncertain),
        ("dot", None, Uncertain),
    ],
)
def test_answer_at_this_step_means(step, answer, error):
    with pytest.raises(error) as raised:
        send_to(GOOD | {step: answer})

    assert type(raised.value) is error
    assert outbound().text not in str(raised.value)


def test_server_answers_never_put_an_address_into_an_error():
    with pytest.raises(Refused) as refusal:
        send_to(GOOD | {"RCPT": "550 5.1.1 <dana@citizens.example>: unknown"})

    assert "dana" not in f"{refusal.value} {refusal.value.trace_id}"


def test_scripted_server_that_agrees_takes_the_mail():
    receipt, heard = send_to(GOOD)

    assert isinstance(receipt, Receipt)
    assert [line.split()[0].upper() for line in heard][:5] == ["EHLO", "MAIL", "RCPT", "DATA", "DOT"]


def test_address_with_foreign_letters_needs_a_server_that_knows_them():
    with pytest.raises(Refused):
        send_to(GOOD, recipient="用户@citizens.example")


def test_address_with_foreign_letters_is_reached_where_the_server_knows_them(server):
    CHANNEL.send(account(server), outbound(recipient="jürgen@citizens.example"))

    assert server.ledger()["mails"][0]["target"][0] == "jürgen@citizens.example"


def test_lost_answer_is_uncertain_and_the_archive_tells(server):
    server.fault("smtp_data", "commit_then_drop")

    with pytest.raises(Uncertain):
        CHANNEL.send(account(server), outbound())

    found = CHANNEL.find_sent(account(server), outbound(), since=outbound().approved_at)
    assert isinstance(found, Receipt)
    assert found.external_id == MESSAGE_ID


def test_archive_without_the_mail_says_not_there(server):
    assert isinstance(CHANNEL.find_sent(account(server), outbound(), since=outbound().approved_at), NotThere)


@pytest.mark.parametrize("settings", [{"archive_folder": ""}, {"archive_folder": "Missing"}, {"archive_address": ""}])
def test_without_a_readable_archive_nobody_can_tell(server, settings):
    assert isinstance(
        CHANNEL.find_sent(account(server, **settings), outbound(), since=outbound().approved_at), CannotTell
    )
