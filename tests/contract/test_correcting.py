"""Every channel says whether it can replace or remove a reply that is there, does so, and may be asked again."""

import logging
from dataclasses import replace

import pytest

from enquiries.contract import AccountUnusable, ChannelError, NotSent, Receipt, Refused, Throttled, Uncertain
from tests.contract.rigs import Deed, Fault, Rig, Sent, correction, corrections, do, plays

OLD, NEW = "We will mend it", "We will mend it on Friday"


@pytest.fixture
def receipt(rig: Rig) -> Receipt:
    """A reply of ours that is there."""
    rig.sent = rig.reply(rig.message(), OLD)
    return rig.channel.send(rig.account, rig.sent)


def after(deed: Deed, receipt: Receipt) -> list[Sent]:
    """What people can read once it is done."""
    return [Sent(receipt.external_id, NEW)] if deed is Deed.REPLACE else []


@corrections(able=True)
def test_reply_is_corrected_where_it_stands(rig: Rig, receipt: Receipt, deed: Deed):
    done = do(rig, deed, correction(rig.sent, receipt, NEW))

    assert done.external_id == receipt.external_id
    assert rig.shown() == after(deed, receipt)


@corrections(able=True)
def test_doing_it_twice_is_doing_it_once(rig: Rig, receipt: Receipt, deed: Deed):
    letter = correction(rig.sent, receipt, NEW)
    do(rig, deed, letter)

    assert do(rig, deed, letter).external_id == receipt.external_id
    assert rig.shown() == after(deed, receipt)


@corrections(able=True)
def test_other_replies_stay_as_they_are(rig: Rig, receipt: Receipt, deed: Deed):
    other = rig.channel.send(
        rig.account, rig.reply(rig.message(author="eli", text="The bin is full"), "We come at nine")
    )

    do(rig, deed, correction(rig.sent, receipt, NEW))

    assert [sent for sent in rig.shown() if sent.external_id == other.external_id] == [
        Sent(other.external_id, "We come at nine")
    ]


@corrections(able=True, fault=Fault.COMMIT_THEN_DROP)
def test_lost_answer_is_uncertain_and_asking_again_succeeds(rig: Rig, receipt: Receipt, deed: Deed):
    letter = correction(rig.sent, receipt, NEW)
    rig.inject(Fault.COMMIT_THEN_DROP, deed)

    with pytest.raises(Uncertain):
        do(rig, deed, letter)

    assert rig.shown() == after(deed, receipt)
    assert do(rig, deed, letter).external_id == receipt.external_id
    assert rig.shown() == after(deed, receipt)


@corrections(able=True, fault=Fault.DROP)
def test_what_was_lost_on_the_way_changes_nothing_and_asking_again_succeeds(rig: Rig, receipt: Receipt, deed: Deed):
    letter = correction(rig.sent, receipt, NEW)
    rig.inject(Fault.DROP, deed)

    with pytest.raises((Uncertain, NotSent)):
        do(rig, deed, letter)

    assert rig.shown() == [Sent(receipt.external_id, OLD)]
    do(rig, deed, letter)
    assert rig.shown() == after(deed, receipt)


@corrections(able=True, fault=Fault.DROP)
def test_platform_that_is_away_has_certainly_done_nothing(rig: Rig, receipt: Receipt, deed: Deed):
    with pytest.raises(NotSent):
        do(rig, deed, correction(rig.sent, receipt, NEW), rig.unreachable)


@corrections(able=True, fault=Fault.THROTTLE)
def test_throttle_says_how_long_to_wait(rig: Rig, receipt: Receipt, deed: Deed):
    rig.inject(Fault.THROTTLE, deed)

    with pytest.raises(Throttled) as throttle:
        do(rig, deed, correction(rig.sent, receipt, NEW))

    assert throttle.value.after.total_seconds() >= 30
    assert rig.shown() == [Sent(receipt.external_id, OLD)]


@corrections(able=True, fault=Fault.CREDENTIALS)
def test_lost_credentials_halt_the_account_and_not_the_correction(rig: Rig, receipt: Receipt, deed: Deed):
    rig.inject(Fault.CREDENTIALS, deed)

    with pytest.raises(AccountUnusable) as halt:
        do(rig, deed, correction(rig.sent, receipt, NEW))

    assert halt.value.fix


@corrections(able=True, fault=Fault.REFUSE)
def test_reply_that_vanished_is_as_good_as_removed_and_cannot_be_replaced(rig: Rig, receipt: Receipt, deed: Deed):
    letter = correction(rig.sent, receipt, NEW)
    rig.vanish(receipt.external_id)

    if deed is Deed.REMOVE:
        assert do(rig, deed, letter).external_id == receipt.external_id
        return
    with pytest.raises(Refused) as refusal:
        do(rig, deed, letter)
    assert refusal.value.fix


@corrections(able=True, fault=Fault.REFUSE)
@pytest.mark.parametrize("of", ["", "..", "1/comments", "1?fields=id", "٣"])
def test_name_that_is_none_of_a_post_is_refused_before_any_call(rig: Rig, receipt: Receipt, deed: Deed, of: str):
    letter = replace(correction(rig.sent, receipt, NEW), of=of)

    with pytest.raises(Refused):
        do(rig, deed, letter, rig.unreachable)


@corrections(able=False)
def test_platform_that_cannot_do_it_refuses_with_what_to_do_instead(rig: Rig, receipt: Receipt, deed: Deed):
    with pytest.raises(Refused) as refusal:
        do(rig, deed, correction(rig.sent, receipt, NEW))

    assert refusal.value.fix
    assert [sent.external_id for sent in rig.shown()] == [receipt.external_id]


@corrections(able=True)
def test_channel_says_what_it_can_do(rig: Rig, deed: Deed):
    assert rig.channel.replaces if deed is Deed.REPLACE else rig.channel.removes


@corrections(able=True)
def test_corrected_reply_never_comes_back_as_a_message_of_a_citizen(rig: Rig, receipt: Receipt, deed: Deed):
    do(rig, deed, correction(rig.sent, receipt, NEW))

    assert not [message for message in rig.read(rig.look().incoming) if message.text in (OLD, NEW)]


@corrections(able=True)
@pytest.mark.parametrize("fault", [Fault.COMMIT_THEN_DROP, Fault.DROP, Fault.THROTTLE, Fault.CREDENTIALS, None])
def test_no_secret_is_in_logs_or_errors(
    rig: Rig, receipt: Receipt, deed: Deed, fault: Fault | None, caplog: pytest.LogCaptureFixture
):
    account = rig.account if fault else rig.unreachable
    if fault in plays(rig.channel.kind):
        rig.inject(fault, deed)

    said = []
    with caplog.at_level(logging.DEBUG):
        try:
            do(rig, deed, correction(rig.sent, receipt, NEW), account)
        except ChannelError as error:
            said = [repr(error), str(error.__context__), str(error.__cause__), getattr(error, "fix", "")]

    told = caplog.text + " ".join(said)
    assert not [name for name, value in rig.account.secrets.items() if value in told]
    assert NEW not in " ".join(said)
