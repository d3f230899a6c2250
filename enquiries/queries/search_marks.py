"""Shows why an enquiry was found: a stretch of what was said, parted into the words that were looked for and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Left

from enquiries.models import Enquiry, Message, Note
from enquiries.queries.search import written
from enquiries.rules.folding import fold
from enquiries.rules.searching import terms_of

WORD = re.compile("[\\w\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]+")
LEXEME = re.compile(r"'((?:[^']|'')*)'(:\*)?")
LOOKED_AT, BEFORE, AFTER = 4000, 24, 160
LONGEST_ENDING, ANY = 4, 99
"""A stem stands for words with an ending of so many letters at most."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text; `is_hit` where it is one of the words that were looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What was looked for, folded: stems that a word may begin with, each with the longest ending it may have."""

    stems: tuple[tuple[str, int], ...]

    def hits(self, text: str) -> Iterator[tuple[int, int]]:
        """Give begin and end of each word of `text` that was looked for."""
        folded = fold(text)
        if not any(stem in folded for stem, _ending in self.stems):
            return
        for match in WORD.finditer(text):
            word = fold(match[0])
            if any(word.startswith(stem) and len(word) - len(stem) <= ending for stem, ending in self.stems):
                yield match.span()


def looked_for(text: str) -> Looked:
    """Ask the database which words and stems a search stands for. One query; none for what holds no word."""
    terms = tuple(term for term in terms_of(text.replace("\x00", "")) if not term.is_without)
    if not terms:
        return Looked(stems=())
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_query(%s::jsonb)::text", [written(terms)])
        query: str = cursor.fetchone()[0]
    return Looked(
        stems=tuple(
            (lexeme.replace("''", "'"), ANY if is_beginning else LONGEST_ENDING)
            for lexeme, is_beginning in dict.fromkeys(LEXEME.findall(query))
            if lexeme
        )
    )


def pieces_of(text: str, looked: Looked) -> list[Piece]:
    """Part a text into what was looked for and the rest. Together the pieces are the text."""
    pieces: list[Piece] = []
    at = 0
    for begin, end in looked.hits(text):
        pieces += [Piece(text=text[at:begin], is_hit=False), Piece(text=text[begin:end], is_hit=True)]
        at = end
    return [piece for piece in [*pieces, Piece(text=text[at:], is_hit=False)] if piece.text]


def stretch_of(text: str, looked: Looked) -> list[Piece]:
    """Cut the stretch around the first word that was looked for out of a text; empty where there is none."""
    first = next(looked.hits(text), None)
    if first is None:
        return []
    begin, end = max(0, first[0] - BEFORE), min(len(text), first[1] + AFTER)
    begin = 0 if begin == 0 else text.find(" ", begin, first[0]) + 1 or begin
    end = len(text) if end == len(text) else max(text.rfind(" ", first[1], end), first[1])
    words = " ".join(text[begin:end].split())
    return pieces_of(f"{'… ' if begin else ''}{words}{' …' if end < len(text) else ''}", looked)


def stretches_of(rows: Sequence[Enquiry], looked: Looked) -> dict[int, list[Piece]]:
    """Find for each enquiry the newest words that it was found by. One query; an enquiry found by its name has none."""
    found: dict[int, list[Piece]] = {}
    if not rows or not looked.stems:
        return found
    for enquiry_id, text, _at in _texts_of([row.pk for row in rows]):
        if enquiry_id not in found:
            stretch = stretch_of(text, looked)
            if stretch:
                found[enquiry_id] = stretch
    return found


def _texts_of(enquiries: list[int]) -> QuerySet[Any, Any]:
    """Read what was said and noted in these enquiries and in those merged into them, the newest first."""
    # A subquery, so that the messages are found by their enquiry; an "or" over the join would read them all.
    family = Q(enquiry__in=Enquiry.objects.filter(Q(pk__in=enquiries) | Q(merged_into__in=enquiries)).values("pk"))
    shown = {"holder": Coalesce("enquiry__merged_into_id", "enquiry_id"), "words": Left("text", LOOKED_AT)}
    said = Message.objects.filter(family).annotate(**shown, at=F("recorded_at")).values_list("holder", "words", "at")
    noted = Note.objects.filter(family).annotate(**shown, at=F("created_at")).values_list("holder", "words", "at")
    return said.order_by().union(noted.order_by(), all=True).order_by("-at")
