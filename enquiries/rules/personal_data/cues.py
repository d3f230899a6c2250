"""The words before a number say more than its digits: what announces a personal number, and what announces another one."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from enquiries.rules.personal_data.values import Kind

REACH = 40  # characters before a number in which a word still speaks about it
NEAR = 25  # nearer for words that speak against it: better asked once too often
NEVER = -1_000


class Said(Enum):
    """What the words before a number say about it being of some kind."""

    YES = 1
    NOTHING = 0
    NO = -1


POSITIVE: dict[str, re.Pattern[str]] = {
    Kind.BSN: re.compile(r"\bbsn|burgerservice|\bsofi|citizen service n|رقم الوطني"),
    Kind.NHS: re.compile(r"\bnhs\b|health (?:service )?number"),
    Kind.PHONE: re.compile(
        r"\btel|phone|\bbel(?:de|den|t|len)?\b|\bcall|\brang\b|\bring\b|mobiel|mobile|whatsapp|\bsms\b"
        r"|\btext\b|\bruf|handy|هاتف|الرقم|اتصل|على الرقم"
    ),
    Kind.CARD: re.compile(r"\bcard|creditc|\bpas\b|betaalpas|kreditkarte"),
    Kind.LICENCE_PLATE: re.compile(r"kenteken|\bplate|registration|\bvehicle|\bauto\b|\bcar\b|kennzeichen|voertuig"),
    Kind.IBAN: re.compile(r"\biban|rekening|\bkonto|account|حساب"),
    "BE": re.compile(r"rijksregister|belgian|national registration|registre national"),
    "PL": re.compile(r"pesel"),
    "DE": re.compile(r"\bidnr|steuer-?id|identifikationsnummer|tax id"),
    "FR": re.compile(r"\bnir\b|securite sociale"),
    "TR": re.compile(r"kimlik|\btckn"),
    "NO": re.compile(r"norwegian|fodselsn|personnummer"),
    "SE": re.compile(r"personnummer|swedish"),
    "BG": re.compile(r"\begn\b"),
    "RO": re.compile(r"\bcnp\b"),
    "GR": re.compile(r"amka"),
    "EE": re.compile(r"isikukood"),
    "LT": re.compile(r"asmens"),
    "DK": re.compile(r"\bcpr\b"),
    "CZ": re.compile(r"rodne"),
    "US": re.compile(r"\bssn\b|social security"),
    "ES": re.compile(r"\bdni\b|\bnie\b|\bnif\b|spaanse|spanish"),
    "IT": re.compile(r"codice|fiscale"),
    "IE": re.compile(r"\bpps|public service n"),
    "FI": re.compile(r"\bhetu\b|finnish|henkilotunnus"),
    "GB": re.compile(r"national insurance|\bnino?\b"),
}
# Said of every number: it makes a telephone number likelier only where nothing speaks against it.
NUMBER = re.compile(r"nummer\b|\bnumber\b|\bno\.|\bnr\b")
# Numbers of things and of bodies. They may well pass an 11-test by chance.
OTHER = re.compile(
    r"\bkvk|\brsin|\bbtw|\bvat\b|\bisbn|\bissn|\bean\b|\boin\b|\buprn|kamer van koophandel|company n|charity n|vestigings?n"
    r"|serie(?:n|-)|serial|artikeln|article n|bestel|\border(?:n|s? ?(?:n|#|:|\Z))|track|trace|barcode|objectn|\bmeter\b"
    r"|sticker|container"
    r"|parcel|zending|certificate|version|\bbuild\b|grid ref|kadast|feitcode|catalog"
)


def said(lower: str, start: int, kind: str) -> Said:
    """Read the words before `start`: the nearest one that speaks about numbers counts."""
    return _read(lower[max(0, start - REACH) : start].rpartition("\n")[2], kind)


@lru_cache(maxsize=4096)
def _read(line: str, kind: str) -> Said:
    wanted = _last(POSITIVE[kind], line) if kind in POSITIVE else NEVER
    other = _last(OTHER, line[-NEAR:]) + max(0, len(line) - NEAR)
    if wanted < 0 and other < 0:
        return Said.NOTHING
    return Said.YES if wanted > other else Said.NO


def is_called_number(lower: str, start: int) -> bool:
    """Tell whether "number" stands shortly before, with nothing said of what kind."""
    return bool(NUMBER.search(lower[max(0, start - REACH) : start].rpartition("\n")[2]))


def _last(pattern: re.Pattern[str], line: str) -> int:
    return max((match.end() for match in pattern.finditer(line)), default=NEVER)
