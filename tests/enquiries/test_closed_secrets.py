"""What arrives on an account whose secrets no key opens waits for the key: it is nobody's failure, and never unreadable."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from audit.models import Event
from enquiries.contract import Halt
from enquiries.models import ChannelAccount, Message, Payload
from enquiries.services.incoming import intake
from tests.enquiries.listeners import open_forum, wide  # noqa: F401 - a fixture
from tests.enquiries.wide_forum import World
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(wide: World, city: City) -> ChannelAccount:  # noqa: F811 - the fixture itself
    account = open_forum(city)
    account.keep_secrets({"forum_key": "key"})
    account.save(update_fields=["sealed_secrets"])
    return account


def lock(account: ChannelAccount) -> bytes:
    """Let no key open the account's secrets. Returns how they were sealed."""
    sealed = bytes(account.sealed_secrets or b"")
    ChannelAccount.objects.filter(pk=account.pk).update(sealed_secrets=b"not sealed by any key of ours")
    return sealed


def take_in(account: ChannelAccount) -> int:
    raw = json.dumps({"id": "7", "by": "eli", "text": "bins!", "at": NOON.isoformat()}).encode()
    return intake.accept_payload(account_id=account.pk, source="POLL", external_id="7", raw=raw, now=NOON).payload_id


def look(now: datetime) -> None:
    intake.read_due_payloads(now=now, worker="w")


def test_payload_of_closed_secrets_waits_without_using_up_its_tries(forum: ChannelAccount):
    lock(forum)
    number = take_in(forum)

    for hours in range(12):
        look(NOON + timedelta(hours=hours))

    payload = Payload.objects.get(pk=number)
    assert (payload.state, payload.attempts) == ("RECEIVED", 0)
    assert payload.last_error.startswith("No key of this installation opens")
    assert not Event.objects.filter(verb="payload.unreadable").exists()


def test_account_of_closed_secrets_is_halted_once_with_the_reason(forum: ChannelAccount):
    lock(forum)
    take_in(forum)

    for hours in range(3):
        look(NOON + timedelta(hours=hours))

    forum.refresh_from_db()
    assert forum.halted_kind == Halt.CONFIG.value and "No key of this installation" in forum.halted_reason
    assert Event.objects.filter(verb="account.halted").count() == 1


def test_payload_is_read_once_the_key_is_back(forum: ChannelAccount):
    sealed = lock(forum)
    take_in(forum)
    look(NOON)

    ChannelAccount.objects.filter(pk=forum.pk).update(sealed_secrets=sealed)
    look(NOON + timedelta(minutes=6))

    assert Payload.objects.get().state == "READ"
    assert Message.objects.get().text == "bins!"
