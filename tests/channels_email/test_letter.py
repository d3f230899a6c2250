"""The mail that carries a reply: stable to the byte, in its thread, and closed to smuggling."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_email.letter import MAX_REFERENCES, compose
from channels_email.parsing.headers import Headers, decode_words, mailboxes
from channels_email.parsing.structure import take_apart
from enquiries.contract import OutboundFile, Quote, Refused
from tests.channels_email.accounts import ADDRESS, KEY, TOKEN, email_account, outbound

ACCOUNT = email_account()
QUOTE = Quote(author="Dana Meyer", at=datetime(2026, 11, 20, 9, 15, tzinfo=UTC), text="Dark.\n\n<b>Very</b> dark.")
PLAN = OutboundFile(name="Plan ü\r\n.png", media_type="image/png", content=b"\x89PNG" * 1000)
LONG_ID = f"<{'AM0PR04MB' * 8}@{'eurprd04.prod.' * 5}outlook.example>"


def written(**changes):
    return message_from_bytes(compose(account=ACCOUNT, reply=outbound(**changes)), policy=default)


def plain(mail):
    """The words of a mail as its plain part has them."""
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_reply_says_from_whom_to_whom_and_about_what():
    mail = written()

    assert mail["From"].addresses[0].addr_spec == ADDRESS
    assert mail["From"].addresses[0].display_name == "City of Northwell"
    assert mail["To"].addresses[0].addr_spec == "dana@citizens.example"
    assert mail["Subject"] == "Re: Street light [NW-4K7T-93QX]"
    assert mail["Reply-To"].addresses[0].addr_spec == f"info+{TOKEN}@northwell.example"
    assert mail["Message-ID"] == f"<{KEY}@northwell.example>"
    assert parsedate_to_datetime(mail["Date"]) == outbound().approved_at
    assert plain(mail).rstrip() == outbound().text


def test_reply_stays_in_the_citizens_thread():
    mail = written()

    assert mail["In-Reply-To"] == "<two@citizens.example>"
    assert mail["References"] == "<one@citizens.example> <two@citizens.example>"


def test_long_message_ids_are_not_changed_by_folding():
    raw = compose(account=ACCOUNT, reply=outbound(references=(LONG_ID,) * 3))

    assert f"\r\nIn-Reply-To: {LONG_ID}\r\n".encode() in raw
    assert f"\r\nReferences: {LONG_ID}\r\n {LONG_ID}\r\n {LONG_ID}\r\n".encode() in raw


def test_only_message_ids_are_named_and_the_newest_twenty():
    names = tuple(f"<{number}@x.example>" for number in range(30))

    mail = written(references=("sha256:abc", *names))

    assert mail["References"].split() == list(names[-MAX_REFERENCES:])


def test_every_attempt_is_the_same_to_the_byte():
    reply = outbound(text="Straße\n" * 200, subject="Größe", recipient_name="Jürgen", quote=QUOTE, files=(PLAN, PLAN))

    assert compose(account=ACCOUNT, reply=reply) == compose(account=ACCOUNT, reply=replace(reply))


@pytest.mark.parametrize(
    "text", ["नमस्ते 🙂 مرحبا\n" * 50, "x" * 5000, ".\n..\n.lead\n", "From me\n>From\n", "a\r\nb\rc"]
)
def test_text_arrives_as_it_was_approved_in_lines_that_servers_take(text):
    raw = compose(account=ACCOUNT, reply=outbound(text=text))

    mail = message_from_bytes(raw, policy=default)
    sent = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    assert plain(mail).rstrip("\n") == sent
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


@pytest.mark.parametrize("subject", ["", "Re: Street light", "AW: Licht", "RE[2]: x", "Licht [NW-4K7T-93QX]"])
def test_subject_is_not_prefixed_or_numbered_twice(subject):
    line = written(subject=subject)["Subject"]

    assert line.count("NW-4K7T-93QX") == 1
    assert not line.startswith(("Re: Re:", "Re: AW:", "Re: RE"))


def test_first_mail_of_a_thread_is_no_answer():
    mail = written(references=())

    assert mail["Subject"] == "Street light [NW-4K7T-93QX]"
    assert mail["In-Reply-To"] is None


@pytest.mark.parametrize("change", ["subject", "recipient"])
@pytest.mark.parametrize("breaker", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028"])
def test_line_break_in_a_header_is_refused(change, breaker):
    value = {"subject": f"a{breaker}Bcc: all@example.org", "recipient": f"a@b.example{breaker}Bcc: x@y"}[change]

    with pytest.raises(Refused) as refusal:
        compose(account=ACCOUNT, reply=outbound(**{change: value}))

    assert refusal.value.fix


@pytest.mark.parametrize(
    "recipient", ["", "dana", "a@b@c.example", "a@b.example, c@d.example", "<a@b.example>", "@b.example"]
)
def test_anything_but_one_address_is_refused(recipient):
    with pytest.raises(Refused):
        compose(account=ACCOUNT, reply=outbound(recipient=recipient))


def test_unwritable_text_is_refused_and_not_changed():
    with pytest.raises(Refused):
        compose(account=ACCOUNT, reply=outbound(text="half a \ud83d smile"))


def test_international_domain_is_written_as_dns_has_it():
    assert written(recipient="dana@müller.example")["To"].addresses[0].domain == "xn--mller-kva.example"


@settings(max_examples=300, deadline=None)
@given(subject=st.text(max_size=120), name=st.text(max_size=120), reference=st.tuples(st.text(max_size=60)))
def test_nothing_the_citizen_wrote_adds_a_header(subject, name, reference):
    try:
        raw = compose(account=ACCOUNT, reply=outbound(subject=subject, recipient_name=name, references=reference))
    except Refused:
        return

    lines = {"from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references"}
    lines |= {"content-type", "mime-version"}
    for parsed in (message_from_bytes(raw), message_from_bytes(raw, policy=default), take_apart(raw=raw)):
        assert {header.lower() for header, _ in parsed.items()} <= lines
    own = Headers(take_apart(raw=raw))
    assert [each.address for each in mailboxes(own.first("to"))] == ["dana@citizens.example"]
    assert "NW-4K7T-93QX" in decode_words(own.first("subject"))
