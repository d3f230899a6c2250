"""A kind of channel that nobody has heard of goes all the way, with one class and one line of settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.checks import Error
from django.test import override_settings

from agents.templatetags import desk, trust
from citizens.promises import notices, promise_for, ways
from citizenservice.checks import channels_keep_the_contract
from enquiries import registry
from enquiries.admin import secret_fields
from enquiries.models import ChannelAccount, ChannelIdentity, Enquiry, Message, PickUp, Posting
from enquiries.services.incoming import intake, pickup
from enquiries.services.leaving import posting
from enquiries.services.replies import reach
from tests.people import NOON, City, approved

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum(settings, city: City) -> Iterator[ChannelAccount]:
    settings.CHANNELS = settings.CHANNELS | {"forum": "tests.enquiries.forum.Forum"}
    registry.channel.cache_clear()
    city.accounts["forum"] = ChannelAccount.objects.create(
        organisation=city.organisation, team=city.waste, kind="forum", name="Town talk", external_id="town-talk"
    )
    yield city.accounts["forum"]
    registry.channel.cache_clear()


def said(forum: ChannelAccount, *, by: str = "dana", number: int = 1) -> Message:
    raw = json.dumps({"id": f"{forum.pk}-{number}", "by": by, "text": "My bin?", "at": NOON.isoformat()}).encode()
    accepted = intake.accept_payload(
        account_id=forum.pk, source="POLL", external_id=f"post-{number}", raw=raw, now=NOON
    )
    payload = intake.read_now(accepted.payload_id, now=NOON, worker="w")
    found = intake.message_of(payload)
    assert found is not None
    return found


def test_new_kind_keeps_the_contract(forum: ChannelAccount):
    assert channels_keep_the_contract() == []


def test_channel_without_traits_stops_the_start(forum: ChannelAccount, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.enquiries.forum.Forum.traits", None)

    (problem,) = channels_keep_the_contract()

    assert isinstance(problem, Error) and "traits" in problem.msg


def test_message_of_a_new_kind_opens_an_enquiry_with_its_own_promise(forum: ChannelAccount):
    enquiry = Enquiry.objects.get(pk=said(forum).enquiry_id)

    assert (enquiry.kind, enquiry.get_kind_display(), str(enquiry.account)) == (
        "forum",
        "City forum",
        "Town talk (City forum)",
    )
    assert enquiry.clocks.get().working_minutes == 60


def test_people_of_a_new_kind_are_known_on_one_account_where_it_says_so(forum: ChannelAccount, city: City):
    other = ChannelAccount.objects.create(
        organisation=city.organisation, kind="forum", name="Village talk", external_id="village-talk"
    )

    said(forum)
    said(other)

    assert set(ChannelIdentity.objects.filter(kind="forum").values_list("scope", flat=True)) == {
        "town-talk",
        "village-talk",
    }


def test_reply_on_a_new_kind_is_approved_and_posted(forum: ChannelAccount, city: City):
    approval = approved(city, said(forum))

    posting.deliver_due(worker="w")

    assert Posting.objects.get(approval=approval).state == Posting.State.POSTED


def test_account_of_a_new_kind_is_looked_at_as_often_as_it_says(forum: ChannelAccount):
    ChannelAccount.objects.exclude(pk=forum.pk).update(is_active=False)

    pickup.pick_up_due(now=NOON, worker="w")

    turn = PickUp.objects.get(account=forum)
    assert (turn.every_seconds, turn.due_at) == (17, NOON + timedelta(seconds=17))


def test_citizens_read_of_a_new_kind_and_its_promise_after_those_they_know(forum: ChannelAccount, city: City):
    listed = ways(city.organisation, notices(city.organisation, now=NOON))

    assert [way.kind for way in listed] == ["web", "email", "x", "facebook", "forum"]
    assert (listed[-1].label, listed[-1].is_public) == ("City forum", True)
    assert "1 working hour" in promise_for(city.organisation, "forum")


def test_desk_names_and_draws_a_new_kind(forum: ChannelAccount):
    drawn = desk.channel("forum")

    assert "#i-globe" in drawn and 'aria-label="City forum"' in drawn
    assert trust.channel_name("forum") == "City forum"
    assert ("forum", "City forum") in registry.outward_choices()


def test_admin_offers_a_new_kind_and_asks_for_its_secrets(forum: ChannelAccount):
    assert secret_fields.says_which("forum", {"forum_key": "k"}) == "forum key: set"
    assert ("forum", "City forum") in ChannelAccount._meta.get_field("kind").flatchoices


def test_kind_that_is_gone_from_the_settings_is_still_shown(forum: ChannelAccount):
    enquiry = said(forum).enquiry
    with override_settings(CHANNELS={"web": "citizens.channel.WebChannel"}):
        registry.channel.cache_clear()

        assert Enquiry.objects.get(pk=enquiry.pk).get_kind_display() == "forum"
        assert registry.label_of("forum") == "forum"
        assert not reach.standing_of(enquiry.messages.get(), at=NOON).may
