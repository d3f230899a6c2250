"""Telephone numbers of people, told from the numbers of services and from digits that only look like one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from enquiries.rules.personal_data.cues import Said, is_called_number, said
from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.runs import Window
from enquiries.rules.personal_data.values import Candidate, Kind

FEWEST, MOST = 8, 16
FEWEST_USUAL = 10  # digits of nearly every national number with its leading nought
FEWEST_UNKNOWN = 9  # digits of a number that no plan hands out yet
# Nobody has such a number at home; they are the numbers of services, and answers are full of them.
OF_SERVICES = frozenset(
    (
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    )
)
MOBILE_STARTS = {"NL": "06", "GB": "07", "DE": "01", "BE": "04", "FR": "06", "IE": "08"}


def phones(folded: Folded, window: Window, *, in_page: bool, regions: tuple[str, ...]) -> Iterator[Candidate]:
    """Say whether the digits of a window are a telephone number. National numbers are read as written in `regions`."""
    if in_page or not FEWEST <= len(window.digits) <= MOST:
        return
    read = dict(_readings(folded, window, regions))
    if read:
        start = folded.lower.rfind("+", 0, window.start) if window.plus else window.start
        value, *also = read
        strength = max(read.values())
        yield Candidate(kind=Kind.PHONE, start=start, end=window.end, value=value, strength=strength, also=tuple(also))


def _readings(folded: Folded, window: Window, regions: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Give each number (E.164) the digits may be, with how sure that is; the organisation's own country first."""
    abroad = _international(window)
    for region in (None,) if abroad else regions:
        number = _parse(abroad or window.digits, region)
        strength = _strength(folded, window, number, region=region) if number else 0
        if number and strength:
            yield phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), strength


def _international(window: Window) -> str:
    if not window.plus and not window.digits.startswith("00"):
        return ""
    digits = window.digits if window.plus else window.digits[2:]
    return "+" + digits


@lru_cache(maxsize=2048)
def _parse(written: str, region: str | None) -> PhoneNumber | None:
    if region and not written.startswith(_trunk(region)):
        return None
    try:
        return phonenumbers.parse(written, region)
    except NumberParseException:
        return None


@lru_cache(maxsize=64)
def _trunk(region: str) -> str:
    """The digit that opens every national number; without one (ES, NO, US) any digits of the right length would do."""
    return phonenumbers.ndd_prefix_for_region(region, True) or ""


def _strength(folded: Folded, window: Window, number: PhoneNumber, *, region: str | None) -> int:
    if phonenumbers.number_type(number) in OF_SERVICES:
        return 0
    word = said(folded.lower, window.start, Kind.PHONE)
    valid = phonenumbers.is_valid_number(number)
    if region is None:
        return 3 if valid or _is_possible(number) else 0
    if word is Said.NO or (not valid and not _is_possible(number)):
        return 0
    if not valid and len(window.digits) < FEWEST_UNKNOWN:
        return 0
    if word is Said.YES or is_called_number(folded.lower, window.start):
        return 3 if valid or (window.alike and window.whole) or len(window.shape) <= 3 else 0
    if valid and (_trunk(region) or len(window.shape) > 1):
        return 2
    # Numbering plans grow, and people mistype: a number that is not handed out yet is still somebody's.
    mobile = window.digits.startswith(MOBILE_STARTS.get(region, "?")) and len(window.shape) <= 3
    usual = len(window.digits) >= FEWEST_USUAL and bool(_trunk(region)) and window.whole
    return 2 if mobile or usual else 0


def _is_possible(number: PhoneNumber) -> bool:
    return bool(phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE)
