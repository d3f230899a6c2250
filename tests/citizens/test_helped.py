"""Whether an answer helped: asked once, below our newest answer, kept by a POST and by nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from enquiries.models import Message, Note, Organisation, Reply, Review, Satisfaction
from enquiries.services.leaving import posting as posting_service
from enquiries.services.replies import offline
from tests.citizens.site import Visitor, enquiry_of, hidden
from tests.citizens.test_following import answer
from tests.citizens.test_private import invitation, send
from tests.people import City, approved, arrive

pytestmark = pytest.mark.django_db
QUESTION = "Did our answer help you?"


@pytest.fixture
def secret(city: City) -> str:
    """The private page of an enquiry that was answered."""
    secret = Visitor().asked()
    answer(city, enquiry_of(secret))
    return secret


def say(secret: str, *, score: str = "NOT_HELPED", words: str = "", **fields: object):
    reply = Reply.objects.latest("pk").pk
    data = {"reply": reply, "score": score, "words": words, **fields}
    return Client().post(f"/follow/{secret}/helped/", data)


def test_nobody_is_asked_before_there_is_an_answer(city: City):
    visitor = Visitor()

    assert QUESTION not in visitor.page(visitor.asked())


def test_looking_at_the_page_or_at_its_address_records_nothing(secret: str):
    before = Event.objects.count()
    for method in ("get", "head"):
        getattr(Client(), method)(f"/follow/{secret}/?score=HELPED&thanks")
        back = getattr(Client(), method)(f"/follow/{secret}/helped/?score=HELPED&reply={Reply.objects.get().pk}")
        assert (back.status_code, back["Location"]) == (303, f"/follow/{secret}/")

    assert not Satisfaction.objects.exists()
    assert Event.objects.count() == before


def test_score_is_kept_and_thanked_for(secret: str):
    response = say(secret, score="HELPED")

    page = Client().get(response["Location"]).content.decode()
    assert response.status_code == 303
    assert Satisfaction.objects.get().score == "HELPED"
    assert "Thank you for telling us. It helps us to answer better." in page
    assert "Change what you told us" in page
    assert not Note.objects.exists()
    assert not Review.objects.exists()


def test_words_reach_the_desk_as_a_note_and_no_other_page(secret: str, city: City):
    say(secret, words="When do you come?\x00")

    note = Note.objects.get()
    assert (note.kind, note.text, note.author, note.enquiry) == (
        Note.Kind.CITIZEN,
        "When do you come?",
        None,
        enquiry_of(secret),
    )
    assert "When do you come?" in Visitor().page(secret)
    assert "When do you come?" not in str(list(Event.objects.values_list("data", flat=True)))


def test_not_helped_waits_for_the_supervisor_of_the_team(secret: str):
    say(secret)
    say(secret, words="Still not.")

    review = Review.objects.get()
    assert (review.kind, review.done_at) == (Review.Kind.CITIZEN, None)


def test_changed_mind_replaces_the_score_and_loses_no_words(secret: str):
    say(secret, words="Nobody came.")
    say(secret, score="HELPED", words="Now they did.")

    said = Satisfaction.objects.get()
    assert (said.score, str(said.note and said.note.text)) == ("HELPED", "Now they did.")
    assert said.changed_at is not None
    assert [note.text for note in Note.objects.order_by("pk")] == ["Nobody came.", "Now they did."]
    verbs = Event.objects.filter(verb__startswith="answer.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["answer.not_helped", "answer.helped"]


def test_double_click_is_said_once(secret: str):
    say(secret, words="Nobody came.")
    say(secret, words="Nobody came.")

    assert Note.objects.count() == 1
    assert Event.objects.filter(verb="answer.not_helped").count() == 1


@pytest.mark.parametrize("score", ["", "5", "helped", "\x00"])
def test_score_that_is_none_is_asked_for_again_with_the_words(secret: str, score: str):
    response = say(secret, score=score, words="Nobody came.")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose whether our answer helped" in page
    assert "Nobody came." in page
    assert f'action="/follow/{secret}/"' in page
    assert not Satisfaction.objects.exists()


def test_too_many_words_come_back_whole(secret: str):
    response = say(secret, words="a" * 1001)

    assert response.status_code == 422
    assert "a" * 1001 in response.content.decode()


@pytest.mark.parametrize("reply", ["", "x", "0", "999999", "9" * 30])
def test_answer_that_is_not_theirs_gets_no_score_and_the_words_stay(secret: str, reply: str):
    response = say(secret, words="Nobody came.", reply=reply)

    assert response.status_code == 409
    assert "Nobody came." in response.content.decode()
    assert not Satisfaction.objects.exists()


def test_answer_to_somebody_else_gets_no_score(secret: str, city: City):
    other = Visitor().asked()
    answer(city, enquiry_of(other))

    assert say(secret).status_code == 409
    assert say(other).status_code == 303


def test_form_without_its_proof_changes_nothing(secret: str):
    client = Client(enforce_csrf_checks=True)

    response = client.post(f"/follow/{secret}/helped/", {"reply": Reply.objects.get().pk, "score": "HELPED"})

    assert response.status_code == 403
    assert not Satisfaction.objects.exists()


def test_nobody_is_asked_for_longer_than_a_month(secret: str, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=31))

    assert QUESTION not in Visitor().page(secret)
    assert say(secret, words="Late.").status_code == 409


def test_organisation_may_not_ask_at_all(secret: str):
    Organisation.objects.update(asks_satisfaction=False)

    assert QUESTION not in Visitor().page(secret)
    assert say(secret).status_code == 409


def test_wrong_link_is_the_same_not_found(city: City):
    for page in ("follow", "private-page"):
        assert Client().post(f"/{page}/{'a' * 26}/helped/", {"score": "HELPED"}).status_code == 404


def test_writer_of_a_private_thread_is_asked_about_the_answer_to_it_and_not_about_the_post(city: City):
    question = arrive(city, "x", text="@northwell my bin", author="77", now=timezone.now())
    page = send(invitation(city, question))["Location"].split("?")[0]
    assert QUESTION not in Client().get(page).content.decode()

    approved(city, Message.objects.filter(direction="IN").latest("pk"), now=timezone.now())
    posting_service.deliver_due(worker="test")
    asked = Client().get(page).content.decode()
    answered = Client().post(f"{page}helped/", {"reply": hidden(asked, "reply"), "score": "PARTLY", "words": "Hm."})

    assert answered.status_code == 303
    assert (Satisfaction.objects.get().score, Review.objects.get().kind) == ("PARTLY", "CITIZEN")
    assert offline.page_of(page.strip("/").split("/")[-1]) is not None
