"""Standard answers in the words of the desk: how one stands, what its placeholders mean, what changed between versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.approving.changes import Run, changes
from agents.queue.filters import LANGUAGES
from enquiries.models import StandardAnswerVersion
from enquiries.queries.standards import Standing
from enquiries.registry import label_of
from enquiries.rules import placeholders
from enquiries.services.standard_answers.inserting import Because, Ready
from enquiries.services.standard_answers.standard_texts import ANY

PLACEHOLDERS = {
    "citizen_name": gettext_lazy("the citizen’s name"),
    "reference": gettext_lazy("the reference of the enquiry"),
    "agent_name": gettext_lazy("who answers; in public the first name only"),
    "team": gettext_lazy("the team of the enquiry"),
    "organisation": gettext_lazy("the name of the organisation"),
    "topic": gettext_lazy("the topic of the enquiry"),
    "due": gettext_lazy("the day by which an answer is promised"),
    "today": gettext_lazy("the day of today"),
    "link": gettext_lazy("the address of our public page"),
}
"""Each placeholder in words; a test holds this list to the rules' own."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A tag: its tone as a class of the style sheet, its icon, its words."""

    tone: str
    icon: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A placeholder as the page for writing lists it."""

    name: str
    meaning: str
    in_public: bool


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One text of a version, with its channel and language in words, and what changed since another version."""

    kind: str
    label: str
    language: str
    text: str
    runs: list[Run] | None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a filled text; a gap is what the author has to write."""

    text: str
    is_gap: bool


def gaps() -> list[Gap]:
    """List all placeholders with what they mean."""
    return [
        Gap(name=f"{{{name}}}", meaning=str(PLACEHOLDERS[name]), in_public=known.in_public)
        for name, known in placeholders.KNOWN.items()
    ]


def mark_of(standing: Standing, expires_on: date, *, today: date) -> Mark:
    """Say how an answer stands."""
    days = (expires_on - today).days
    match standing:
        case Standing.RETIRED:
            return Mark(tone="plain", icon="x", words=_("Out of use"))
        case Standing.UNAPPROVED:
            return Mark(tone="soon", icon="wait", words=_("Not approved yet"))
        case Standing.EXPIRED:
            said = ngettext("Expired yesterday", "Expired %(days)d days ago", -days) % {"days": -days}
            return Mark(tone="over", icon="warn", words=said)
        case Standing.EXPIRING:
            said = ngettext("Expires tomorrow", "Expires in %(days)d days", days) % {"days": days}
            return Mark(tone="soon", icon="clock", words=said if days else _("Expires today"))
    return Mark(tone="good", icon="ok", words=_("Current"))


def language_name(code: str) -> str:
    """Say a language in its own words."""
    return dict(settings.LANGUAGES).get(code) or LANGUAGES.get(code, code)


def kind_name(kind: str) -> str:
    """Say for which channel a text is."""
    return str(_("Any channel") if kind == ANY else label_of(kind))


def why_language(words: Ready, spoken: str) -> str:
    """Say which language was taken, and why where it is not the citizen's."""
    name = language_name(words.language)
    if words.because is Because.ENQUIRY:
        return _("%(language)s, as the citizen writes") % {"language": name}
    if words.because is Because.ASKED or not spoken:
        return name
    said = {"language": name, "wanted": language_name(spoken[:2].lower())}
    return _("%(language)s: there is no text in %(wanted)s") % said


def variants_of(version: StandardAnswerVersion, *, before: StandardAnswerVersion | None = None) -> list[Variant]:
    """List the texts of a version; with an earlier one, what changed since, the texts that are gone included."""
    earlier = before.texts if before else {}
    pairs = [(kind, language) for texts in (version.texts, earlier) for kind in texts for language in texts[kind]]
    found = []
    for kind, language in sorted(dict.fromkeys(pairs), key=lambda pair: (pair[0] != ANY, pair)):
        text = version.texts.get(kind, {}).get(language, "")
        old = earlier.get(kind, {}).get(language, "")
        runs = changes(old, text) if before and old != text else None
        label = f"{kind_name(kind)} · {language_name(language)}"
        found.append(Variant(kind=kind, label=label, language=language, text=text, runs=runs))
    return found


def pieces_of(text: str) -> list[Piece]:
    """Part a filled text from the gaps that are still in it."""
    pieces: list[Piece] = []
    rest = text
    for name in placeholders.names_in(text):
        before, gap, rest = rest.partition(f"{{{name}}}")
        pieces += [Piece(text=before, is_gap=False), Piece(text=gap, is_gap=True)]
    return [piece for piece in [*pieces, Piece(text=rest, is_gap=False)] if piece.text]
