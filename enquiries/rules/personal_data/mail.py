"""E-mail addresses, also those spelled so that a machine would not see them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from enquiries.rules.personal_data.folding import Folded
from enquiries.rules.personal_data.values import Candidate, Kind
from enquiries.rules.personal_data.words import NOT_A_NAME

_OPEN, _CLOSE = r"[\[({<]{1,2} ?", r" ?[\])}>]{1,2}"
AT = re.compile(
    rf" ?{_OPEN}(?:at|aet|apenstaart(?:je)?|@){_CLOSE} ?| apenstaart(?:je)? |(?<=[^\s@])@(?=[^\s@])|(?P<weak> at | ?@ ?)"
)
_DOT = rf"(?: ?{_OPEN}(?:dot|punt|punkt|\.){_CLOSE} ?| (?:dot|punt|punkt) | ?\. ?(?=(?:com|nl|net|org|uk|de|be|example)\b)|\.)"
DOMAIN = re.compile(rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}")
LAST = re.compile(r"([a-z]{2,24})\Z")
LOCAL = re.compile(r"[\w.+%'-]{1,64}\Z")
LOCAL_SPELLED = re.compile(r"\w{1,30}(?: (?:punt|dot|punkt) \w{1,30}){1,3}\Z")
PROVIDERS = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|icloud|me|proton|protonmail|ziggo|kpnmail|xs4all|planet|home"
    r"|btinternet|sky|gmx|web|aol)\W"
)
WRITE = re.compile(r"\b(?:e-?)?mail|\baddress|\badres|\bwrite to|schrijf|bericht")


def mail(folded: Folded) -> Iterator[Candidate]:
    """Find addresses round every @ and every spelling of it. Bounded on both sides, so that long texts stay quick."""
    for match in AT.finditer(folded.lower):
        domain = DOMAIN.match(folded.lower, match.end())
        local = _local(folded.lower[max(0, match.start() - 100) : match.start()])
        if not domain or not local:
            continue
        spelled = _plain(domain[0])
        if not LAST.search(spelled):
            continue
        start = match.start() - len(local)
        if match["weak"] and not _is_address(folded.lower, start, local, domain[0]):
            continue
        value = f"{_plain(local)}@{spelled}"
        yield Candidate(kind=Kind.EMAIL, start=start, end=domain.end(), value=value, strength=3)


def _local(before: str) -> str:
    spelled = LOCAL_SPELLED.search(before)
    found = spelled or LOCAL.search(before)
    return found[0].lstrip(".'") if found else ""


def _plain(spelled: str) -> str:
    dotted = re.sub(r"[ \[({<]{1,3}(?:dot|punt|punkt|\.)[ \])}>]{1,3}", ".", spelled)
    return dotted.replace(" ", "")


def _is_address(lower: str, start: int, local: str, domain: str) -> bool:
    """Tell "s.haddad at gmail.com" from "look at city.example"."""
    if local in NOT_A_NAME:
        return False
    spelled_dot = " dot " in domain or " punt " in domain or "(" in domain or "[" in domain
    told = PROVIDERS.match(domain) or re.search(r"[\d._+]", local) or WRITE.search(lower[max(0, start - 25) : start])
    return bool(spelled_dot or told)
