"""Takes the files out of a mail: what they are by their bytes, under names that can do no harm."""

import re
from email.message import Message
from pathlib import PurePosixPath

from channels_email.parsing.charsets import clean_line
from channels_email.parsing.headers import decode_words
from channels_email.parsing.structure import FOREIGN_ERRORS, content_of, parameter
from channels_email.parsing.tnef import open_tnef
from enquiries.contract import InboundFile

MAX_FILES = 50
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_NAME = 150
UNKNOWN = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_FIRST_BYTES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_IN_ZIP = (
    (b"word/document.xml", _OFFICE + "wordprocessingml.document"),
    (b"xl/workbook.xml", _OFFICE + "spreadsheetml.sheet"),
)
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "text/plain": ".txt",
}
_DEFAULT_NAMES = {"message/rfc822": "mail.eml", "text/calendar": "calendar.ics", "text/html": "mail.html"}


def files_of(*, attached: tuple[Message, ...]) -> tuple[InboundFile, ...]:
    """Return the attached parts as files. What is too large or too many is named in a last file."""
    files: list[InboundFile] = []
    left_out: list[str] = []
    for number, part in enumerate(attached, start=1):
        for taken in _taken(part=part, number=number, room=MAX_FILES - len(files)):
            if isinstance(taken, InboundFile):
                files.append(taken)
            else:
                left_out.append(taken)
    return (*files, _note(left_out)) if left_out else tuple(files)


def _taken(*, part: Message, number: int, room: int) -> list[InboundFile | str]:
    """Return the part as a file, the files that are packed in it, or lines that say why not."""
    if room <= 0:
        return [f"{_name(part)}: more than {MAX_FILES} files"]
    packed = open_tnef(part=part)
    if packed is None:
        return [_file(part=part, number=number)]
    inside = [_unpacked(name=name, content=content) for name, content in packed.files]
    return [*inside[:room], *(f"{name}: more than {MAX_FILES} files" for name, _ in packed.files[room:])]


def _unpacked(*, name: str, content: bytes) -> InboundFile:
    media_type = sniff(content=content)
    return InboundFile(
        name=safe_name(name) or f"file{_EXTENSIONS.get(media_type, '')}", media_type=media_type, content=content
    )


def _file(*, part: Message, number: int) -> InboundFile | str:
    """Return the part as a file, or a line that says why not."""
    try:
        content = _bytes_of(part)
    except FOREIGN_ERRORS:
        return f"{_name(part)}: cannot be taken out of the mail"
    if len(content) > MAX_FILE_BYTES:
        return f"{_name(part)}: larger than {MAX_FILE_BYTES // 1024 // 1024} MB"
    media_type = sniff(content=content)
    default = _DEFAULT_NAMES.get(part.get_content_type(), f"file-{number}{_EXTENSIONS.get(media_type, '')}")
    return InboundFile(
        name=_name(part) or default, media_type=media_type, content=content, content_id=_content_id(part)
    )


def _content_id(part: Message) -> str:
    """Return the name by which the mail's HTML shows this part, without its brackets."""
    return clean_line(str(part.get("content-id", "")), limit=200).strip("<> ")


def _bytes_of(part: Message) -> bytes:
    """Return the part's content; of a mail in the mail, that mail."""
    if not part.is_multipart():
        return content_of(part=part)
    return b"\n".join(child.as_bytes() for child in part.get_payload() if isinstance(child, Message))


def _note(left_out: list[str]) -> InboundFile:
    lines = ["These parts of the mail were not taken in. They are in the stored original.", *left_out[:200], ""]
    return InboundFile(
        name="left-out.txt", media_type="text/plain", content="\n".join(lines).encode("utf-8", "replace")
    )


def _name(part: Message) -> str:
    given = parameter(part=part, name="filename", header="content-disposition") or parameter(part=part, name="name")
    return safe_name(decode_words(given))


def safe_name(name: str) -> str:
    """Return `name` without path, control and bidi characters, at most 150 characters, with its extension kept."""
    last = re.split(r"[/\\]", clean_line(name, limit=2000))[-1]
    clean = re.sub(r'[<>:"|?*\u200b-\u200f\ufeff]', "", last).strip(". ")
    suffix = PurePosixPath(clean).suffix
    if len(clean) <= MAX_NAME or len(suffix) > 20:
        return clean[:MAX_NAME]
    return clean[: MAX_NAME - len(suffix)] + suffix


def sniff(*, content: bytes) -> str:
    """Return the media type by the bytes: a short list of what is shown as such, everything else is unknown."""
    for start, media_type in _BY_FIRST_BYTES:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"PK\x03\x04"):
        return _sniff_zip(content)
    return "text/plain" if _is_text(content) else UNKNOWN


def _sniff_zip(content: bytes) -> str:
    """Look at the names in a zip without opening it: nothing is ever unpacked here."""
    if content[30:].startswith(_ODT):
        return "application/vnd.oasis.opendocument.text"
    if b"vbaProject.bin" in content or b"[Content_Types].xml" not in content:
        return UNKNOWN
    return next((media_type for name, media_type in _IN_ZIP if name in content), UNKNOWN)


def _is_text(content: bytes) -> bool:
    """Say whether these bytes are plain words: UTF-8, no control characters, nothing that looks like markup."""
    if not content or content.lstrip()[:1] == b"<" or re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", content):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
