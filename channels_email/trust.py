"""Says whether a mail really comes from whom it names, as our own mail gateway found out: nobody else's word counts."""

import re
from collections.abc import Sequence

from enquiries.contract import SenderTrust

_DMARC = r"(?<![a-z0-9-])dmarc\s*(?:/\s*\d+\s*)?=\s*"
_RESULT = re.compile(rf"\s*{_DMARC}([a-z]+)(?![a-z0-9])(.*)", re.IGNORECASE | re.DOTALL)
_ABOUT = re.compile(r"(?<![a-z.-])header\.from\s*=\s*([^\s;]+)", re.IGNORECASE)


def sender_trust(*, results: Sequence[str], gateway_id: str, sender: str) -> SenderTrust:
    """Return the gateway's verdict on `sender`, the one address of the mail's From header ("" where it has not one).

    `results` are the values of all Authentication-Results headers, top to bottom: the top-most that carries the
    gateway's own name counts, all others may have been written by the sender. `gateway_id` is that name (RFC 8601's
    authserv-id), several apart by commas; without one nobody has looked. A header that speaks of DMARC twice is not
    believed: an envelope sender may hold semicolons and quotes, and somebody put words into the gateway's mouth.
    """
    ours = {name.strip().lower() for name in gateway_id.split(",") if name.strip()}
    if not ours:
        return SenderTrust.UNKNOWN
    for value in results:
        head, _, rest = _without_comments(value).partition(";")
        if head.split()[:1] and head.split()[0].lower() in ours:
            is_plain = len(re.findall(_DMARC, value, re.IGNORECASE)) <= 1
            return _verdict(rest, domain=_domain(sender)) if is_plain else SenderTrust.FAIL
    return SenderTrust.NONE


def _verdict(results: str, *, domain: str) -> SenderTrust:
    """Follow DMARC, which alone is about the address that people see: SPF and DKIM may speak of any other."""
    found = next(filter(None, map(_RESULT.fullmatch, results.split(";"))), None)
    if found is None or not found[1]:
        return SenderTrust.NONE
    told, about = found[1].lower(), _ABOUT.search(found[2])
    if told == "pass":
        told = "pass" if about is None or _domain(about[1]) == domain else "fail" if domain else "none"
    if told == "fail":
        return SenderTrust.FAIL
    return SenderTrust.PASS if told == "pass" and domain else SenderTrust.NONE


def _domain(address: str) -> str:
    """Return the domain of an address, or a domain itself, as DNS writes it."""
    name = address.rpartition("@")[2].strip("<>.").lower()
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def _without_comments(value: str) -> str:
    """Drop comments and the insides of quotes (RFC 5322): both may hold words of the sender's choice."""
    kept: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for letter in value:
        if is_escaped or (letter == "\\" and (depth or is_quoted)):
            is_escaped = not is_escaped
        elif is_quoted or (letter == '"' and not depth):
            is_quoted = not is_quoted if letter == '"' else is_quoted
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif not depth:
            kept.append(letter)
    return "".join(kept)
