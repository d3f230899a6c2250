"""The gaps of a standard answer: a fixed list of names in braces, which may stand in public, and how they are filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

TOKEN = re.compile(r"\{\{+|\}\}+|\{[^{}]*\}|[{}]")
OTHER_NAMES = {
    "name": "citizen_name",
    "citizen": "citizen_name",
    "customer": "citizen_name",
    "number": "reference",
    "ref": "reference",
    "me": "agent_name",
    "signature": "agent_name",
    "city": "organisation",
    "department": "team",
    "subject": "topic",
    "deadline": "due",
    "date": "due",
    "day": "today",
    "url": "link",
    "website": "link",
}
"""What people write first, and what they mean."""


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """A gap. `in_public` says whether it may stand in a text that everybody reads; `long` is a long value of it.

    The long values are for counting: a text that fits with them fits nearly always.
    """

    name: str
    in_public: bool
    long: str


KNOWN = {
    each.name: each
    for each in (
        Placeholder(name="citizen_name", in_public=False, long="Annemarie van der Heijden-Oosterhuis"),
        Placeholder(name="reference", in_public=False, long="WWWW-7KMP-4QX2"),
        Placeholder(name="agent_name", in_public=True, long="Wilhelmina Featherstonehaugh"),
        Placeholder(name="team", in_public=True, long="Council tax and registry office"),
        Placeholder(name="organisation", in_public=True, long="Municipality of Northwell-on-the-Water"),
        Placeholder(name="topic", in_public=True, long="Births, marriages and moving house"),
        Placeholder(name="due", in_public=True, long="Wednesday 23 September 2026"),
        Placeholder(name="today", in_public=True, long="Wednesday 23 September 2026"),
        Placeholder(name="link", in_public=True, long="https://enquiries.northwell-on-the-water.example/"),
    )
}
"""All there are. A citizen's name and the reference of an enquiry are private: they never go into a public text."""


class Wrong(StrEnum):
    """What can be wrong with the braces of a text."""

    UNKNOWN = "UNKNOWN"
    TWICE = "TWICE"
    DOUBLE_BRACES = "DOUBLE_BRACES"
    UNBALANCED = "UNBALANCED"
    PRIVATE = "PRIVATE"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: `found` as it stands in the text, `nearest` the name that was probably meant, or empty."""

    wrong: Wrong
    found: str
    nearest: str = ""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A text with its gaps filled. `gaps` are the names whose value is not known: they still stand in the text."""

    text: str
    gaps: tuple[str, ...]


class NotInPublic(Exception):
    """The text has gaps for private things. `names` are theirs."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def problems_of(text: str, *, in_public: bool) -> tuple[Problem, ...]:
    """Look for all that is wrong with the placeholders of a text, in the order in which it stands there."""
    found: dict[Problem, None] = {}
    seen: set[str] = set()
    for token in TOKEN.findall(text):
        problem = _problem_of(token, seen, in_public=in_public)
        if problem and not _says_the_same(problem, found):
            found[problem] = None
        seen.add(_name_in(token))
    return tuple(found)


def _problem_of(token: str, seen: set[str], *, in_public: bool) -> Problem | None:
    if token.startswith(("{{", "}}")):
        return Problem(wrong=Wrong.DOUBLE_BRACES, found=token)
    if len(token) == 1:
        return Problem(wrong=Wrong.UNBALANCED, found=token)
    name = token[1:-1]
    if name not in KNOWN:
        return Problem(wrong=Wrong.UNKNOWN, found=token, nearest=nearest(name))
    if name in seen:
        return Problem(wrong=Wrong.TWICE, found=token)
    if in_public and not KNOWN[name].in_public:
        return Problem(wrong=Wrong.PRIVATE, found=token)
    return None


def _says_the_same(problem: Problem, found: Mapping[Problem, None]) -> bool:
    """Whether a pair of doubled braces was named already by its first half."""
    return problem.wrong is Wrong.DOUBLE_BRACES and any(one.wrong is Wrong.DOUBLE_BRACES for one in found)


def _name_in(token: str) -> str:
    return token.strip("{}")


def nearest(name: str) -> str:
    """Guess which placeholder somebody meant; empty when nothing is near."""
    plain = re.sub(r"[\s-]+", "_", name.strip().lower())
    if plain in OTHER_NAMES:
        return OTHER_NAMES[plain]
    close = get_close_matches(plain, KNOWN, n=1, cutoff=0.5)
    return close[0] if close else ""


def names_in(text: str) -> tuple[str, ...]:
    """List the known placeholders that stand in a text, in their order."""
    return tuple(dict.fromkeys(name for name in map(_name_in, TOKEN.findall(text)) if name in KNOWN))


def private_in(text: str) -> tuple[str, ...]:
    """List the placeholders of a text that keep it out of public replies."""
    return tuple(name for name in names_in(text) if not KNOWN[name].in_public)


def fill(text: str, values: Mapping[str, str], *, in_public: bool) -> Filled:
    """Put the values into a text; an empty or missing value leaves its gap. Raises NotInPublic before anything private."""
    if in_public and private_in(text):
        raise NotInPublic(private_in(text))
    gaps: dict[str, None] = {}

    def value_of(match: re.Match[str]) -> str:
        name = _name_in(match[0])
        value = values.get(name, "") if name in KNOWN else ""
        if not value and name in KNOWN:
            gaps[name] = None
        return value or match[0]

    return Filled(text=TOKEN.sub(value_of, text), gaps=tuple(gaps))


def longest(text: str) -> str:
    """Fill a text with long values, to see how long it may become."""
    return fill(text, {name: one.long for name, one in KNOWN.items()}, in_public=False).text
