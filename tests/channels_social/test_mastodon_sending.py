"""Answers on Mastodon: to whom they go, who can read them, and that they go once."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from channels_social.mastodon import mapping
from channels_social.mastodon.client import MastodonClient
from enquiries.contract import (
    Account,
    CannotTell,
    NotSent,
    OutboundFile,
    OwnPost,
    Receipt,
    Refused,
    Side,
    Uncertain,
)
from tests.channels_social.mastodon_account import CHANNEL, DANA, mastodon_account, messages, ours, reply_to
from tests.sims import Simulator


@pytest.fixture
def account(mastodon: Simulator) -> Account:
    return mastodon_account(mastodon.url)


def test_answer_names_the_citizen_stands_under_their_post_and_is_public(mastodon, account):
    mention = mastodon.write(text="@northwell the light is out", **DANA)["id"]
    (message,), _ = messages(account)

    receipt = CHANNEL.send(account, reply_to(message))

    (post,) = ours(mastodon)
    assert (post["text"], post["target"], post["visibility"]) == ("@dana We will mend it", mention, "public")
    assert receipt.permalink.endswith(f"/@northwell/{post['id']}")
    assert receipt.usage and receipt.usage.buckets[0].limit == 300


def test_account_may_answer_quietly(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)

    CHANNEL.send(mastodon_account(mastodon.url, visibility="unlisted"), reply_to(message))

    assert ours(mastodon)[0]["visibility"] == "unlisted"


@pytest.mark.parametrize("visibility", ["direct", "private"])
def test_private_words_are_answered_to_the_citizen_alone(mastodon, account, visibility):
    mastodon.write(text="@northwell my case is confidential", visibility=visibility, **DANA)
    (message,), _ = messages(account)

    receipt = CHANNEL.send(account, reply_to(message))

    assert message.side is Side.PRIVATE
    assert [(post["visibility"], post["text"]) for post in ours(mastodon)] == [("direct", "@dana We will mend it")]
    assert receipt.permalink == ""
    found = CHANNEL.find_sent(account, reply_to(message), since=datetime.now(UTC) - timedelta(seconds=20))
    assert isinstance(found, Receipt) and found.external_id == receipt.external_id


def test_private_answer_that_names_a_bystander_is_refused(mastodon, account):
    mastodon.write(text="@northwell my case is confidential", visibility="direct", **DANA)
    (message,), _ = messages(account)

    with pytest.raises(Refused, match="@"):
        CHANNEL.send(account, reply_to(message, "Please ask @mayor"))

    assert ours(mastodon) == []


def test_mail_address_in_a_private_answer_names_nobody(mastodon, account):
    mastodon.write(text="@northwell my case is confidential", visibility="direct", **DANA)
    (message,), _ = messages(account)

    CHANNEL.send(account, reply_to(message, "Write to info@northwell.example"))

    assert len(ours(mastodon)) == 1


def test_public_answer_to_private_words_is_refused(mastodon, account):
    mastodon.write(text="@northwell my case is confidential", visibility="direct", **DANA)
    (message,), _ = messages(account)

    with pytest.raises(Refused, match="private"):
        CHANNEL.send(account, reply_to(message, side=Side.PUBLIC))

    assert ours(mastodon) == []


def test_answer_never_goes_to_somebody_else_than_was_approved(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)

    with pytest.raises(Refused, match="somebody else"):
        CHANNEL.send(account, reply_to(message, recipient="42"))

    assert ours(mastodon) == []


def test_part_stands_under_the_part_before_it(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)
    first = CHANNEL.send(account, reply_to(message, "One (1/2)"))

    second = reply_to(message, "Two (2/2)", key="other", follows=first.external_id)
    receipt = CHANNEL.send(account, second)

    assert [post["target"] for post in ours(mastodon)][1] == first.external_id
    found = CHANNEL.find_sent(account, second, since=datetime.now(UTC) - timedelta(seconds=20))
    assert isinstance(found, Receipt) and found.external_id == receipt.external_id


def test_same_key_posts_once_even_if_it_is_sent_again(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)
    mastodon.fault("create_status", "commit_then_drop")
    with pytest.raises(Uncertain):
        CHANNEL.send(account, reply_to(message))

    again = CHANNEL.send(account, reply_to(message))

    assert [post["id"] for post in ours(mastodon)] == [again.external_id]


def test_post_is_found_with_what_mastodon_does_to_words(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)
    text = "See https://www.northwell.example/streets/lights/report?a=1&b=2\n\nor ask @roads@far.example <now> #lights"
    receipt = CHANNEL.send(account, reply_to(message, text))

    found = CHANNEL.find_sent(account, reply_to(message, text), since=datetime.now(UTC) - timedelta(seconds=20))

    assert isinstance(found, Receipt) and found.external_id == receipt.external_id
    (own,) = CHANNEL.parse(account, _raw_of(mastodon, account, receipt.external_id))
    assert isinstance(own, OwnPost) and "lights/report?a=1&b=2\n\nor ask @roads <now> #lights" in own.text


def _raw_of(mastodon, account, status_id):

    return mapping.incoming(MastodonClient(account).status(status_id) or {}, root="").raw


def test_look_cannot_tell_when_the_answered_post_is_gone_from_under_ours(mastodon, account):
    mention = mastodon.write(text="@northwell the light is out", **DANA)["id"]
    (message,), _ = messages(account)
    CHANNEL.send(account, reply_to(message))
    mastodon.act("delete", {"id": mention})

    found = CHANNEL.find_sent(account, reply_to(message), since=datetime.now(UTC) - timedelta(seconds=20))

    assert isinstance(found, CannotTell)


def test_picture_of_ours_leaves_with_what_it_shows(mastodon, account):
    mastodon.write(text="@northwell where is it?", **DANA)
    (message,), _ = messages(account)
    file = OutboundFile(name="map.png", media_type="image/png", content=b"\x89PNG map", alt_text="A map")

    CHANNEL.send(account, reply_to(message, files=(file,)))

    (number,) = ours(mastodon)[0]["media_ids"]
    assert mastodon.ledger()["media"][number]["description"] == "A map"


def test_upload_that_breaks_is_certainly_no_answer(mastodon, account):
    mastodon.write(text="@northwell where is it?", **DANA)
    (message,), _ = messages(account)
    file = OutboundFile(name="map.png", media_type="image/png", content=b"\x89PNG map", alt_text="A map")
    mastodon.fault("upload", "commit_then_drop")

    with pytest.raises(NotSent):
        CHANNEL.send(account, reply_to(message, files=(file,)))

    assert ours(mastodon) == []


def test_what_leaves_too_late_does_not_leave(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)

    with pytest.raises(NotSent):
        CHANNEL.send(account, reply_to(message, send_by=time.monotonic() - 1))

    assert ours(mastodon) == []
