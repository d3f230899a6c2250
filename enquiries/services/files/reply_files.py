"""Files that leave with a reply: put in for one message, named by hash in what is approved, and sent as exactly those bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enquiries.contract import Carries, ChannelError, Infected, NotSent, OutboundFile, Refused, Side
from enquiries.models import Attachment, ChannelAccount, Enquiry, Message, Posting, Reply, ReplyFile, ReplyVersion
from enquiries.registry import channel, label_of, scanner
from enquiries.rules import pictures
from enquiries.rules.text import one_line
from enquiries.services.families import family_of
from enquiries.services.files.reply_scanning import is_free
from enquiries.services.files.scanning import SECOND_LOOK
from enquiries.services.replies.drafting import DraftRefused

MOST_WAITING = 20
"""So many files of one author may wait at one message; nobody needs more, and a stuck program is stopped."""
KEPT_UNNAMED = timedelta(days=7)
"""What no version names is swept away after that: time enough to come back to a draft."""
WITHOUT = (Reply.Purpose.REPLACE, Reply.Purpose.REMOVE, Reply.Purpose.PRIVATELY)
INFECTED = Attachment.Scan.INFECTED
KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WebP", "application/pdf": "PDF"}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A file that an author wants to go with a wording. `alt` says what a picture shows; None leaves it as it was."""

    token: str
    alt: str | None = None


def carried_to(account: ChannelAccount, side: str) -> Carries:
    """Say which files a place takes with a reply on this side."""
    return channel(account.kind).limits(account.in_the_open(), Side(side)).files


def none_in_words(account: ChannelAccount, side: str) -> str:
    """Say that a place takes no files on this side, and not more than that where the other side takes some."""
    told = {"channel": label_of(account.kind)}
    if side == Side.PRIVATE and carried_to(account, Side.PUBLIC).most:
        return _("A private reply on %(channel)s cannot carry files. Put a link into the text.") % told
    return _("A reply on %(channel)s cannot carry files. Put a link into the text.") % told


def in_words(carries: Carries) -> str:
    """Name the kinds of files that a place takes, for people."""
    return ", ".join(name for kind, name in KINDS.items() if kind in carries.media_types)


def put_in(
    *, enquiry_id: int, answers_id: int, by_id: int, name: str, content: bytes, now: datetime, alt_text: str = ""
) -> ReplyFile:
    """Keep a file for a reply to a message, without what a camera wrote into it. The same file twice is one.

    Raises DraftRefused, with what to do, where the message is of another enquiry, where its place does not take such a
    file, where it is broken, or where the scanner finds something or cannot be asked.
    """
    answers = _answered(enquiry_id, answers_id)
    kind, content = _fit(answers, content)
    digest = hashlib.sha256(content).digest()
    waiting = ReplyFile.objects.filter(answers=answers, uploaded_by_id=by_id, is_named=False)
    same: ReplyFile | None = waiting.filter(sha256=digest, alt_text=_alt(alt_text)).exclude(scan=INFECTED).first()
    if same:
        return same
    if waiting.count() >= MOST_WAITING:
        raise DraftRefused(_("There are too many files here already. Take some of them out first."))
    is_clean = _scan(content)
    file = ReplyFile(
        organisation_id=answers.enquiry.organisation_id,
        answers=answers,
        name=one_line(name.replace("/", " ").replace("\\", " "), most=150) or "file",
        media_type=kind,
        size=len(content),
        sha256=digest,
        alt_text=_alt(alt_text),
        uploaded_by_id=by_id,
        uploaded_at=now,
        scan=Attachment.Scan.CLEAN if is_clean else Attachment.Scan.NOT_SCANNED,
        scanned_at=now if is_clean else None,
        look_at=now + SECOND_LOOK if is_clean else now,
    )
    file.stored.save(file.token, ContentFile(content), save=False)
    file.save()
    return file


def _answered(enquiry_id: int, answers_id: int) -> Message:
    said = Message.objects.filter(enquiry__in=family_of(enquiry_id), direction=Message.Direction.IN, pk=answers_id)
    found: Message | None = said.select_related("account", "enquiry").first()
    if found is None:
        raise DraftRefused(_("That message is not part of this enquiry any more. Load the page again."))
    return found


