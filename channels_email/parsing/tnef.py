"""Opens Outlook's winmail.dat, in which some mails hide their words and files."""

from dataclasses import dataclass
from email.message import Message

from tnefparse import TNEF  # type: ignore[import-untyped]

from channels_email.parsing.body import html_to_text
from channels_email.parsing.charsets import clean_text, decode
from channels_email.parsing.structure import content_of, parameter

MAX_BYTES = 25 * 1024 * 1024
_NAMES = ("winmail.dat", "win.dat")
_KINDS = ("application/ms-tnef", "application/vnd.ms-tnef")
_START = b"\x78\x9f\x3e\x22"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What was inside: words if there are any, and each file's name and bytes."""

    text: str
    files: tuple[tuple[str, bytes], ...]


def open_tnef(*, part: Message) -> Opened | None:
    """Return what is inside `part`; None where it is no winmail.dat, or one that cannot be opened."""
    if not _claims_to_be(part):
        return None
    content = content_of(part=part)
    if not content.startswith(_START) or len(content) > MAX_BYTES:
        return None
    try:
        inside = TNEF(content, do_checksum=False)
        files = tuple((_name(file), bytes(file.data)) for file in inside.attachments if file.data)
        text = _words(inside)
    except Exception:  # noqa: BLE001 - a foreign parser on foreign bytes, with undocumented errors; the file is kept instead
        return None
    return Opened(text=text, files=files) if text or files else None


def _claims_to_be(part: Message) -> bool:
    name = parameter(part=part, name="filename", header="content-disposition") or parameter(part=part, name="name")
    return part.get_content_type() in _KINDS or name.lower() in _NAMES


def _name(file: object) -> str:
    told = file.long_filename()  # type: ignore[attr-defined]
    return decode(told) if isinstance(told, bytes) else str(told)


def _words(inside: TNEF) -> str:
    plain = _text(inside.body)
    return plain if plain.strip() else html_to_text(_text(inside.htmlbody))


def _text(value: object) -> str:
    text = decode(value) if isinstance(value, bytes) else str(value or "")
    return clean_text(text)
