"""A person who asks Facebook to be forgotten: their words and names go, or a law is named; the record of the case stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import Event
from enquiries.models import ChannelIdentity, DataDeletion, Message, Reply
from enquiries.services.platforms import erasing
from tests.people import NOON, City, approved, arrive

pytestmark = pytest.mark.django_db


def wrote(city: City, text: str, *, author: str = "dana", n: int = 1) -> Message:
    name = f"root-{author}-{n}"
    return arrive(city, "facebook", text=text, author=author, root_id=name, external_id=name, thread=f"{name}:{author}")


def asked(city: City, person: str = "dana") -> DataDeletion:
    account = city.accounts["facebook"]
    return DataDeletion.objects.create(account=account, person=person, code="abc-1", asked_at=NOON)


def erase(city: City, one: DataDeletion) -> erasing.Erased:
    return erasing.erase(one.pk, by_id=city.bob.pk, now=NOON)


def found(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM enquiries_searchtext WHERE document @@ plainto_tsquery('simple', %s)", [words]
        )
        return int(cursor.fetchone()[0])


def test_words_and_names_of_the_person_go_and_those_of_others_stay(city: City):
    mine = [wrote(city, "My bin burns", n=n) for n in (1, 2)]
    other = wrote(city, "Their street floods", author="eli")

    assert erase(city, asked(city)).messages == 2

    for message in mine:
        message.refresh_from_db()
        message.enquiry.refresh_from_db()
        assert (message.text, bool(message.blanked_at)) == ("", True)
        assert "bin" not in message.enquiry.subject
    other.refresh_from_db()
    assert other.text == "Their street floods"
    mine_id = ChannelIdentity.objects.get(kind="facebook", external_id="dana")
    assert (mine_id.name, mine_id.handle, mine_id.citizen.name) == ("", "", "")
    assert (found("burns"), found("floods")) == (0, 1)


def test_request_is_done_names_nobody_and_is_on_record_without_words(city: City):
    wrote(city, "My bin burns")
    one = asked(city)

    erase(city, one)

    one.refresh_from_db()
    assert (one.done_at, one.person, one.decided_by, one.kept_because) == (NOON, "", city.bob, "")
    event = Event.objects.get(verb="privacy.erased")
    assert (event.actor_id, event.data["messages"]) == (city.bob.pk, 1)


def test_enquiry_its_answer_and_its_ledger_are_kept(city: City):
    posting = approved(city, wrote(city, "My bin burns"))
    said = Event.objects.filter(enquiry_id=posting.reply.enquiry_id).count()

    erase(city, asked(city))

    reply = Reply.objects.get(pk=posting.reply_id)
    assert reply.state == Reply.State.RETURNED
    assert Event.objects.filter(enquiry_id=posting.reply.enquiry_id).count() > said
    assert reply.versions.get().text


def test_name_that_another_channel_knows_stays_with_the_citizen(city: City):
    citizen = wrote(city, "My bin burns").enquiry.citizen
    ChannelIdentity.objects.create(
        organisation=city.organisation, citizen=citizen, kind="email", external_id="d@example.org", name="Dana by mail"
    )

    erase(city, asked(city))

    citizen.refresh_from_db()
    assert citizen.name == "Dana by mail"


def test_somebody_nobody_knows_is_done_at_once(city: City):
    assert erase(city, asked(city, "nobody")) == erasing.Erased(messages=0, names=0)


def test_law_that_keeps_it_is_named_and_nothing_goes(city: City):
    message, one = wrote(city, "My bin burns"), asked(city)

    with pytest.raises(erasing.CannotErase, match="which law"):
        erasing.keep(one.pk, because=" ", by_id=city.bob.pk, now=NOON)
    erasing.keep(one.pk, because="\x00Archives Act, 5 years ", by_id=city.bob.pk, now=NOON)

    one.refresh_from_db()
    message.refresh_from_db()
    assert (one.person, one.kept_because, message.text) == ("", "Archives Act, 5 years", "My bin burns")
    with pytest.raises(erasing.CannotErase, match="already"):
        erase(city, one)


def test_board_shows_who_waits_and_lets_those_who_lead_decide(city: City, client: Client):
    client.force_login(city.bob)
    wrote(city, "My bin burns")
    one = DataDeletion.objects.create(
        account=city.accounts["facebook"], person="dana", code="abc-1", asked_at=timezone.now() - timedelta(days=21)
    )

    page = client.get("/desk/channels/").content.decode()
    said = client.post(f"/desk/channels/deletions/{one.pk}/", {"decision": "erase"}, follow=True).content.decode()

    assert "1 message of theirs is here" in page and "The law gives you a month." in page
    assert "1 message was emptied." in said and "message of theirs" not in said


@pytest.mark.parametrize(("because", "words"), [("", b"are deleted"), ("Archives Act", b"A law tells us to keep")])
def test_person_reads_under_the_code_what_was_decided(because: str, words: bytes, city: City, client: Client):
    one = asked(city)
    if because:
        erasing.keep(one.pk, because=because, by_id=city.bob.pk, now=NOON)
    else:
        erase(city, one)

    answer = client.get("/webhooks/facebook/data-deletion/abc/").content

    assert words in answer and b"Archives" not in answer
