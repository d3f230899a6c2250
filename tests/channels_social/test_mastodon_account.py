"""A Mastodon account itself: its server, its pictures, its limits, what stands around a post."""

from dataclasses import replace

import pytest

from enquiries.contract import Account, AccountUnusable, Refused, Side, Verdict
from tests.channels_social.mastodon_account import CHANNEL, DANA, mastodon_account
from tests.sims import Simulator


@pytest.fixture
def account(mastodon: Simulator) -> Account:
    return mastodon_account(mastodon.url)


@pytest.mark.parametrize(
    "url", ["https://evil.example/a.png", "http://social.northwell.example/a.png", "https://[", "file:///etc/passwd"]
)
def test_picture_elsewhere_is_not_fetched(account, url):
    with pytest.raises(Refused):
        CHANNEL.fetch(account, url)


def test_thread_is_told_without_private_words(mastodon, account):
    first = mastodon.write(author_handle="eli", author_name="Eli", text="Is it dark in Mill Lane?")["id"]
    mention = mastodon.write(text="@northwell yes", in_reply_to=first, **DANA)["id"]
    mastodon.write(text="@northwell my number", in_reply_to=mention, visibility="direct", **DANA)

    told = CHANNEL.context(account, post_id=mention, thread_key="")

    assert [each.external_id for each in told] == [first, mention]


def test_check_up_says_whose_token_it_is_and_what_the_server_allows(account):
    good = CHANNEL.check(account)
    other = CHANNEL.check(replace(account, external_id="7"))
    long = CHANNEL.check(replace(account, settings={**account.settings, "max_length": 5000}))
    dead = CHANNEL.check(replace(account, secrets={"access_token": "wrong"}))

    verdicts = [[line.verdict for line in each.lines] for each in (good, other, long, dead)]
    assert verdicts == [
        [Verdict.GOOD, Verdict.GOOD],
        [Verdict.BAD, Verdict.GOOD],
        [Verdict.GOOD, Verdict.BAD],
        [Verdict.BAD],
    ]


@pytest.mark.parametrize("server_name", ["", "social.example", "http://social.example", "https://a/b", "https://a@b"])
def test_account_without_a_proper_server_says_so(account, server_name):
    wrong = replace(account, settings={**account.settings, "server": server_name})

    with pytest.raises(AccountUnusable, match="server"):
        CHANNEL.poll(wrong, {})


def test_length_counts_addresses_and_far_names_as_mastodon_does():
    assert CHANNEL.length("https://www.northwell.example/a/very/long/way/to/the/form") == 23
    assert CHANNEL.length("@roads@far.example yes") == len("@roads yes")
    assert CHANNEL.limits(mastodon_account(), Side.PUBLIC).max_length == 468
