"""Meta tells of people who want their data deleted and of apps that were removed; nobody else can."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from channels_social.facebook.signature import person_of
from enquiries.contract import Forged
from enquiries.models import AccountStanding, ChannelAccount, DataDeletion
from simulators import credentials
from simulators.facebook.signing import signed_request
from tests.people import City
from tests.sims import facebook_simulator

DELETE, REMOVED = "/webhooks/facebook/data-deletion/", "/webhooks/facebook/deauthorised/"


@pytest.fixture
def account(city: City) -> ChannelAccount:
    """The city's page with the secret of the simulated app."""
    page = city.accounts["facebook"]
    page.keep_secrets({"app_secret": credentials.FACEBOOK_APP_SECRET})
    page.save()
    return page


@pytest.fixture
def door() -> Client:
    return Client(enforce_csrf_checks=True)


def told(door: Client, where: str, text: str) -> int:
    return door.post(where, {"signed_request": text}).status_code


def test_deletion_is_kept_and_its_state_can_be_asked_for(account, door):
    answer = door.post(DELETE, {"signed_request": signed_request("77")}).json()

    (kept,) = DataDeletion.objects.all()
    assert (kept.account, kept.person, kept.done_at) == (account, "77", None)
    assert answer["url"].endswith(f"{DELETE}{answer['confirmation_code']}/")
    assert b"has arrived" in door.get(f"{DELETE}{answer['confirmation_code']}/").content
    assert Event.objects.get(verb="privacy.deletion_asked").organisation_id == account.organisation_id


def test_deletion_that_is_done_says_so_and_names_nobody(account, door):
    code = door.post(DELETE, {"signed_request": signed_request("77")}).json()["confirmation_code"]
    DataDeletion.objects.update(done_at=timezone.now(), person="")

    page = door.get(f"{DELETE}{code}/").content

    assert b"is done" in page
    assert b"77" not in page


def test_same_request_delivered_again_has_the_same_code_and_is_kept_once(account, door):
    text = signed_request("77")

    codes = {door.post(DELETE, {"signed_request": text}).json()["confirmation_code"] for _ in range(3)}

    assert len(codes) == 1
    assert DataDeletion.objects.count() == 1


def test_code_that_nobody_was_given_is_not_there(account, door):
    assert door.get(f"{DELETE}{'0' * 24}/").status_code == 404


def test_removed_app_is_noted_and_the_account_checked_at_once(account, door):
    later = timezone.now() + timedelta(days=1)
    AccountStanding.objects.create(account=account, due_at=later)

    assert told(door, REMOVED, signed_request("77")) == 200

    assert AccountStanding.objects.get(account=account).due_at < later
    assert Event.objects.filter(verb="account.deauthorised").count() == 1
    account.refresh_from_db()
    assert account.halted_kind == "AUTH" and "removed our app" in account.halted_reason


def test_removed_app_told_twice_halts_once(account, door):
    for _ in range(2):
        assert told(door, REMOVED, signed_request("77")) == 200

    assert Event.objects.filter(verb="account.halted").count() == 1


BROKEN = ["", ".", "x.y", "a.b.c", signed_request("77", key="another"), signed_request(""), "é.é", "=." * 99]


@pytest.mark.parametrize("where", [DELETE, REMOVED])
@pytest.mark.parametrize("text", BROKEN)
def test_request_without_proof_is_refused_and_told(account, door, where: str, text: str):
    assert told(door, where, text) == 401
    assert not DataDeletion.objects.exists()
    assert Event.objects.filter(verb="security.webhook_forged").exists()


def test_request_signed_before_the_secret_was_changed_still_counts(account, door):
    account.keep_secrets({"app_secret": "new", "previous_app_secret": credentials.FACEBOOK_APP_SECRET})
    account.save()

    assert told(door, DELETE, signed_request("77")) == 200


def test_request_of_a_page_that_is_not_in_use_is_refused(account, door):
    ChannelAccount.objects.update(is_active=False)

    assert told(door, DELETE, signed_request("77")) == 401


def test_signature_over_what_the_payload_says_is_not_enough():
    mark, _, payload = signed_request("77").partition(".")
    other = signed_request("78").partition(".")[2]

    with pytest.raises(Forged):
        person_of([credentials.FACEBOOK_APP_SECRET], f"{mark}.{other}")
    assert person_of([credentials.FACEBOOK_APP_SECRET], f"{mark}.{payload}") == "77"


@pytest.mark.parametrize("where", [DELETE, REMOVED])
def test_page_is_not_read_by_looking(account, door, where: str):
    assert door.get(where).status_code == 405


def test_simulated_meta_calls_back(account, live_server):
    with facebook_simulator() as facebook:
        good = facebook.act("callback", {"url": f"{live_server.url}{DELETE}", "user_id": "77"})
        forged = facebook.act("callback", {"url": f"{live_server.url}{DELETE}", "user_id": "77", "signature": "wrong"})

    assert (good["status"], forged["status"]) == (200, 401)
    assert DataDeletion.objects.count() == 1
