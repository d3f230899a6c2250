"""What an administrator changes: it is checked, kept, and written into the audit trail."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.test import Client
from django.urls import reverse

from agents.models import Membership, User
from audit.models import Event
from enquiries.models import ChannelAccount, Organisation, Team, Topic
from tests.people import PASSWORD, City

pytestmark = pytest.mark.django_db
CANARY = "canary-9f3c-secret"


def account_form(account: ChannelAccount, **changes: str) -> dict[str, str]:
    return {
        "name": account.name,
        "external_id": account.external_id,
        "handle": account.handle,
        "settings": '{"settle_seconds": 1}',
        "is_active": "on",
        "team": str(account.team_id),
        "halted_reason": "",
        "paused_until_0": "",
        "paused_until_1": "",
        **changes,
    }


def change(client: Client, account: ChannelAccount, **changes: str):
    address = reverse("admin:enquiries_channelaccount_change", args=[account.pk])
    return client.post(address, account_form(account, **changes))


def test_secret_goes_in_and_never_comes_out(ada: Client, full_city: City):
    account = full_city.accounts["x"]

    answer = change(ada, account, secret_consumer_secret=CANARY)

    account.refresh_from_db()
    page = ada.get(reverse("admin:enquiries_channelaccount_change", args=[account.pk])).content.decode()
    assert answer.status_code == 302
    assert account.as_account().secrets == {"consumer_secret": CANARY}
    assert CANARY not in page
    assert "consumer secret: set" in page
    assert CANARY not in str(list(Event.objects.values()))


def test_empty_field_keeps_the_secret(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    change(ada, account, secret_consumer_secret=CANARY)

    change(ada, account, secret_access_token="another")

    account.refresh_from_db()
    assert account.as_account().secrets == {"consumer_secret": CANARY, "access_token": "another"}


def test_secrets_are_forgotten_when_asked(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    change(ada, account, secret_consumer_secret=CANARY)

    change(ada, account, forget_secrets="on")

    account.refresh_from_db()
    assert account.as_account().secrets == {}


def test_secrets_that_no_key_opens_are_set_anew(ada: Client, full_city: City, settings):
    account = full_city.accounts["x"]
    change(ada, account, secret_consumer_secret=CANARY)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    page = ada.get(reverse("admin:enquiries_channelaccount_change", args=[account.pk]))
    answer = change(ada, account, secret_access_token="anew")

    account.refresh_from_db()
    assert page.status_code == 200
    assert "No key of this installation opens" in page.content.decode()
    assert answer.status_code == 302
    assert account.as_account().secrets == {"access_token": "anew"}


def test_what_no_key_opens_is_kept_while_nothing_is_typed(ada: Client, full_city: City, settings):
    account = full_city.accounts["x"]
    change(ada, account, secret_consumer_secret=CANARY)
    former, settings.FIELD_KEYS = settings.FIELD_KEYS, [Fernet.generate_key().decode()]

    change(ada, account)

    settings.FIELD_KEYS = former
    account.refresh_from_db()
    assert account.as_account().secrets == {"consumer_secret": CANARY}


def test_former_secret_counts_on_while_it_is_exchanged(ada: Client, full_city: City):
    account = full_city.accounts["facebook"]
    change(ada, account, secret_app_secret="old")

    change(ada, account, secret_app_secret="new")

    account.refresh_from_db()
    assert account.as_account().secrets == {"app_secret": "new", "previous_app_secret": "old"}


def test_only_the_secrets_of_the_kind_are_asked_for(ada: Client, full_city: City):
    page = ada.get(reverse("admin:enquiries_channelaccount_change", args=[full_city.accounts["email"].pk]))

    assert b"secret_imap_password" in page.content
    assert b"secret_consumer_key" not in page.content


def test_halted_account_is_freed_and_the_event_names_the_field(ada: Client, full_city: City):
    account = full_city.accounts["x"]
    ChannelAccount.objects.filter(pk=account.pk).update(halted_reason="Token dead.")

    change(ada, account, halted_reason="")

    event = Event.objects.get(verb="configuration.changed", subject=f"channelaccount:{account.pk}")
    account.refresh_from_db()
    assert account.halted_reason == ""
    assert event.actor_id == full_city.admin.pk
    assert event.organisation_id == full_city.organisation.pk
    assert "Sending halted because" in event.data["fields"]


def test_new_account_begins_out_of_use_and_leads_on_to_what_it_needs(ada: Client, full_city: City):
    form = {
        "organisation": str(full_city.organisation.pk),
        "kind": "email",
        "team": "",
        "name": "Post room",
        "external_id": "post@northwell.example",
        "handle": "",
    }

    answer = ada.post(reverse("admin:enquiries_channelaccount_add"), form)

    account = ChannelAccount.objects.get(external_id="post@northwell.example")
    assert answer["Location"] == reverse("admin:enquiries_channelaccount_change", args=[account.pk])
    assert not account.is_active


@pytest.mark.parametrize("broken", ["[1]", "{", '"text"', "3"])
def test_settings_that_are_no_object_are_told(ada: Client, full_city: City, broken: str):
    answer = change(ada, full_city.accounts["x"], settings=broken)

    assert answer.status_code == 200
    assert b"errorlist" in answer.content


def test_team_of_another_organisation_is_told(ada: Client, full_city: City):
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    foreign = Team.objects.create(organisation=other, name="Foreign")

    answer = change(ada, full_city.accounts["x"], team=str(foreign.pk))

    assert answer.status_code == 200
    assert "belongs to another organisation" in answer.content.decode()


def test_topic_keeps_its_organisation(ada: Client, full_city: City):
    topic = Topic.objects.filter(organisation=full_city.organisation)[0]
    other = Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")
    form = {"name": "Bins", "team": "", "position": "1", "on_form": "on", "organisation": str(other.pk)}

    ada.post(reverse("admin:enquiries_topic_change", args=[topic.pk]), form)

    topic.refresh_from_db()
    assert (topic.name, topic.organisation_id) == ("Bins", full_city.organisation.pk)


def test_deleted_topic_leaves_an_event(ada: Client, full_city: City):
    topic = Topic.objects.filter(organisation=full_city.organisation)[0]

    ada.post(reverse("admin:enquiries_topic_delete", args=[topic.pk]), {"post": "yes"})

    assert not Topic.objects.filter(pk=topic.pk).exists()
    assert Event.objects.filter(verb="configuration.deleted", subject=f"topic:{topic.pk}").exists()


def test_user_is_made_with_a_role(ada: Client, full_city: City):
    form = {"email": "Zoe@Northwell.Example", "name": "Zoe", "password1": PASSWORD, "password2": PASSWORD}
    membership = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    answer = ada.post(reverse("admin:agents_user_add"), form | membership)

    user = User.objects.get(email="zoe@northwell.example")
    assert answer.status_code == 302
    assert user.check_password(PASSWORD)
    assert Event.objects.filter(verb="configuration.added", subject=f"user:{user.pk}").exists()


def test_membership_in_a_team_of_another_organisation_is_told(ada: Client, full_city: City):
    other = make_other()
    form = {
        "email": full_city.alice.email,
        "name": "Alice",
        "is_active": "on",
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(full_city.alice.pk),
        "memberships-0-organisation": str(other.pk),
        "memberships-0-team": str(full_city.roads.pk),
        "memberships-0-role": "SUPERVISOR",
    }

    answer = ada.post(reverse("admin:agents_user_change", args=[full_city.alice.pk]), form)

    assert answer.status_code == 200
    assert Membership.objects.filter(user=full_city.alice).count() == 1


def make_other() -> Organisation:
    return Organisation.objects.create(name="Southwell", slug="southwell", reference_prefix="SW")


def test_new_password_is_an_event_without_the_password(ada: Client, full_city: City):
    address = reverse("admin:auth_user_password_change", args=[full_city.alice.pk])
    form = {"password1": CANARY, "password2": CANARY, "usable_password": "true", "set-password": "1"}

    answer = ada.post(address, form)

    full_city.alice.refresh_from_db()
    event = Event.objects.get(verb="configuration.changed", subject=f"user:{full_city.alice.pk}")
    assert answer.status_code == 302
    assert full_city.alice.check_password(CANARY)
    assert CANARY not in str(event.data)


@pytest.mark.parametrize("name", ["agents_user", "enquiries_channelaccount", "enquiries_organisation"])
def test_what_others_point_at_is_never_deleted(ada: Client, full_city: City, name: str):
    row = {"agents_user": full_city.alice, "enquiries_channelaccount": full_city.accounts["x"]}.get(
        name, full_city.organisation
    )

    assert ada.post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
