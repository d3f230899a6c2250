"""Numbers the state or a bank gave to one person, known by their check digits and by the words before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.ee import ik
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.gr import amka
from stdnum.lt import asmens
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn

from enquiries.rules.personal_data.cues import Said, said
from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.runs import Window
from enquiries.rules.personal_data.values import Candidate, Kind

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Rule:
    """How one number is known: its length, its check, how people write it, and where it counts without being named.

    `alone`: the usual ways of writing, enough without a word before it; () means that the word is needed.
    `regions`: where it is expected; elsewhere it needs its word. () means everywhere.
    """

    kind: Kind
    length: int
    is_valid: Callable[[str], bool]
    alone: tuple[Shape, ...]
    country: str = ""
    regions: tuple[str, ...] = ()


def _nation(
    country: str, length: int, is_valid: Callable[[str], bool], *alone: Shape, regions: tuple[str, ...] = ()
) -> Rule:
    return Rule(Kind.NATIONAL_NUMBER, length, is_valid, alone, country, regions)


RULES = (
    Rule(Kind.BSN, 9, bsn.is_valid, ((9,), (3, 3, 3), (4, 2, 3), (4, 5), (1,) * 9), regions=("NL",)),
    Rule(Kind.NHS, 10, nhs.is_valid, ((10,), (3, 3, 4), (1,) * 10), regions=("GB",)),
    _nation("BE", 11, nn.is_valid, (11,), (2, 2, 2, 3, 2), (6, 3, 2), (6, 5)),
    _nation("FR", 15, nir.is_valid, (15,), (1, 2, 2, 2, 3, 3, 2), (13, 2)),
    _nation("TR", 11, tckimlik.is_valid, (11,)),
    _nation("NO", 11, fodselsnummer.is_valid, (11,), (6, 5)),
    _nation("PL", 11, pesel.is_valid, (11,)),
    _nation("DE", 11, idnr.is_valid, (11,), (2, 3, 3, 3)),
    _nation("RO", 13, cnp.is_valid, (13,)),
    _nation("EE", 11, ik.is_valid, (11,)),
    _nation("LT", 11, asmens.is_valid, (11,)),
    _nation("GR", 11, amka.is_valid, (11,)),
    _nation("SE", 10, lambda digits: personnummer.is_valid(f"{digits[:6]}-{digits[6:]}"), (6, 4)),
    _nation("BG", 10, egn.is_valid),
    _nation("CZ", 10, rc.is_valid),
    _nation("DK", 10, lambda digits: digits[:2] <= "31" and digits[2:4] <= "12"),
    _nation("US", 9, ssn.is_valid, (3, 2, 4)),
)
BY_LENGTH: dict[int, tuple[Rule, ...]] = {
    length: tuple(rule for rule in RULES if rule.length == length) for length in {rule.length for rule in RULES}
}
FEWEST = min(BY_LENGTH)
# First digits of the cards people carry (Visa, Mastercard, American Express, Maestro, Discover), with their lengths.
CARDS = {"4": 16, "51": 16, "52": 16, "53": 16, "54": 16, "55": 16, "34": 15, "37": 15, "67": 16, "50": 16, "6011": 16}
CARD_SHAPES = ((16,), (15,), (4, 4, 4, 4), (4, 6, 5))


def numbers(folded: Folded, window: Window, *, in_page: bool, regions: tuple[str, ...]) -> Iterator[Candidate]:
    """Say what personal numbers the digits of a window may be. A number in the address of a page counts only by its word."""
    if window.plus:
        return
    for rule in BY_LENGTH.get(len(window.digits), ()):
        strength = _strength(folded, window, rule, in_page=in_page, regions=regions)
        if strength:
            yield Candidate(
                kind=rule.kind,
                start=window.start,
                end=window.end,
                value=window.digits,
                strength=strength,
                country=rule.country,
            )
    yield from _cards(folded, window, in_page=in_page)


def _strength(folded: Folded, window: Window, rule: Rule, *, in_page: bool, regions: tuple[str, ...]) -> int:
    word = said(folded.lower, window.start, rule.country or rule.kind)
    if word is Said.NO:
        return 0
    if word is Said.YES:
        # Named but mistyped is as personal as typed well; for what has no word so plain, the check digits decide.
        return 3 if rule.kind in (Kind.BSN, Kind.NHS) or rule.is_valid(window.digits) else 0
    at_home = not rule.regions or bool(set(rule.regions) & set(regions))
    # Evenly spaced is as good as any usual way; the Belgian one, 85.07.30-033.28, mixes its gaps. 2026-11448 is a file.
    even = window.whole and window.alike and not window.opens_with_year and rule.alone
    usual = window.shape in rule.alone and window.whole and (window.alike or len(window.shape) > 4)
    alone = bool(even or usual) and at_home and not in_page
    if rule.country == "US":
        alone = usual and set(window.gaps) == {"-"}
    return 2 if alone and rule.is_valid(window.digits) else 0


def _cards(folded: Folded, window: Window, *, in_page: bool) -> Iterator[Candidate]:
    digits = window.digits
    known = any(digits.startswith(first) and len(digits) == length for first, length in CARDS.items())
    if not known or in_page or window.shape not in CARD_SHAPES or not luhn.is_valid(digits):
        return
    word = said(folded.lower, window.start, Kind.CARD)
    if word is not Said.NO:
        strength = 3 if word is Said.YES else 2
        yield Candidate(kind=Kind.CARD, start=window.start, end=window.end, value=digits, strength=strength)
