"""What the guard and the house style say about a text, as people see it: marked where it stands, each with its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enquiries.models import HouseStyle
from enquiries.rules import plain_language
from enquiries.rules.personal_data import Find, Kind
from enquiries.rules.plain_language import Hint, HintKind

REASONS = {
    Kind.PHONE: gettext_lazy("reads as a telephone number that is not one of ours"),
    Kind.EMAIL: gettext_lazy("reads as an e-mail address that is not one of ours"),
    Kind.IBAN: gettext_lazy("reads as a bank account number that is not one of ours"),
    Kind.CARD: gettext_lazy("reads as the number of a bank card"),
    Kind.BSN: gettext_lazy("reads as a citizen service number (BSN)"),
    Kind.NHS: gettext_lazy("reads as an NHS number"),
    Kind.NATIONAL_NUMBER: gettext_lazy("reads as a national identification number"),
    Kind.POSTCODE_AND_HOUSE_NUMBER: gettext_lazy("says where somebody lives"),
    Kind.LICENCE_PLATE: gettext_lazy("reads as a licence plate, which leads to the owner"),
    Kind.CASE_NUMBER: gettext_lazy("is a number of another file, not the reference of this enquiry"),
    Kind.NAME: gettext_lazy("is the name of a person whom the public has not seen here"),
    Kind.PRIVATE_WORDS: gettext_lazy("was written in private"),
}
HINTS = {
    HintKind.JARGON: gettext_lazy("Say it in plainer words"),
    HintKind.BROKEN_LINK: gettext_lazy("This link leads nowhere as it is written"),
    HintKind.INSECURE_LINK: gettext_lazy("Begin the link with https"),
    HintKind.SHORT_LINK: gettext_lazy("Give the whole link: a short one hides where it leads"),
    HintKind.VAGUE_LINK: gettext_lazy("Say where the link leads"),
    HintKind.NO_GREETING: gettext_lazy("There is no greeting"),
    HintKind.NO_SIGN_OFF: gettext_lazy("There is no sign-off"),
    HintKind.SHOUTING: gettext_lazy("Capitals read as shouting"),
    HintKind.EXCLAMATION: gettext_lazy("One mark is enough"),
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text, with the find that it is, or none."""

    text: str
    find: Find | None = None


def marked(text: str, finds: Sequence[Find]) -> list[Piece]:
    """Cut a text at its finds. The pieces together are the text; of finds that overlap the first counts.

    Finds behind its end are in what its pictures say, and no pieces of it.
    """
    pieces: list[Piece] = []
    at = 0
    for find in sorted(finds, key=lambda one: (one.start, -one.end)):
        if find.start < at or find.start >= len(text):
            continue
        pieces += [Piece(text=text[at : find.start])] if find.start > at else []
        pieces.append(Piece(text=text[find.start : find.end], find=find))
        at = find.end
    return [*pieces, Piece(text=text[at:])] if at < len(text) else pieces


def reason_of(find: Find) -> str:
    """Say why something is marked, as the end of a sentence that begins with what it is."""
    return str(REASONS.get(find.kind, find.reason))


def hint_in_words(hint: Hint) -> str:
    """Say what would make a place plainer."""
    if hint.kind is HintKind.LONG_SENTENCE:
        count = int(hint.suggestion) if hint.suggestion.isdecimal() else 0
        return ngettext("A sentence of %(n)d word", "A sentence of %(n)d words", count) % {"n": count}
    if hint.kind is HintKind.JARGON and hint.suggestion:
        return _("Better: %(word)s") % {"word": hint.suggestion}
    return str(HINTS.get(hint.kind, hint.kind))


def hints_for(text: str, house: HouseStyle | None, *, is_public: bool) -> list[Hint]:
    """List what could be plainer, by the organisation's own style; short public posts need no greeting."""
    if not text.strip():
        return []
    style = plain_language.HouseStyle(
        longest_sentence=house.longest_sentence if house else 25,
        jargon=house.jargon if house else {},
        greetings=(house.greeting,) if house and house.greeting and not is_public else (),
        sign_offs=(house.sign_off,) if house and house.sign_off and not is_public else (),
    )
    return plain_language.hints(text, style=style)
