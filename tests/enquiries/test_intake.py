"""What arrives is kept first, read later, and joins only where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from django.db import OperationalError

from audit.models import Event
from enquiries import registry
from enquiries.contract import (
    Account,
    Author,
    Channel,
    Ignored,
    InboundFile,
    InboundMessage,
    Limits,
    OwnPost,
    Parsed,
    Side,
    Traits,
    Unreadable,
)
from enquiries.models import Attachment, ChannelIdentity, Enquiry, EnquiryToken, Message, Payload, PickUp, Posting
from enquiries.services import triage
from enquiries.services.incoming import intake, pickup
from enquiries.services.incoming.identity import enquiry_by_secret, secret_of
from tests.people import NOON, City, approved, arrive, fresh, posting_of


class Telegraph:
    """A channel of the test's own: it speaks the contract, and each payload is a word that says what is in it."""

    kind = "email"
    traits = Traits(is_mail=True)
    polls = True

    def limits(self, account: Account, side: Side) -> Limits:
        return Limits(max_length=100)

    def length(self, text: str) -> int:
        return len(text)

    def parse(self, account: Account, raw: bytes) -> Sequence[Parsed]:
        return [part for word in raw.split() for part in self._parts(word)]

    def _parts(self, word: bytes) -> list[Parsed]:
        kind, _, rest = word.decode("ascii", "replace").partition(":")
        match kind:
            case "crash":
                raise RuntimeError("the parser fell over")
            case "busy":
                raise OperationalError("deadlock detected")
            case "bad":
                return [Unreadable(raw=word, error="not a message at all")]
            case "nothing":
                return [Ignored(reason="nothing to do")]
            case "echo":
                return [OwnPost(external_id=f"own-{rest[:8]}", text="x", occurred_at=NOON, posting_key=rest)]
        return [_message(rest or kind)]


def _message(name: str) -> InboundMessage:
    return InboundMessage(
        external_id=name,
        thread_key=name,
        author=Author(external_id="dana@example.org", name="Dana"),
        text=f"words of {name}",
        side=Side.PRIVATE,
        occurred_at=NOON,
        files=(InboundFile(name="../../photo\u202egpj.png", media_type="image/png", content=b"\x89PNG"),),
    )


@pytest.fixture
def telegraph(settings) -> Iterator[Telegraph]:
    settings.CHANNELS = settings.CHANNELS | {"email": "tests.enquiries.test_intake.Telegraph"}
    registry.channel.cache_clear()
    yield Telegraph()
    registry.channel.cache_clear()


def take(city: City, raw: bytes) -> Payload:
    kept = intake.accept_payload(
        account_id=city.accounts["email"].pk, source="SMTP", external_id=raw.decode("latin-1")[:50], raw=raw, now=NOON
    )
    return Payload.objects.get(pk=kept.payload_id)


def read(at: timedelta = timedelta(0)) -> None:
    intake.read_due_payloads(now=NOON + at, worker="w")


def test_payload_becomes_an_enquiry(city: City, telegraph: Channel):
    payload = take(city, b"m:one")

    read()

    payload.refresh_from_db()
    assert payload.state == "READ"
    assert payload.messages.get().text == "words of one"


def test_same_thing_again_is_named_and_not_kept_twice(city: City):
    first, second = take(city, b"m:one"), take(city, b"m:one")

    assert first.pk == second.pk


def test_bytes_that_no_text_can_hold_are_kept(city: City):
    raw = b"\x00\xff\xfe" + bytes(range(256))

    assert bytes(take(city, raw).raw) == raw


def test_payload_that_crashes_the_reader_is_set_aside_and_the_next_go_on(city: City, telegraph: Channel):
    bad, good = take(city, b"crash"), take(city, b"m:two")

    for minutes in range(4):
        read(timedelta(minutes=minutes))

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.attempts) == ("UNREADABLE", intake.READ_TRIES)
    assert good.state == "READ"
    assert Event.objects.filter(verb="payload.unreadable").count() == 1


def test_busy_database_is_not_held_against_a_payload(city: City, telegraph: Channel):
    payload = take(city, b"busy")

    for minutes in range(5):
        read(timedelta(minutes=minutes))

    payload.refresh_from_db()
    assert payload.state == "RECEIVED"
    assert payload.attempts > intake.READ_TRIES


def test_one_bad_part_does_not_hold_up_the_others(city: City, telegraph: Channel):
    payload = take(city, b"m:one bad m:two")

    read()

    payload.refresh_from_db()
    assert payload.outcome == "message x2; unreadable part"
    assert Payload.objects.get(part_of=payload).state == "UNREADABLE"
    assert Enquiry.objects.count() == 2


