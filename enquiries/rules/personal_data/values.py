"""What the personal-data guard is told and what it answers, so that callers never see how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a find is; the caller has a translated sentence for each."""

    PHONE = "PHONE"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    CARD = "CARD"
    BSN = "BSN"
    NHS = "NHS"
    NATIONAL_NUMBER = "NATIONAL_NUMBER"
    POSTCODE_AND_HOUSE_NUMBER = "POSTCODE_AND_HOUSE_NUMBER"
    LICENCE_PLATE = "LICENCE_PLATE"
    CASE_NUMBER = "CASE_NUMBER"
    NAME = "NAME"
    PRIVATE_WORDS = "PRIVATE_WORDS"


REASONS: Mapping[Kind, str] = {
    Kind.PHONE: "This reads as a telephone number that is not one of ours.",
    Kind.EMAIL: "This reads as an e-mail address that is not one of ours.",
    Kind.IBAN: "This reads as a bank account number that is not one of ours.",
    Kind.CARD: "This reads as the number of a bank card.",
    Kind.BSN: "This reads as a citizen service number (BSN).",
    Kind.NHS: "This reads as an NHS number.",
    Kind.NATIONAL_NUMBER: "This reads as a national identification number.",
    Kind.POSTCODE_AND_HOUSE_NUMBER: "A postcode with a house number says where somebody lives.",
    Kind.LICENCE_PLATE: "This reads as a licence plate; it leads to the owner of the vehicle.",
    Kind.CASE_NUMBER: "This is a number that something else is filed under, not the reference of this enquiry.",
    Kind.NAME: "This is the name of a person that the public has not seen here.",
    Kind.PRIVATE_WORDS: "These words were written in private.",
}


@dataclass(frozen=True, kw_only=True)
class Find:
    """One place in a text that a person has to look at before everybody can read it.

    `start` and `end` count code points of the text as it was given. `key` is the same for the same value however it is
    written (16 hex digits); it is still personal data when `Context.salt` is empty, since short numbers can be tried out.
    `country` is set for NATIONAL_NUMBER only (ISO 3166, two letters).
    """

    kind: Kind
    start: int
    end: int
    shown: str
    key: str
    country: str = ""

    @property
    def reason(self) -> str:
        """Say in one English sentence why this is marked; a page shows its own translation by `kind`."""
        return REASONS[self.kind]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the guard has to know about the enquiry and the organisation. Everything is optional but `regions`.

    regions: countries whose national way of writing telephone numbers is read, the organisation's own first ("NL", "GB").
    own_references: references of this enquiry (and of those merged into it); they may be shown.
    addressed_names: full names of the citizen we answer; the first name is fine, the surname only if public.
    addressed_public_names: what everybody sees beside that citizen's message: handle, display name.
    other_names: full names of every other citizen in this enquiry and those linked to it.
    staff_names: names we sign with; never marked.
    public_contacts: our own telephone numbers, mail addresses ("@city.example" allows all of that domain), IBANs, addresses.
    case_masks: how other systems of the organisation number things: 9 is a digit, A a letter, the rest stands for itself.
    public_masks: the same for numbers that are public anyway, such as planning applications.
    private_texts: what was written in private by either side; public_texts: public messages and standard answers.
    salt: mixed into every key; the id of the reply will do, a secret is better.
    """

    regions: tuple[str, ...]
    own_references: tuple[str, ...] = ()
    addressed_names: tuple[str, ...] = ()
    addressed_public_names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    staff_names: tuple[str, ...] = ()
    public_contacts: tuple[str, ...] = ()
    case_masks: tuple[str, ...] = ()
    public_masks: tuple[str, ...] = ()
    private_texts: tuple[str, ...] = ()
    public_texts: tuple[str, ...] = ()
    salt: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a finder believes it saw: places count characters of the folded text; `value` is free of how it was written.

    `also`: other values the same characters may stand for, such as a telephone number read in another country.

    `strength`: 3 when form or a word beside it leave no doubt, 2 when a check digit fits, 1 when it only looks like it.
    """

    kind: Kind
    start: int
    end: int
    value: str
    strength: int = 2
    country: str = ""
    also: tuple[str, ...] = ()
