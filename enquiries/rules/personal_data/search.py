"""Reads a text with every finder and settles what overlaps, so that each place is asked about once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256

from enquiries.rules.personal_data import numbers, phones, runs
from enquiries.rules.personal_data.accounts import accounts
from enquiries.rules.personal_data.addresses import addresses
from enquiries.rules.personal_data.copied import copied
from enquiries.rules.personal_data.filed import filed, is_allowed
from enquiries.rules.personal_data.folding import Folded, fold
from enquiries.rules.personal_data.lettered import lettered, plates
from enquiries.rules.personal_data.mail import mail
from enquiries.rules.personal_data.names import names
from enquiries.rules.personal_data.ordinary import ordinary
from enquiries.rules.personal_data.values import Candidate, Context, Find, Kind

KEY_LENGTH = 16
# When two readings of the same characters are equally sure, the earlier kind is the more personal one.
ORDER = {kind: place for place, kind in enumerate(Kind)} | {Kind.PHONE: 5, Kind.BSN: 0, Kind.NHS: 1}


def find(text: str, *, context: Context) -> list[Find]:
    """Find everything in a text that should not stand in public without a person having said so, in order of place.

    Finds do not overlap, except that PRIVATE_WORDS may contain others. Takes time in proportion to the length.
    """
    folded = fold(text)
    allowed = _allowed(context.public_contacts, context.regions)
    candidates = [one for one in _candidates(folded, context) if not _is_allowed(folded, one, allowed, context)]
    kept = [*_settled(candidates), *copied(folded, context)]
    finds = [_find(text, folded, candidate, context.salt) for candidate in kept]
    return sorted(finds, key=lambda one: (one.start, one.end))


def _candidates(folded: Folded, context: Context) -> Iterator[Candidate]:
    yield from _contacts(folded, context.regions)
    yield from lettered(folded)
    yield from plates(folded)
    yield from filed(folded, context)
    yield from names(folded, context)


def _contacts(folded: Folded, regions: tuple[str, ...]) -> Iterator[Candidate]:
    yield from mail(folded)
    yield from accounts(folded)
    yield from addresses(folded)
    marks = ordinary(folded)
    for row in runs.runs(folded, marks):
        for window in runs.windows(folded, runs.joined(row), fewest=phones.FEWEST):
            in_page = marks[window.start] == 2
            yield from phones.phones(folded, window, in_page=in_page, regions=regions)
            yield from numbers.numbers(folded, window, in_page=in_page, regions=regions)


@lru_cache(maxsize=128)
def _allowed(contacts: tuple[str, ...], regions: tuple[str, ...]) -> frozenset[tuple[Kind, str]]:
    # Said to be a telephone number, so that ours is known even when no numbering plan knows it.
    told = [fold(f"tel {contact}") for contact in contacts]
    seen = {
        (one.kind, value)
        for one_told in told
        for one in _contacts(one_told, regions)
        for value in (one.value, *one.also)
    }
    domains = {(Kind.EMAIL, contact.lower()) for contact in contacts if contact.startswith("@")}
    return frozenset(seen | domains)


def _is_allowed(folded: Folded, one: Candidate, allowed: frozenset[tuple[Kind, str]], context: Context) -> bool:
    if one.kind is Kind.EMAIL and (one.kind, "@" + one.value.partition("@")[2]) in allowed:
        return True
    known = any((one.kind, value) in allowed for value in (one.value, *one.also))
    return known or is_allowed(folded.text[one.start : one.end], context)


def _settled(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Keep the surest of those that overlap, then the longest."""
    taken: set[int] = set()
    for one in sorted(candidates, key=lambda one: (-one.strength, one.start - one.end, ORDER[one.kind], one.start)):
        if taken.isdisjoint(range(one.start, one.end)):
            taken.update(range(one.start, one.end))
            yield one


def _find(text: str, folded: Folded, one: Candidate, salt: str) -> Find:
    start, end = folded.span(one.start, one.end)
    key = sha256(f"{salt}\0{one.kind}\0{one.value}".encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]
    return Find(kind=one.kind, start=start, end=end, shown=text[start:end], key=key, country=one.country)
