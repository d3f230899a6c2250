"""The simulated mail server, through smtplib, imaplib and imap_tools."""

import base64
import imaplib
import smtplib
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import requests
from imap_tools import MailBoxUnencrypted

from tests import sims

CITY = "info@northwell.example"
DANA = {"from_address": "dana@citizens.example", "from_name": "Dana"}


@pytest.fixture(scope="module")
def mailbox_program() -> Iterator[sims.Simulator]:
    with sims.mailbox_simulator() as simulator:
        yield simulator


@pytest.fixture
def mailbox(mailbox_program: sims.Simulator) -> sims.Simulator:
    mailbox_program.reset()
    return mailbox_program


@pytest.fixture
def imap(mailbox) -> Iterator[MailBoxUnencrypted]:
    with MailBoxUnencrypted("127.0.0.1", port=mailbox.ports["imap-port"]).login(CITY, "demo") as box:
        yield box


@pytest.fixture
def smtp(mailbox) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", mailbox.ports["smtp-port"], timeout=3) as client:
        yield client


def reply_mail(to="dana@citizens.example", **headers):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"City of Northwell <{CITY}>", to, "Re: Bins"
    mail["Message-ID"] = "<reply-1@northwell.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("We are sorry.\n\nYour city")
    return mail


def inbox(imap):
    imap.folder.set("INBOX")  # the server tells of new mail only when asked
    return list(imap.fetch(mark_seen=False))


def test_written_mail_arrives_in_the_citys_inbox(mailbox, imap):
    mailbox.write(subject="Bins", text="My bin was missed — नमस्ते", **DANA)

    (mail,) = inbox(imap)

    assert (mail.subject, mail.from_, mail.text.strip()) == ("Bins", DANA["from_address"], "My bin was missed — नमस्ते")


def test_any_bytes_arrive_unchanged(mailbox, imap):
    raw = b"From: dana@citizens.example\r\nSubject: =?bad?x?=\r\n\r\n\xff\xfe\x00broken\r\n"
    mailbox.write(raw_base64=base64.b64encode(raw).decode(), **DANA)

    imap.folder.set("INBOX")
    assert imap.client.uid("FETCH", "1:*", "(RFC822)")[1][0][1] == raw


def test_mail_over_smtp_to_the_city_arrives(smtp, imap):
    smtp.sendmail("dana@citizens.example", ["info+token@northwell.example"], b"Subject: Hello\r\n\r\nHello\r\n")

    assert [mail.subject for mail in inbox(imap)] == ["Hello"]


def test_reply_over_smtp_is_in_the_citizens_mailbox(mailbox, smtp):
    smtp.send_message(reply_mail())

    (mail,) = mailbox.ledger()["mails"]
    assert (mail["target"], mail["text"].splitlines()[0]) == ([DANA["from_address"]], "We are sorry.")
    assert mail["message_id"] == "<reply-1@northwell.example>"


def test_answer_to_a_reply_stays_in_its_thread(mailbox, smtp, imap):
    smtp.send_message(reply_mail(Reply_To="info+abc@northwell.example", References="<first@citizens.example>"))
    sent = mailbox.ledger()["mails"][0]["id"]

    answer = mailbox.write(text="Thank you", in_reply_to=sent, **DANA)

    (mail,) = inbox(imap)
    assert answer["to"] == "info+abc@northwell.example"
    assert mail.headers["in-reply-to"] == ("<reply-1@northwell.example>",)
    assert mail.headers["references"] == ("<first@citizens.example> <reply-1@northwell.example>",)
    assert mail.subject == "Re: Bins"


def test_attachment_arrives(mailbox, imap):
    file = {"filename": "bin.txt", "content_type": "text/plain", "content_base64": base64.b64encode(b"bin").decode()}
    mailbox.write(subject="Bins", text="see file", attachments=[file], **DANA)

    (mail,) = inbox(imap)

    assert [(one.filename, one.payload) for one in mail.attachments] == [("bin.txt", b"bin")]


def test_idle_wakes_when_mail_comes(mailbox, imap):
    threading.Timer(0.3, mailbox.write, kwargs={"subject": "Bins", "text": "now", **DANA}).start()

    started = time.monotonic()
    assert imap.idle.wait(timeout=5)
    assert time.monotonic() - started < 3


def test_read_mail_can_be_moved_away(mailbox, imap):
    mailbox.write(subject="Bins", text="x", **DANA)
    (mail,) = inbox(imap)
    imap.folder.create("Processed")

    imap.client.uid("MOVE", mail.uid, "Processed")

    assert imap.uids() == []
    imap.folder.set("Processed")
    assert [kept.text.strip() for kept in imap.fetch()] == ["x"]


def test_wrong_password_is_refused(mailbox):
    with pytest.raises(imaplib.IMAP4.error):
        imaplib.IMAP4("127.0.0.1", mailbox.ports["imap-port"]).login(CITY, "wrong")


@pytest.mark.parametrize(
    ("address", "code"),
    [("dana@gmail.com", 550), ("nobody@citizens.example", 550), ("full@citizens.example", 452)],
)
def test_address_is_turned_away(smtp, address, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        smtp.sendmail(CITY, [address], b"Subject: x\r\n\r\nx\r\n")

    assert refusal.value.recipients[address][0] == code


@pytest.mark.parametrize(
    ("fault", "error", "kept"),
    [
        ("429", smtplib.SMTPDataError, 0),
        ("402", smtplib.SMTPDataError, 0),
        ("drop_before_commit", smtplib.SMTPServerDisconnected, 0),
        ("commit_then_500", smtplib.SMTPDataError, 1),
        ("commit_then_drop", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_fault_during_data_shows_to_the_sender_and_in_the_ledger(mailbox, smtp, fault, error, kept):
    mailbox.fault("smtp_data", fault)

    with pytest.raises((error, ConnectionResetError)):
        smtp.send_message(reply_mail())

    assert len(mailbox.ledger()["mails"]) == kept


def test_sign_in_is_possible(smtp):
    assert smtp.login(CITY, "demo")[0] == 235


def test_page_shows_text_and_never_markup(mailbox, smtp):
    mail = reply_mail()
    mail.add_alternative("<p>We are <script>alert(1)</script> sorry</p>", subtype="html")
    smtp.send_message(mail)
    mailbox.write(subject="<b>Bins</b>", text="<script>alert(2)</script>", **DANA)

    page = requests.get(mailbox.url, timeout=5)

    assert "<script" not in page.text
    assert "&lt;b&gt;Bins&lt;/b&gt;" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]


def test_reset_empties_the_inbox(mailbox):
    mailbox.write(subject="Bins", text="x", **DANA)
    mailbox.reset()

    with MailBoxUnencrypted("127.0.0.1", port=mailbox.ports["imap-port"]).login(CITY, "demo") as box:
        assert box.uids() == []
