"""How much of an inserted text was rewritten, in words."""

from __future__ import annotations

import pytest

from enquiries.rules.rewriting import share_changed

STANDARD = "We are sorry that your bin was not emptied. We come back for it by Friday. Please leave it outside."


def test_untouched_text_is_not_changed():
    assert share_changed(STANDARD, STANDARD) == 0


def test_other_case_and_punctuation_change_no_word():
    assert share_changed(STANDARD, STANDARD.upper().replace(".", " –")) == 0


def test_words_around_it_do_not_count():
    assert share_changed(STANDARD, f"Dear Dana, thank you.\n\n{STANDARD}\n\nKind regards, Alice of the waste team") == 0


def test_one_word_of_twenty_is_five_to_ten_percent():
    assert share_changed(STANDARD, STANDARD.replace("Friday", "Monday")) in range(5, 11)


def test_words_written_into_it_count():
    assert share_changed(STANDARD, STANDARD.replace("by Friday", "on the day after tomorrow by Friday")) in range(
        15, 30
    )


def test_half_of_it_taken_out_is_about_half():
    assert share_changed(STANDARD, STANDARD[: len(STANDARD) // 2]) in range(40, 60)


@pytest.mark.parametrize("final", ["", "Something else altogether, about a street light in Mill Lane."])
def test_text_that_is_gone_is_no_use(final: str):
    assert share_changed(STANDARD, final) is None


def test_short_text_is_found_whole():
    assert share_changed("Thank you!", "Thank you!") == 0


def test_other_scripts_have_words_too():
    assert share_changed("سنفرغ حاويتك يوم الجمعة القادم", "سنفرغ حاويتك يوم الجمعة القادم") == 0
