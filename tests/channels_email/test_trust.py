"""Who a sender is, is what our own gateway found out. Whatever a sender can write into a mail proves nothing."""

import pytest

from channels_email.parsing import read_mail
from channels_email.trust import sender_trust
from enquiries.contract import InboundMessage, SenderTrust
from tests.channels_email.accounts import email_account

OURS = "mx.northwell.example"
DANA = "dana@citizens.example"
PASS, FAIL, NONE, UNKNOWN = SenderTrust.PASS, SenderTrust.FAIL, SenderTrust.NONE, SenderTrust.UNKNOWN
GOOD = f"{OURS}; dmarc=pass header.from=citizens.example"


def trust(*results, gateway_id=OURS, sender=DANA):
    return sender_trust(results=results, gateway_id=gateway_id, sender=sender)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (GOOD, PASS),
        (f"{OURS} 1; dmarc=pass (p=reject dis=none) header.from=citizens.example", PASS),
        (f"{OURS.upper()}; DMARC=Pass header.from=Citizens.Example.", PASS),
        (f"{OURS};\r\n spf=pass smtp.mailfrom=x@y.example;\r\n dmarc=pass header.from=citizens.example", PASS),
        (f"(a; comment) {OURS}; dmarc/1 = pass (a (nested) one) header.from=citizens.example", PASS),
        (f"{OURS}; dmarc=pass", PASS),
        (f"{OURS}; dmarc=none; dkim=pass header.d=citizens.example", NONE),
        (f"{OURS}; dmarc=fail header.from=citizens.example", FAIL),
        (f"{OURS}; dmarc=fail; dkim=pass header.d=citizens.example", FAIL),
        (f"{OURS}; dmarc=pass header.from=evil.example", FAIL),
        (f"{OURS}; dmarc=none", NONE),
        (f"{OURS}; dmarc=temperror", NONE),
        (f"{OURS}; dmarc=bestguesspass header.from=citizens.example", NONE),
        (f"{OURS}; spf=pass smtp.mailfrom=dana@citizens.example", NONE),
        (f"{OURS}; none", NONE),
        (f"{OURS}", NONE),
        ("", NONE),
        (";;;==;", NONE),
    ],
)
def test_gateways_verdict_means(result, expected):
    assert trust(result) == expected


def test_without_a_gateway_nobody_has_looked():
    assert trust(GOOD, gateway_id="") == UNKNOWN


def test_mail_that_the_gateway_said_nothing_of_is_not_trusted():
    assert trust() == NONE


def test_strangers_verdict_is_nobodys():
    assert trust("mx.evil.example; dmarc=pass header.from=citizens.example") == NONE


def test_name_that_only_contains_the_gateways_is_a_strangers():
    assert trust(f"{OURS}.evil.example; dmarc=pass header.from=citizens.example") == NONE
    assert trust(f"evil-{OURS}; dmarc=pass header.from=citizens.example") == NONE


def test_top_most_verdict_of_the_gateway_counts_and_not_one_that_came_with_the_mail():
    assert trust(f"{OURS}; dmarc=fail header.from=citizens.example", GOOD) == FAIL
    assert trust("other.example; dmarc=fail", GOOD) == PASS


def test_one_of_several_gateways_is_enough():
    assert trust(GOOD, gateway_id=f"mx9.northwell.example, {OURS}") == PASS


@pytest.mark.parametrize(
    "envelope",
    [
        '"; dmarc=pass header.from=citizens.example; x="@evil.example',
        "(; dmarc=pass header.from=citizens.example;)@evil.example",
        "x;dmarc=pass header.from=citizens.example;y@evil.example",
        '"a)"; dmarc=pass header.from=citizens.example; z="@evil.example',
        '"a)"; dmarc=pass header.from=citizens.example; z="("@evil.example',
    ],
)
def test_envelope_cannot_speak_for_the_gateway(envelope):
    result = (
        f"{OURS}; spf=pass (domain of {envelope}) smtp.mailfrom={envelope}; dmarc=fail header.from=citizens.example"
    )

    assert trust(result) != PASS


@pytest.mark.parametrize(
    "envelope", ['"; dmarc=pass header.from=citizens.example; x="@e', 'a";dmarc=pass;x="@e', "(@e"]
)
def test_envelope_cannot_hide_that_the_gateway_proved_nothing(envelope):
    assert trust(f"{OURS}; spf=pass smtp.mailfrom={envelope}") != PASS
    assert trust(f"{OURS}; spf=pass smtp.mailfrom={envelope}; dmarc=none") != PASS


def test_mail_with_two_senders_is_never_proven():
    assert trust(GOOD, sender="") == NONE


def test_international_domain_is_the_same_in_both_spellings():
    assert trust(f"{OURS}; dmarc=pass header.from=xn--mller-kva.example", sender="a@müller.example") == PASS


def mail(*head, gateway_id=OURS):
    raw = "\r\n".join([*head, "Subject: x", "Thread-Index: " + "A" * 30 + "==", "", "hi"]).encode()
    message = read_mail(account=email_account(gateway_id=gateway_id), raw=raw)
    assert isinstance(message, InboundMessage)
    return message


def test_message_carries_the_verdict():
    assert mail(f"Authentication-Results: {GOOD}", f"From: {DANA}").sender_trust == PASS
    assert mail(f"Authentication-Results: {GOOD}", "From: eli@elsewhere.example").sender_trust == FAIL
    assert mail(f"From: {DANA}").sender_trust == NONE
    assert mail(f"From: {DANA}", gateway_id="").sender_trust == UNKNOWN


def test_message_from_two_senders_carries_no_proof():
    assert mail(f"Authentication-Results: {GOOD}", f"From: {DANA}, eli@evil.example").sender_trust == NONE
    assert mail(f"Authentication-Results: {GOOD}", f"From: {DANA}", "From: eli@evil.example").sender_trust == NONE
    assert mail(f"Authentication-Results: {GOOD}", f"Sender: {DANA}").sender_trust == NONE


def test_outlooks_thread_is_named_where_the_sender_is_not_doubted():
    index = ("thread-index:" + "00" * 22,)

    assert mail(f"Authentication-Results: {GOOD}", f"From: {DANA}").more_threads == index
    assert mail(f"From: {DANA}", gateway_id="").more_threads == index
    assert mail(f"From: {DANA}").more_threads == ()
