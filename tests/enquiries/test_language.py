"""The language of an enquiry is told by its words, on this machine, and never costs a message."""

import socket

import pytest

from enquiries.services.replies import language
from enquiries.services.replies.language import language_of
from tests.people import City, arrive


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My bin was not emptied this morning, again.", "en"),
        ("Mijn container is vanmorgen weer niet geleegd.", "nl"),
        ("متى تأتون لجمع النفايات من شارعنا؟", "ar"),
        ("Wann wird der Müll abgeholt? Vielen Dank", "de"),
        ("@northwell Mijn container is weer niet geleegd https://t.co/abc #afval", "nl"),
        ("ok", ""),
        ("", ""),
        ("12345 67890 @northwell https://northwell.gov.uk/my-bin-was-not-emptied", ""),
        ("\ud800 broken", ""),
        ("👍" * 500, ""),
    ],
)
def test_words_tell_their_language(text: str, found: str):
    assert language_of(text) == found


@pytest.mark.parametrize(
    ("told", "found"), [("nl", "nl"), ("pt-BR", "pt"), ("und", "en"), ("<script>", "en"), ("", "en")]
)
def test_what_the_channel_tells_is_believed(told: str, found: str):
    assert language_of("My bin was not emptied this morning.", told=told) == found


def test_language_of_the_page_counts_only_where_words_tell_nothing():
    assert language_of("متى تأتون لجمع النفايات من شارعنا؟", told="en", is_guess=True) == "ar"
    assert language_of("ok", told="nl", is_guess=True) == "nl"


def test_telling_opens_no_connection(monkeypatch: pytest.MonkeyPatch):
    language._model.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it went out"))

    assert language_of("Mijn container is vanmorgen weer niet geleegd.") == "nl"


def test_long_text_is_told_quickly():
    assert language_of("Mijn container is vanmorgen niet geleegd. " * 100_000) == "nl"


@pytest.mark.django_db
def test_enquiry_carries_the_language_of_its_first_words(city: City):
    told = arrive(city, "email", text="Mijn container is vanmorgen weer niet geleegd.")
    on_x = arrive(city, "x", text="ok", language="tr")

    assert (told.enquiry.language, on_x.enquiry.language) == ("nl", "tr")
