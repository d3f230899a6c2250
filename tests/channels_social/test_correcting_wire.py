"""Corrections over the wire: the real tweepy and facebook-sdk against the simulated platforms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels_social.facebook.adapter import FacebookChannel
from channels_social.x.adapter import XChannel
from enquiries.contract import AccountUnusable, OutboundReply, Refused, Side, Throttled, Uncertain
from tests.channels_social.accounts import facebook_account, x_account
from tests.sims import Simulator

ON_X, ON_FACEBOOK = XChannel(), FacebookChannel()
LOST = ["commit_then_500", "commit_then_timeout", "empty_200", "commit_then_drop", "html_502", "drop_before_commit"]
NEW = "We will mend it – on Friday & <at nine>"


def letter(target: str, text: str = "We will mend it", of: str = "") -> OutboundReply:
    return OutboundReply(key="k", text=text, side=Side.PUBLIC, target_id=target, of=of, approved_at=datetime.now(UTC))


@pytest.fixture
def post(x: Simulator) -> OutboundReply:
    """The removal of a post of ours on X."""
    mention = x.write(author_handle="dana", author_name="Dana", text="@northwell the light is out")["id"]
    receipt = ON_X.send(x_account(x.url), letter(mention))
    return letter(mention, of=receipt.external_id)


@pytest.fixture
def comment(facebook: Simulator) -> OutboundReply:
    """The correction of a comment of ours on Facebook."""
    target = facebook.write(kind="comment", author_name="Dana", text="The light is out", push="no")["id"]
    receipt = ON_FACEBOOK.send(facebook_account(facebook.url), letter(target))
    return letter(target, NEW, of=receipt.external_id)


def is_gone(x: Simulator, post_id: str) -> bool:
    (one,) = [post for post in x.ledger()["posts"] if post["id"] == post_id]
    return bool(one["deleted"])


@pytest.mark.parametrize("kind", LOST)
def test_removal_on_x_whose_answer_does_not_tell_is_uncertain_and_may_be_repeated(
    x: Simulator, post: OutboundReply, kind: str
):
    account = x_account(x.url, timeout_seconds=0.5)
    x.fault("delete_post", kind, seconds=3)

    with pytest.raises(Uncertain):
        ON_X.remove(account, post)

    assert ON_X.remove(account, post).external_id == post.of
    assert is_gone(x, post.of)
    assert x.calls("delete_post") == 2


def test_removal_on_x_posts_nothing_and_looks_at_nothing(x: Simulator, post: OutboundReply):
    ON_X.remove(x_account(x.url), post)

    assert [x.calls(name) for name in ("delete_post", "create_post", "one_post")] == [1, 1, 0]


def test_throttled_removal_on_x_is_asked_once_only(x: Simulator, post: OutboundReply):
    x.fault("delete_post", "429", times=5)

    with pytest.raises(Throttled):
        ON_X.remove(x_account(x.url), post)

    assert x.calls("delete_post") == 1


def test_unpaid_bill_halts_the_account_on_x(x: Simulator, post: OutboundReply):
    x.fault("delete_post", "402")

    with pytest.raises(AccountUnusable, match="credits"):
        ON_X.remove(x_account(x.url), post)


def test_post_of_somebody_else_on_x_is_not_removed(x: Simulator, post: OutboundReply):
    with pytest.raises(Refused, match="does not let") as refusal:
        ON_X.remove(x_account(x.url), replace(post, of=post.target_id))

    assert "by hand" in refusal.value.fix
    assert not is_gone(x, post.target_id)


def test_wrong_address_of_x_is_not_taken_for_a_post_that_is_gone(x: Simulator, post: OutboundReply):
    with pytest.raises(Refused, match="does not find"):
        ON_X.remove(x_account(f"{x.url}/elsewhere"), post)

    assert not is_gone(x, post.of)


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("operation", ["change", "delete"])
def test_correction_on_facebook_whose_answer_does_not_tell_is_uncertain_and_may_be_repeated(
    facebook: Simulator, comment: OutboundReply, operation: str, kind: str
):
    account = facebook_account(facebook.url, timeout_seconds=0.5)
    act = ON_FACEBOOK.replace if operation == "change" else ON_FACEBOOK.remove
    facebook.fault(operation, kind, seconds=3)

    with pytest.raises(Uncertain):
        act(account, comment)

    assert act(account, comment).external_id == comment.of
    (ours,) = [each for each in facebook.ledger()["comments"] if each["by_api"]]
    assert (ours["text"], ours["deleted"]) == ((NEW, False) if operation == "change" else ("We will mend it", True))


def test_replaced_comment_is_the_same_comment_with_its_permalink(facebook: Simulator, comment: OutboundReply):
    receipt = ON_FACEBOOK.replace(facebook_account(facebook.url), comment)

    (ours,) = [each for each in facebook.ledger()["comments"] if each["by_api"]]
    assert (ours["id"], ours["text"]) == (comment.of, NEW)
    assert receipt.permalink == f"https://www.facebook.com/{comment.of}"
    assert facebook.calls("create_comment") == 1


def test_throttle_of_a_correction_lasts_as_long_as_facebook_estimates(facebook: Simulator, comment: OutboundReply):
    facebook.fault("change", "429_reset", seconds=1200)

    with pytest.raises(Throttled) as throttle:
        ON_FACEBOOK.replace(facebook_account(facebook.url), comment)

    assert throttle.value.after.total_seconds() == 1200


def test_vanished_comment_is_removed_only_after_a_look(facebook: Simulator, comment: OutboundReply):
    account = facebook_account(facebook.url)
    facebook.act("delete", {"id": comment.of})
    facebook.fault("node", "html_502")

    with pytest.raises(Exception, match="read"):
        ON_FACEBOOK.remove(account, comment)

    assert ON_FACEBOOK.remove(account, comment).external_id == comment.of
    assert facebook.calls("node") == 2


@pytest.mark.parametrize("act", [ON_FACEBOOK.replace, ON_FACEBOOK.remove])
def test_messenger_takes_nothing_back(facebook: Simulator, comment: OutboundReply, act):
    with pytest.raises(Refused, match="Messenger") as refusal:
        act(facebook_account(facebook.url), replace(comment, side=Side.PRIVATE))

    assert refusal.value.fix
    assert facebook.calls("change") + facebook.calls("delete") == 0


def test_calls_that_correct_are_proved(facebook: Simulator, comment: OutboundReply):
    account = facebook_account(facebook.url)

    ON_FACEBOOK.replace(account, comment)
    ON_FACEBOOK.remove(account, comment)

    # The simulator answers calls without proof with 400.
    assert {entry["status"] for entry in facebook.ledger()["journal"]} == {200}
