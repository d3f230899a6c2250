"""Where a mail repeats earlier ones is told, in every language; no word of the writer is ever behind that place."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_email.letter import compose
from channels_email.parsing import read_mail
from channels_email.parsing.quotes import quote_from
from enquiries.contract import OwnPost, Quote
from tests.channels_email.accounts import email_account, message_in, outbound

OWN = "It is still dark.\n\nPlease come."
INTRODUCTIONS = {
    "Arabic": "في الجمعة، 20 نوفمبر 2026 في 10:15 ص تمت كتابة ما يلي بواسطة City <info@northwell.example>:",
    "Chinese": "City <info@northwell.example> 于2026年11月20日周五 10:15写道：",
    "Czech": "pá 20. 11. 2026 v 10:15 odesílatel City <info@northwell.example> napsal:",
    "Danish": "Den fre. 20. nov. 2026 kl. 10.15 skrev City <info@northwell.example>:",
    "Dutch": "Op vr 20 nov 2026 om 10:15 schreef Gemeente <info@northwell.example>:",
    "English": "On Fri, 20 Nov 2026 at 10:15, City <info@northwell.example> wrote:",
    "English, wrapped": "On Fri, 20 Nov 2026 at 10:15, City of Northwell\n<info@northwell.example>\nwrote:",
    "Finnish": "pe 20. marrask. 2026 klo 10.15 City (info@northwell.example) kirjoitti:",
    "French": "Le 20 nov. 2026 à 10:15, Ville <info@northwell.example> a écrit :",
    "German": "Am 20.11.2026 um 10:15 schrieb Stadt <info@northwell.example>:",
    "Greek": "Στις Παρ, 20 Νοε 2026 στις 10:15 ο χρήστης City <info@northwell.example> έγραψε:",
    "Hebrew": "\u202bבתאריך יום ו׳, 20 בנוב׳ 2026 ב-10:15 מאת City <info@northwell.example>:\u202c".strip(
        "\u202b\u202c"
    ),
    "Hindi": "शुक्र, 20 नव॰ 2026 को 10:15 पर City <info@northwell.example> ने लिखा:",
    "Hungarian": "City <info@northwell.example> ezt írta (időpont: 2026. nov. 20., P, 10:15):",
    "Italian": "Il giorno ven 20 nov 2026 alle ore 10:15 City <info@northwell.example> ha scritto:",
    "Japanese": "2026年11月20日(金) 10:15 City <info@northwell.example>:",
    "Korean": "2026년 11월 20일 (금) 오전 10:15, City <info@northwell.example>님이 작성:",
    "Norwegian": "fre. 20. nov. 2026 kl. 10:15 skrev City <info@northwell.example>:",
    "Polish": "pt., 20 lis 2026 o 10:15 Miasto <info@northwell.example> napisał(a):",
    "Portuguese": "Em sex., 20 de nov. de 2026 às 10:15, City <info@northwell.example> escreveu:",
    "Romanian": "În vin., 20 nov. 2026 la 10:15, City <info@northwell.example> a scris:",
    "Russian": "пт, 20 нояб. 2026 г. в 10:15, City <info@northwell.example>:",
    "Spanish": "El vie, 20 nov 2026 a las 10:15, Ciudad (<info@northwell.example>) escribió:",
    "Swedish": "Den fre 20 nov. 2026 kl 10:15 skrev City <info@northwell.example>:",
    "Turkish": "City <info@northwell.example>, 20 Kas 2026 Cum, 10:15 tarihinde şunu yazdı:",
    "Ukrainian": "пт, 20 лист. 2026 р. о 10:15 City <info@northwell.example> пише:",
}
BLOCKS = {
    "Arabic": "من: City <info@northwell.example>\nتم الإرسال: الجمعة، 20 نوفمبر 2026 10:15\nإلى: Dana\nالموضوع: lamp",
    "Chinese": "发件人: City <info@northwell.example>\n发送时间: 2026年11月20日 10:15\n收件人: Dana\n主题: lamp",
    "Dutch": "Van: Gemeente <info@northwell.example>\nVerzonden: vrijdag 20 november 2026 10:15\nAan: Dana\nOnderwerp: lamp",
    "English": "From: City <info@northwell.example>\nSent: Friday, 20 November 2026 10:15\nTo: Dana\nSubject: lamp",
    "English, ruled": "-----Original Message-----\nFrom: City\nSent: 20 November 2026 10:15\nTo: Dana\nSubject: lamp",
    "English, long rule": "________________________________\nFrom: City\nSent: 20 November 2026\nTo: Dana\nSubject: lamp",
    "Finnish": "Lähettäjä: City <info@northwell.example>\nLähetetty: 20. marraskuuta 2026\nVastaanottaja: Dana\nAihe: lamp",
    "French": "De : Ville <info@northwell.example>\nEnvoyé : vendredi 20 novembre 2026\nÀ : Dana\nObjet : lamp",
    "German": "Von: Stadt <info@northwell.example>\nGesendet: Freitag, 20. November 2026\nAn: Dana\nBetreff: Licht",
    "German, starred": "*Von:* Stadt <info@northwell.example>\n*Gesendet:* 20. November 2026\n*An:* Dana\n*Betreff:* Licht",
    "Japanese": "差出人: City <info@northwell.example>\n送信日時: 2026年11月20日 10:15\n宛先: Dana\n件名: lamp",
    "Polish": "Od: Miasto <info@northwell.example>\nWysłano: 20 listopada 2026\nDo: Dana\nTemat: lamp",
    "Russian": "От: City <info@northwell.example>\nОтправлено: 20 ноября 2026 г.\nКому: Dana\nТема: lamp",
    "Turkish": "Kimden: City <info@northwell.example>\nGönderildi: 20 Kasım 2026\nKime: Dana\nKonu: lamp",
}


def folded(text):
    place = quote_from(text)
    return text[place:] if place is not None else ""


@pytest.mark.parametrize("language", INTRODUCTIONS)
@pytest.mark.parametrize("quoted", ["> We come\n>\n> on Monday.", "We come\non Monday."])
def test_quote_begins_at_its_introduction(language, quoted):
    quote = f"{INTRODUCTIONS[language]}\n\n{quoted}\n"

    assert folded(f"{OWN}\n\n{quote}") == quote


@pytest.mark.parametrize("language", BLOCKS)
def test_quote_begins_at_its_header_lines(language):
    quote = f"{BLOCKS[language]}\n\nWe come on Monday.\n"

    assert folded(f"{OWN}\n\n{quote}") == quote


def test_answer_to_our_own_mail_is_folded_from_our_line_on():
    quote = Quote(author="Dana", at=outbound().approved_at, text="x")
    sent = read_mail(account=email_account(), raw=compose(account=email_account(), reply=outbound(quote=quote)))
    assert isinstance(sent, OwnPost)
    below = sent.text[sent.text.index("_______") :]

    assert folded(f"{OWN}\n\n{below}") == below


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Only own words.",
        "> all of it\n> is quoted",
        INTRODUCTIONS["English"] + "\n> nothing of my own above",
        "\n\n" + BLOCKS["English"] + "\n\nForwarded without a word",
        "I want three things:\na lamp\na bench",
        "My address:\ndana@citizens.example",
        "Dates: 20.11.2026 and 21.11.2026",
        "From: me\nthat is all",
        "On Fri, 20 Nov 2026, City <info@northwell.example> wrote:\n> We come on Monday.\n\nWhich Monday?",
    ],
)
def test_nothing_is_folded_where_nothing_or_something_else_would_be_left(text):
    assert quote_from(text) is None


def test_answers_between_the_lines_stay_visible():
    text = "Hello\n\n> When?\nOn Monday.\n\n> Where?\nHere.\n\n> Regards,\n> City"

    assert folded(text) == "> Regards,\n> City"


def test_message_carries_the_place_and_all_of_its_text():
    raw = f"From: dana@citizens.example\n\n{OWN}\n\n{INTRODUCTIONS['English']}\n> We come.\n".encode()

    message = message_in(raw)

    assert message.text[: message.quote_from].strip() == OWN
    assert message.text[message.quote_from :].rstrip() == f"{INTRODUCTIONS['English']}\n> We come."


LINES = st.sampled_from(
    [
        *(
            "own words",
            "> quoted",
            ">> twice",
            "",
            "From: a@b.example",
            "To: x",
            "Date: 2026",
            "Subject: y",
            "-----x-----",
        ),
        *(INTRODUCTIONS["English"], "On 2026 a@b.example", "wrote:", "_______ Please write above _______", "___" * 9),
    ]
)


@settings(max_examples=400, deadline=None)
@given(lines=st.lists(LINES, max_size=25))
def test_place_is_the_beginning_of_a_line_after_words_and_marked_quotes_hide_nothing(lines):
    text = "\n".join(lines)
    place = quote_from(text)

    if place is not None:
        assert text[:place].strip()
        assert text[place - 1] == "\n"
        if text[place:].lstrip().startswith(">"):
            assert all(line.startswith((">", "_")) or not line for line in text[place:].split("\n"))


@pytest.mark.parametrize(
    "piece", ["On ", "On x wrote:\n", "> ", "From: a\n", "a@b.c 2026 ", "_" * 8 + " x ", "Von: \n", "-- "]
)
def test_text_made_to_waste_time_is_searched_quickly(piece):
    started = time.process_time()

    quote_from(piece * (1024 * 1024 // len(piece)))
    quote_from(f"{piece * 30}\n" * 15_000)

    assert time.process_time() - started < 5
