"""A copy to the archive that comes back never leads to a second mail to the citizen."""

from datetime import timedelta

import pytest

from enquiries.contract import Bounce, BounceKind, CannotTell, NotThere
from enquiries.models import ChannelAccount, Message, Posting, PostingNotice
from enquiries.services.leaving import looking
from tests.enquiries.test_notices import claimed, tell
from tests.people import NOON, City, arrive

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
    monkeypatch.setattr(looking, "FAILS_FOR", timedelta(hours=-4))

    assert isinstance(looking.find(posting), NotThere)
    assert ChannelAccount.objects.get(kind="email").halted_reason == ""
