"""Says in words what a mail carries that is no text: an invitation, a signature, something encrypted."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from email.message import Message
from typing import Any, cast

from channels_email.parsing.charsets import clean_line, clean_text, decode
from channels_email.parsing.structure import content_of, parameter

MAX_CALENDAR = 256 * 1024
MAX_EVENTS = 5
SIGNED = "[This mail is signed. The signature was kept as a file and not checked.]"
SIGNED_WHOLE = "[This mail is signed in a form that cannot be read here. All of it is in the attached file.]"
ENCRYPTED = "[This mail is encrypted and cannot be read here. All of it is in the attached file.]"
ENCRYPTED_WORDS = "[The words of this mail are encrypted and cannot be read here.]"
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)
_METHODS = {
    "request": "Invitation",
    "cancel": "Cancelled",
    "reply": "Answer to an invitation",
    "counter": "Other time asked",
}


def remarks_on(*, part: Message, text: str) -> list[str]:
    """Return a line for each thing that the text does not show, in brackets, so that nobody takes it for the citizen's."""
    leaves = list(_own_parts(part))
    said = [line for leaf in leaves for line in _protection(leaf)]
    said += [ENCRYPTED_WORDS] if _PGP.search(text) else []
    said += [line for leaf in leaves if leaf.get_content_type() == "text/calendar" for line in _entries(leaf)]
    return list(dict.fromkeys(said))


def _own_parts(part: Message) -> Iterator[Message]:
    """Walk through a mail, but not into mails that lie in it."""
    yield part
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in cast("list[Message]", part.get_payload()):
            yield from _own_parts(child)


def _protection(leaf: Message) -> list[str]:
    kind = leaf.get_content_type()
    if kind == "multipart/signed":
        return [SIGNED]
    if kind == "multipart/encrypted":
        return [ENCRYPTED]
    if kind not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return []
    return [SIGNED_WHOLE if "signed" in parameter(part=leaf, name="smime-type").lower() else ENCRYPTED]


def _entries(leaf: Message) -> Iterator[str]:
    content = content_of(part=leaf)
    if len(content) > MAX_CALENDAR:
        return
    for event in _events(clean_text(decode(content, declared=parameter(part=leaf, name="charset")))):
        yield _entry(event, method=parameter(part=leaf, name="method"))


def _events(text: str) -> Sequence[Any]:
    from icalendar import Calendar  # takes a tenth of a second, and few mails need it

    try:
        return list(Calendar.from_ical(text).walk("VEVENT"))[:MAX_EVENTS]
    except Exception:  # noqa: BLE001 - a foreign parser on foreign bytes; the calendar is kept as a file all the same
        return []


def _entry(event: Any, *, method: str) -> str:
    what = _METHODS.get(method.lower(), "Calendar entry")
    said = [_words(event, "SUMMARY"), _when(event), _words(event, "LOCATION")]
    return f"[{what}: {'; '.join(piece for piece in said if piece) or 'without words'}]"


def _words(event: Any, name: str) -> str:
    value = event.get(name)
    return clean_line(str(value[0] if isinstance(value, list) else value), limit=200) if value else ""


def _when(event: Any) -> str:
    start, end = (_moment(event, name) for name in ("DTSTART", "DTEND"))
    if start and end and start[:10] == end[:10]:
        end = end[11:]
    if end.endswith(" UTC"):
        start = start.removesuffix(" UTC")
    return f"{start} to {end}" if start and end else start


def _told(event: Any, name: str) -> object:
    try:
        return getattr(event.get(name), "dt", None)
    except ValueError:  # a broken one is kept by the library, which complains when it is looked at
        return None


def _moment(event: Any, name: str) -> str:
    """Write a moment as the calendar means it: a day, a local time without a zone, or a time in UTC."""
    value = _told(event, name)
    if not isinstance(value, datetime):
        return value.isoformat() if isinstance(value, date) else ""
    if value.tzinfo is None:
        return f"{value:%Y-%m-%d %H:%M}"
    try:
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (OverflowError, ValueError):
        return ""