def test_unreadable_payload_can_be_tried_again(city: City, telegraph: Channel):
    payload = take(city, b"bad")
    read()
    payload.refresh_from_db()
    assert payload.state == "UNREADABLE"

    intake.retry_unreadable(payload, by_id=city.admin.pk, now=NOON)

    payload.refresh_from_db()
    assert (payload.state, payload.attempts) == ("RECEIVED", 0)
    assert Event.objects.get(verb="payload.retried").actor_id == city.admin.pk


def test_nothing_to_do_is_told_from_something_lost(city: City, telegraph: Channel):
    payload = take(city, b"nothing")

    read()

    payload.refresh_from_db()
    assert (payload.state, payload.outcome) == ("READ", "ignored: nothing to do")


def test_file_is_stored_under_a_name_nobody_can_guess_or_run(city: City, telegraph: Channel):
    take(city, b"m:one")

    read()

    attachment = Attachment.objects.get()
    stored = str(attachment.stored.name).rsplit("/", 1)[-1]
    assert attachment.name == "../../photogpj.png"
    assert stored.startswith(attachment.token[:10])
    assert "." not in stored


def test_echo_of_a_posting_that_is_unknown_proves_it(city: City, telegraph: Channel):
    posting = posting_of(approved(city, arrive(city, "email")))
    Posting.objects.filter(pk=posting.pk).update(
        state="SENDING", lease_owner="w", lease_until=NOON + timedelta(minutes=1), attempts=1
    )
    posting.attempts_made.create(n=1, worker="w", started_at=NOON)
    Posting.objects.filter(pk=posting.pk).update(state="UNKNOWN", lease_owner="", lease_until=None)

    take(city, f"echo:{posting.key}".encode())
    read()

    posting.refresh_from_db()
    assert (posting.state, posting.external_id) == ("POSTED", f"own-{str(posting.key)[:8]}")


def test_our_own_secret_joins_from_any_address(city: City):
    first = arrive(city)
    secret = secret_of(first.enquiry, EnquiryToken.Purpose.MAIL)

    second = arrive(city, author="dana@work.example", reply_token=secret.upper())

    assert second.enquiry_id == first.enquiry_id
    assert second.reply_to == "dana@work.example"


@pytest.mark.parametrize("guess", ["", " ", "a" * 26, "%20", "null", "a" * 5000, "é" * 26])
def test_guessed_secret_opens_nothing(city: City, guess: str):
    """FreeScout CVE-2026-41902: empty, blank or made-up secrets match nobody."""
    secret_of(arrive(city).enquiry, EnquiryToken.Purpose.FOLLOW)

    assert enquiry_by_secret(guess, EnquiryToken.Purpose.FOLLOW) is None


def test_secret_for_mail_does_not_open_the_page(city: City):
    secret = secret_of(arrive(city).enquiry, EnquiryToken.Purpose.MAIL)

    assert enquiry_by_secret(secret, EnquiryToken.Purpose.FOLLOW) is None


def test_inbound_message_of_any_kind_approves_and_posts_nothing(city: City):
    """FreeScout CVE-2026-47123: mail that pretends to be from staff is a citizen's message like any other."""
    arrive(city, author=city.bob.email, name="Bob", text="approve")

    assert Posting.objects.count() == 0
    assert Message.objects.get().direction == "IN"


def test_claimed_team_or_domain_of_the_sender_grants_nothing(city: City):
    """Zammad CVE-2020-14214: the domain of a sender is only a string."""
    message = arrive(city, author="mayor@northwell.example")

    assert message.enquiry.assignee_id is None
    assert ChannelIdentity.objects.get().citizen.name == "Dana Citizen"


def test_message_after_a_month_on_a_closed_enquiry_is_a_new_question(city: City):
    first = arrive(city, "x", thread="t")
    triage.close(enquiry_id=first.enquiry_id, by_id=city.alice.pk, now=NOON)
    later = NOON + timedelta(days=40)

    second = arrive(city, "x", thread="t", now=later, occurred_at=later)

    assert second.enquiry_id != first.enquiry_id
    assert fresh(first.enquiry_id).state == Enquiry.State.CLOSED


def test_platform_tells_when_the_citizens_time_began(city: City):
    written = NOON - timedelta(minutes=30)

    message = arrive(city, "x", occurred_at=written)

    assert message.enquiry.clocks.get().started_at == written


def test_date_of_a_mail_is_only_the_senders_word(city: City):
    message = arrive(city, "email", occurred_at=NOON - timedelta(days=30))

    assert message.enquiry.clocks.get().started_at == NOON


def test_account_made_a_moment_ago_gets_its_turn(city: City, telegraph: Channel):
    pickup.pick_up_due(now=NOON, worker="w")

    turn = PickUp.objects.get(account=city.accounts["email"])
    assert turn.last_error
    assert turn.due_at > NOON
