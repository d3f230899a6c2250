"""The city of the demo as it is planted anew: where its accounts lead, and what it leaves to the workers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from citizenservice.demo.planting import plant
from enquiries.models import ChannelAccount

pytestmark = pytest.mark.django_db


def test_no_hint_waits_for_the_commit(django_capture_on_commit_callbacks, db: None):
    with django_capture_on_commit_callbacks() as hints:
        plant(now=timezone.now(), number=4)

    assert hints == []


def test_accounts_reach_the_simulators_named_in_the_environment(db: None, settings):
    settings.SIMULATORS = {"x": "http://127.0.0.1:8001", "facebook": "http://127.0.0.1:8002", "mailbox": ""}
    settings.ENV = replace(
        settings.ENV, smtp_url="smtp://127.0.0.1:8004", imap_url="imap://info%40northwell.example:demo@127.0.0.1:8005"
    )

    plant(now=timezone.now(), number=1)

    mailbox = ChannelAccount.objects.get(kind="email")
    assert ChannelAccount.objects.get(kind="x").settings["api_url"] == "http://127.0.0.1:8001"
    assert ChannelAccount.objects.get(kind="facebook").settings["api_url"] == "http://127.0.0.1:8002"
    assert (mailbox.settings["imap_host"], mailbox.settings["imap_port"]) == ("127.0.0.1", 8005)
    assert (mailbox.settings["smtp_port"], mailbox.settings["smtp_tls"]) == (8004, "none")
    assert mailbox.as_account().secrets == {"imap_password": "demo"}
