"""Full-text search: what is found by which words, in which order, and which words are marked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from enquiries.models import ChannelIdentity, Citizen, Enquiry, Message, Note, SearchText
from enquiries.queries.queue import PAGE, on_the_desk
from enquiries.queries.search import found_by, page_of_found
from enquiries.queries.search_marks import Piece, looked_for, pieces_of, stretches_of
from enquiries.rules.folding import fold
from enquiries.rules.searching import Term, terms_of
from tests.people import NOON, City, arrive


def found(text: str) -> set[str]:
    return set(found_by(on_the_desk(Enquiry.objects.all()), text).values_list("subject", flat=True))


def said(city: City, subject: str, text: str, *, language: str = "", **fields: Any) -> Message:
    message = arrive(city, subject=subject, text=text, **fields)
    if language:
        Enquiry.objects.filter(pk=message.enquiry_id).update(language=language)
    return message


def said_by_nobody(city: City) -> int:
    """An enquiry without any message, as it is between the writing of the one and of the other."""
    like = arrive(city, subject="Like").enquiry
    return Enquiry.objects.create(
        organisation=like.organisation,
        account=like.account,
        kind=like.kind,
        reference="NW-NOBO-DY00",
        team=like.team,
        citizen=like.citizen,
        subject="Bare",
        side=like.side,
        opened_at=NOON,
        last_inbound_at=NOON,
    ).pk


@pytest.mark.parametrize(
    ("words", "language", "text"),
    [
        ("pothole", "en", "Potholes everywhere on Mill Lane"),
        ("mending", "en", "Who mends it?"),
        ("lantaarn", "nl", "De lantaarns in de straat zijn stuk"),
        ("Laternen", "de", "Die Laterne ist kaputt"),
        ("poubelles", "fr", "La poubelle n’a pas été vidée"),
        ("Straße", "", "die STRASSE ist gesperrt"),
        ("hauptstrasse", "", "Hauptstraße 5"),
        ("cafe", "", "Das Café nebenan"),
        ("Müll", "", "Der Mull wurde nicht geholt"),
        ("gdansk", "", "Przeprowadzka do Gdańska i Łodzi"),
        ("lodzi", "", "Przeprowadzka do Gdańska i Łodzi"),
        ("ёлка", "", "Когда уберут елка"),
        ("أين", "", "اين الحاوية"),
        ("الحاوية", "ar", "متى تُفرغ الحاويةُ"),
        ("zeb", "", "The zebra crossing is gone"),
        ("mill lane", "", "A pothole on Mill Lane"),
        ("lane pothole", "", "A pothole on Mill Lane"),
        ('"mill lane"', "", "A pothole on Mill Lane"),
        ("“mill lane” pothole", "", "A pothole on Mill Lane"),
        ("pothole -bin", "", "A pothole on Mill Lane"),
        ("0612345678", "", "Bel 0612345678 na zessen"),
    ],
)
def test_words_find_what_was_said(words: str, language: str, text: str, city: City):
    said(city, "Wanted", text, language=language)
    said(city, "Other", "Something else altogether")

    assert found(words) == {"Wanted"}


@pytest.mark.parametrize(
    "words",
    [
        '"lane mill"',
        "pothole -lane",
        "pothole xylophone",
        '"mill road"',
        "!!!",
        '- ""',
        "--",
        ":*",
        "'",
        "\\",
        "& |",
        "<->",
    ],
)
def test_words_do_not_find_what_was_not_said(words: str, city: City):
    said(city, "Pothole", "A pothole on Mill Lane")

    assert found(words) == set()


def test_words_of_several_messages_names_and_subject_are_one_enquiry(city: City):
    said(city, "Broken lamp", "It is dark.", thread="t", name="Fatima Ouali")
    arrive(city, thread="t", text="Also the zebra crossing.", now=NOON + timedelta(hours=1))

    assert found("fatima dark zebra lamp") == {"Broken lamp"}
    assert found("zebra -dark") == set()


def test_reply_of_ours_and_note_are_found(city: City):
    message = said(city, "Lamp", "It is dark.")
    Note.objects.create(enquiry=message.enquiry, text="Ask the electrician", created_at=NOON)

    assert found("electrician") == {"Lamp"}


@pytest.mark.parametrize("earlier", ["message", "note", "merged"])
def test_next_message_makes_up_for_words_that_were_lost(earlier: str, city: City):
    lamp = said(city, "Lamp", "The lantern is broken").enquiry
    if earlier == "note":
        lamp = Enquiry.objects.get(pk=said_by_nobody(city))
        Note.objects.create(enquiry=lamp, text="Ask about the lantern", created_at=NOON)
    if earlier == "merged":
        behind, lamp = lamp, Enquiry.objects.get(pk=said_by_nobody(city))
        Enquiry.objects.filter(pk=behind.pk).update(merged_into=lamp)
    SearchText.objects.all().delete()

    Message.objects.create(
        enquiry=lamp,
        account=lamp.account,
        direction="IN",
        side=lamp.side,
        external_id="late",
        text="Still dark",
        occurred_at=NOON,
        recorded_at=NOON,
    )

    assert found("lantern") == found("still dark") == {lamp.subject}


def test_reference_finds_one_and_after_a_merge_the_one_that_holds_it(city: City):
    behind, front = said(city, "Behind", "one").enquiry, said(city, "Front", "two").enquiry
    Enquiry.objects.filter(pk=behind.pk).update(merged_into=front)

    assert found(behind.reference.lower().replace("-", " ")) == {"Front"}
    assert found("one two") == {"Front"}


def test_unmerging_gives_each_its_own_words_back(city: City):
    behind, front = said(city, "Behind", "apple").enquiry, said(city, "Front", "pear").enquiry
    held = SearchText.objects.get(pk=front.pk)
    Enquiry.objects.filter(pk=behind.pk).update(merged_into=front)
    assert not SearchText.objects.filter(pk=behind.pk).exists()

    Enquiry.objects.filter(pk=behind.pk).update(merged_into=None)

    assert (found("apple"), found("pear")) == ({"Behind"}, {"Front"})
    assert SearchText.objects.get(pk=front.pk).last_id == held.last_id


def test_message_that_is_moved_takes_its_words_along(city: City):
    one, other = said(city, "One", "apple"), said(city, "Other", "pear")
    Message.objects.filter(pk=one.pk).update(enquiry=other.enquiry)

    assert (found("apple"), found("apple pear")) == ({"Other"}, {"Other"})


def test_new_name_is_found_at_once(city: City):
    said(city, "Lamp", "It is dark.", name="Dana Citizen")
    ChannelIdentity.objects.update(name="Dana Newname", handle="dnew")
    Citizen.objects.update(name="Citizen Third")

    assert found("newname") == found("third") == found("dnew") == {"Lamp"}


def test_enormous_text_arrives_and_is_found_by_its_beginning(city: City):
    message = said(city, "Long", "beginning " + " ".join(f"word{number}" for number in range(60_000)))

    assert found("beginning") == {"Long"}
    arrive(city, subject="Re", thread=message.thread_key.partition(":")[2] or message.thread_key, text="more " * 30_000)


def test_newest_words_come_first_and_pages_meet(city: City):
    first = said(city, "First", "zebra", thread="a")
    for number in range(PAGE + 3):
        said(city, f"Number {number}", "zebra crossing")
    arrive(city, thread="a", text="Still waiting for the zebra")
    everything = found_by(on_the_desk(Enquiry.objects.all()), "zebra")

    page = page_of_found(everything)
    rest = page_of_found(everything, after=page.older)

    seen = [row.pk for row in [*page.rows, *rest.rows]]
    assert page.rows[0].pk == first.enquiry_id
    assert len(page.rows) == PAGE and len(seen) == len(set(seen)) == PAGE + 4
    assert rest.older is None


def test_old_enquiries_are_found_behind_all_windows(city: City):
    old = said(city, "Old", "zebra crossing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('enquiries_message_id_seq', 3000000 + nextval('enquiries_message_id_seq'))")
    new = said(city, "New", "zebra crossing")

    page = page_of_found(found_by(on_the_desk(Enquiry.objects.all()), "zebra"))

    assert [row.pk for row in page.rows] == [new.enquiry_id, old.enquiry_id]


def test_what_was_found_is_marked_with_its_accents(city: City):
    message = said(city, "Café", "Guten Tag, das Café in der Hauptstraße brennt. " * 3)

    marked = stretches_of([message.enquiry], looked_for("cafe haupt"))[message.enquiry_id]

    assert [piece.text for piece in marked if piece.is_hit][:2] == ["Café", "Hauptstraße"]
    assert all("<" not in piece.text for piece in marked)


def test_pieces_together_are_the_text():
    text = "Potholes, potholes & <b>holes</b>"
    looked = looked_for_words("pothole")

    pieces = pieces_of(text, looked)

    assert "".join(piece.text for piece in pieces) == text
    assert [piece for piece in pieces if piece.is_hit] == [
        Piece(text="Potholes", is_hit=True),
        Piece(text="potholes", is_hit=True),
    ]


def looked_for_words(word: str):
    from enquiries.queries.search_marks import Looked

    return Looked(stems=((word, 4),))


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", ()),
        ("lamp", (Term(words="lamp", is_beginning=True),)),
        ("lamp post", (Term(words="lamp"), Term(words="post", is_beginning=True))),
        ('"lamp post"', (Term(words="lamp post", is_phrase=True),)),
        ('"lamp post', (Term(words="lamp post", is_phrase=True),)),
        ("lamp -post", (Term(words="lamp"), Term(words="post", is_without=True))),
        ("e-mail", (Term(words="e-mail", is_beginning=True),)),
        ("- ! lamp", (Term(words="lamp", is_beginning=True),)),
    ],
)
def test_search_is_taken_apart(typed: str, terms: tuple[Term, ...]):
    assert terms_of(typed) == terms


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words",
    [
        "Straße",
        "ÉCOLE",
        "İstanbul",
        "Łódź Ørsted Æther œuvre þing",
        "ёлка Їжак",
        "أَيْنَ الحاويةُ",
        "ﬁne ＡＢＣ",
        "e\u0301t\u00e9",
        "日本",
        "שָׁלוֹם",
    ],
)
def test_python_and_the_database_fold_alike(words: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_fold(%s)", [words])
        assert cursor.fetchone()[0] == fold(words)
