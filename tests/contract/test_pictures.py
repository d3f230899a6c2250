"""Every channel that puts pictures on its platform before the reply sends the very bytes, and never a reply without them."""

import hashlib
from dataclasses import replace

import pytest

from enquiries.contract import NotSent, NotThere, OutboundFile, OutboundReply, Receipt, Refused, Uncertain
from tests.contract.rigs import Fault, Rig, just_now, played
from tests.files.drawn import jpeg, png

PNG, JPEG = png(), jpeg()


def picture(content: bytes = PNG, kind: str = "image/png") -> OutboundFile:
    return OutboundFile(name="Elm Street.png", media_type=kind, content=content, alt_text="A map of the works")


def with_pictures(rig: Rig, *files: OutboundFile) -> OutboundReply:
    return replace(rig.reply(rig.message()), files=files or (picture(),))


@played(Fault.UPLOAD)
@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg")])
def test_reply_carries_the_very_bytes_of_its_picture(rig: Rig, content: bytes, kind: str):
    receipt = rig.channel.send(rig.account, with_pictures(rig, picture(content, kind)))

    assert rig.pictures(receipt.external_id) == [hashlib.sha256(content).hexdigest()]


@played(Fault.UPLOAD)
def test_picture_whose_answer_was_lost_means_that_nothing_was_sent(rig: Rig):
    reply, since = with_pictures(rig), just_now()
    rig.inject(Fault.UPLOAD)

    with pytest.raises(NotSent):
        rig.channel.send(rig.account, reply)

    assert rig.ledger() == []
    assert isinstance(rig.channel.find_sent(rig.account, reply, since=since), NotThere)


@played(Fault.UPLOAD)
def test_reply_goes_with_its_picture_at_the_next_try(rig: Rig):
    reply = with_pictures(rig)
    rig.inject(Fault.UPLOAD)
    with pytest.raises(NotSent):
        rig.channel.send(rig.account, reply)

    receipt = rig.channel.send(rig.account, reply)

    assert len(rig.ledger()) == 1
    assert rig.pictures(receipt.external_id) == [hashlib.sha256(PNG).hexdigest()]


@played(Fault.UPLOAD)
def test_reply_with_a_picture_whose_answer_was_lost_is_found_and_there_once(rig: Rig):
    reply, since = with_pictures(rig), just_now()
    rig.inject(Fault.COMMIT_THEN_DROP)
    with pytest.raises(Uncertain):
        rig.channel.send(rig.account, reply)

    found = rig.channel.find_sent(rig.account, reply, since=since)

    assert isinstance(found, Receipt)
    assert [found.external_id] == [sent.external_id for sent in rig.ledger()]
    assert rig.pictures(found.external_id) == [hashlib.sha256(PNG).hexdigest()]


@played(Fault.UPLOAD)
def test_more_files_than_a_place_takes_are_refused_and_never_left_out(rig: Rig):
    message = rig.message()
    most = rig.channel.limits(rig.account, message.side).files.most
    reply = replace(rig.reply(message), files=(picture(),) * (most + 1))

    with pytest.raises(Refused) as refusal:
        rig.channel.send(rig.account, reply)

    assert refusal.value.fix
    assert rig.ledger() == []
