"""Every channel puts a reply where the citizen wrote, and says truly what became of it."""

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.contract import (
    AccountUnusable,
    CannotTell,
    ChannelError,
    NotSent,
    NotThere,
    Receipt,
    Refused,
    Throttled,
    Uncertain,
)
from tests.contract.rigs import Fault, Rig, just_now, played, plays


def test_reply_is_on_the_platform_once_with_the_id_of_its_receipt(rig: Rig):
    reply = rig.reply(rig.message())

    receipt = rig.channel.send(rig.account, reply)

    (sent,) = rig.ledger()
    assert receipt.external_id == sent.external_id
    assert reply.text in sent.text


def test_reply_that_was_sent_is_found(rig: Rig):
    reply, since = rig.reply(rig.message()), just_now()
    receipt = rig.channel.send(rig.account, reply)

    found = rig.channel.find_sent(rig.account, reply, since=since)

    assert isinstance(found, Receipt)
    assert found.external_id == receipt.external_id


@played(Fault.DROP)
def test_reply_that_was_not_sent_is_not_there(rig: Rig):
    reply = rig.reply(rig.message())

    assert isinstance(rig.channel.find_sent(rig.account, reply, since=just_now()), NotThere)


@played(Fault.DROP)
def test_another_reply_in_the_same_thread_is_not_taken_for_ours(rig: Rig):
    message, since = rig.message(), just_now()
    rig.channel.send(rig.account, rig.reply(message, "The crew is on its way"))

    found = rig.channel.find_sent(rig.account, rig.reply(message, "We will mend it"), since=since)

    assert isinstance(found, NotThere)


@played(Fault.COMMIT_THEN_DROP)
def test_reply_whose_answer_was_lost_is_uncertain_and_then_found(rig: Rig):
    reply, since = rig.reply(rig.message()), just_now()
    rig.inject(Fault.COMMIT_THEN_DROP)

    with pytest.raises(Uncertain):
        rig.channel.send(rig.account, reply)

    found = rig.channel.find_sent(rig.account, reply, since=since)
    assert isinstance(found, Receipt)
    assert [found.external_id] == [sent.external_id for sent in rig.ledger()]


@played(Fault.DROP)
def test_reply_that_was_lost_on_the_way_is_not_said_to_be_there(rig: Rig):
    reply, since = rig.reply(rig.message()), just_now()
    rig.inject(Fault.DROP)

    with pytest.raises((Uncertain, NotSent)):
        rig.channel.send(rig.account, reply)

    assert isinstance(rig.channel.find_sent(rig.account, reply, since=since), NotThere)
    assert rig.ledger() == []


@played(Fault.DROP)
def test_reply_to_a_platform_that_is_away_was_certainly_not_sent(rig: Rig):
    reply = rig.reply(rig.message())

    with pytest.raises(NotSent):
        rig.channel.send(rig.unreachable, reply)


@played(Fault.CANNOT_READ)
def test_look_at_a_platform_that_is_away_proves_nothing(rig: Rig):
    reply = rig.reply(rig.message())

    assert isinstance(rig.channel.find_sent(rig.unreachable, reply, since=just_now()), CannotTell)


@played(Fault.CANNOT_READ)
def test_look_that_fails_proves_nothing(rig: Rig):
    reply = rig.reply(rig.message())
    rig.channel.send(rig.account, reply)
    rig.inject(Fault.CANNOT_READ)

    assert isinstance(rig.channel.find_sent(rig.account, reply, since=just_now()), CannotTell)


@played(Fault.REFUSE)
def test_refusal_tells_a_person_what_to_do(rig: Rig):
    reply = rig.reply(rig.message())
    rig.inject(Fault.REFUSE)

    with pytest.raises(Refused) as refusal:
        rig.channel.send(rig.account, reply)

    assert refusal.value.fix
    assert rig.ledger() == []


@played(Fault.THROTTLE)
def test_throttle_says_how_long_to_wait(rig: Rig):
    reply = rig.reply(rig.message())
    rig.inject(Fault.THROTTLE)

    with pytest.raises(Throttled) as throttle:
        rig.channel.send(rig.account, reply)

    assert throttle.value.after.total_seconds() >= 30
    assert rig.ledger() == []


@played(Fault.CREDENTIALS)
def test_lost_credentials_halt_the_account_and_not_the_reply(rig: Rig):
    reply = rig.reply(rig.message())
    rig.inject(Fault.CREDENTIALS)

    with pytest.raises(AccountUnusable) as halt:
        rig.channel.send(rig.account, reply)

    assert halt.value.fix


def test_our_own_reply_never_comes_back_as_a_message_of_a_citizen(rig: Rig):
    reply = rig.reply(rig.message(), "We will mend it tomorrow")
    rig.channel.send(rig.account, reply)

    assert not [message for message in rig.read(rig.look().incoming) if message.text == reply.text]


@pytest.mark.parametrize("fault", [*Fault, None])
def test_no_secret_is_in_logs_or_errors(rig: Rig, fault: Fault | None, caplog: pytest.LogCaptureFixture):
    reply = rig.reply(rig.message())
    account = rig.account
    if fault is None:
        account = rig.unreachable
    elif fault in plays(rig.channel.kind):
        rig.inject(fault)

    said = []
    with caplog.at_level(logging.DEBUG):
        try:
            rig.channel.send(account, reply)
        except ChannelError as error:
            said = [repr(error), str(error.__context__), str(error.__cause__), getattr(error, "fix", "")]
        rig.channel.find_sent(account, reply, since=just_now())

    told = caplog.text + " ".join(said) + repr(account)
    assert not [name for name, value in rig.account.secrets.items() if value in told]
    assert reply.text not in " ".join(said)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_has_a_length(rig: Rig, text: str):
    assert rig.channel.length(text) >= 0


def test_length_of_an_empty_text_is_nothing_and_each_side_has_a_limit(rig: Rig):
    message = rig.message()

    limits = rig.channel.limits(rig.account, message.side)

    assert rig.channel.length("") == 0
    assert rig.channel.length("We will mend it") <= limits.max_length
    assert limits.settle.total_seconds() >= 0
