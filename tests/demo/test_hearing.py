"""The demo's monitors have found something before anybody looks, and find the same where the simulated X is searched."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from agents.models import User
from audit.models import Event
from citizenservice.demo.hearing import QUERIES, REMARKS
from citizenservice.demo.memories import leave_memories
from citizenservice.demo.people import ONE_CLICK
from enquiries.models import ChannelAccount, Enquiry, Monitor, Overheard, Payload, PostWatch
from enquiries.services.incoming import intake
from enquiries.services.platforms import listening
from tests.demo.conftest import NUMBER
from tests.sims import x_simulator

pytestmark = pytest.mark.django_db
SAID = [said for each in REMARKS.values() for said in each]


def test_monitors_listen_but_for_the_one_that_waits_for_winter(northwell: None):
    assert dict(Monitor.objects.values_list("name", "is_active")) == {name: name in REMARKS for name in QUERIES}
    assert Counter(Event.objects.filter(verb__startswith="monitor.").values_list("verb", flat=True)) == {
        "monitor.begun": 3,
        "monitor.paused": 1,
    }


def test_posts_are_nobodys_enquiry_and_one_was_left_alone(northwell: None):
    assert set(Overheard.objects.values_list("text", flat=True)) == {said.text for said in SAID}
    assert Overheard.objects.filter(state="LEFT").count() == 1
    assert not Overheard.objects.filter(answerable=True).exists()
    assert all(Overheard.objects.values_list("hindrance", flat=True))
    assert Enquiry.objects.count() == NUMBER


def test_pages_are_not_empty_at_the_first_look(northwell: None, client: Client):
    client.force_login(User.objects.get(email=ONE_CLICK["agent"]))

    shown = client.get("/desk/overheard/").content.decode()

    assert shown.count('<article class="card heard"') == len(SAID) - 1
    assert "نورثويل" in shown and "Cholmondeley-Warner" in shown
    assert "Winter gritting" in client.get("/desk/overheard/monitors/").content.decode()


def test_simulated_x_knows_the_posts_and_searching_it_finds_no_others(northwell: None, tmp_path: Path):
    leave_memories(tmp_path)
    now = timezone.now()
    with x_simulator("--keep", str(tmp_path / "simulators" / "x.json")) as simulator:
        account = ChannelAccount.objects.get(kind="x")
        account.settings["api_url"] = simulator.url
        account.save(update_fields=["settings"])
        before = Payload.objects.count()

        listening.listen_due(now=now, worker="test")
        intake.read_due_payloads(now=now, worker="test")

    listened = Monitor.objects.filter(is_active=True)
    assert [one.last_error for one in listened] == ["", ""]
    assert all(one.succeeded_at and one.cursor for one in listened)
    assert (Overheard.objects.count(), Payload.objects.count()) == (len(SAID), before)


def test_posts_are_looked_for_like_all_that_is_kept_of_a_platform(northwell: None):
    assert PostWatch.objects.filter(root_id__in=Overheard.objects.values("external_id")).count() == len(SAID)
