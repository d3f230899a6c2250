"""What mail servers report comes to the reply it concerns, and nobody can pretend that one came back."""

from dataclasses import replace
from uuid import UUID

import pytest

from channels_email.parsing import read_mail
from channels_email.parsing.reports import meaning
from channels_email.verp import bounce_address, bounced_key
from enquiries.contract import Bounce, BounceKind, Ignored, InboundMessage, Receipted
from tests.channels_email.accounts import ADDRESS, KEY, email_account

ACCOUNT = replace(email_account(), secrets={"verp_key": "of this mailbox alone"})
BACK = bounce_address(account=ACCOUNT, key=KEY)
FOREIGN = "<abc@ses.provider.example>"


def dsn(*, to=ADDRESS, name=f"<{KEY}@northwell.example>", blocks=("dana@citizens.example failed 5.1.1",), head=()):
    lines = [
        *("Return-Path: <>", "From: MAILER-DAEMON@mx.citizens.example", f"To: {to}", "Subject: Undelivered", *head),
        *(
            "Content-Type: multipart/report; report-type=delivery-status; boundary=d",
            "",
            "--d",
            "",
            "It failed.",
            "--d",
        ),
        *("Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.citizens.example", ""),
    ]
    for block in blocks:
        address, action, status = block.split()
        lines += [f"Final-Recipient: rfc822; {address}", f"Action: {action}", f"Status: {status}", ""]
    lines += ["--d", "Content-Type: text/rfc822-headers", "", f"Message-ID: {name}", "", "--d--", ""]
    return "\r\n".join(lines).encode()


def read(raw, account=ACCOUNT):
    return read_mail(account=account, raw=raw)


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "5.1.1", BounceKind.FAILED),
        ("delayed", "4.4.1", BounceKind.DELAYED),
        ("delivered", "2.0.0", BounceKind.DELIVERED),
        ("relayed", "2.0.0", BounceKind.DELIVERED),
        ("expanded", "2.0.0", BounceKind.DELIVERED),
        ("FAILED", "5.2.2", BounceKind.FAILED),
        ("gibberish", "4.2.2", BounceKind.DELAYED),
        ("gibberish", "nothing", BounceKind.FAILED),
    ],
)
def test_report_says_what_became_of_the_reply(action, status, kind):
    bounce = read(dsn(blocks=[f"dana@citizens.example {action} {status}"]))

    assert isinstance(bounce, Bounce)
    assert (bounce.kind, bounce.posting_key) == (kind, KEY)
    assert bounce.detail.endswith(".")
    assert "@" not in bounce.detail


def test_bounce_address_alone_says_which_reply_came_back():
    bounce = read(dsn(to=BACK, name=FOREIGN))

    assert (bounce.posting_key, bounce.known_as) == (KEY, FOREIGN)


def test_bounce_address_wins_over_what_the_report_says():
    other = f"<{UUID(int=9)}@northwell.example>"

    assert read(dsn(to=BACK, name=other)).posting_key == KEY


def test_report_on_a_mail_that_is_not_ours_names_no_reply():
    bounce = read(dsn(name=FOREIGN))

    assert (bounce.posting_key, bounce.known_as) == ("", FOREIGN)


def test_forged_bounce_address_names_no_reply():
    local, _, domain = BACK.partition("@")
    forged = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}"
    other_key = bounce_address(account=replace(ACCOUNT, secrets={"verp_key": "guessed"}), key=KEY)

    assert read(dsn(to=forged, name=FOREIGN)).posting_key == ""
    assert read(dsn(to=other_key, name=FOREIGN)).posting_key == ""


def test_bounce_address_of_another_mailbox_names_no_reply():
    other = replace(ACCOUNT, external_id="parks@northwell.example")

    assert bounced_key(account=other, recipients=[BACK]) == ""
    assert bounced_key(account=other, recipients=[BACK.replace("info", "parks")]) == ""


def test_bounce_address_survives_capitals_and_other_addresses_beside_it():
    assert bounced_key(account=ACCOUNT, recipients=["x@y.example", f"A <{BACK.upper()}>, b@c.example"]) == KEY


def test_bounce_address_is_the_mailbox_itself_without_a_key_or_where_it_would_be_too_long():
    long = replace(ACCOUNT, external_id="a-department-with-a-long-name@northwell.example")

    assert bounce_address(account=email_account(), key=KEY) == ADDRESS
    assert bounce_address(account=long, key=KEY) == long.external_id
    assert bounce_address(account=ACCOUNT, key="no key") == ADDRESS
    assert len(BACK.partition("@")[0]) <= 64


