"""The second pair of eyes: what it sees, what it may decide, and what it is told when it may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agents.models import Role
from enquiries.models import Approval, Posting, Reply, ReplyReturn, ReplyVersion
from enquiries.services import replies
from enquiries.services.replies import guarding
from tests.agents.conftest import SignedIn
from tests.people import NOON, City, arrive, draft, make_user, submitted


def decide(client: Client, version: ReplyVersion, /, **data: Any) -> Any:
    sent = {"sha256": bytes(version.content_sha256).hex(), **data}
    return client.post(f"/desk/approvals/{version.reply_id}/", sent)


def test_supervisor_approves_what_was_seen(city: City, bob: Client):
    version = submitted(city, arrive(city))

    answer = decide(bob, version, action="approve")

    assert answer["Location"] == "/desk/approvals/"
    assert Approval.objects.get().version == version
    assert Posting.objects.get().state == Posting.State.QUEUED


def test_form_carries_the_hash_of_what_is_shown(city: City, bob: Client):
    version = submitted(city, arrive(city))

    page = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert f'name="sha256" value="{bytes(version.content_sha256).hex()}"' in page


def test_stale_tab_gets_the_new_version_and_sends_nothing(city: City, bob: Client):
    message = arrive(city)
    seen = submitted(city, message, text="First words.")
    submitted(city, message, text="Second words.")

    answer = decide(bob, seen, action="approve")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The reply was changed after you opened it." in page and "Second words." in page
    assert not Posting.objects.exists()


def test_reply_that_somebody_has_decided_on_says_so(city: City, bob: Client):
    version = submitted(city, arrive(city))
    decide(bob, version, action="approve")

    answer = decide(bob, version, action="approve")

    assert answer.status_code == 409
    assert "not waiting for approval any more" in answer.content.decode()
    assert Approval.objects.count() == 1


def test_new_words_of_the_citizen_end_the_waiting(city: City, bob: Client):
    version = submitted(city, arrive(city, thread="t"))
    arrive(city, thread="t", text="Solved!")

    answer = decide(bob, version, action="approve")

    assert answer.status_code == 409
    assert not Posting.objects.exists()


def test_own_reply_is_shown_without_approve_and_with_the_reason(city: City, bob: Client):
    message = arrive(city)
    version = replies.save_draft(
        enquiry_id=message.enquiry_id, answers_id=message.pk, author_id=city.bob.pk, text="Mine.", now=NOON
    )
    replies.submit(enquiry_id=message.enquiry_id, by_id=city.bob.pk, version_id=version.pk, now=NOON)

    page = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert "You wrote part of this reply, so another supervisor has to approve it." in page
    assert 'value="approve"' not in page
    assert decide(bob, version, action="approve").status_code == 409
    assert not Approval.objects.exists()


def test_agent_sees_the_list_but_no_buttons(city: City, alice: Client):
    version = submitted(city, arrive(city))

    page = alice.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    assert "You wrote part of this reply" in page and 'value="approve"' not in page and 'value="return"' not in page
    assert decide(alice, version, action="approve").status_code == 403


def test_return_carries_reason_and_note_to_the_author(city: City, bob: Client):
    version = submitted(city, arrive(city))

    decide(bob, version, action="return", reason="FACT", note="It is Tuesday.")

    back = ReplyReturn.objects.get()
    assert (back.reason, back.note, back.returned_by) == ("FACT", "It is Tuesday.", city.bob)
    assert Reply.objects.get().state == Reply.State.RETURNED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "Choose a reason, so that the author knows what to change."),
        ({"reason": "OTHER"}, "Say what to change"),
        ({"reason": "CITIZEN_WROTE"}, "Choose a reason from the list."),
    ],
)
def test_return_without_a_usable_reason_is_told(data: dict[str, str], told: str, city: City, bob: Client):
    version = submitted(city, arrive(city))

    answer = decide(bob, version, action="return", note=data.pop("note", ""), **data)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Reply.objects.get().state == Reply.State.SUBMITTED


def test_note_is_kept_when_the_reason_is_missing(city: City, bob: Client):
    answer = decide(bob, submitted(city, arrive(city)), action="return", note="Please name a day.")

    assert "Please name a day.</textarea>" in answer.content.decode()


def test_changes_since_the_returned_version_are_shown_word_by_word(city: City, bob: Client):
    message = arrive(city)
    first = submitted(city, message, text="We come soon.")
    replies.return_reply(reply_id=first.reply_id, by_id=city.bob.pk, reason="TONE", note="A date, please.", now=NOON)
    submitted(city, message, text="We come tomorrow.")

    page = bob.get(f"/desk/approvals/{first.reply_id}/").content.decode()

    assert "We come <del>soon</del><ins>tomorrow</ins>." in page
    assert "compared with version 1" in page and "A date, please." in page


def test_every_place_it_goes_to_is_named(city: City, bob: Client):
    version = submitted(city, arrive(city, "web"))

    page = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()

    routes = page[page.index('class="routes"') :]
    assert "private page" in routes and "on E-mail" in routes and "dana@example.org" in routes


def test_after_a_decision_the_next_one_is_open(city: City, bob: Client):
    first, second = submitted(city, arrive(city), text="First."), submitted(city, arrive(city), text="Second.")

    page = bob.post(
        f"/desk/approvals/{first.reply_id}/",
        {"action": "approve", "sha256": bytes(first.content_sha256).hex()},
        follow=True,
    ).content.decode()

    assert "Approved. It leaves in a moment; until then it can be called back." in page
    assert f'action="/desk/approvals/{second.reply_id}/"' in page


def test_list_opens_on_a_reply_that_this_person_may_decide(city: City, bob: Client):
    own = arrive(city, "x")
    version = replies.save_draft(
        enquiry_id=own.enquiry_id, answers_id=own.pk, author_id=city.bob.pk, text="Mine.", now=NOON
    )
    replies.submit(enquiry_id=own.enquiry_id, by_id=city.bob.pk, version_id=version.pk, now=NOON)
    other = submitted(city, arrive(city), text="Hers.")

    assert f'action="/desk/approvals/{other.reply_id}/"' in bob.get("/desk/approvals/").content.decode()


def test_draft_that_was_not_submitted_is_not_in_the_list(city: City, bob: Client):
    draft(city, arrive(city))

    assert "Nothing waits for approval" in bob.get("/desk/approvals/").content.decode()


def test_list_costs_the_same_with_one_reply_and_with_twenty(city: City, bob: Client):
    submitted(city, arrive(city))
    with CaptureQueriesContext(connection) as one:
        bob.get("/desk/approvals/")
    for number in range(20):
        submitted(city, arrive(city), text=f"Answer {number}")

    with CaptureQueriesContext(connection) as many:
        bob.get("/desk/approvals/")

    assert len(many) == len(one) <= 28


def test_stale_tab_shows_what_was_read_beside_what_counts_now(city: City, bob: Client):
    message = arrive(city)
    seen = submitted(city, message, text="We come on Monday.")
    submitted(city, message, text="We come on Friday.")

    page = decide(bob, seen, action="approve").content.decode()

    assert "What you had read: version 1" in page and "We come on Monday." in page
    assert "<del>Monday</del><ins>Friday</ins>" in page


def test_find_that_is_left_open_lets_nothing_leave_and_keeps_the_other_ticks(city: City, bob: Client):
    version = submitted(city, arrive(city, "x"), text="Call 07700 900461 or write to dana@post.example.")
    version.reply.refresh_from_db()
    first, second = guarding.finds_for(version)

    answer = decide(bob, version, action="approve", finds=f"{first.kind.value}:{first.key}")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count('name="finds"') == 2 and page.count(" checked >") == 1
    assert "<mark>" in page
    assert not Approval.objects.exists()
    both = [f"{find.kind.value}:{find.key}" for find in (first, second)]
    assert decide(bob, version, action="approve", finds=both).status_code == 302
    assert len(Approval.objects.get().acknowledged) == 2


def test_approved_reply_can_be_undone_from_the_list(city: City, bob: Client):
    type(city.organisation).objects.update(undo_private_seconds=60)
    version = submitted(city, arrive(city))
    decide(bob, version, action="approve")

    page = bob.get("/desk/approvals/").content.decode()

    assert f'action="/desk/replies/{version.reply_id}/call-back/' in page
    assert "call-back" not in bob.get("/desk/approvals/").content.decode()


def test_undo_is_offered_to_nobody_else_at_the_same_screen(city: City, bob: Client, signed_in: SignedIn):
    type(city.organisation).objects.update(undo_private_seconds=60)
    version = submitted(city, arrive(city))
    decide(bob, version, action="approve")
    erin = signed_in(make_user(city.organisation, "Erin", Role.SUPERVISOR, city.waste))
    erin.cookies["just_approved"] = bob.cookies["just_approved"].value

    assert "call-back" not in erin.get("/desk/approvals/").content.decode()


def test_second_click_does_not_say_that_nothing_was_sent(city: City, bob: Client):
    version = submitted(city, arrive(city))
    decide(bob, version, action="approve")

    assert "Nothing was sent." not in decide(bob, version, action="approve").content.decode()


def test_who_was_asked_finds_it_first(city: City, signed_in: SignedIn):
    erin = make_user(city.organisation, "Erin", Role.SUPERVISOR, city.waste)
    submitted(city, arrive(city, subject="Pressing"))
    asked = submitted(city, arrive(city, subject="Asked", now=NOON + timedelta(hours=3)))
    decide(signed_in(city.bob), asked, action="second", asked=str(erin.pk), words="Is the day right?")

    page = signed_in(erin).get("/desk/approvals/").content.decode()

    assert page.index("Asked") < page.index("Pressing")
    assert "You are asked" in page and "Is the day right?" in page
    assert "Approve as the second" in page


def test_edit_hands_on_and_is_never_the_editors_own_approval(city: City, bob: Client):
    version = submitted(city, arrive(city))

    answer = decide(bob, version, action="edit", text="We come on Friday.", version=str(version.pk))

    assert answer.status_code == 302
    assert not Approval.objects.exists()
    page = bob.get(f"/desk/approvals/{version.reply_id}/").content.decode()
    assert "You wrote part of this reply" in page and "compared with version 1 by Alice" in page


def test_edit_of_a_wording_that_was_changed_keeps_the_words(city: City, bob: Client):
    message = arrive(city)
    version = submitted(city, message)
    submitted(city, message, text="Alice thought again.")

    answer = decide(bob, version, action="edit", text="Bob's better words.", version=str(version.pk))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob&#x27;s better words.</textarea>" in page and "Alice thought again." in page
