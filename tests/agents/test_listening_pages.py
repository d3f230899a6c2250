"""What was overheard, what stands around, and asking before words are hidden, as people do it at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enquiries.models import ContextFetch, ContextPost, Enquiry, Message, Moderation, Monitor, Overheard
from enquiries.services.platforms import moderating
from enquiries.services.platforms.listening import as_seen
from tests.agents.conftest import SignedIn
from tests.agents.listening_rows import a_monitor_of, moderation_of, public_words, something_heard
from tests.people import NOON, City, arrive


@pytest.fixture
def heard(city: City) -> Overheard:
    return Overheard.objects.get(pk=something_heard(city)["overheard_id"])


def page(client: Client, address: str, **query: Any) -> str:
    return str(client.get(address, query).content.decode())


def test_list_shows_who_wrote_what_and_that_it_is_not_answerable(heard: Overheard, alice: Client):
    shown = page(alice, "/desk/overheard/")

    assert heard.text in shown and "Eli" in shown and 'href="https://x.com/eli/status/77"' in shown
    assert "not answerable by API" in shown and "How to answer by hand" in shown and heard.hindrance in shown


def test_joining_leads_to_the_enquiry_where_the_composer_says_why_it_cannot_be_answered(
    heard: Overheard, alice: Client
):
    answer = alice.post(reverse("desk:join_overheard", args=[heard.pk]), follow=True)

    enquiry = Enquiry.objects.get()
    assert answer.request["PATH_INFO"] == reverse("desk:enquiry", args=[enquiry.reference])
    message = Message.objects.get()
    assert not message.answerable and message.hindrance in answer.content.decode()


def test_second_who_joins_is_led_to_the_same_enquiry(heard: Overheard, alice: Client, bob: Client):
    for client in (alice, bob):
        answer = client.post(reverse("desk:join_overheard", args=[heard.pk]))
        assert answer["Location"] == reverse("desk:enquiry", args=[Enquiry.objects.get().reference])


def test_what_is_left_stands_with_who_left_it(heard: Overheard, alice: Client, bob: Client):
    alice.post(reverse("desk:leave_overheard", args=[heard.pk]))

    assert heard.text not in page(bob, "/desk/overheard/")
    assert "Left alone by Alice" in page(bob, "/desk/overheard/", state="LEFT")


@pytest.mark.parametrize("query", [{"after": "nonsense"}, {"account": "x"}, {"monitor": "9" * 30}, {"state": "ODD"}])
def test_what_is_not_understood_in_the_address_is_passed_over(query: dict[str, str], heard: Overheard, alice: Client):
    assert heard.text in page(alice, "/desk/overheard/", **query)


def test_list_is_filtered_by_account_and_monitor(heard: Overheard, alice: Client):
    assert heard.text in page(alice, "/desk/overheard/", account=heard.account_id, monitor=heard.monitor_id)
    assert heard.text not in page(alice, "/desk/overheard/", monitor=heard.monitor_id + 1)


def test_supervisor_begins_and_pauses_a_monitor(city: City, bob: Client):
    sent = {"account": city.accounts["x"].pk, "name": "Bins", "query": "bins OR waste", "every_seconds": "900"}
    assert bob.post(reverse("desk:monitors"), sent).status_code == 302
    monitor = Monitor.objects.get()
    bob.post(reverse("desk:switch_monitor", args=[monitor.pk]), {"to": "pause"})

    monitor.refresh_from_db()
    assert (monitor.query, monitor.every_seconds, monitor.is_active) == ("bins OR waste", 900, False)
    assert "paused" in page(bob, reverse("desk:monitors"))


def test_supervisor_does_not_listen_through_another_teams_account(city: City, charlie: Client):
    sent = {"account": city.accounts["x"].pk, "name": "Bins", "query": "bins", "every_seconds": "900"}
    assert charlie.post(reverse("desk:monitors"), sent).status_code == 422
    assert not Monitor.objects.exists()


def edit(client: Client, monitor: Monitor, **sent: Any) -> Any:
    stands = {"name": monitor.name, "query": monitor.query, "every_seconds": "900", "seen": as_seen(monitor)}
    return client.post(reverse("desk:edit_monitor", args=[monitor.pk]), stands | sent)


def test_supervisor_changes_a_monitor_and_reads_who_did_what(city: City, bob: Client):
    monitor = a_monitor_of(city)
    assert edit(bob, monitor, query="bins OR waste", every_seconds="3600").status_code == 302

    monitor.refresh_from_db()
    assert (monitor.query, monitor.every_seconds) == ("bins OR waste", 3600)
    shown = " ".join(page(bob, reverse("desk:edit_monitor", args=[monitor.pk])).split())
    assert (
        "listens for something else, or at other times: <bdi>how often, the words, every 5 minutes → every hour"
        in shown
    )
    assert "Bob" in shown.partition("What was done to it")[2]


def test_who_changes_a_monitor_that_a_colleague_has_changed_is_shown_both(city: City, bob: Client):
    monitor = a_monitor_of(city)
    seen = as_seen(monitor)
    edit(bob, monitor, query="bins OR waste")
    monitor.refresh_from_db()

    answer = edit(bob, monitor, query="bins OR rubbish", seen=seen)

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "A colleague has changed it meanwhile" in shown and "bins OR waste" in shown and "bins OR rubbish" in shown
    assert f'value="{as_seen(monitor)}"' in shown
    assert edit(bob, monitor, query="bins OR rubbish").status_code == 302


def test_rhythm_that_a_program_chose_stays_on_offer(city: City, bob: Client):
    monitor = a_monitor_of(city)
    Monitor.objects.update(every_seconds=7200)

    shown = page(bob, reverse("desk:edit_monitor", args=[monitor.pk]))

    assert '<option value="7200" selected>every 2 hours</option>' in shown


def test_name_of_another_monitor_is_refused_with_what_was_typed(city: City, bob: Client):
    monitor = a_monitor_of(city)
    Monitor.objects.create(account=monitor.account, name="Roads", query="holes", due_at=NOON)

    answer = edit(bob, monitor, name="Roads", query="bins OR waste")

    assert answer.status_code == 422
    assert "a monitor of this name" in answer.content.decode() and "bins OR waste" in answer.content.decode()


def test_agent_reads_monitors_and_begins_none(city: City, alice: Client):
    a_monitor_of(city)
    shown = page(alice, reverse("desk:monitors"))
    assert "Bins" in shown and "Begin a monitor" not in shown and "/edit/" not in shown


def test_thread_around_a_post_is_a_part_of_the_page_and_can_be_asked_for(city: City, alice: Client):
    message = arrive(city, "x", thread="50:dana", external_id="77", root_id="77")
    account, where = city.accounts["x"], reverse("desk:context", args=[message.enquiry.reference])
    common = {"account": account, "thread": "50", "occurred_at": NOON, "fetched_at": NOON}
    ContextPost.objects.create(external_id="50", text="We empty bins", is_ours=True, **common)
    ContextPost.objects.create(external_id="51", author_name="Eli", text="Mine too", **common)
    ContextPost.objects.create(external_id="52", gone_at=NOON, **common)

    part = alice.get(where, HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part and "We empty bins" in part and "Mine too" in part
    assert part.count("<li") == 2 and part.count(">ours<") == 1 and "not been fetched yet" in part
    assert "being fetched" in alice.post(where, HTTP_HX_REQUEST="true").content.decode()
    assert ContextFetch.objects.get().message == message
    assert "Back to" in page(alice, where)
    assert f'hx-get="{where}"' in page(alice, reverse("desk:enquiry", args=[message.enquiry.reference]))


def ask(client: Client, message: Message, **sent: str) -> Any:
    return client.post(reverse("desk:moderate", args=[message.pk]), {"act": "HIDE", "reason": "Hate"} | sent)


def test_asked_by_one_decided_by_another_and_told_at_the_message(city: City, alice: Client, bob: Client):
    message = public_words(city)
    where = reverse("desk:enquiry", args=[message.enquiry.reference])
    assert reverse("desk:moderate", args=[message.pk]) in page(alice, where)
    assert ask(alice, message).status_code == 302
    one = Moderation.objects.get()

    assert "Hide: Waits for a second person" in page(alice, where)
    assert "Take it back" in page(alice, "/desk/attention/") and "Decline" not in page(alice, "/desk/attention/")
    assert "Decline" in page(bob, "/desk/attention/")
    bob.post(reverse("desk:decide_moderation", args=[one.pk]), {"decision": "agree"})

    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("QUEUED", city.bob)
    assert "Hide: Decided, not done yet" in page(alice, where)
    assert "Words under our posts" not in page(bob, "/desk/attention/")


def test_who_asked_does_not_decide_although_they_supervise(city: City, bob: Client):
    ask(bob, public_words(city))
    one = Moderation.objects.get()

    answer = bob.post(reverse("desk:decide_moderation", args=[one.pk]), {"decision": "agree"}, follow=True)

    assert "somebody else has to decide" in answer.content.decode()
    one.refresh_from_db()
    assert one.state == "ASKED"


def test_asking_twice_or_for_what_cannot_be_done_says_why(city: City, alice: Client):
    message = public_words(city)
    ask(alice, message)
    assert "waits for this message already" in ask(alice, message).content.decode()
    own_post = arrive(city, "x", external_id="9", root_id="9", thread="9:dana")
    refused = ask(alice, own_post)
    assert refused.status_code == 409 and "only what stands under a post of ours" in refused.content.decode()


def test_failure_has_an_owner_on_the_page_and_counts(city: City, alice: Client):
    one = moderation_of(city)
    moderating.decide(moderation_id=one.pk, agrees=True, by_id=city.bob.pk, now=NOON)
    Moderation.objects.filter(pk=one.pk).update(state="FAILED", detail="Facebook says no.", done_at=NOON)

    shown = page(alice, "/desk/attention/")

    assert "Facebook says no." in shown and "Ask again" in shown and "Owner" in shown
    assert 'data-count="attention" class="hot">1<' in shown.replace("\n", "")


def test_enquiry_page_costs_the_same_however_much_was_asked(
    city: City, signed_in: SignedIn, django_assert_max_num_queries: Any
):
    client, message = signed_in(city.alice), public_words(city)
    moderating.ask(message_id=message.pk, act="HIDE", reason="Hate", by_id=city.alice.pk, now=NOON)
    where = reverse("desk:enquiry", args=[message.enquiry.reference])
    client.get(where)
    with django_assert_max_num_queries(12):
        client.get(where)
