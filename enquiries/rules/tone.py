"""How a citizen writes, from a list of words and marks: enough to send an angry question past two persons, never a verdict.

The words that were found are given back, so that a person sees why.
"""

from __future__ import annotations

from dataclasses import dataclass

from enquiries.rules.policy import Tone
from enquiries.rules.words import folded, pattern_of

HOSTILE = (
    "idiot*", "moron*", "scum", "liar*", "bastard*", "hate you", "shame on you", "corrupt*", "sue you", "kill*", "threat*",
    "idioot", "idioten", "tuig", "leugenaar*", "schande", "schaam je", "oplichter*", "eikel*", "klootzak*", "rot op", "haat",
)  # fmt: skip
CRITICAL = (
    "complaint", "complain*", "unacceptable", "disgrace*", "disappoint*", "angry", "furious", "useless", "ridiculous", "again",
    "still not", "nobody", "fed up", "third time", "worst", "terrible", "incompetent",
    "klacht*", "onacceptabel", "belachelijk", "boos", "woedend", "waardeloos", "teleurgesteld", "nog steeds niet", "alweer",
    "derde keer", "slecht*", "niemand", "schandalig*",
)  # fmt: skip
THANKFUL = (
    "thank*", "grateful", "great job", "well done", "appreciate*", "bedankt", "dank", "dankjewel", "complimenten", "top",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A tone, and the words by which it was told."""

    tone: Tone
    words: tuple[str, ...]


def tone_of(text: str) -> Heard:
    """Tell the tone of `text`, the strongest first."""
    words = _found(text, HOSTILE)
    if words:
        return Heard(tone=Tone.HOSTILE, words=words)
    words = _found(text, CRITICAL)
    if words or text.count("!") > 2 or _shouts(text):
        return Heard(tone=Tone.CRITICAL, words=words)
    words = _found(text, THANKFUL)
    return Heard(tone=Tone.THANKFUL if words else Tone.NEUTRAL, words=words)


def _found(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    plain = folded(text)
    return tuple(word.rstrip("*") for word in words if pattern_of(word).search(plain))


def _shouts(text: str) -> bool:
    letters = [each for each in text if each.isalpha()]
    return len(letters) > 30 and sum(each.isupper() for each in letters) > 0.6 * len(letters)
