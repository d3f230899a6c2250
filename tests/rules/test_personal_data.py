"""The guard sees a number however it is written, and leaves alone what is nobody's."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.guard import PARTS, PRECISION, RECALL, contexts, corpus, score
from enquiries.rules import references
from enquiries.rules.personal_data import REASONS, Context, Kind, find

BOTH = Context(regions=("NL", "GB"))
BSN, NHS, IBAN = "123456782", "9434765919", "NL91ABNA0417164300"


def kinds(text: str, context: Context = BOTH) -> list[Kind]:
    return [one.kind for one in find(text, context=context)]


def full_width(text: str) -> str:
    return text.translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})


def arabic(text: str) -> str:
    return text.translate({ord("0") + n: chr(0x660 + n) for n in range(10)})


def with_nothing_between(text: str) -> str:
    return "\u200b".join(text)


def dashed(text: str) -> str:
    return "-".join(text[place : place + 3] for place in range(0, len(text), 3))


@pytest.mark.parametrize("write", [str, full_width, arabic, with_nothing_between, dashed, " ".join, ".".join])
@pytest.mark.parametrize(("number", "kind"), [(BSN, Kind.BSN), (IBAN, Kind.IBAN), ("0612345678", Kind.PHONE)])
def test_number_is_seen_however_it_is_written(number: str, kind: Kind, write: Callable[[str], str]):
    text = f"Het gaat om {write(number)} en niets anders."

    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "jan@ziggo.example",
        "jan (at) ziggo (dot) example",
        "jan apenstaartje ziggo punt nl",
        "jan at gmail.com",
        "jan＠ziggo．nl",
        "j\u200ban@zig\u200bgo.nl",
    ],
)
def test_mail_address_is_seen_however_it_is_spelled(text: str):
    assert kinds(f"Het is {text}, zegt men.") == [Kind.EMAIL]


def test_place_is_that_of_the_original_text():
    text = "Uw nummer 🙂 is 0\u200b6-１２345678!"

    (one,) = find(text, context=BOTH)

    assert text[one.start : one.end] == one.shown == "0\u200b6-１２345678"


def test_key_is_that_of_the_value_not_of_the_writing():
    (first,), (second,), (other,) = (
        find(text, context=BOTH) for text in ("bel 06 12345678", "bel +31 6 1234 5678", "bel 06 12345679")
    )

    assert first.key == second.key != other.key
    assert len(first.key) == 16


def test_key_depends_on_the_salt():
    (first,) = find(BSN, context=BOTH)
    (second,) = find(BSN, context=Context(regions=("NL", "GB"), salt="reply 7"))

    assert first.key != second.key


def test_contacts_of_the_organisation_are_left_alone():
    known = Context(
        regions=("NL",), public_contacts=("+31 118 246 800", "@city.example", IBAN, "Stadhuisplein 1, 4331 AB")
    )
    text = f"Bel 0118-246800, mail info@city.example, betaal op {IBAN} of kom naar Stadhuisplein 1, 4331AB Northwell."

    assert kinds(text, known) == []
    assert len(kinds(text)) == 4


def test_own_reference_may_be_shown_and_another_may_not():
    own, other = references.make("NW"), references.make("NW")

    finds = find(f"Uw zaaknummer is {own}, niet {other}.", context=Context(regions=("NL",), own_references=(own,)))

    assert [(one.kind, one.shown) for one in finds] == [(Kind.CASE_NUMBER, other)]


def test_mask_tells_what_the_organisation_numbers():
    known = Context(regions=("GB",), case_masks=("CAS-9999",), public_masks=("99/9999/AAA",))

    assert [one.shown for one in find("cas-4711 and 26/4711/FUL", context=known)] == ["cas-4711"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ook Dana Verhoeven vroeg dit.", ["Dana Verhoeven"]),
        ("VERHOEVEN, DANA is de melder.", ["VERHOEVEN, DANA"]),
        ("Beste Eli, de brug is open.", []),  # the citizen we answer
        ("Dag mevrouw Okafor, dank u.", ["Okafor"]),  # whose surname nobody has seen
        ("Het Verhoevenplein is dicht.", []),
        ("Groet, Bram", []),
    ],
)
def test_names_of_others_are_marked_and_the_greeting_is_not(text: str, shown: list[str]):
    known = Context(
        regions=("NL",),
        addressed_names=("Eli Okafor",),
        addressed_public_names=("eli_op_zuid",),
        other_names=("Dana Verhoeven", "Bram Kuiper"),
        staff_names=("Bram",),
    )

    assert [one.shown for one in find(text, context=known)] == shown


def test_words_from_a_private_message_are_marked_unless_they_are_public_too():
    said = "my landlord is threatening to evict me because the benefit stopped"
    text = "We know: my landlord is threatening to EVICT me, because... is awful."

    private = find(text, context=Context(regions=("GB",), private_texts=(said,)))
    public = find(text, context=Context(regions=("GB",), private_texts=(said,), public_texts=(said,)))

    assert [(one.kind, one.shown) for one in private] == [
        (Kind.PRIVATE_WORDS, "my landlord is threatening to EVICT me, because")
    ]
    assert public == []


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_corpus_clears_the_bar(part: str):
    rows = [row for row in corpus() if row["part"] == part]

    figures = score(rows)

    assert figures.precision() >= PRECISION
    assert figures.recall() >= RECALL


def test_corpus_is_large_and_its_labels_stand_where_they_say():
    rows = corpus()

    assert len(rows) >= 300
    assert len({row["id"] for row in rows}) == len(rows) == len({row["text"] for row in rows})
    assert {row["context"] for row in rows} <= set(contexts())
    assert {span["kind"] for row in rows for span in row["spans"]} == set(Kind)
    assert all(row["text"][one["start"] : one["end"]].strip() for row in rows for one in row["spans"])
    assert 0.35 < sum(bool(row["spans"]) for row in rows) / len(rows) < 0.6


def test_every_kind_has_its_reason():
    assert set(REASONS) == set(Kind)
    assert find("jan@ziggo.example", context=BOTH)[0].reason == REASONS[Kind.EMAIL]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_guard(text: str):
    known = Context(
        regions=("NL", "GB", "US", "??"), other_names=(text[:20],), private_texts=(text,), case_masks=(text[:9],)
    )

    finds = find(text, context=known)

    assert all(text[one.start : one.end] == one.shown for one in finds)


@pytest.mark.parametrize(
    "piece",
    [
        "1 2 0 6 ",
        "0-",
        "a@b.c.",
        "+31 6 ",
        "NL91 A",
        "1 Aa Aa, ",
        "AB12 ",
        "zaaknummer nr ",
        "a punt ",
        "Rose Green ",
        "1.234.",
        "((",
        "\u200b",
    ],
)
def test_work_grows_with_the_length_and_no_faster(piece: str):
    known = Context(regions=("NL", "GB"), other_names=("Rose Green",), private_texts=(piece * 40,))
    once, twice = (calls(piece * (size // len(piece)), known) for size in (3_000, 6_000))

    assert twice <= 2.3 * once + 500


def calls(text: str, known: Context) -> int:
    """Count the calls of Python and C functions that a text costs: the clock of a busy machine proves nothing."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        find(text, context=known)
    finally:
        sys.setprofile(None)
    return counted
