"""Words among colleagues, with @mentions of those who may see the enquiry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import Enquiry, Mention, Note
from enquiries.queries.colleagues import people_who_may_see
from enquiries.rules.text import clean
from enquiries.services.families import family_ids, hold
from enquiries.services.triage.telling import TriageRefused, tell, write_note

AT = re.compile(r"(?<![\w@.])@(?=[\w])")
SAME_CLICK = timedelta(seconds=10)
"""The same words again so soon are the same note: somebody has clicked twice."""
LIKE_A_NAME = re.compile(r"[\w.+-]+(?:@[\w.-]+\w)?")


class NoWords(TriageRefused):
    """A note says something."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A note that was kept: who is told, and the @names that meant nobody who may see the enquiry."""

    note: Note
    told: list[str]
    unknown: list[str]


@transaction.atomic
def add_note(*, enquiry_id: int, text: str, by_id: int, now: datetime) -> Kept:
    """Keep a note and tell those it mentions, by name or by mail address. Raises NoWords."""
    enquiry = hold(enquiry_id)
    people = list(people_who_may_see(enquiry, now=now))
    meant, unknown = mentioned(text, people)
    told = [one for one in meant if one.pk != by_id]
    again = enquiry.notes.filter(author_id=by_id, text=clean(text).strip(), created_at__gt=now - SAME_CLICK).last()
    if again:
        return Kept(note=again, told=[str(one) for one in told], unknown=unknown)
    note = write_note(enquiry, text, kind=Note.Kind.NOTE, by_id=by_id, now=now, for_ids=[one.pk for one in told])
    if note is None:
        raise NoWords(_("Write something first."))
    tell("enquiry.noted", enquiry, by_id, now, note=note.pk, told=len(told))
    return Kept(note=note, told=[str(one) for one in told], unknown=unknown)


def mentioned(text: str, people: list[Any]) -> tuple[list[Any], list[str]]:
    """Find whom a text names after an @: by mail address, whole name or first name where only one has it.

    Returns the people, each once, and the words after an @ that name none of them.
    """
    found: list[Any] = []
    unknown: list[str] = []
    for at in AT.finditer(text):
        rest = text[at.end() :]
        person = _named(rest, people)
        if person is not None:
            found += [] if person in found else [person]
            continue
        word = LIKE_A_NAME.match(rest)
        unknown.append(f"@{word[0] if word else ''}".rstrip("."))
    return found, list(dict.fromkeys(unknown))


def _named(rest: str, people: list[Any]) -> Any | None:
    """Find the one person whose address or name stands at the beginning of `rest`; the longest name wins."""
    said = rest.casefold()
    whole = [(name, one) for one in people for name in (one.email.casefold(), str(one).casefold()) if name]
    for name, one in sorted(whole, key=lambda pair: -len(pair[0])):
        if said.startswith(name) and not said[len(name) : len(name) + 1].isalnum():
            return one
    word = LIKE_A_NAME.match(said)
    first = [one for one in people if word and str(one).casefold().split()[0] == word[0].rstrip(".")]
    return first[0] if len(first) == 1 else None


def mark_read(*, enquiry: Enquiry, user_id: int, now: datetime) -> int:
    """Note that somebody has seen what mentions them here. Returns how many mentions that were."""
    unread = Mention.objects.filter(user_id=user_id, read_at__isnull=True, note__enquiry__in=family_ids(enquiry.pk))
    return unread.update(read_at=now)