def test_worst_outcome_of_several_recipients_counts():
    assert read(dsn(blocks=["a@x.example delivered 2.0.0", "b@x.example failed 5.1.1"])).kind == BounceKind.FAILED


def test_archives_failing_copy_is_not_the_citizens():
    archive = "archive@northwell.example"

    assert read(dsn(blocks=[f"{archive} failed 5.2.2"])).kind == BounceKind.COPY_FAILED
    assert read(dsn(blocks=[f"{archive} failed 5.2.2", "dana@x.example delivered 2.0.0"])).kind == BounceKind.DELIVERED


def mdn(disposition, name=f"<{KEY}@northwell.example>"):
    return (
        "From: dana@citizens.example\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=d"
        "\r\n\r\n--d\r\n\r\nRead.\r\n--d\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Original-Message-ID: {name}\r\nDisposition: manual-action/MDN-sent-manually; {disposition}\r\n--d--\r\n"
    ).encode()


def test_read_receipt_says_which_reply_was_read():
    receipt = read(mdn("displayed"))

    assert isinstance(receipt, Receipted)
    assert (receipt.kind, receipt.posting_key) == ("READ", KEY)


def test_receipt_for_a_deleted_or_foreign_mail_needs_nobody():
    assert isinstance(read(mdn("deleted")), Ignored)
    assert isinstance(read(mdn("displayed", name=FOREIGN)), Ignored)


def test_complaint_to_a_provider_comes_to_the_reply_it_is_about():
    raw = (
        "From: feedback@provider.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=d\r\n"
        "\r\n--d\r\n\r\nComplaint.\r\n--d\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        f"\r\n--d\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{KEY}@northwell.example>\r\n\r\nx\r\n--d--\r\n"
    ).encode()

    bounce = read(raw)

    assert (bounce.kind, bounce.status, bounce.posting_key) == (BounceKind.DELIVERED, "unwanted", KEY)


def odd(text, *, sender="MAILER-DAEMON@mx.citizens.example", to=ADDRESS, subject="hello", path="<>", head=""):
    lines = [f"Return-Path: {path}", f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    return "\r\n".join([*lines, *([head] if head else []), "", text, ""]).encode()


QMAIL = "Hi. This is the qmail-send program at x.\n\n<dana@citizens.example>:\nSorry, no mailbox here. (#5.1.1)\n"


def test_odd_bounce_that_came_to_a_bounce_address_is_that_replys():
    bounce = read(odd("It did not work, 550 5.1.1 no such user", to=BACK))

    assert (bounce.kind, bounce.status, bounce.posting_key) == (BounceKind.FAILED, "5.1.1", KEY)


def test_odd_bounce_that_names_our_mail_is_that_replys():
    assert read(odd(f"It did not work.\n\nMessage-ID: <{KEY}@northwell.example>")).posting_key == KEY


def test_odd_bounce_of_a_known_server_is_a_bounce_of_nobody_knows_what():
    bounce = read(odd(QMAIL))

    assert (bounce.kind, bounce.posting_key) == (BounceKind.FAILED, "")


def test_odd_warning_is_no_failure():
    assert read(odd("Your mail was delayed; the server will keep trying.", to=BACK)).kind == BounceKind.DELAYED


@pytest.mark.parametrize(
    "raw",
    [
        odd(QMAIL, sender="dana@citizens.example", path="<dana@citizens.example>", subject="Fwd: failure notice"),
        odd("I am away.", sender="dana@citizens.example", to=BACK, head="Auto-Submitted: auto-replied"),
        odd("Please call me.", sender="postmaster@citizens.example", path="<postmaster@citizens.example>"),
        odd("Please call me.", sender="dana@citizens.example", path="<dana@citizens.example>", to=BACK),
    ],
)
def test_mail_of_a_person_never_passes_for_a_bounce(raw):
    assert isinstance(read(raw), InboundMessage)


@pytest.mark.parametrize(
    "status", ["5.1.1", "5.1.10", "5.2.1", "5.2.2", "5.2.3", "5.3.4", "5.4.4", "5.7.1", "5.9.9", ""]
)
def test_every_code_has_a_sentence(status):
    assert meaning(kind=BounceKind.FAILED, status=status)[-1] == "."
    assert "still tries" in meaning(kind=BounceKind.DELAYED, status=status.replace("5", "4", 1))
