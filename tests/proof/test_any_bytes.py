"""Whatever bytes arrive, on every channel: they end as an enquiry, an event or on the list of the unreadable, by design."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.contract import Ignored, InboundMessage, Parsed, Unreadable
from enquiries.models import ChannelAccount, Message, Payload
from enquiries.registry import channel
from enquiries.services.incoming import intake
from simulators import credentials
from tests.people import NOON, City
from tests.proof import payloads
from tests.proof.profiles import examples

pytestmark = pytest.mark.django_db
KINDS = ("x", "facebook", "mastodon", "email")
LATER = timedelta(hours=1)
QUICK = settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(params=KINDS)
def account(request: pytest.FixtureRequest, city: City) -> ChannelAccount:
    kind = str(request.param)
    if kind == "mastodon":
        return ChannelAccount.objects.create(
            organisation=city.organisation, team=city.waste, kind=kind, name="Northwell", external_id="1"
        )
    account = city.accounts[kind]
    if kind in ("x", "facebook"):
        account.external_id = credentials.X_USER_ID if kind == "x" else credentials.FACEBOOK_PAGE_ID
        account.save(update_fields=["external_id"])
    return account


def read(account: ChannelAccount, raw: bytes, source: str, name: str) -> Payload:
    """Keep these bytes and read them, now and as often as it is tried again."""
    kept = intake.accept_payload(account_id=account.pk, source=source, external_id=name, raw=raw, now=NOON)
    for tries in range(4):
        intake.read_due_payloads(now=NOON + tries * LATER, worker="w")
    return Payload.objects.get(pk=kept.payload_id)


def must_be_kept(account: ChannelAccount, payload: Payload, raw: bytes, parts: Sequence[Parsed]) -> None:
    """Assert that nothing of what arrived is lost, and that no reader fell over it."""
    assert bytes(payload.raw) == raw or payload.blanked_at, "only a citizen who deletes may take bytes away"
    assert payload.attempts == 1, payload.last_error
    assert payload.state == "UNREADABLE" or (payload.state == "READ" and payload.outcome)
    if payload.state == "UNREADABLE":
        assert [type(part) for part in parts] == [Unreadable]
        assert payload.parked_at
        return
    for part in parts:
        if isinstance(part, InboundMessage):
            assert Message.objects.filter(account=account, external_id=part.external_id[:300]).exists()
        elif isinstance(part, Unreadable):
            assert Payload.objects.filter(source=Payload.Source.PART, state="UNREADABLE").exists()
        elif isinstance(part, Ignored):
            assert part.reason


@QUICK
@given(data=st.data())
def test_any_bytes_end_as_an_enquiry_an_event_or_unreadable(account: ChannelAccount, data: st.DataObject):
    raw = data.draw(payloads.arriving(account.kind))
    source = data.draw(st.sampled_from(["POLL", "SMTP" if account.kind == "email" else "WEBHOOK"]))
    name = data.draw(st.sampled_from(["event:1", "", "\x00", "n" * 400]))

    with transaction.atomic():
        payload = read(account, raw, source, name)
        must_be_kept(account, payload, raw, channel(account.kind).parse(account.as_account(), raw))
        transaction.set_rollback(True)


def test_samples_are_read_as_they_stand(account: ChannelAccount):
    """Without this, spoilt payloads would prove nothing: each of them begins as one that is understood."""
    if account.kind == "email":
        return
    outcomes = [
        read(account, raw, "WEBHOOK", f"sample-{number}").outcome
        for number, raw in enumerate(map(payloads.as_bytes, payloads.SAMPLES[account.kind]))
    ]

    assert not any("unreadable" in outcome for outcome in outcomes)
    assert any("message" in outcome for outcome in outcomes)
