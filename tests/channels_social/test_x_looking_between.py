"""How far a look on X goes: from the first try to the last moment at which a reply can have left, not to this day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from channels_social.x import posting
from channels_social.x.mapping import moment_of_id
from enquiries.contract import CannotTell, NotThere, Receipt
from tests.channels_social.accounts import x_account
from tests.channels_social.test_x_wire import CHANNEL, SINCE, mention, reply
from tests.sims import Simulator


def busy_account(x: Simulator, monkeypatch):
    """An account that has posted more since than one look goes through."""
    monkeypatch.setattr(posting, "READBACK_PAGES", 1)
    for number in range(101):
        CHANNEL.send(x_account(x.url), reply(mention(x, push="no"), f"Another answer, number {number}"))


def test_reply_is_found_though_more_was_posted_since_than_can_be_looked_through(x: Simulator, monkeypatch):
    account, asked = x_account(x.url), reply(mention(x))
    receipt = CHANNEL.send(account, asked)
    left_by = (moment_of_id(receipt.external_id) or datetime.max) + timedelta(milliseconds=2)
    busy_account(x, monkeypatch)
    since = left_by - SINCE

    assert isinstance(CHANNEL.find_sent(account, asked, since=since), CannotTell)
    found = CHANNEL.find_sent(account, replace(asked, left_by=left_by), since=since)

    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id


def test_reply_that_never_left_is_known_not_to_be_there_though_much_was_posted_since(x: Simulator, monkeypatch):
    account, asked = x_account(x.url), reply(mention(x))
    left_by = datetime.now(UTC)
    busy_account(x, monkeypatch)

    assert isinstance(CHANNEL.find_sent(account, replace(asked, left_by=left_by), since=left_by - SINCE), NotThere)


def test_look_that_still_can_miss_a_reply_goes_to_this_moment(x: Simulator):
    account, asked = x_account(x.url), reply(mention(x))
    receipt = CHANNEL.send(account, asked)
    later = datetime.now(UTC) + timedelta(minutes=5)

    found = CHANNEL.find_sent(account, replace(asked, left_by=later), since=later - timedelta(minutes=10))

    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id
