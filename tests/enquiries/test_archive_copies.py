"""A copy to the archive that comes back never leads to a second mail to the citizen."""

from datetime import timedelta

import pytest

from enquiries.contract import Bounce, BounceKind, CannotTell, NotThere, Receipt
from enquiries.models import ChannelAccount, Message, PickUp, Posting, PostingNotice
from enquiries.services.leaving import looking, outcomes, posting, silence
from tests.enquiries.test_notices import claimed, tell
from tests.people import NOON, City, arrive
from worklist.queue import database_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _archive_is_empty(monkeypatch: pytest.MonkeyPatch):
    """The archive mailbox answers, and has nothing."""
    monkeypatch.setattr("channels_email.mailbox.find_mail", lambda **_: False)


def unknown(city: City) -> Posting:
    account = city.accounts["email"]
    account.settings = {**account.settings, "archive_address": "archive@n.example", "archive_folder": "Archive"}
    account.keep_secrets({"archive_password": "x"})
    account.save(update_fields=["settings", "sealed_secrets"])
    return claimed(arrive(city), city, state="UNKNOWN")


def copy_failed(posting: Posting | None = None) -> Bounce:
    key = str(posting.key) if posting else ""
    return Bounce(
        kind=BounceKind.COPY_FAILED, at=NOON, posting_key=key, known_as=f"<{key}@n.example>", status="", detail="Full."
    )


def test_empty_archive_alone_says_that_it_was_not_sent(city: City):
    assert isinstance(looking.find(unknown(city)), NotThere)


def test_mail_whose_copy_came_back_was_sent(city: City):
    posting = unknown(city)

    assert tell(city, copy_failed(posting)) == "report on the archive's copy"

    posting.refresh_from_db()
    assert posting.state == Posting.State.POSTED
    assert Message.objects.filter(direction="OUT").count() == 1
    assert not PostingNotice.objects.exists()


def test_archive_that_sends_copies_back_proves_nothing_by_its_silence(city: City):
    posting = unknown(city)
    tell(city, copy_failed())

    assert isinstance(looking.find(posting), CannotTell)


def test_archive_that_failed_long_ago_is_believed_again(city: City, monkeypatch: pytest.MonkeyPatch):
    posting = unknown(city)
    tell(city, copy_failed())
    monkeypatch.setattr(silence, "FAILS_FOR", timedelta(hours=-4))

    assert isinstance(looking.find(posting), NotThere)
    assert ChannelAccount.objects.get(kind="email").halted_reason == ""


def test_mail_whose_copy_came_back_before_it_was_sent_again_waits_for_a_person(city: City):
    one = unknown(city)
    for _ in range(2):
        one.refresh_from_db()
        outcomes.not_there(one, look_again_at=NOON, now=NOON)
    one.refresh_from_db()
    assert one.state == Posting.State.QUEUED

    tell(city, copy_failed(one))

    one.refresh_from_db()
    assert one.state == Posting.State.NEEDS_PERSON


@pytest.mark.parametrize(("holds_another", "proves"), [(True, NotThere), (False, CannotTell)])
def test_archive_is_believed_where_it_holds_the_last_mail_that_certainly_left(
    city: City, monkeypatch: pytest.MonkeyPatch, holds_another: bool, proves: type
):
    other = claimed(arrive(city), city)
    name = f"<{other.key}@northwell.example>"
    outcomes.posted(other, receipt=Receipt(external_id=name), now=database_now() - timedelta(minutes=5))
    one = unknown(city)
    monkeypatch.setattr(
        "channels_email.mailbox.find_mail", lambda message_id, **_: holds_another and str(other.key) in message_id
    )

    assert isinstance(looking.find(one), proves)


def test_archive_counts_only_once_our_own_mailbox_was_looked_at_for_a_report(city: City):
    one = unknown(city)
    account = city.accounts["email"]
    account.settings = {**account.settings, "unknown_seconds": 10**9}
    del account.settings["settle_seconds"]
    account.save(update_fields=["settings"])
    turn = PickUp.objects.create(account=account, due_at=NOON, succeeded_at=NOON)

    posting._read_back(fresh_of(one))
    before = fresh_of(one)
    PickUp.objects.filter(pk=turn.pk).update(succeeded_at=NOON + timedelta(minutes=2))
    posting._read_back(before)

    assert (before.looked, before.last_error) == (0, silence.UNHEARD)
    assert fresh_of(one).looked == 1


def fresh_of(one: Posting) -> Posting:
    return Posting.objects.select_related("account", "version", "approval", "reply__answers__enquiry").get(pk=one.pk)
