"""What the personal-data guard has to know before it reads a text that everybody will see, and what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from enquiries.contract import Side
from enquiries.models import Enquiry, Message, Reply, ReplyVersion
from enquiries.models.masks import masks_in
from enquiries.queries.guard_rows import GuardRows, guard_rows
from enquiries.rules.personal_data import Context, Find, find

COUNTRIES = ("GB", "NL")


def finds_for(version: ReplyVersion) -> list[Find]:
    """List what has to be looked at before this version may go out in public; nothing for what only the citizen reads."""
    if version.content["side"] != Side.PUBLIC or version.reply.purpose == Reply.Purpose.REMOVE:
        return []
    reply = version.reply
    return finds_in(words_of(version), enquiry=reply.enquiry, answers=reply.answers, reply_id=reply.pk)


def words_of(version: ReplyVersion) -> str:
    """Give all words that leave with a version: its text, and below it what its pictures say to who cannot see them."""
    files = version.content.get("attachments") or []
    return "\n\n".join([version.text, *(file["alt"] for file in files if file["alt"])])


def finds_in(text: str, *, enquiry: Enquiry, answers: Message, reply_id: int | None = None) -> list[Find]:
    """List what the guard marks in an answer to `answers`; nothing where that answer stays private."""
    if answers.side != Side.PUBLIC or not text.strip():
        return []
    return find(text, context=context_of(enquiry, answers, salt=_salt(enquiry, reply_id)))


def context_of(enquiry: Enquiry, answers: Message, *, salt: str) -> Context:
    """Gather what may stand in public here and what may not: one statement, however long the enquiry."""
    rows = guard_rows(enquiry, answers)
    house = (
        rows.house[0] if rows.house else {"countries": "", "public_contacts": "", "case_masks": "", "public_masks": ""}
    )
    own_names = {name for row in rows.author for name in (row["name"], row["citizen__name"])} - {""}
    mailboxes = (row["external_id"] for row in rows.mailboxes)
    return Context(
        regions=tuple(house["countries"].split()) or COUNTRIES,
        own_references=tuple(row["reference"] for row in rows.family),
        addressed_names=tuple(own_names),
        addressed_public_names=_public_names(rows, answers),
        other_names=tuple(sorted(_others(rows, answers) - own_names)),
        staff_names=_staff(rows),
        public_contacts=(*_lines(house["public_contacts"]), *mailboxes),
        case_masks=masks_in(house["case_masks"]),
        public_masks=masks_in(house["public_masks"]),
        private_texts=(*_texts(rows, Side.PRIVATE), *(row["text"] for row in rows.notes)),
        public_texts=(*_texts(rows, Side.PUBLIC), *(row["text"] for row in rows.inserted)),
        salt=salt,
    )


def _salt(enquiry: Enquiry, reply_id: int | None) -> str:
    """Make what keeps a find's key from being tried out: only the installation knows the seed."""
    return hashlib.sha256(f"{enquiry.organisation.sampling_seed}:{enquiry.pk}:{reply_id or ''}".encode()).hexdigest()


def _public_names(rows: GuardRows, answers: Message) -> tuple[str, ...]:
    """Give what everybody sees beside a public message: the handle and the name that its author shows there."""
    if answers.side != Side.PUBLIC:
        return ()
    return tuple(name for row in rows.author for name in (row["handle"], row["name"]) if name)


def _others(rows: GuardRows, answers: Message) -> set[str]:
    """Name every other citizen of this enquiry, of those merged into it and of those linked with it."""
    names = {name for row in rows.links for name in row.values()} | {row["citizen__name"] for row in rows.family}
    for row in rows.said:
        if row["author_id"] not in (None, answers.author_id):
            names |= {row["author__name"], row["author__citizen__name"]}
    return names - {""}


def _staff(rows: GuardRows) -> tuple[str, ...]:
    """Name the people who write here: with these names we sign."""
    return tuple(({row["author__name"] for row in rows.writers} | {row["name"] for row in rows.holder}) - {""})


def _texts(rows: GuardRows, side: Side) -> Iterator[str]:
    return (row["text"] for row in rows.said if row["side"] == side and row["text"])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
