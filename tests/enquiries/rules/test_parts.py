"""Long replies are cut where people would cut them, and never inside a word, a link or a character."""

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_social.x.adapter import XChannel
from enquiries.rules.parts import MOST_PARTS, CannotCut, TooManyParts, WordTooLong, cut, marker

NUMBER = re.compile(r" \((\d+)/(\d+)\)\Z")
ARABIC = "نأسف لما حدث. ستصل الشاحنة غدًا صباحًا، ويمكنكم الاتصال بنا إن تأخرت. "
words = st.text(alphabet=st.sampled_from("abcdeéñß,.!?-’0123456789مرحبا日本語👍👩🏽‍🚒🇳🇱ไทย"), min_size=1, max_size=18)
texts = st.lists(st.one_of(words, st.just("https://www.northwell.gov.uk/a/long/address?x=1")), min_size=1, max_size=90)
blanks = st.sampled_from([" ", "\n", "\n\n", "  "])


def bodies(parts: list[str]) -> list[str]:
    return [NUMBER.sub("", part) for part in parts]


@pytest.mark.parametrize("text", ["", "short", "x" * 280, "  padded  "])
def test_text_that_fits_stays_one_part_without_a_number(text: str):
    assert cut(text, most=280, length=len) == [text.strip()]


@settings(max_examples=150, deadline=None)
@given(texts, blanks, st.integers(min_value=70, max_value=400))
def test_parts_are_numbered_in_order_fit_and_lose_nothing(some: list[str], blank: str, most: int):
    text = blank.join(some)
    try:
        parts = cut(text, most=most, length=len)
    except CannotCut:
        return
    assert all(len(part) <= most for part in parts)
    if len(parts) > 1:
        assert [NUMBER.search(part).groups() for part in parts] == [  # type: ignore[union-attr]
            (str(n), str(len(parts))) for n in range(1, len(parts) + 1)
        ]
    joined = "".join(bodies(parts) if len(parts) > 1 else parts)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)


@settings(max_examples=150, deadline=None)
@given(texts, st.integers(min_value=70, max_value=200))
def test_no_link_and_no_character_is_cut(some: list[str], most: int):
    text = " ".join(some)
    try:
        parts = cut(text, most=most, length=len)
    except CannotCut:
        return
    link = "https://www.northwell.gov.uk/a/long/address?x=1"
    said = bodies(parts) if len(parts) > 1 else parts
    assert sum(body.count(link) for body in said) == text.count(link)
    # A mark that stands alone joins the blank before it; the blank is where a text may be cut.
    clusters = [one.strip() for one in regex.findall(r"\X", text) if not one.isspace()]
    assert [one.strip() for body in said for one in regex.findall(r"\X", body) if not one.isspace()] == clusters


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["bin", "street", "tomorrow", "Wednesday", "a"]), min_size=1, max_size=300))
def test_words_are_never_cut(some: list[str]):
    try:
        parts = cut(" ".join(some), most=60, length=len)
    except TooManyParts:
        return
    said = bodies(parts) if len(parts) > 1 else parts
    assert [word for body in said for word in body.split()] == some


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["👍", "日本", "https://northwell.gov.uk/x", "word", "é"]), min_size=1, max_size=150))
def test_every_part_fits_as_x_weighs_it(some: list[str]):
    length = XChannel().length
    try:
        parts = cut(" ".join(some), most=140, length=length)
    except CannotCut:
        return
    assert all(length(part) <= 140 for part in parts)


def test_numbers_of_two_digits_have_room_from_the_start():
    parts = cut("word " * 260, most=70, length=len)

    assert len(parts) > 9
    assert all(len(part) <= 70 for part in parts)
    assert parts[0].endswith(f"(1/{len(parts)})")
    assert parts[-1].endswith(f"({len(parts)}/{len(parts)})")


@pytest.mark.parametrize("count", range(40, 140, 7))
def test_total_is_right_around_nine_and_ten(count: int):
    parts = cut("seven77 " * count, most=80, length=len)

    assert {NUMBER.search(part)[2] for part in parts} == {str(len(parts))}  # type: ignore[index]


def test_same_text_is_always_cut_the_same_way():
    text = ARABIC * 12

    assert cut(text, most=140, length=len) == cut(text, most=140, length=len)


def test_arabic_is_cut_between_sentences_and_numbered():
    parts = cut(ARABIC * 6, most=200, length=len)

    assert all(body.endswith(".") for body in bodies(parts))
    assert parts[1].endswith(f"(2/{len(parts)})")


def test_part_ends_with_a_paragraph_where_that_leaves_it_well_filled():
    first, second = "We are sorry. " * 8 + "Truly.", "Your bin is emptied tomorrow. " * 4

    assert bodies(cut(f"{first}\n\n{second}", most=160, length=len))[0] == first


def test_script_without_blanks_is_cut_between_characters_and_not_before_a_stop():
    parts = cut("我们明天来收垃圾。" * 40, most=100, length=len)

    assert all(not body.startswith(("。", "，")) for body in bodies(parts))


def test_no_break_space_holds_together():
    text = "Call 020\u00a07946\u00a00958 now " * 12

    assert all(
        "020\u00a07946\u00a00958" in body or "020" not in body for body in bodies(cut(text, most=90, length=len))
    )


def test_word_longer_than_a_part_is_refused():
    with pytest.raises(WordTooLong):
        cut("fine " + "x" * 300, most=280, length=len)


def test_more_than_anybody_reads_is_refused():
    with pytest.raises(TooManyParts):
        cut("word " * 2000, most=140, length=len)


def test_as_many_as_allowed_are_cut():
    text = " ".join("x" * 30 for _ in range(MOST_PARTS * 2))

    assert len(cut(text, most=2 * 31 + len(marker(10, 25)), length=len)) == MOST_PARTS