def _fit(answers: Message, content: bytes) -> tuple[str, bytes]:
    """Say what a file is and give what is kept of it. Raises DraftRefused where its place would not take it."""
    carries, place = carried_to(answers.account, answers.side), label_of(answers.account.kind)
    if not carries.most:
        raise DraftRefused(none_in_words(answers.account, answers.side))
    if len(content) > carries.most_bytes:
        most = filesizeformat(carries.most_bytes)
        raise DraftRefused(_("The file is too large: %(channel)s takes %(most)s.") % {"channel": place, "most": most})
    kind = pictures.kind_of(content)
    if kind not in carries.media_types:
        told = {"channel": place, "kinds": in_words(carries)}
        raise DraftRefused(_("%(channel)s does not take this kind of file. It takes: %(kinds)s.") % told)
    if kind not in pictures.RASTER:
        return kind, content
    try:
        return kind, pictures.bare(content).content
    except pictures.NotAPicture:
        raise DraftRefused(_("This picture is broken or too large. Save it anew in a picture program.")) from None


def _scan(content: bytes) -> bool:
    """Say whether a scanner has found the file clean. Raises DraftRefused where it is not, or nobody can be asked."""
    looks = scanner()
    if looks is None:
        return False
    try:
        found = looks.scan(content)
    except ChannelError:
        raise DraftRefused(
            _("The virus scanner cannot be reached, so nothing was taken in. Your text is safe. Try again in a minute.")
        ) from None
    if isinstance(found, Infected):
        raise DraftRefused(_("Something dangerous was found in this file. It was not taken in. Tell your IT."))
    return True


def _alt(words: str) -> str:
    return one_line(words, most=1000)


def take_out(*, token: str, by_id: int) -> bool:
    """Throw away a file that its author put in and no version names. False where there is no such file."""
    with transaction.atomic():
        own = ReplyFile.objects.select_for_update().filter(token=token, uploaded_by_id=by_id, is_named=False)
        return sum(_throw_away(file) for file in own) > 0


def sweep(*, now: datetime, most: int = 200) -> int:
    """Throw away what was put in long ago and no version names. Returns how many files went."""
    with transaction.atomic():
        old = ReplyFile.objects.filter(is_named=False, uploaded_at__lt=now - KEPT_UNNAMED).order_by("uploaded_at")
        return sum(_throw_away(file) for file in old.select_for_update(skip_locked=True)[:most])


def _throw_away(file: ReplyFile) -> int:
    stored = file.stored
    file.delete()  # the row; Django leaves the bytes
    transaction.on_commit(partial(stored.storage.delete, str(stored.name)))
    return 1


