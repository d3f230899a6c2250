"""The private page tells the citizen everything that is theirs, and nothing else."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from citizens.logs import HideLinks
from citizens.story import story_of
from enquiries.models import Clock, Enquiry, EnquiryToken, Message
from enquiries.services import replies, triage
from enquiries.services.leaving import posting as posting_service
from tests.citizens.documents import PNG
from tests.citizens.site import Visitor, enquiry_of
from tests.people import City, approved, draft, submitted

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"


def answer(city: City, enquiry: Enquiry, text: str = "We come tomorrow.") -> None:
    """Draft, approve and post a reply, as the desk and the worker do."""
    approved(city, replies.newest_inbound(enquiry), text=text, now=timezone.now())
    posting_service.deliver_due(worker="test")


def test_new_enquiry_shows_the_words_the_reference_and_the_promise(city: City):
    visitor = Visitor()

    secret = visitor.asked(text="My bin was not emptied.", files=[("bin.png", PNG)])

    page = visitor.page(secret)
    assert enquiry_of(secret).reference in page
    assert "We have received your enquiry." in page
    assert "bin.png" in page
    assert " left.</b>" in page


def test_posted_reply_is_shown_once_although_it_went_by_two_ways(city: City):
    visitor = Visitor()
    secret = visitor.asked(email="dana@example.org")
    answer(city, enquiry_of(secret), text="We come tomorrow at nine.")

    page = visitor.page(secret)

    assert page.count("We come tomorrow at nine.") == 1
    assert "We have answered." in page
    assert "in the time we promised" in page


@pytest.mark.parametrize("step", ["draft", "submitted", "approved", "returned"])
def test_words_that_were_not_posted_never_appear(city: City, step: str):
    visitor = Visitor()
    secret = visitor.asked()
    message = replies.newest_inbound(enquiry_of(secret))
    if step == "draft":
        draft(city, message, text=CANARY)
    elif step == "approved":
        approved(city, message, text=CANARY)
    else:
        version = submitted(city, message, text=CANARY)
        if step == "returned":
            replies.return_reply(
                reply_id=version.reply_id, by_id=city.bob.pk, reason="TONE", note=CANARY, now=timezone.now()
            )

    assert CANARY not in visitor.page(secret)


def test_names_of_those_who_work_on_it_never_appear(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    triage.claim(enquiry_id=enquiry_of(secret).pk, by_id=city.alice.pk, now=timezone.now())
    answer(city, enquiry_of(secret))

    page = visitor.page(secret)

    assert not [person for person in (city.alice, city.bob) if person.name in page or person.email in page]


def test_late_answer_is_told_honestly(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    clock = Clock.objects.get(enquiry=enquiry_of(secret))

    story = story_of(enquiry_of(secret), now=clock.due_at + timedelta(hours=3, minutes=5))

    assert story.promised is not None
    assert (story.promised.is_late, story.promised.late_by) == (True, "3 hours and 5 minutes")


def test_page_says_that_we_are_late(city: City, time_machine):
    visitor = Visitor()
    secret = visitor.asked()
    time_machine.move_to(Clock.objects.get().due_at + timedelta(minutes=61))

    assert "We are 1 hour and 1 minute late, and we are sorry." in visitor.page(secret)


def test_addition_joins_the_enquiry_and_is_shown(city: City):
    visitor = Visitor()
    secret = visitor.asked(email="dana@example.org")

    response = visitor.client.post(f"/follow/{secret}/", visitor.form(text="It is the green bin."))

    page = visitor.client.get(response["Location"]).content.decode()
    assert response.status_code == 303
    assert "We have received what you added." in page
    assert "It is the green bin." in page
    assert Enquiry.objects.count() == 1
    first, second = Message.objects.order_by("pk")
    assert first.author == second.author
    assert second.reply_to == "dana@example.org"


def test_addition_to_an_answered_enquiry_opens_it_again(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    answer(city, enquiry_of(secret))

    visitor.client.post(f"/follow/{secret}/", visitor.form(text="It is still there."))

    assert enquiry_of(secret).state == Enquiry.State.OPEN
    assert "We are working on what you added." in visitor.page(secret)


def test_addition_long_after_the_end_becomes_an_enquiry_of_its_own(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    triage.close(enquiry_id=enquiry_of(secret).pk, by_id=city.alice.pk, now=timezone.now())
    Enquiry.objects.update(last_inbound_at=timezone.now() - timedelta(days=40))

    response = visitor.client.post(f"/follow/{secret}/", visitor.form(text="Again"))

    assert Enquiry.objects.count() == 2
    assert response["Location"].startswith("/asked/")
    assert secret not in response["Location"]


def test_two_people_with_one_address_do_not_see_each_other(city: City):
    visitor = Visitor()
    secret = visitor.asked(text="First of all", email="family@example.org")

    other = visitor.asked(text="Something quite different", email="family@example.org")

    assert enquiry_of(secret) != enquiry_of(other)
    assert "First of all" not in visitor.page(other)
    assert "different" not in visitor.page(secret)


WRONG = ["", " ", "%20", "null", "a" * 26, "A" * 26, "a" * 5000, "%00", "..", "é" * 26, "undefined"]


@pytest.mark.parametrize("page", ["follow", "asked"])
def test_every_wrong_link_gets_the_same_answer(city: City, page: str):
    visitor = Visitor()
    secret = visitor.asked()
    reference = enquiry_of(secret).reference
    EnquiryToken.objects.update(revoked_at=timezone.now())

    answers = {
        visitor.client.get(f"/{page}/{wrong}/").content
        for wrong in [*WRONG[3:7], WRONG[9], WRONG[10], reference, secret]
    }
    statuses = {visitor.client.get(f"/{page}/{wrong}/").status_code for wrong in [*WRONG[1:], reference, secret]}

    assert statuses == {404}
    assert len({strip_tokens(answer) for answer in answers}) == 1


def strip_tokens(page: bytes) -> bytes:
    """Without the proof of the form and the address of the page, which differ by nature."""
    return b"\n".join(line for line in page.splitlines() if b"csrfmiddlewaretoken" not in line)


def test_mail_secret_does_not_open_the_page(city: City):
    visitor = Visitor()
    secret = visitor.asked()
    EnquiryToken.objects.update(purpose="MAIL")

    assert visitor.client.get(f"/follow/{secret}/").status_code == 404


@pytest.mark.parametrize("page", ["follow", "asked"])
def test_private_pages_are_kept_nowhere_and_found_by_nobody(city: City, page: str):
    visitor = Visitor()

    response = visitor.client.get(f"/{page}/{visitor.asked()}/")

    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"


def test_page_asks_the_database_a_fixed_number_of_questions(city: City, django_assert_num_queries):
    visitor = Visitor()
    secret = visitor.asked(files=[("bin.png", PNG)])
    for number in range(5):
        visitor.client.post(f"/follow/{secret}/", visitor.form(text=f"More {number}"))

    with django_assert_num_queries(6):
        visitor.page(secret)


def test_private_links_stay_out_of_the_logs(city: City, caplog: pytest.LogCaptureFixture):
    caplog.handler.addFilter(HideLinks())
    visitor = Visitor()
    secret = visitor.asked()

    visitor.client.post(f"/follow/{secret}/", visitor.form(text=""))
    visitor.client.get(f"/follow/{secret[:-1]}/")
    logging.getLogger("django.request").error("Internal Server Error: %s", f"/follow/{secret}/")

    assert caplog.text.count("/follow/…") == 1
    assert secret[:-1] not in caplog.text
    assert "citizens.logs.HideLinks" in str(settings.LOGGING["filters"])
