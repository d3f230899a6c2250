"""One act that lets nothing leave: who may, what they are told, what everybody sees, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from enquiries.models import ChannelAccount, Freeze, Organisation, Posting, Topic
from enquiries.services.approving import freezing
from tests.agents.conftest import SignedIn
from tests.agents.scenes import address_of, being_sent
from tests.people import City, approved, arrive, submitted

REASON = "Wrong opening hours went out"


def stop(client: Client, **data: Any) -> Any:
    sent = {"scope": "EVERYTHING", "reason": REASON, "hours": "4", **data}
    return client.post("/desk/freezes/", sent, follow=True)


def frozen(city: City, **what: Any) -> Freeze:
    now = timezone.now()
    return freezing.freeze(
        organisation=city.organisation,
        scope=what.pop("scope", "EVERYTHING"),
        reason=REASON,
        by_id=city.bob.pk,
        expires_at=now + timedelta(hours=1),
        now=now,
        **what,
    )


def test_one_act_stops_everything_and_says_what_it_holds(city: City, bob: Client):
    approved(city, arrive(city))
    being_sent(city)

    page = stop(bob).content.decode()

    assert "1 approved reply is held." in page
    assert "1 is being sent at this moment and can be stopped by nobody." in page
    assert Freeze.objects.get().frozen_by == city.bob
    assert Event.objects.filter(verb="freeze.set", actor_id=city.bob.pk).exists()


def test_administrator_may_stop_what_leaves(city: City, signed_in: SignedIn):
    assert "Stopped." in stop(signed_in(city.admin)).content.decode()


def test_agent_reads_the_page_without_the_form_and_stops_nothing(city: City, alice: Client):
    page = alice.get("/desk/freezes/").content.decode()

    assert "call one of them now" in page and 'name="scope"' not in page
    assert stop(alice).status_code == 403
    assert not Freeze.objects.exists()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"reason": " "}, "Say why: colleagues will read it"),
        ({"scope": "CHANNEL"}, "Choose which one."),
        ({"scope": "ACCOUNT"}, "Choose which one."),
        ({"scope": "TOPIC", "topic": "999999"}, "Choose which one."),
        ({"hours": "1000"}, "Select a valid choice."),
        ({"scope": "NONSENSE"}, "Select a valid choice."),
    ],
)
def test_form_with_a_gap_is_told_and_stops_nothing(data: dict[str, str], told: str, city: City, bob: Client):
    answer = stop(bob, **data)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Freeze.objects.exists()


def test_account_of_another_organisation_cannot_be_named(city: City, bob: Client):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    account = ChannelAccount.objects.create(organisation=other, kind="x", name="S", external_id="9")

    assert stop(bob, scope="ACCOUNT", account=str(account.pk)).status_code == 422


def test_every_page_of_everybody_says_that_something_stands_still(city: City, alice: Client, charlie: Client):
    message = arrive(city)
    frozen(city)

    for client, address in ((alice, "/desk/"), (alice, address_of(message)), (charlie, "/desk/approvals/")):
        assert REASON in client.get(address).content.decode()


def test_banner_is_gone_once_it_is_lifted_or_over(city: City, alice: Client):
    held = frozen(city)
    Freeze.objects.filter(pk=held.pk).update(lifted_at=timezone.now(), lifted_by=city.bob)

    assert REASON not in alice.get("/desk/").content.decode()


def test_reply_that_is_held_says_so_on_its_page(city: City, alice: Client):
    on_mail, on_x = approved(city, arrive(city)), approved(city, arrive(city, "x"))
    frozen(city, scope="CHANNEL", kind="x")

    assert "Held by a freeze" in alice.get(address_of(on_x.reply.enquiry)).content.decode()
    assert "Held by a freeze" not in alice.get(address_of(on_mail.reply.enquiry)).content.decode()


def test_list_names_what_is_held_and_hides_what_may_not_be_seen(city: City, bob: Client, charlie: Client):
    approved(city, arrive(city, subject="Seen by the waste team"))
    frozen(city)

    assert "Seen by the waste team" in bob.get("/desk/freezes/").content.decode()
    assert "Seen by the waste team" not in charlie.get("/desk/freezes/").content.decode()


def test_freeze_of_a_topic_counts_what_is_about_it(city: City, bob: Client):
    one, other = approved(city, arrive(city)), approved(city, arrive(city))
    topic = Topic.objects.get(name="Waste and recycling")
    type(one.reply.enquiry).objects.filter(pk=one.reply.enquiry_id).update(topic=topic)

    page = stop(bob, scope="TOPIC", topic=str(topic.pk)).content.decode()

    assert "1 approved reply is held." in page and "Everything about Waste and recycling" in page
    assert other.reply.enquiry.topic_id != topic.pk


def test_lifting_asks_first_and_tells_how_many_wait(city: City, bob: Client):
    approved(city, arrive(city))
    held = frozen(city)

    question = bob.get(f"/desk/freezes/{held.pk}/lift/").content.decode()

    assert "1 approved reply is held." in question
    assert Freeze.objects.get().lifted_at is None


def test_freeze_that_holds_nothing_says_so_in_words(city: City, bob: Client):
    page = stop(bob).content.decode()
    question = bob.get(f"/desk/freezes/{Freeze.objects.get().pk}/lift/").content.decode()

    assert "Stopped. No approved reply is waiting." in page and "no approved reply yet" in page
    assert "No approved reply is waiting, so nothing leaves at once." in question


def test_lifted_freeze_is_listed_with_who_and_when(city: City, bob: Client):
    held = frozen(city)

    page = bob.post(f"/desk/freezes/{held.pk}/lift/", follow=True).content.decode()

    assert "lifted by Bob" in page and "Nothing stands still" in page
    assert Freeze.objects.get().lifted_by == city.bob


def test_second_lift_changes_nothing_and_says_so(city: City, bob: Client):
    held = frozen(city)
    bob.post(f"/desk/freezes/{held.pk}/lift/")
    first = Freeze.objects.get().lifted_at

    page = bob.post(f"/desk/freezes/{held.pk}/lift/", follow=True).content.decode()

    assert "This freeze has ended already." in page
    assert Freeze.objects.get().lifted_at == first


def test_approving_goes_on_and_says_that_it_waits(city: City, bob: Client):
    frozen(city)
    approved(city, arrive(city))

    assert Posting.objects.get().state == Posting.State.QUEUED
    assert "/desk/freezes/" in bob.get("/desk/approvals/").content.decode()


def test_approver_is_told_only_of_a_freeze_that_holds_this_reply(city: City, bob: Client):
    on_mail, on_x = submitted(city, arrive(city)), submitted(city, arrive(city, "x"))
    frozen(city, scope="CHANNEL", kind="x")

    pages = [bob.get(f"/desk/approvals/{version.reply_id}/").content.decode() for version in (on_mail, on_x)]

    assert ["Sending is frozen" in page for page in pages] == [False, True]


def test_notice_for_citizens_stands_on_the_page_of_what_stands_still(city: City, bob: Client):
    account = city.accounts["x"]
    sent = {
        "scope": "ACCOUNT",
        "account": account.pk,
        "reason": "Hacked.",
        "hours": "4",
        "public_notice": "Use the form.",
    }

    bob.post("/desk/freezes/", sent)

    assert Freeze.objects.get().public_notice == "Use the form."
    assert "Use the form." in bob.get("/desk/freezes/").content.decode()


def test_notice_is_read_by_citizens_once_another_person_confirms_it(city: City, bob: Client, charlie: Client):
    held = frozen(city, public_notice="Use the form.")
    waits = bob.get("/desk/freezes/").content.decode()
    asked = charlie.get("/desk/freezes/").content.decode()

    assert "Use the form." not in Client().get("/").content.decode()
    assert "another supervisor or administrator has to confirm it" in waits and "Let citizens read it" not in waits
    assert "Let citizens read it" in asked
    said = charlie.post(f"/desk/freezes/{held.pk}/notice/", {"notice": "Use the form."}, follow=True).content.decode()
    assert "Citizens can read the notice now" in said and "Confirmed by" in said
    assert "Use the form." in Client().get("/").content.decode()
    assert Event.objects.get(verb="freeze.notice_confirmed").actor_id == city.charlie.pk


@pytest.mark.parametrize(
    ("who", "notice", "told"),
    [("bob", "Use the form.", "You wrote this notice."), ("charlie", "Other words.", "not the words of the notice")],
)
def test_notice_is_confirmed_neither_by_its_author_nor_unread(
    who: str, notice: str, told: str, city: City, signed_in: SignedIn
):
    held = frozen(city, public_notice="Use the form.")
    client = signed_in(getattr(city, who))

    said = client.post(f"/desk/freezes/{held.pk}/notice/", {"notice": notice}, follow=True).content.decode()

    assert told in said and Freeze.objects.get().notice_confirmed_at is None


@pytest.mark.parametrize(
    "change",
    [
        "SET notice_confirmed_by_id = frozen_by_id, notice_confirmed_at = now()",
        "SET notice_confirmed_at = now()",
        "SET public_notice = 'Other words.'",
        "SET notice_confirmed_by_id = %(charlie)s, notice_confirmed_at = now(), public_notice = 'x'",
    ],
)
def test_database_refuses_a_notice_that_nobody_else_has_read(change: str, city: City):
    frozen(city, public_notice="Use the form.")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE enquiries_freeze {change}", {"charlie": city.charlie.pk})


def test_database_refuses_a_second_confirmation_and_one_from_the_start(city: City):
    held = frozen(city, public_notice="Use the form.")
    freezing.confirm_notice(freeze_id=held.pk, notice="Use the form.", by_id=city.charlie.pk, now=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        Freeze.objects.filter(pk=held.pk).update(notice_confirmed_at=timezone.now())
    held.pk, held.notice_confirmed_by, held.notice_confirmed_at = None, city.charlie, timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save(force_insert=True)


def test_notice_for_citizens_has_no_place_beside_a_topic(city: City, bob: Client):
    topic = city.organisation.topics.first()
    assert topic is not None
    sent = {"scope": "TOPIC", "topic": topic.pk, "reason": "Facts.", "hours": "4", "public_notice": "Wait."}

    answer = bob.post("/desk/freezes/", sent)

    assert answer.status_code == 422
    assert "stands beside a channel" in answer.content.decode()


def test_page_asked_for_an_account_has_it_chosen(city: City, bob: Client):
    account = city.accounts["email"]

    page = bob.get(f"/desk/freezes/?account={account.pk}").content.decode()

    assert f'<option value="{account.pk}" selected>' in page
