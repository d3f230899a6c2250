"""Several short replies at once: which ones are offered, and that each is decided by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.approving.deciding_together import LONGEST, MOST
from enquiries.models import Approval, ReplyVersion
from enquiries.services import replies
from tests.agents.conftest import SignedIn
from tests.enquiries.approving.scenes import a_rule, make_policy
from tests.people import NOON, City, arrive, submitted

PAGE = "/desk/approvals/together/"


def key(version: ReplyVersion) -> str:
    return f"{version.reply_id}:{bytes(version.content_sha256).hex()}"


def approve(client: Client, *keys: str) -> Any:
    return client.post(PAGE, {"reply": list(keys)})


def test_each_is_shown_whole_with_what_it_answers_and_where_it_goes(city: City, bob: Client):
    submitted(city, arrive(city, "x", text="When is the fair?"), text="On Saturday, from ten.")

    page = bob.get(PAGE).content.decode()

    assert "When is the fair?" in page and "On Saturday, from ten." in page
    assert "Public" in page and "Everybody can read it." in page
    assert " checked" not in page


def test_ticked_ones_are_approved_and_the_others_stay(city: City, bob: Client):
    one, two, three = (submitted(city, arrive(city), text=f"Answer {n}") for n in range(3))

    answer = approve(bob, key(one), key(three))

    assert answer.status_code == 200
    assert "2 replies are approved" in answer.content.decode()
    assert set(Approval.objects.values_list("version_id", flat=True)) == {one.pk, three.pk}
    assert key(two) in answer.content.decode()


def test_one_that_was_changed_meanwhile_is_not_approved_and_keeps_none_of_the_rest(city: City, bob: Client):
    message = arrive(city)
    stale, fine = submitted(city, message, text="First."), submitted(city, arrive(city), text="Fine.")
    submitted(city, message, text="Second.")

    answer = approve(bob, key(stale), key(fine), "99999999:ff", "nonsense")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert (
        "The reply was changed after you opened it." in page and "1 reply is approved" in page and "3 are not" in page
    )
    assert Approval.objects.get().version == fine


def test_double_click_approves_once_and_says_so(city: City, bob: Client):
    version = submitted(city, arrive(city))
    approve(bob, key(version))

    answer = approve(bob, key(version))

    assert "not waiting for approval any more" in answer.content.decode()
    assert Approval.objects.count() == 1


def test_nothing_ticked_is_told(city: City, bob: Client):
    submitted(city, arrive(city))

    answer = approve(bob)

    assert answer.status_code == 422
    assert "Nothing was ticked" in answer.content.decode()


def test_long_ones_and_those_with_finds_are_decided_alone(city: City, bob: Client):
    submitted(city, arrive(city), text="Long words. " * (LONGEST // 12 + 1))
    submitted(city, arrive(city, "x"), text="Call Dana at 020 7946 0018.")

    assert "Nothing short waits for you" in bob.get(PAGE).content.decode()


def test_find_that_came_after_the_page_still_needs_its_own_word(city: City, bob: Client):
    version = submitted(city, arrive(city, "x"), text="Call Dana at 020 7946 0018.")

    answer = approve(bob, key(version))

    assert answer.status_code == 409
    assert not Approval.objects.exists()


def test_own_words_are_not_offered_and_not_approved(city: City, bob: Client):
    message = arrive(city)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Mine.", now=NOON
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.bob.pk, version_id=version.pk, now=NOON)

    assert key(version) not in bob.get(PAGE).content.decode()
    assert approve(bob, key(version)).status_code == 409
    assert not Approval.objects.exists()


def test_those_that_need_two_persons_are_not_offered(city: City, bob: Client):
    make_policy(city, a_rule("TWO"))
    version = submitted(city, arrive(city))

    assert key(version) not in bob.get(PAGE).content.decode()


def test_quote_of_a_citizen_is_read_on_a_page_of_its_own(city: City, bob: Client):
    account, message = city.accounts["x"], arrive(city, "x")
    account.settings |= {"plan": "enterprise"}
    account.save()
    writing = replies.Writing(
        answers_id=message.pk, author_id=city.alice.pk, text="We come.", aim=replies.Aim(as_quote=True)
    )
    version = replies.submit_text(enquiry_id=message.enquiry_id, writing=writing, now=NOON).version

    assert key(version) not in bob.get(PAGE).content.decode()
    assert "quotes the citizen’s" in bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()


def test_reply_of_another_team_is_not_there(city: City, charlie: Client):
    version = submitted(city, arrive(city))

    answer = approve(charlie, key(version))

    assert "not there any more" in answer.content.decode()
    assert not Approval.objects.exists()


def test_no_more_than_twenty_at_once(city: City, bob: Client):
    versions = [submitted(city, arrive(city), text=f"Answer {n}.") for n in range(MOST + 3)]

    page = bob.get(PAGE).content.decode()
    approve(bob, *map(key, versions))

    assert page.count('name="reply"') == MOST
    assert Approval.objects.count() == MOST


@pytest.mark.parametrize("who", ["agent", "admin"])
def test_only_supervisors_of_the_team_approve(who: str, city: City, signed_in: SignedIn):
    version = submitted(city, arrive(city))
    client = signed_in(city.alice if who == "agent" else city.admin)

    answer = approve(client, key(version))

    assert answer.status_code == (403 if who == "agent" else 409)
    assert not Approval.objects.exists()


def test_private_ones_cost_no_more_for_twenty_than_for_one(city: City, bob: Client):
    submitted(city, arrive(city))
    with CaptureQueriesContext(connection) as one:
        bob.get(PAGE)
    for number in range(15):
        submitted(city, arrive(city), text=f"Answer {number}")

    with CaptureQueriesContext(connection) as many:
        bob.get(PAGE)

    assert len(many) == len(one)
