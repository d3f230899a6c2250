"""What the words of a standard answer may be: a text for each channel and language, checked before anybody can insert it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from enquiries.contract import Account, Side
from enquiries.models import ChannelAccount, ChannelKind, Organisation
from enquiries.registry import channel, kinds, label_of
from enquiries.rules import placeholders
from enquiries.rules.text import clean

Texts = Mapping[str, Mapping[str, str]]
"""{channel kind or ANY: {language: text}}"""
ANY = "any"
ALWAYS_PUBLIC = frozenset({ChannelKind.X.value})
"""Kinds on which everything we write can be read by everybody."""
MOST_VARIANTS = 40


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one variant, as a sentence that says what to do. `kind` is empty when it is about all of them."""

    kind: str
    language: str
    sentence: str


def variant_kinds() -> tuple[str, ...]:
    """List what a text may be for: any channel first, then each channel that is set up."""
    return (ANY, *(kind for kind in kinds() if kind != ChannelKind.PRACTICE))


def languages_of(organisation: Organisation) -> tuple[str, ...]:
    """List the languages of an organisation's answers in its order, then the others of this installation."""
    ours = organisation.languages.split()
    return tuple(dict.fromkeys([*ours, *(code for code, _name in settings.LANGUAGES)]))


def tidy(texts: Texts) -> dict[str, dict[str, str]]:
    """Clean the texts as they are kept, in one order, without the empty ones."""
    kept: dict[str, dict[str, str]] = {}
    for kind in sorted(texts):
        words = {language: clean(text).strip() for language, text in sorted(texts[kind].items())}
        words = {language: text for language, text in words.items() if text}
        if words:
            kept[kind] = words
    return kept


def faults_of(organisation: Organisation, texts: Texts) -> tuple[Fault, ...]:
    """Say all that keeps these texts (tidied) from being kept: placeholders, lengths, unknown channels and languages."""
    if not texts:
        return (Fault(kind="", language="", sentence=_("Write at least one text.")),)
    if sum(len(words) for words in texts.values()) > MOST_VARIANTS:
        return (Fault(kind="", language="", sentence=_("These are too many texts for one answer.")),)
    known, spoken = variant_kinds(), languages_of(organisation)
    found: list[Fault] = []
    for kind, words in texts.items():
        for language, text in words.items():
            if kind not in known or language not in spoken:
                sentences = [_("Choose a channel and a language from the lists.")]
            else:
                sentences = [*_braces(kind, text), *_length(organisation, kind, text)]
            found += [Fault(kind=kind, language=language, sentence=sentence) for sentence in sentences]
    return tuple(found)


def _braces(kind: str, text: str) -> list[str]:
    problems = placeholders.problems_of(text, in_public=kind in ALWAYS_PUBLIC)
    return [in_words(problem) for problem in problems]


def in_words(problem: placeholders.Problem) -> str:
    """Say what is wrong with a placeholder and what to write instead."""
    said = {"found": problem.found, "nearest": f"{{{problem.nearest}}}"}
    match problem.wrong:
        case placeholders.Wrong.UNKNOWN if problem.nearest:
            return _("There is no placeholder %(found)s. Did you mean %(nearest)s?") % said
        case placeholders.Wrong.UNKNOWN:
            return _("There is no placeholder %(found)s. Take one from the list.") % said
        case placeholders.Wrong.TWICE:
            return _("%(found)s stands here twice. Write it once.") % said
        case placeholders.Wrong.DOUBLE_BRACES:
            return _("Write single braces around a placeholder, not %(found)s.") % said
        case placeholders.Wrong.UNBALANCED:
            return _("A brace %(found)s stands alone. Braces are only for placeholders.") % said
        case placeholders.Wrong.PRIVATE:
            return _("%(found)s is private, and everybody can read this channel. Take it out.") % said


def _length(organisation: Organisation, kind: str, text: str) -> list[str]:
    """Hold a text against the limit of its own channel; one for any channel against the widest."""
    if kind != ANY:
        fits = fit_of(organisation, kind, text)
        return [] if fits.is_short_enough else [_too_long(fits)]
    all_fits = [fit_of(organisation, each, text) for each in variant_kinds() if each != ANY]
    return (
        [] if any(fits.is_short_enough for fits in all_fits) else [_too_long(max(all_fits, key=lambda one: one.most))]
    )


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How long a text becomes with long values in its gaps, and how long its channel lets it be."""

    kind: str
    length: int
    most: int

    @property
    def is_short_enough(self) -> bool:
        """Whether it fits."""
        return self.length <= self.most


def fit_of(organisation: Organisation, kind: str, text: str) -> Fit:
    """Measure a text as a channel of an organisation counts it, against the narrower of the sides it has."""
    sides = [Side.PUBLIC] if kind in ALWAYS_PUBLIC else list(Side)
    return fit_on(_account(organisation, kind), text, sides=sides)


def fit_on(account: Account, text: str, *, sides: Sequence[Side]) -> Fit:
    """Measure a text on an account. Gaps that are left count with long values."""
    speaks = channel(account.kind)
    most = min(speaks.limits(account, side).max_length for side in sides)
    return Fit(kind=account.kind, length=speaks.length(placeholders.longest(text)), most=most)


def _account(organisation: Organisation, kind: str) -> Account:
    """Take the organisation's own account, whose limit may be its own; a plain one where it has none."""
    ours = ChannelAccount.objects.active(kind).filter(organisation=organisation).first()
    return ours.in_the_open() if ours else Account(id=0, kind=kind, name="", external_id="")


def _too_long(fits: Fit) -> str:
    return _("Too long for %(channel)s: up to %(length)d of %(most)d with long names. Shorten it by %(over)d.") % {
        "channel": label_of(fits.kind),
        "length": fits.length,
        "most": fits.most,
        "over": fits.length - fits.most,
    }