def named(
    enquiry: Enquiry,
    answers: Message,
    chosen: Sequence[Chosen] | None,
    *,
    purpose: str,
    before: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Write the files of a wording as its content names them: {"token", "sha256", "name", "media_type", "size", "alt"}.

    `before` are those of the wording so far, which stay where `chosen` is None. Raises DraftRefused for a file that was
    put in for another enquiry or for the other side, and for one that is gone.
    """
    if purpose in WITHOUT:
        return _none(chosen)
    if chosen is None:
        return [dict(one) for one in before]
    wanted = list({one.token: one for one in chosen}.values())
    known = {str(one["token"]): dict(one) for one in before}
    found = _found([one.token for one in wanted if one.token not in known], enquiry, answers)
    entries = [known.get(one.token) or found.get(one.token) for one in wanted]
    if None in entries:
        raise DraftRefused(_("A file is not here any more, or is of another message. Put it in again."))
    return [
        entry if one.alt is None else entry | {"alt": _alt(one.alt)}
        for one, entry in zip(wanted, entries, strict=True)
        if entry
    ]


def _none(chosen: Sequence[Chosen] | None) -> list[dict[str, Any]]:
    if chosen:
        raise DraftRefused(_("Files go only with an answer of its own. Take them out here."))
    return []


def _found(tokens: Sequence[str], enquiry: Enquiry, answers: Message) -> dict[str, dict[str, Any]]:
    if not tokens:
        return {}
    ours = ReplyFile.objects.filter(
        token__in=tokens, answers__enquiry__in=family_of(enquiry.pk), answers__side=answers.side
    )
    return {
        file.token: {
            "token": file.token,
            "sha256": bytes(file.sha256).hex(),
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "alt": file.alt_text,
        }
        for file in ours
    }


def check(version: ReplyVersion, *, known: Sequence[ChannelAccount] = ()) -> None:
    """Refuse files that one of the places would not take, and pictures without words, before anybody approves them.

    `known` are accounts that need not be read. Raises DraftRefused.
    """
    files: list[dict[str, Any]] = version.content.get("attachments") or []
    if not files:
        return
    routes = {route["account"] for route in version.content["routes"]}
    accounts = [one for one in known if one.pk in routes]
    accounts += ChannelAccount.objects.filter(pk__in=routes - {one.pk for one in accounts})
    for account in accounts:
        _check_place(files, account, version.content["side"])
    _refuse_dangerous([file["token"] for file in files])
    for file in files:
        if file["media_type"] in pictures.RASTER and not file["alt"]:
            told = {"name": file["name"]}
            raise DraftRefused(
                _("Say in words what the picture “%(name)s” shows, for people who cannot see it.") % told
            )


def _refuse_dangerous(tokens: Sequence[str]) -> None:
    withheld = ReplyFile.objects.filter(token__in=tokens, scan=INFECTED).first()
    if withheld:
        told = {"name": withheld.name}
        raise DraftRefused(_("Something dangerous was found in “%(name)s”. Take it out and tell your IT.") % told)


def _check_place(files: Sequence[Mapping[str, Any]], account: ChannelAccount, side: str) -> None:
    carries = carried_to(account, side)
    told: dict[str, Any] = {"channel": label_of(account.kind), "kinds": in_words(carries), "most": carries.most}
    if not carries.most:
        raise DraftRefused(none_in_words(account, side))
    if len(files) > carries.most:
        words = ngettext(
            "%(channel)s takes one file with a reply. Take the others out.",
            "%(channel)s takes %(most)d files with a reply. Take some of them out.",
            carries.most,
        )
        raise DraftRefused(words % told)
    for file in files:
        if file["media_type"] not in carries.media_types:
            raise DraftRefused(_("%(channel)s does not take this kind of file. It takes: %(kinds)s.") % told)
    if max(file["size"] for file in files) > carries.most_bytes:
        told["most"] = filesizeformat(carries.most_bytes)
        raise DraftRefused(_("The file is too large: %(channel)s takes %(most)s.") % told)
    if sum(file["size"] for file in files) > carries.most_bytes_in_all:
        told["most"] = filesizeformat(carries.most_bytes_in_all)
        raise DraftRefused(_("The files are too large together: %(channel)s takes %(most)s.") % told)


def carried_by(posting: Posting) -> tuple[OutboundFile, ...]:
    """Read the files that leave with a posting, each held to its approved hash; in parts they go with the first.

    Raises Refused where one is missing or is not what was approved: nothing else is ever sent in its place. Also where
    something dangerous was found in it since, and NotSent while a scanner has still to look into it.
    """
    files: list[dict[str, Any]] = posting.version.content.get("attachments") or []
    if not files or posting.part not in (None, 1):
        return ()
    rows = {one.token: one for one in ReplyFile.objects.filter(token__in=[file["token"] for file in files])}
    return tuple(_approved(file, rows.get(file["token"])) for file in files)


def _approved(file: Mapping[str, Any], row: ReplyFile | None) -> OutboundFile:
    if row and row.scan == INFECTED:
        says = "Something dangerous was found in a file of the reply."
        raise Refused(says, fix="Take the file out, tell your IT, and submit the reply anew.")
    if row and not is_free(row):
        raise NotSent("A file of the reply waits to be looked into for viruses.", after=timedelta(minutes=1))
    fix = "Put the file in again and submit the reply anew."
    try:
        content = row.stored.read() if row else b""
    except OSError:
        raise Refused("A file of the reply cannot be read.", fix=fix) from None
    finally:
        if row:
            row.stored.close()
    if hashlib.sha256(content).hexdigest() != file["sha256"]:
        raise Refused("A file of the reply is not the one that was approved.", fix=fix)
    return OutboundFile(name=file["name"], media_type=file["media_type"], content=content, alt_text=file["alt"])
