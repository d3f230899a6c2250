"""An account is set up in fields that say what they mean, checked, and tried out, all of it on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from enquiries.admin.policy_notes import notes_on
from enquiries.models import AccountStanding, ChannelAccount, Freeze
from tests.admin.test_configuration import change
from tests.people import NOON, City

pytestmark = pytest.mark.django_db


def page(client: Client, account: ChannelAccount) -> str:
    return client.get(reverse("admin:enquiries_channelaccount_change", args=[account.pk])).content.decode()


def act(client: Client, account: ChannelAccount, name: str, **sent: str):
    return client.post(reverse(f"admin:enquiries_channelaccount_{name}", args=[account.pk]), sent, follow=True)


def settings_of(account: ChannelAccount) -> dict[str, object]:
    found: dict[str, object] = ChannelAccount.objects.get(pk=account.pk).settings
    return found


def test_settings_are_typed_and_kept_beside_the_others(ada: Client, full_city: City):
    account = full_city.accounts["email"]

    change(ada, account, setting_smtp_host="mail.example", setting_smtp_port="587", setting_smtp_tls="starttls")

    assert settings_of(account) == {
        "settle_seconds": 1,
        "smtp_host": "mail.example",
        "smtp_port": 587,
        "smtp_tls": "starttls",
    }
    assert 'value="mail.example"' in page(ada, account)


def test_setting_that_is_emptied_is_not_set_any_more(ada: Client, full_city: City):
    account = full_city.accounts["facebook"]
    change(ada, account, setting_human_agent="on", setting_first_look_days="3")

    change(ada, account, setting_human_agent="", setting_first_look_days="")

    assert settings_of(account) == {"settle_seconds": 1}


WRONG = [
    ({"setting_smtp_host": "mail.example", "setting_smtp_port": "many"}, "Enter a whole number."),
    ({"setting_smtp_host": "mail example"}, "An address has no spaces."),
    ({"setting_smtp_host": "mail.example", "setting_smtp_tls": "perhaps"}, "Select a valid choice."),
    ({}, "An account in use cannot be without it."),
    ({"setting_smtp_host": "a", "settings": '{"smtp_host": "b"}'}, "there is a field for it above"),
]


@pytest.mark.parametrize(("typed", "told"), WRONG)
def test_setting_that_cannot_be_is_told(typed: dict[str, str], told: str, ada: Client, full_city: City):
    answer = change(ada, full_city.accounts["email"], **typed)

    assert answer.status_code == 200
    assert told in answer.content.decode()


def test_choice_made_by_hand_is_not_lost(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    ChannelAccount.objects.filter(pk=account.pk).update(settings={"plan": "government"})

    assert '<option value="government" selected>' in page(ada, account)


def test_saving_overwrites_nothing_that_a_sweep_wrote_meanwhile(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    ChannelAccount.objects.filter(pk=account.pk).update(uncertain_in_row=3)

    change(ada, account, name="Another name")

    account.refresh_from_db()
    assert (account.name, account.uncertain_in_row) == ("Another name", 3)


def test_account_that_is_let_go_on_starts_with_no_doubts(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    halted = {"halted_reason": "Dead.", "halted_kind": "AUTH", "halted_at": NOON, "uncertain_in_row": 2}
    ChannelAccount.objects.filter(pk=account.pk).update(**halted)

    change(ada, account, halted_reason="")

    account.refresh_from_db()
    assert (account.halted_kind, account.halted_at, account.uncertain_in_row) == ("", None, 0)


def test_check_is_on_record_and_its_lines_stand_on_the_page(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    lines = [{"name": "scopes", "verdict": "BAD", "says": "It may not write.", "fix": "Give it the right."}]
    AccountStanding.objects.create(account=account, due_at=NOON, checked_at=NOON, checkup={"lines": lines})

    assert "It may not write." in page(ada, account) and "Give it the right." in page(ada, account)


def test_kind_that_cannot_be_asked_says_so(ada: Client, full_city: City):
    account = full_city.accounts["web"]

    answer = act(ada, account, "check")

    assert "cannot be asked" in answer.content.decode()
    assert Event.objects.get(verb="account.checked").actor_id == full_city.admin.pk


@pytest.mark.parametrize("name", ["check", "try"])
def test_a_mere_look_neither_checks_nor_sends(name: str, ada: Client, full_city: City):
    where = reverse(f"admin:enquiries_channelaccount_{name}", args=[full_city.accounts["email"].pk])

    assert ada.get(where).status_code == 405


@pytest.mark.parametrize("name", ["check", "try"])
def test_nobody_but_staff_checks_or_sends(name: str, full_city: City, client: Client):
    client.force_login(full_city.bob)

    answer = client.post(reverse(f"admin:enquiries_channelaccount_{name}", args=[full_city.accounts["email"].pk]))

    assert answer.status_code in (302, 403)
    assert not Event.objects.filter(verb__startswith="account.").exists()


def test_test_message_goes_to_nobody_but_ourselves(ada: Client, full_city: City):
    answer = act(ada, full_city.accounts["email"], "try", to="dana@example.org")

    assert "goes to yourself or to another account of yours" in answer.content.decode()
    assert not Event.objects.filter(verb="account.test_begun").exists()


def test_test_message_that_does_not_leave_is_on_record_with_who_asked(ada: Client, full_city: City):
    account = full_city.accounts["email"]

    act(ada, account, "try", to=full_city.admin.email)

    begun, failed = Event.objects.filter(verb__startswith="account.test").order_by("pk")
    assert (begun.verb, failed.verb) == ("account.test_begun", "account.test_failed")
    assert begun.actor_id == full_city.admin.pk


def test_nothing_is_tried_while_somebody_has_stopped_what_leaves(ada: Client, full_city: City):
    Freeze.objects.create(
        organisation=full_city.organisation,
        scope="CHANNEL",
        kind="email",
        reason="Stop.",
        frozen_by=full_city.bob,
        frozen_at=NOON,
        expires_at=NOON + timedelta(days=36500),
    )

    answer = act(ada, full_city.accounts["email"], "try", to=full_city.admin.email)

    assert "Somebody has stopped what leaves here." in answer.content.decode()


NOTES = [
    ("x", {}, "who have mentioned or quoted this account"),
    ("x", {"plan": "enterprise"}, "everybody may be answered in public"),
    ("facebook", {}, "within 24 hours"),
    ("facebook", {"human_agent": True}, "within 7 days"),
    ("forgotten", {}, "not set up here any more"),
]


@pytest.mark.parametrize(("kind", "settings", "said"), NOTES)
def test_what_the_platform_allows_is_said_as_it_is_asked_on_sending(kind: str, settings: dict[str, object], said: str):
    assert said in " ".join(notes_on(kind, settings))
