"""What is picked up from Mastodon: no gap, each version once, what is gone is seen."""

import pytest

from enquiries.contract import Account, NotSent
from tests.channels_social.mastodon_account import CHANNEL, DANA, mastodon_account, messages, ours, reply_to
from tests.sims import Simulator


@pytest.fixture
def account(mastodon: Simulator) -> Account:
    return mastodon_account(mastodon.url)


def test_public_and_private_words_of_one_thread_do_not_share_a_thread(mastodon, account):
    first = mastodon.write(text="@northwell the light is out", **DANA)["id"]
    mastodon.write(text="@northwell this is my number", in_reply_to=first, visibility="direct", **DANA)

    (public, private), _ = messages(account)

    assert public.thread_key != private.thread_key


def test_answer_to_our_answer_joins_the_thread(mastodon, account):
    mastodon.write(text="@northwell the light is out", **DANA)
    (message,), _ = messages(account)
    posted = CHANNEL.send(account, reply_to(message)).external_id
    mastodon.write(text="@northwell thank you", in_reply_to=posted, **DANA)

    found, _ = messages(account)

    assert [each.thread_key for each in found] == [message.thread_key] * 2


def test_more_mentions_than_one_look_brings_come_without_a_gap(mastodon, account):
    old = mastodon.write(text="@northwell an old one", age_seconds=3600, **DANA)["id"]
    _, polled = messages(account)
    for number in range(130):
        mastodon.write(text=f"@northwell number {number}", age_seconds=600, **DANA)
    seen, cursor, looks = {old}, polled.cursor, 0
    while True:
        found, polled = messages(account, cursor)
        seen |= {each.external_id for each in found}
        cursor, looks = polled.cursor, looks + 1
        if not polled.more:
            break

    assert (len(seen), looks) == (131, 2)


def test_young_mentions_are_looked_at_again(mastodon, account):
    mastodon.write(text="@northwell an old one", age_seconds=3600, **DANA)
    mastodon.write(text="@northwell a new one", **DANA)
    _, polled = messages(account)

    found, _ = messages(account, polled.cursor)

    assert [each.text for each in found] == ["@northwell a new one"]


def test_first_look_leaves_out_what_is_too_old(mastodon, account):
    mastodon.write(text="@northwell last month", age_seconds=30 * 86400, **DANA)
    mastodon.write(text="@northwell today", **DANA)

    found, _ = messages(account)

    assert [each.text for each in found] == ["@northwell today"]


def test_edited_post_is_a_new_version_of_the_same_message(mastodon, account):
    post = mastodon.write(text="@northwell the light is out", **DANA)["id"]
    (before,), _ = messages(account)
    mastodon.act("edit", {"id": post, "text": "@northwell the light is out in Mill Lane"})

    (after,), _ = messages(account, {"min_id": "1"}, watch=(before.external_id,))

    assert (before.external_id, after.root_id) == (post, post)
    assert after.external_id.startswith(f"{post}:") and after.version_at is not None
    assert after.text.endswith("Mill Lane") and after.thread_key == before.thread_key


def test_edited_post_can_be_answered(mastodon, account):
    post = mastodon.write(text="@northwell the light is out", **DANA)["id"]
    mastodon.act("edit", {"id": post, "text": "@northwell the light is out in Mill Lane"})
    (message,), _ = messages(account)

    CHANNEL.send(account, reply_to(message))

    assert ours(mastodon)[0]["target"] == post


def test_deleted_post_is_not_present_any_more(mastodon, account):
    here = mastodon.write(text="@northwell here", **DANA)["id"]
    gone = mastodon.write(text="@northwell gone", **DANA)["id"]
    mastodon.act("delete", {"id": gone})

    assert CHANNEL.presence(account, [here, gone]) == {here: True, gone: False}


def test_look_for_presence_that_fails_proves_nothing(mastodon, account):
    here = mastodon.write(text="@northwell here", **DANA)["id"]
    mastodon.fault("statuses", "html_502")

    with pytest.raises(NotSent):
        CHANNEL.presence(account, [here])


def test_content_warning_far_name_and_picture_come_along(mastodon, account):
    mastodon.write(
        author_handle="eli@far.example",
        author_name="Eli",
        text="@northwell look",
        spoiler="Rats",
        picture="Three rats on a bin",
    )

    (message,), _ = messages(account)

    assert message.text == "Rats\n\n@northwell look"
    assert message.author.handle == "eli@far.example"
    assert [picture.alt for picture in message.pictures] == ["Three rats on a bin"]
    assert CHANNEL.fetch(account, message.pictures[0].url).content.startswith(b"\x89PNG")
