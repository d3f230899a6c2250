"""Notes among colleagues: who is told, and who cannot be."""

from __future__ import annotations

import pytest

from agents.models import Role
from enquiries.models import Enquiry, Mention
from enquiries.services import triage
from enquiries.services.triage.notes import Kept
from tests.people import NOON, City, arrive, make_user


@pytest.fixture
def enquiry(city: City) -> Enquiry:
    return arrive(city).enquiry


def note(city: City, enquiry: Enquiry, text: str) -> Kept:
    return triage.add_note(enquiry_id=enquiry.pk, text=text, by_id=city.alice.pk, now=NOON)


@pytest.mark.parametrize("named", ["@Bob", "@bob, look", "(@bob@northwell.example)", "Ask @BOB."])
def test_colleague_is_told_by_name_or_mail(named: str, city: City, enquiry: Enquiry):
    kept = note(city, enquiry, f"Please look: {named}")

    assert kept.told == ["Bob"]
    assert Mention.objects.get().user_id == city.bob.pk


@pytest.mark.parametrize("named", ["@Charlie", "@nobody", "@charlie@northwell.example"])
def test_who_may_not_see_the_enquiry_is_never_told(named: str, city: City, enquiry: Enquiry):
    kept = note(city, enquiry, f"{named} knows")

    assert kept.unknown == [named]
    assert not Mention.objects.exists()


def test_first_name_that_two_have_names_neither(city: City, enquiry: Enquiry):
    for name in ("Kim Arends", "Kim Bosch"):
        user = make_user(city.organisation, name.replace(" ", ""), Role.AGENT, city.waste)
        type(user).objects.filter(pk=user.pk).update(name=name)

    assert note(city, enquiry, "@Kim?").unknown == ["@Kim"]
    assert note(city, enquiry, "@Kim Bosch?").told == ["Kim Bosch"]


def test_one_does_not_mention_oneself(city: City, enquiry: Enquiry):
    assert note(city, enquiry, "I, @Alice, did it").told == []


def test_mail_address_in_a_sentence_is_no_mention(city: City, enquiry: Enquiry):
    assert note(city, enquiry, "Wrote to dana@example.org").unknown == []


def test_note_without_words_is_refused(city: City, enquiry: Enquiry):
    with pytest.raises(triage.NoWords):
        note(city, enquiry, " \n ")


def test_mention_is_read_once_seen(city: City, enquiry: Enquiry):
    note(city, enquiry, "@Bob")

    assert triage.mark_read(enquiry=enquiry, user_id=city.bob.pk, now=NOON) == 1
    assert triage.mark_read(enquiry=enquiry, user_id=city.bob.pk, now=NOON) == 0
