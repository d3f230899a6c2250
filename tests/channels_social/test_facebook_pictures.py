"""Pictures with answers of the page: under a comment, by way of an unpublished photo, and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_social.facebook.adapter import FacebookChannel
from enquiries.contract import COMMENT, AccountUnusable, NotSent, OutboundFile, OutboundReply, Refused, Side, Throttled
from tests.channels_social.accounts import facebook_account
from tests.files.drawn import png
from tests.sims import Simulator

CHANNEL = FacebookChannel()
PICTURE = OutboundFile(
    name="Elm Street.png", media_type="image/png", content=png(), alt_text="Straße, gesperrt: 通行止め"
)


def comment(facebook: Simulator) -> str:
    return str(facebook.write(kind="comment", author_name="Dana", text="Where?", push="no")["id"])


def reply(target: str, *files: OutboundFile, **more: object) -> OutboundReply:
    values: dict[str, Any] = {
        "key": "5f0c",
        "text": "See the map",
        "side": Side.PUBLIC,
        "target_id": target,
        "approved_at": datetime.now(UTC),
        "files": files,
    }
    return OutboundReply(**(values | more))


def send(facebook: Simulator, letter: OutboundReply) -> str:
    return CHANNEL.send(facebook_account(facebook.url), letter).external_id


def photos(facebook: Simulator) -> list[dict[str, Any]]:
    return list(facebook.ledger()["photos"])


def ours(facebook: Simulator) -> list[dict[str, Any]]:
    ledger = facebook.ledger()
    return [one for one in (*ledger["posts"], *ledger["comments"], *ledger["messages"]) if one["by_api"]]


def test_picture_is_put_in_unpublished_with_its_words_and_hangs_on_the_comment(facebook: Simulator):
    sent = send(facebook, reply(comment(facebook), PICTURE))

    (photo,) = photos(facebook)
    assert (photo["published"], photo["carried_by"], photo["alt"]) == (False, sent, PICTURE.alt_text)
    assert [(one["id"], one["text"]) for one in ours(facebook)] == [(sent, "See the map")]


def test_name_of_the_file_stays_here(facebook: Simulator):
    send(facebook, reply(comment(facebook), replace(PICTURE, name="Dana's street.png")))

    assert "Dana's street" not in str(facebook.ledger())


@pytest.mark.parametrize(
    "fault", ["drop_before_commit", "commit_then_drop", "commit_then_500", "html_502", "empty_200"]
)
def test_upload_that_goes_wrong_certainly_made_no_comment(facebook: Simulator, fault: str):
    letter = reply(comment(facebook), PICTURE)
    facebook.fault("upload_photo", fault)

    with pytest.raises(NotSent):
        send(facebook, letter)

    assert ours(facebook) == []


def test_throttle_at_the_upload_says_how_long_to_wait(facebook: Simulator):
    letter = reply(comment(facebook), PICTURE)
    facebook.fault("upload_photo", "429_reset", seconds=600)

    with pytest.raises(Throttled) as throttle:
        send(facebook, letter)

    assert throttle.value.after.total_seconds() >= 540


def test_missing_permission_for_pictures_is_named(facebook: Simulator):
    letter = reply(comment(facebook), PICTURE)
    facebook.act("condition", {"scopes": ["pages_manage_engagement"]})

    with pytest.raises(AccountUnusable, match="pages_manage_posts"):
        send(facebook, letter)


def test_picture_that_facebook_cannot_read_tells_what_to_do(facebook: Simulator):
    letter = reply(comment(facebook), replace(PICTURE, content=b"no picture"))

    with pytest.raises(Refused) as refusal:
        send(facebook, letter)

    assert "PNG or JPEG" in refusal.value.fix
    assert ours(facebook) == []


def test_comment_that_is_gone_leaves_an_unseen_picture_and_nothing_else(facebook: Simulator):
    target = comment(facebook)
    facebook.act("delete", {"id": target})

    with pytest.raises(Refused):
        send(facebook, reply(target, PICTURE))

    assert ours(facebook) == []


@pytest.mark.parametrize("recipient", ["7000000000001", f"{COMMENT}1_2"])
def test_no_picture_goes_in_private_and_nothing_is_put_in(facebook: Simulator, recipient: str):
    with pytest.raises(Refused) as refusal:
        send(facebook, reply("m_1", PICTURE, side=Side.PRIVATE, recipient=recipient))

    assert "link" in refusal.value.fix
    assert photos(facebook) == []


@pytest.mark.parametrize("files", [(PICTURE, PICTURE), (replace(PICTURE, media_type="application/pdf"),)])
def test_files_that_cannot_go_are_refused_before_anything_leaves(facebook: Simulator, files: tuple[OutboundFile, ...]):
    with pytest.raises(Refused):
        send(facebook, reply(comment(facebook), *files))

    assert photos(facebook) == []
    assert ours(facebook) == []


def test_limits_tell_which_side_takes_a_picture():
    account = facebook_account()

    assert CHANNEL.limits(account, Side.PUBLIC).files.most == 1
    assert CHANNEL.limits(account, Side.PRIVATE).files.most == 0
