"""The pages on which standard answers are kept: differences, approval, renewal, and forms that lose no word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from enquiries.models import StandardAnswer, StandardAnswerVersion
from enquiries.rules.placeholders import KNOWN
from enquiries.services.standard_answers import standards
from tests.agents.conftest import SignedIn
from tests.people import City
from tests.standards import expire, standard, written

pytestmark = pytest.mark.django_db
TODAY = timezone.now()


def form(*texts: tuple[str, str, str], **head: str) -> dict[str, str]:
    """What the page sends; each text is (kind, language, words)."""
    sent = {
        "title": "Missed bin",
        "topic": "",
        "source": "",
        "expires_on": (TODAY + timedelta(days=200)).date().isoformat(),
        "seen": "0",
        "texts-TOTAL_FORMS": str(len(texts)),
        "texts-INITIAL_FORMS": "0",
        **head,
    }
    for number, (kind, language, words) in enumerate(texts):
        sent |= {
            f"texts-{number}-kind": kind,
            f"texts-{number}-language": language,
            f"texts-{number}-text": words,
        }
    return sent


def page(client: Client, version: StandardAnswerVersion, then: str = "") -> str:
    return client.get(f"/desk/standards/{version.answer_id}/{then}").content.decode()


def test_every_placeholder_is_explained():
    from agents.writing.standards import PLACEHOLDERS

    assert set(PLACEHOLDERS) == set(KNOWN)


def test_supervisor_writes_one_and_another_approves(bob: Client, charlie: Client):
    answer = bob.post("/desk/standards/new/", form(("any", "en", "We come on {due}."), ("any", "en", "")))

    kept = StandardAnswerVersion.objects.get()
    assert answer["Location"] == f"/desk/standards/{kept.answer_id}/"
    assert "so another supervisor has to approve it" in page(bob, kept)
    charlie.post(f"/desk/standards/{kept.answer_id}/approve/", {"version": kept.pk})
    kept.refresh_from_db()
    assert kept.approved_at


def test_fault_stands_beside_its_text_and_nothing_is_lost(bob: Client):
    answer = bob.post("/desk/standards/new/", form(("any", "en", "Fine."), ("x", "en", "Dear {citizen} <b>")))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "There is no placeholder {citizen}. Did you mean {citizen_name}?" in html
    assert "Dear {citizen} &lt;b&gt;" in html
    assert not StandardAnswer.objects.exists()


def test_same_channel_and_language_twice_is_refused(bob: Client):
    answer = bob.post("/desk/standards/new/", form(("any", "en", "One."), ("any", "en", "Two.")))

    assert answer.status_code == 422
    assert "There is a text for this channel and language already" in answer.content.decode()


@pytest.mark.parametrize("change", [{"expires_on": "soon"}, {"title": ""}, {"texts-TOTAL_FORMS": "x"}, {"topic": "99"}])
def test_form_that_makes_no_sense_is_shown_again(bob: Client, change: dict[str, str]):
    answer = bob.post("/desk/standards/new/", form(("any", "en", "Kept words."), **change))

    assert answer.status_code == 422
    assert not StandardAnswer.objects.exists()


def test_waiting_words_are_shown_against_the_approved_ones(city: City, bob: Client):
    version = standard(city, texts={"any": {"en": "We come on Friday."}})
    standards.write_version(
        answer_id=version.answer_id,
        texts={"any": {"en": "We come on Monday."}},
        by_id=city.charlie.pk,
        now=timezone.now(),
        seen_n=1,
    )

    html = page(bob, version)

    assert "<del>Friday</del>" in html
    assert "<ins>Monday</ins>" in html
    assert "Approve version 2" in html


def test_stale_form_shows_the_difference_and_keeps_the_words(city: City, bob: Client):
    version = standard(city, texts={"any": {"en": "Old words here."}})
    address = f"/desk/standards/{version.answer_id}/edit/"
    standards.write_version(
        answer_id=version.answer_id,
        texts={"any": {"en": "Charlie wrote these."}},
        by_id=city.charlie.pk,
        now=timezone.now(),
        seen_n=1,
    )

    stale = bob.post(address, form(("any", "en", "Bob wrote those."), seen="1"))

    html = stale.content.decode()
    assert stale.status_code == 409
    assert "Charlie wrote version 2 after you opened this page" in html
    assert "<ins>" in html
    assert ">\nBob wrote those.</textarea>" in html
    again = bob.post(address, form(("any", "en", "Bob wrote those."), seen="2"))
    assert again.status_code == 302
    assert version.answer.versions.order_by("-n")[0].texts == {"any": {"en": "Bob wrote those."}}


def test_stale_approval_approves_nothing(city: City, bob: Client):
    version = written(city)
    standards.write_version(
        answer_id=version.answer_id, texts={"any": {"en": "New."}}, by_id=city.charlie.pk, now=timezone.now(), seen_n=1
    )

    answer = bob.post(f"/desk/standards/{version.answer_id}/approve/", {"version": version.pk}, follow=True)

    assert "newer version after you opened" in answer.content.decode()
    assert not StandardAnswerVersion.objects.filter(approved_at__isnull=False).exists()


@pytest.mark.parametrize("sent", ["0", "", "99999999", "x", "9" * 30])
def test_version_of_something_else_is_not_approved(city: City, bob: Client, sent: str):
    version = written(city)

    answer = bob.post(f"/desk/standards/{version.answer_id}/approve/", {"version": sent}, follow=True)

    assert "Nothing was approved" in answer.content.decode()


def test_expired_one_is_renewed_and_current_again(city: City, bob: Client):
    version = expire(standard(city))
    assert "days ago" in page(bob, version)

    until = (TODAY + timedelta(days=300)).date().isoformat()
    bob.post(f"/desk/standards/{version.answer_id}/renew/", {"until": until})

    assert "Current" in page(bob, version)


def test_retired_one_leaves_the_list_and_stays_readable(city: City, bob: Client):
    version = standard(city)
    bob.post(f"/desk/standards/{version.answer_id}/retire/")

    assert "Missed bin" not in bob.get("/desk/standards/").content.decode()
    assert "Missed bin" in bob.get("/desk/standards/?retired=1").content.decode()
    assert "Out of use" in page(bob, version)
    assert "Write a new version" not in page(bob, version)


def test_agent_reads_and_is_offered_no_change(city: City, alice: Client):
    html = page(alice, standard(city))

    assert "We empty your bin by {due}" in html
    assert "Renew" not in html


def test_owner_who_is_an_agent_may_write(city: City, signed_in: SignedIn):
    version = standard(city)
    city.charlie.memberships.update(role="AGENT")

    assert "Write a new version" in page(signed_in(city.charlie), version)


def test_words_of_a_standard_answer_are_escaped(city: City, bob: Client):
    version = standard(city, "<script>title</script>", {"any": {"en": "<script>alert(1)</script>"}})

    assert "<script>alert" not in page(bob, version)
    assert "<script>title" not in bob.get("/desk/standards/").content.decode()
