"""Hints point at the place, fit the language of the answer, and are quiet about good ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enquiries.rules.plain_language import HintKind, HouseStyle, hints

STYLE = HouseStyle(
    longest_sentence=10,
    jargon={"terstond": "meteen", "in the event that": "if"},
    greetings=("Beste", "Hi", "Dear"),
    sign_offs=("Groet,", "Kind regards", "مع التحية"),
    capitals=("DIGID", "GEMEENTEPAS"),
)
BARE = HouseStyle(longest_sentence=10)


def kinds(text: str, style: HouseStyle = BARE) -> list[HintKind]:
    return [hint.kind for hint in hints(text, style=style)]


@pytest.mark.parametrize(
    "text",
    [
        "Beste Samira, de container wordt donderdag geleegd. Groet, Anouk",
        "@dana_v Hi Dana, the bin is emptied on Thursday. Kind regards, Anouk",
        "Beste Eli, log in met DIGID. Zie https://www.city.example/afval. Groet, Bram",
    ],
)
def test_good_answer_gets_no_hint(text: str):
    assert hints(text, style=STYLE) == []


def test_long_sentence_is_marked_from_first_to_last_word():
    text = "Kort. Deze zin is echt veel te lang want hij telt wel meer dan tien woorden. Kort."

    (hint,) = hints(text, style=BARE)

    assert hint.shown == "Deze zin is echt veel te lang want hij telt wel meer dan tien woorden."
    assert (hint.kind, hint.suggestion, text[hint.start : hint.end]) == (HintKind.LONG_SENTENCE, "15", hint.shown)


@pytest.mark.parametrize(
    "text",
    [
        "See https://city.example/a.b/c?d=e.f.g&h=i and https://city.example/one/two/three/four.",
        "- een twee drie vier vijf zes\n- een twee drie vier vijf zes\n- zeven acht",
    ],
)
def test_sentences_are_told_apart(text: str):
    assert HintKind.LONG_SENTENCE not in kinds(text)


def test_points_of_abbreviations_and_numbers_end_no_sentence():
    text = "Mr. Jones of art. 7.10 lid 2 komt om 7 p.m. langs, bijv. morgen."

    (hint,) = hints(text, style=BARE)

    assert hint.shown == text


def test_jargon_comes_with_what_to_write_instead():
    found = hints("Hi, kom Terstond, in the  event that it rains. Kind regards", style=STYLE)

    assert [(hint.shown, hint.suggestion) for hint in found] == [("Terstond", "meteen"), ("in the  event that", "if")]


def test_jargon_inside_other_words_and_links_is_left_alone():
    assert kinds("Hi, onterstondig https://a.example/terstond. Groet,", STYLE) == []


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("http://city.example/a", HintKind.INSECURE_LINK),
        ("https://bit.ly/3xyz", HintKind.SHORT_LINK),
        ("https:/city.example", HintKind.BROKEN_LINK),
        ("htps://city.example", HintKind.BROKEN_LINK),
        ("https://city", HintKind.BROKEN_LINK),
        ("https://city..example/a", HintKind.BROKEN_LINK),
        ("www,city.example", HintKind.BROKEN_LINK),
        ("https://[city.example", HintKind.BROKEN_LINK),
    ],
)
def test_link_that_does_not_serve_is_marked(link: str, kind: HintKind):
    (hint,) = hints(f"Kijk op {link}.", style=BARE)

    assert (hint.kind, hint.shown) == (kind, link)


@pytest.mark.parametrize("link", ["https://city.example/a(b)", "www.city.example", "https://stad.nl:8443/a?b=c#d"])
def test_good_link_is_left_alone(link: str):
    assert kinds(f"Kijk op {link}, daar staat het.") == []


@pytest.mark.parametrize("text", ["For more, click here.", "Klik hier voor meer.", "للمزيد انقر هنا."])
def test_link_text_that_says_nothing_is_marked(text: str):
    assert kinds(text) == [HintKind.VAGUE_LINK]


@pytest.mark.parametrize("text", ["Dit is BELANGRIJK.", "Dat KAN ECHT NIET zo.", "Wat fijn!!"])
def test_shouting_is_marked(text: str):
    assert kinds(text) in ([HintKind.SHOUTING], [HintKind.EXCLAMATION])


@pytest.mark.parametrize("text", ["Uw BSN, IBAN of DigiD.", "De A58 bij MIDDELBURG12.", "مهم جداً! شكراً."])
def test_abbreviations_and_scripts_without_capitals_are_no_shouting(text: str):
    assert kinds(text) == []


def test_missing_greeting_and_sign_off_are_hinted_at_their_places():
    first, last = hints("De weg is dicht.", style=STYLE)

    assert (first.kind, first.start, first.suggestion) == (HintKind.NO_GREETING, 0, "Beste")
    assert (last.kind, last.start, last.suggestion) == (HintKind.NO_SIGN_OFF, 16, "Groet,")


def test_greeting_is_asked_for_only_in_the_script_of_the_answer():
    found = hints("مواعيد العمل من الأحد إلى الخميس.", style=STYLE)

    assert [(hint.kind, hint.suggestion) for hint in found] == [(HintKind.NO_SIGN_OFF, "مع التحية")]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_hints(text: str):
    assert all(text[hint.start : hint.end] == hint.shown for hint in hints(text, style=STYLE))
